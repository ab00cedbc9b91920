"""Posting to the ledger: receiving from makers, wasting, reversing; and what a place has on its shelf."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import vaccines
from tiemchung.domain.stock import rules
from tiemchung.domain.stock.errors import NotEnoughDoses
from tiemchung.domain.stock.events import ReceivedFromMaker, Reversed, Wasted
from tiemchung.domain.stock.model import Line, Reason, State, Unit, Waste
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def post(
    db: Db,
    reason: str,
    lines: Sequence[Line],
    *,
    entry_id: UUID | None = None,
    reverses: UUID | None = None,
    device_at: datetime | None = None,
) -> UUID:
    """Post one balanced entry; its id, which is its idempotency key: the same one again is refused and moves nothing.

    `device_at` is the clock of the device where it happened, when that is not now. Raises `EntryUnbalanced`,
    `NotEnoughDoses`, `AlreadyPosted`.
    """
    entry_id = entry_id or uuid7(db.at)
    await db.run(
        queries.post,
        entry_id=entry_id,
        reason=reason,
        actor_id=db.actor.id,
        device_at=device_at,
        at=db.at,
        reverses=reverses,
        place_ids=[line.place_id for line in lines],
        lot_ids=[line.lot_id for line in lines],
        unit_ids=[line.unit_id for line in lines],
        states=[str(line.state) for line in lines],
        doses=[line.doses for line in lines],
    )
    return entry_id


async def move(
    db: Db, reason: str, *, place_id: UUID, lot_id: UUID, unit_id: UUID, doses: int, from_: State, to: State
) -> UUID:
    """Move doses of a unit from one state to another at the same place. Raises `NotEnoughDoses`."""
    out = Line(place_id=place_id, lot_id=lot_id, unit_id=unit_id, state=from_, doses=-doses)
    into = Line(place_id=place_id, lot_id=lot_id, unit_id=unit_id, state=to, doses=doses)
    return await post(db, reason, [out, into])


async def receive_from_maker(db: Db, *, place_id: UUID, lot_id: UUID, doses: int) -> UUID:
    """Doses of a lot arrive from its maker, as a unit of their own; the unit's id."""
    lot = await vaccines.lot(db, lot_id, clock.day_of(db.at))
    limits = await vaccines.storage_limits(db, lot.product)
    unit_id = uuid7(db.at)
    clock_name = rules.first_clock({state: limit.days for state, limit in limits.items()})
    await insert_unit(db, place_id, unit_id, lot_id, clock_name, None)
    entry_id = await move(
        db,
        Reason.maker,
        place_id=place_id,
        lot_id=lot_id,
        unit_id=unit_id,
        doses=doses,
        from_=State.external,
        to=State.on_hand,
    )
    await db.happened(ReceivedFromMaker(place_id=place_id, lot_id=lot_id, doses=doses, entry_id=entry_id))
    return unit_id


async def waste(db: Db, place_id: UUID, *, lot_id: UUID, unit_id: UUID, doses: int, reason: Waste) -> UUID:
    """Throw away unopened doses of a unit; the entry. Raises `NotEnoughDoses`."""
    entry_id = await move(
        db,
        reason,
        place_id=place_id,
        lot_id=lot_id,
        unit_id=unit_id,
        doses=doses,
        from_=State.on_hand,
        to=State.wasted,
    )
    await db.happened(Wasted(place_id=place_id, lot_id=lot_id, doses=doses, reason=reason, entry_id=entry_id))
    return entry_id


async def reverse(db: Db, entry_id: UUID, *, place_ids: Sequence[UUID], reason: str) -> UUID:
    """Take an entry back by its mirror image; the new entry. `place_ids` are the places that its lines touch.

    The mirror keeps the entry's reason, so that sums by reason come out right; `reason` is told in the event.
    Raises `AlreadyReversed`, `NotEnoughDoses` when the doses have moved on, `EntryUnbalanced` when a place is missing,
    `NotFound`.
    """
    posted = await db.all(_Posted, queries.entry, entry_id=entry_id, place_ids=list(place_ids))
    if not posted:
        raise NotFound
    mirror = [
        Line(place_id=p.place_id, lot_id=p.lot_id, unit_id=p.unit_id, state=p.state, doses=-p.doses) for p in posted
    ]
    new_id = await post(db, posted[0].reason, mirror, reverses=entry_id)
    await db.happened(Reversed(place_id=posted[0].place_id, entry_id=new_id, reverses=entry_id, reason=reason))
    return new_id


async def units(db: Db, place_id: UUID, *, product: str | None = None, lot_id: UUID | None = None) -> list[Unit]:
    """What a place holds, unit by unit, in the order of use."""
    which = {"product": product, "lot_id": lot_id}
    found = await db.all(Unit, queries.units, place_id=place_id, **which, on_date=clock.day_of(db.at))
    return rules.in_order_of_use(found)


async def usable_units(db: Db, place_id: UUID, product: str, at: datetime) -> list[Unit]:
    """The units of a product that may be given from at a moment, in the order of use; a device's own are its own."""
    found = await units(db, place_id, product=product)
    return [unit for unit in found if unit.on_hand and unit.held_by is None and unit.usable(at)]


async def usable_doses(db: Db, place_id: UUID, product: str, at: datetime) -> int:
    """How many closed doses of a product a place may give at a moment."""
    return sum(unit.on_hand for unit in await usable_units(db, place_id, product, at))


async def pick(db: Db, place_id: UUID, lot_id: UUID, doses: int) -> list[tuple[Unit, int]]:
    """So many doses of a lot from a place's units, in the order of use. Raises `NotEnoughDoses`."""
    of_lot = [unit for unit in await units(db, place_id, lot_id=lot_id) if unit.held_by is None]
    taken = rules.take(of_lot, doses)
    if taken is None:
        raise NotEnoughDoses
    return taken


async def insert_unit(
    db: Db,
    place_id: UUID,
    unit_id: UUID,
    lot_id: UUID,
    clock_name: str,
    usable_until: datetime | None,
    vvm_stage: int | None = None,
) -> None:
    """Make a unit known at a place."""
    await db.run(
        queries.insert_unit,
        place_id=place_id,
        unit_id=unit_id,
        lot_id=lot_id,
        clock=clock_name,
        usable_until=usable_until,
        vvm_stage=vvm_stage,
        at=db.at,
    )


class _Posted(msgspec.Struct):
    place_id: UUID
    lot_id: UUID
    unit_id: UUID
    state: str
    doses: int
    reason: str
