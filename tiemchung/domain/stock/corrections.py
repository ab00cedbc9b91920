"""Correcting the ledger with a reason, by two people above a limit; destroying doses before witnesses, or returning them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.stock import reviews, rules
from tiemchung.domain.stock.actions import post
from tiemchung.domain.stock.counts import rules_limit
from tiemchung.domain.stock.errors import DecidedBefore
from tiemchung.domain.stock.model import Line, Reason, State
from tiemchung.domain.stock.shipments import moved
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "corrections.sql")

WORDS = {
    "data_entry": "Ghi sổ nhầm",
    "breakage": "Vỡ, đổ chưa ghi",
    "missing": "Mất, không tìm thấy",
    "found": "Tìm thấy thêm",
    "other": "Lý do khác",
}
PROTOCOLS = {"destroy": "Hủy tại chỗ", "return": "Trả nhà sản xuất"}
STATUSES = {"waiting": "Chờ người thứ hai", "posted": "Đã ghi sổ", "refused": "Không đồng ý"}


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """A correction of a unit's balance, and where it stands."""

    place_id: UUID
    adjustment_id: UUID
    lot_id: UUID
    unit_id: UUID
    number: str
    product_name: str
    doses: int
    reason: str
    note: str
    status: str
    made_by: UUID
    made_by_name: str | None
    made_at: datetime
    decided_by_name: str | None

    @property
    def reason_words(self) -> str:
        """Why, in words."""
        return WORDS[self.reason]

    @property
    def status_words(self) -> str:
        """Where it stands, in words."""
        return STATUSES[self.status]


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """Who saw doses destroyed: a name and the office it speaks for."""

    name: str
    office: str


