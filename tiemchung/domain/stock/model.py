"""The stock ledger: accounts by place, lot, unit and state; balanced entries; shipments and vials."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tiemchung.domain import vaccines
from tiemchung.domain.stock import rules
from tiemchung.kit import clock


class State(StrEnum):
    """Where doses of a lot are, in the eyes of the place that answers for them."""

    on_hand = "on_hand"
    in_transit = "in_transit"
    opened = "opened"
    quarantined = "quarantined"
    administered = "administered"
    wasted = "wasted"
    lost = "lost"
    returned = "returned"
    destroyed = "destroyed"
    external = "external"
    unexplained = "unexplained"


class Reason(StrEnum):
    """Why an entry was posted; waste names a `Waste` instead."""

    maker = "maker"
    ship = "ship"
    receive = "receive"
    open = "open"
    extra = "extra"
    dose = "dose"
    explained = "explained"
    opening = "opening"
    quarantine = "quarantine"
    claim_found = "claim_found"
    claim_sent = "claim_sent"
    counted = "count"
    adjust = "adjust"
    destroy = "destroy"
    returned = "return"
    escrow = "escrow"
    escrow_back = "escrow_back"


class Waste(StrEnum):
    """Why doses were thrown away; `waste_words` says it."""

    time_out = "time_out"
    session_end = "session_end"
    expired = "expired"
    broken = "broken"
    heat = "heat"
    freeze = "freeze"
    vvm = "vvm"
    contaminated = "contaminated"
    short_vial = "short_vial"
    other = "other"


WASTE_WORDS: dict[str, str] = {
    Waste.time_out: "Quá giờ sau khi mở lọ",
    Waste.session_end: "Còn thừa khi hết phiên",
    Waste.expired: "Hết hạn dùng",
    Waste.broken: "Vỡ lọ",
    Waste.heat: "Nhiệt độ quá cao",
    Waste.freeze: "Bị đông lạnh",
    Waste.vvm: "Chỉ thị nhiệt VVM đến mức hủy",
    Waste.contaminated: "Nghi nhiễm bẩn",
    Waste.short_vial: "Lọ thiếu liều",
    Waste.other: "Lý do khác",
}


KINDS = {"supply": "Cấp phát", "transfer": "Điều chuyển", "return": "Trả lại kho cấp trên"}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an entry: doses that come into an account, or with a minus leave it."""

    place_id: UUID
    lot_id: UUID
    unit_id: UUID
    state: str
    doses: int


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit (box, tray) of a lot on a shelf, with its own clock and the lot's."""

    place_id: UUID
    unit_id: UUID
    lot_id: UUID
    number: str
    product: str
    product_name: str
    clock: str
    received_at: datetime
    usable_until: datetime | None
    printed_expires_on: date
    expires_on: date
    decision: str | None
    released: bool
    earmark: str | None
    held_by: str | None
    vvm_stage: int | None
    doses_per_vial: int
    on_hand: int
    opened: int
    quarantined: int
    in_transit: int

    @property
    def use_before(self) -> datetime:
        """The moment after which nothing of it may be given."""
        return rules.use_before(self.expires_on, self.usable_until)

    @property
    def why(self) -> str:
        """Which clock decides: thawed, unit (a budget below zero), extended (by decision) or printed."""
        if self.usable_until is not None and self.usable_until < rules.end_of(self.expires_on):
            return "thawed" if self.clock == "thawed" else "unit"
        return "printed" if self.decision is None else "extended"

    @property
    def vials(self) -> int:
        """Whole vials on the shelf."""
        return self.on_hand // self.doses_per_vial

    def usable(self, at: datetime) -> bool:
        """Released, neither clock has run out, and no vial monitor has reached its end."""
        return self.released and at < self.use_before and (self.vvm_stage or 1) < rules.DISCARD_FROM_STAGE

    def days_left(self, at: datetime) -> int:
        """Whole days until it must be used up."""
        return (clock.day_of(self.use_before) - clock.day_of(at)).days


class ToShip(msgspec.Struct, frozen=True, kw_only=True):
    """So many doses of a lot that are to go."""

    lot_id: UUID
    doses: int


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """So many doses of a unit that are to go."""

    unit_id: UUID
    doses: int


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with a shipment: by whose decision, how, and when it should arrive."""

    decision: str
    expected_at: datetime
    kind: str = "supply"
    vehicle: str | None = None
    sscc: str | None = None
    logger: str | None = None
    override_reason: str | None = None
    allocation_id: UUID | None = None
    request_place_id: UUID | None = None
    request_id: UUID | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver found of a shipment's line, in doses.

    Whole, warm, broken, missing and wrong (of `wrong_lot_id` instead) together are what was sent; extra ones came beyond.
    """

    line: int
    accepted: int
    broken: int
    missing: int
    warm: int = 0
    extra: int = 0
    wrong: int = 0
    wrong_lot_id: UUID | None = None

    @property
    def taken_over(self) -> int:
        """What the receiver answers for from now on: whole ones, and warm ones in quarantine."""
        return self.accepted + self.warm


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A lot in a shipment, and what was found of it once it is received."""

    line: int
    lot_id: UUID
    number: str
    product: str
    product_name: str
    unit_id: UUID
    doses: int
    doses_per_vial: int
    accepted: int | None
    broken: int | None
    missing: int | None
    warm: int = 0
    wrong: int = 0
    extra: int = 0
    wrong_number: str | None = None


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """Doses on the way: the sender's until the receiver signs."""

    place_id: UUID
    shipment_id: UUID
    number: str
    from_name: str
    to_place_id: UUID
    to_name: str
    decision: str
    kind: str
    vehicle: str | None
    sscc: str | None
    logger: str | None
    override_reason: str | None
    consumables: Sequence[vaccines.Needed]
    sent_by_name: str | None
    sent_at: datetime
    expected_at: datetime
    received_at: datetime | None
    received_by_name: str | None
    lines: Sequence[ShipmentLine]

    @property
    def doses(self) -> int:
        """Everything that was sent."""
        return sum(line.doses for line in self.lines)

    @property
    def difference(self) -> int:
        """Doses that were sent and not taken over."""
        return sum(
            (line.broken or 0) + (line.missing or 0) + line.wrong + line.warm + line.extra for line in self.lines
        )

    @property
    def kind_words(self) -> str:
        """Supply, transfer or return, in words."""
        return KINDS[self.kind]

    def late(self, at: datetime) -> bool:
        """Expected before now and not received."""
        return self.received_at is None and at > self.expected_at


class Vial(msgspec.Struct, frozen=True, kw_only=True):
    """An opened vial at a table and what is left in it."""

    place_id: UUID
    vial_id: UUID
    session_id: UUID
    unit_id: UUID
    lot_id: UUID
    lot_number: str
    product: str
    number: int
    opened_at: datetime
    use_by: datetime
    doses_nominal: int
    doses_extra: int
    doses_left: int
    closed_at: datetime | None

    def usable(self, at: datetime) -> bool:
        """Not empty, not closed, and its hours have not run out."""
        return self.closed_at is None and self.doses_left > 0 and at < self.use_by
