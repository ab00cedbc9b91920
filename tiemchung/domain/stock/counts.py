"""A stocktake is frozen at its moment: what was counted is compared with what the ledger could see then, and never shifts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.stock import reviews, rules
from tiemchung.domain.stock.actions import post
from tiemchung.domain.stock.errors import CountIncomplete, CountOver, SecondPersonNeeded
from tiemchung.domain.stock.model import Line, Reason, State
from tiemchung.domain.stock.shipments import moved
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "counts.sql")

STATUSES = {"counting": "Đang đếm", "counted": "Chờ người thứ hai xác nhận", "verified": "Đã xác nhận"}


class CountLine(msgspec.Struct, frozen=True, kw_only=True):
    """A unit: what the ledger held of it at the count's moment, and what was counted (None before)."""

    unit_id: UUID
    lot_id: UUID
    number: str
    product_name: str
    doses_per_vial: int
    expected: int
    counted: int | None
    note: str | None

    @property
    def difference(self) -> int:
        """Counted less expected; 0 before it is counted."""
        return 0 if self.counted is None else self.counted - self.expected


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A stocktake and where it stands."""

    place_id: UUID
    stocktake_id: UUID
    frozen_at: datetime
    status: str
    counted_by: UUID
    counted_by_name: str | None
    verified_by_name: str | None
    verified_at: datetime | None

    @property
    def status_words(self) -> str:
        """Where the count stands, in words."""
        return STATUSES[self.status]


class Counted(Event, frozen=True, kw_only=True, tag="stock.counted"):
    """A stocktake was verified; `difference` is the sum of surpluses and shortages without their signs."""

    stocktake_id: UUID
    difference: int
    entry_id: UUID | None


async def freeze(db: Db, place_id: UUID) -> UUID:
    """Begin a count: its moment is now; the count's id. Raises `CountOpen` while another one is not verified."""
    stocktake_id = uuid7(db.at)
    await db.run(queries.freeze, place_id=place_id, stocktake_id=stocktake_id, at=db.at, by=db.actor.id)
    return stocktake_id


async def count(db: Db, place_id: UUID, stocktake_id: UUID, counted: Mapping[UUID, int]) -> None:
    """Keep what was counted, in doses by unit; every unit of the moment must be counted.

    Raises `CountIncomplete`, `CountOver` once it is verified, `NotFound`.
    """
    units = await lines(db, place_id, stocktake_id)
    if {line.unit_id for line in units} - set(counted):
        raise CountIncomplete
    key = {"place_id": place_id, "stocktake_id": stocktake_id}
    if not await db.run(queries.mark_counted, **key, at=db.at, by=db.actor.id):
        raise CountOver
    for line in units:
        await db.run(queries.keep_line, **key, unit_id=line.unit_id, lot_id=line.lot_id, counted=counted[line.unit_id])


async def verify(db: Db, place_id: UUID, stocktake_id: UUID) -> UUID | None:
    """Agree to a count: shortages are posted as lost, surpluses as unexplained under review; the entry, if any.

    Above the limit another person than the one who counted verifies. Raises `SecondPersonNeeded`, `CountOver`,
    `NotEnoughDoses` when doses that were missing have left since, `NotFound`.
    """
    taken = await one(db, place_id, stocktake_id)
    found = await lines(db, place_id, stocktake_id)
    limit = await rules_limit(db)
    if taken.counted_by == db.actor.id and any(
        rules.needs_second(line.difference, line.expected, limit.doses, limit.percent) for line in found
    ):
        raise SecondPersonNeeded(doses=limit.doses, percent=limit.percent)
    entry = [posted for line in found if line.difference for posted in _corrected(place_id, line)]
    entry_id = await post(db, Reason.counted, entry) if entry else None
    for line in found:
        key = {"place_id": place_id, "stocktake_id": stocktake_id, "unit_id": line.unit_id}
        await db.run(queries.fix_expected, **key, expected=line.expected)
    if entry_id:
        await _ask_for_surpluses(db, taken, found, entry_id)
    changed = await db.run(
        queries.mark_verified,
        place_id=place_id,
        stocktake_id=stocktake_id,
        entry_id=entry_id,
        at=db.at,
        by=db.actor.id,
    )
    if not changed:
        raise CountOver
    difference = sum(abs(line.difference) for line in found)
    await db.happened(Counted(place_id=place_id, stocktake_id=stocktake_id, difference=difference, entry_id=entry_id))
    return entry_id


async def one(db: Db, place_id: UUID, stocktake_id: UUID) -> Count:
    """A count of a place. Raises `NotFound`."""
    return await db.one(Count, queries.stocktakes, place_id=place_id, stocktake_id=stocktake_id)


async def of_place(db: Db, place_id: UUID) -> list[Count]:
    """The counts of a place, the newest first."""
    return await db.all(Count, queries.stocktakes, place_id=place_id, stocktake_id=None)


async def lines(db: Db, place_id: UUID, stocktake_id: UUID) -> Sequence[CountLine]:
    """Every unit that held something at the count's moment, with what was counted of it.

    What a device did before that moment and sent later belongs before it. Raises `NotFound`.
    """
    found = await db.all(CountLine, queries.lines, place_id=place_id, stocktake_id=stocktake_id, at=db.at)
    if not found and not await db.value(bool, queries.exists, place_id=place_id, stocktake_id=stocktake_id):
        raise NotFound
    return found


class Limit(msgspec.Struct, frozen=True):
    """Above so many doses, or so many percent of a balance, one person's word is not enough."""

    doses: int
    percent: int


async def rules_limit(db: Db) -> Limit:
    """The limit for a second person: a setting, 20 doses or 5 % at first."""
    return await db.one(Limit, queries.limit)


async def _ask_for_surpluses(db: Db, taken: Count, found: Sequence[CountLine], entry_id: UUID) -> None:
    surplus: dict[UUID, int] = {}
    for line in found:
        surplus[line.lot_id] = surplus.get(line.lot_id, 0) + max(0, line.difference)
    for lot_id, doses in surplus.items():
        if doses:
            note = f"Kiểm kê lúc {clock.local(taken.frozen_at):%H:%M %d/%m/%Y}"
            await reviews.open_review(
                db, "surplus", place_id=taken.place_id, lot_id=lot_id, doses=doses, entry_id=entry_id, note=note
            )


def _corrected(place_id: UUID, line: CountLine) -> list[Line]:
    if line.difference < 0:
        gone = {State.on_hand: line.difference, State.lost: -line.difference}
        return moved(place_id, line.lot_id, line.unit_id, gone)
    more = moved(place_id, line.lot_id, line.unit_id, {State.on_hand: line.difference})
    return more + moved(place_id, line.lot_id, line.lot_id, {State.unexplained: -line.difference})
