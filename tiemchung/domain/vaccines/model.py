"""Vaccines as licensed, packed and coded; lots with their printed expiry and the decisions that changed it."""

from datetime import date
from decimal import Decimal
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.vaccines import rules
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

LotId = NewType("LotId", UUID)

STATUSES = {
    "received": "Mới nhận, chưa kiểm định",
    "in_qc": "Đang kiểm định",
    "released": "Được phép dùng",
    "recalled": "Đã thu hồi",
}
# Target groups that decisions kept lots for.
WORDS = {
    "age_5_11": "Trẻ 5–11 tuổi",
    "age_12_17": "Trẻ 12–17 tuổi",
    "pregnant": "Phụ nữ mang thai",
    "frontline": "Lực lượng tuyến đầu",
    "second_dose": "Dành tiêm mũi 2",
    "booster": "Dành tiêm mũi nhắc lại",
}


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A licensed vaccine. `storage` is the coldest state it is kept in: frozen, minus20 or fridge."""

    code: str
    name: str
    short_name: str
    manufacturer: str
    platform: str
    disease: str
    volume_ml: Decimal
    storage: str
    open_hours: Decimal
    decision: str


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """How a product is packed on a day."""

    product: str
    doses_per_vial: int
    vials_per_box: int


class StorageLimit(msgspec.Struct, frozen=True, kw_only=True):
    """How long a product keeps in a state: frozen, minus20, fridge (thawed if it was frozen before) or open."""

    product: str
    state: str
    temperature_c_min: Decimal | None
    temperature_c_max: Decimal | None
    days: Decimal | None
    note: str


class Consumable(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with a vaccine: a syringe, a safety box, or the diluent of `pair_of` and of no other product."""

    code: str
    name: str
    kind: str
    pair_of: str | None


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of a consumable that doses of a vaccine need."""

    code: str
    name: str
    kind: str
    pieces: int


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a lot's last day: the decision that set it, why, and from which day it counts."""

    from_on: date
    expires_on: date
    decision: str
    reason: str


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """A maker's lot. `expires_on` is the date in force on the day it was asked for; the printed one stays beside it."""

    lot_id: LotId
    product: str
    product_name: str
    number: str
    manufacturer: str
    printed_expires_on: date
    expires_on: date
    decision: str | None
    reason: str | None
    status: str
    earmark: str | None

    def usable(self, on: date) -> bool:
        """Released and in date; the day of expiry is the last one."""
        return rules.usable(self.status, self.expires_on, on)

    @property
    def status_words(self) -> str:
        """What may be done with the lot, in words."""
        return STATUSES[self.status]

    @property
    def earmark_words(self) -> str:
        """Whom the lot is kept for, in words; empty for everybody."""
        return WORDS[self.earmark] if self.earmark else ""

    @property
    def changed(self) -> bool:
        """Whether a later decision has replaced the printed date."""
        return self.decision is not None


class LotAdded(Event, frozen=True, kw_only=True, tag="vaccines.lot_added"):
    """A lot became known."""

    lot_id: UUID
    product: str
    number: str


class LotStatusChanged(Event, frozen=True, kw_only=True, tag="vaccines.lot_status_changed"):
    """A lot was released by quality control, or recalled."""

    lot_id: UUID
    status: str
    reason: str


class LotExpiryChanged(Event, frozen=True, kw_only=True, tag="vaccines.lot_expiry_changed"):
    """A decision gave a lot another last day."""

    lot_id: UUID
    expires_on: date
    decision: str


class LotEarmarked(Event, frozen=True, kw_only=True, tag="vaccines.lot_earmarked"):
    """A lot is kept for a target group, or for everybody again."""

    lot_id: UUID
    earmark: str | None
    reason: str


class ExpiryDecided(DomainError, constraint="lot_expiry_pkey"):
    """The lot has a decision that counts from this day."""

    sentence = "Lô đã có một quyết định có hiệu lực từ ngày này. Chọn ngày hiệu lực khác."
    field = "from_on"
    rule = "one_decision_a_day"


class LotKnown(DomainError, constraint="lot_number"):
    """The product has a lot of this number already."""

    sentence = "Số lô này đã có trong danh mục của vắc xin."
    field = "number"
    rule = "one_lot_a_number"


class LotUnusable(DomainError):
    """The lot may not be given on this day: expired, not released, or recalled; facts: `lot`, `expires_on`."""

    sentence = "Lô {lot} không dùng được: đã thu hồi, chưa xuất xưởng hoặc hết hạn ngày {expires_on}."
    field = "lot"
    rule = "released_and_in_date"