class DestroyedLine(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a unit that are destroyed, and where they lay: on_hand, quarantined or wasted."""

    unit_id: UUID
    lot_id: UUID
    state: str
    doses: int


class Destruction(msgspec.Struct, frozen=True, kw_only=True):
    """A protocol of doses that were destroyed, or that went back to their maker (`kind`)."""

    place_id: UUID
    place_name: str
    destruction_id: UUID
    kind: str
    has_photo: bool
    protocol: str
    method: str
    witnesses: Sequence[Witness]
    weight_grams: int
    note: str | None
    made_by_name: str | None
    made_at: datetime
    entry_id: UUID
    doses: int


class Adjusted(Event, frozen=True, kw_only=True, tag="stock.adjusted"):
    """A balance was corrected, or waits for a second person (`entry_id` is None)."""

    adjustment_id: UUID
    lot_id: UUID
    doses: int
    reason: str
    entry_id: UUID | None


class Destroyed(Event, frozen=True, kw_only=True, tag="stock.destroyed"):
    """Doses were destroyed before witnesses, or went back to their maker."""

    destruction_id: UUID
    way: str = "destroy"
    doses: int
    entry_id: UUID


async def adjust(
    db: Db, place_id: UUID, *, unit_id: UUID, lot_id: UUID, doses: int, on_hand: int, reason: str, note: str
) -> UUID:
    """Correct a unit by so many doses, more or fewer; above the limit it waits for another person. The adjustment's id.

    `on_hand` is the balance that was seen. Raises `NotEnoughDoses`.
    """
    limit = await rules_limit(db)
    waits = rules.needs_second(doses, on_hand, limit.doses, limit.percent)
    adjustment_id = uuid7(db.at)
    entry_id = None if waits else await _post(db, place_id, unit_id, lot_id, doses, note)
    await db.run(
        queries.insert_adjustment,
        place_id=place_id,
        adjustment_id=adjustment_id,
        lot_id=lot_id,
        unit_id=unit_id,
        doses=doses,
        reason=reason,
        note=note,
        status="waiting" if waits else "posted",
        by=db.actor.id,
        at=db.at,
        entry_id=entry_id,
    )
    await db.happened(
        Adjusted(
            place_id=place_id,
            adjustment_id=adjustment_id,
            lot_id=lot_id,
            doses=doses,
            reason=reason,
            entry_id=entry_id,
        )
    )
    return adjustment_id


async def decide(db: Db, place_id: UUID, adjustment_id: UUID, *, agreed: bool) -> None:
    """The second person agrees, and it is posted, or refuses. Raises `DecidedByAsker`, `DecidedBefore`, `NotEnoughDoses`."""
    key = {"place_id": place_id, "adjustment_id": adjustment_id}
    waiting = await db.one(Adjustment, queries.adjustments, **key)
    if waiting.status != "waiting":
        raise DecidedBefore
    post_now = (place_id, waiting.unit_id, waiting.lot_id, waiting.doses, waiting.note)
    entry_id = await _post(db, *post_now) if agreed else None
    changed = await db.run(
        queries.decide_adjustment,
        **key,
        status="posted" if agreed else "refused",
        entry_id=entry_id,
        by=db.actor.id,
        at=db.at,
    )
    if not changed:
        raise DecidedBefore
    await db.happened(
        Adjusted(
            place_id=place_id,
            adjustment_id=adjustment_id,
            lot_id=waiting.lot_id,
            doses=waiting.doses,
            reason=waiting.reason,
            entry_id=entry_id,
        )
    )


async def adjustments(db: Db, place_id: UUID) -> list[Adjustment]:
    """The corrections of a place, those that wait first."""
    return await db.all(Adjustment, queries.adjustments, place_id=place_id, adjustment_id=None)


async def destroy(
    db: Db,
    place_id: UUID,
    *,
    lines: Sequence[DestroyedLine],
    protocol: str,
    method: str,
    witnesses: Sequence[Witness],
    weight_grams: int,
    note: str | None,
    kind: str = "destroy",
    photo: bytes | None = None,
) -> UUID:
    """Destroy doses, or hand them to their maker (`kind`), before two witnesses or more, under a protocol used once; its id.

    `photo` is a JPEG.

    Raises `NotEnoughDoses`, `WitnessesMissing`, `ProtocolUsed`.
    """
    ends = State.destroyed if kind == "destroy" else State.returned
    entry = [
        part
        for line in lines
        for part in moved(place_id, line.lot_id, line.unit_id, {State(line.state): -line.doses, ends: line.doses})
    ]
    reason = Reason.destroy if kind == "destroy" else Reason.returned
    destruction_id, entry_id = uuid7(db.at), await post(db, reason, entry)
    await db.run(
        queries.insert_destruction,
        place_id=place_id,
        destruction_id=destruction_id,
        kind=kind,
        photo=photo,
        protocol=protocol,
        method=method,
        witnesses=json(list(witnesses)),
        weight_grams=weight_grams,
        note=note,
        by=db.actor.id,
        at=db.at,
        entry_id=entry_id,
    )
    doses = sum(line.doses for line in lines)
    await db.happened(
        Destroyed(place_id=place_id, destruction_id=destruction_id, way=kind, doses=doses, entry_id=entry_id)
    )
    return destruction_id


async def destructions(db: Db, place_id: UUID) -> list[Destruction]:
    """The protocols of a place, the newest first."""
    return await db.all(Destruction, queries.destructions, place_id=place_id)


async def photo(db: Db, place_id: UUID, destruction_id: UUID) -> bytes:
    """The photo of a protocol, a JPEG. Raises `NotFound`."""
    found = await db.value(bytes, queries.photo, place_id=place_id, destruction_id=destruction_id)
    if found is None:
        raise NotFound
    return found


async def destroyed_lines(db: Db, found: Destruction) -> list["Destroyable"]:
    """What a protocol destroyed, and where it had lain."""
    return await db.all(Destroyable, queries.destroyed_lines, place_id=found.place_id, entry_id=found.entry_id)


async def destroyable(db: Db, place_id: UUID) -> list["Destroyable"]:
    """What a place may destroy: what lies in quarantine, what was thrown away and not yet destroyed, what has expired.

    What is good and on the shelf (`good`) may only go back to its maker.
    """
    return await db.all(Destroyable, queries.destroyable, place_id=place_id, on_date=clock.day_of(db.at))


class Destroyable(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a unit in a state from which they may be destroyed."""

    unit_id: UUID
    lot_id: UUID
    number: str
    product_name: str
    state: str
    good: bool = False
    doses: int


async def _post(db: Db, place_id: UUID, unit_id: UUID, lot_id: UUID, doses: int, note: str) -> UUID:
    if doses < 0:
        return await post(
            db, Reason.adjust, moved(place_id, lot_id, unit_id, {State.on_hand: doses, State.lost: -doses})
        )
    lines: list[Line] = moved(place_id, lot_id, unit_id, {State.on_hand: doses})
    lines += moved(place_id, lot_id, lot_id, {State.unexplained: -doses})
    entry_id = await post(db, Reason.adjust, lines)
    await reviews.open_review(
        db, "surplus", place_id=place_id, lot_id=lot_id, doses=doses, entry_id=entry_id, note=note
    )
    return entry_id
