"""Doses on the way from one place to another: the sender's until the receiver has signed, line by line."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import sites, vaccines
from tiemchung.domain.stock import rules
from tiemchung.domain.stock.actions import insert_unit, pick, post, queries
from tiemchung.domain.stock.errors import AlreadyReceived, LineDoesNotAddUp
from tiemchung.domain.stock.model import Found, Line, Reason, Received, Shipment, ShipmentLine, Shipped, State, ToShip
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7


async def ship(
    db: Db,
    *,
    from_place: UUID,
    to_place: UUID,
    lines: Sequence[ToShip],
    decision: str,
    expected_at: datetime,
    vehicle: str | None = None,
) -> UUID:
    """Send doses of lots to another place, from the units that must be used first; the shipment's id.

    Raises `NotEnoughDoses`.
    """
    shipment_id, entry_id = uuid7(db.at), uuid7(db.at)
    await db.run(
        queries.insert_shipment,
        place_id=from_place,
        shipment_id=shipment_id,
        number=await _next_number(db, from_place),
        to_place_id=to_place,
        decision=decision,
        vehicle=vehicle,
        at=db.at,
        sent_by=db.actor.id,
        expected_at=expected_at,
    )
    taken = [part for line in lines for part in await pick(db, from_place, line.lot_id, line.doses)]
    entry: list[Line] = []
    for number, (unit, doses) in enumerate(taken, start=1):
        await db.run(
            queries.insert_shipment_line,
            place_id=from_place,
            shipment_id=shipment_id,
            line=number,
            lot_id=unit.lot_id,
            unit_id=unit.unit_id,
            doses=doses,
        )
        entry += _moved(from_place, unit.lot_id, unit.unit_id, {State.on_hand: -doses, State.in_transit: doses})
    await post(db, Reason.ship, entry, entry_id=entry_id)
    await db.happened(
        Shipped(
            place_id=from_place,
            shipment_id=shipment_id,
            to_place_id=to_place,
            doses=sum(line.doses for line in lines),
            entry_id=entry_id,
        )
    )
    return shipment_id


async def receive(db: Db, place_id: UUID, from_place: UUID, shipment_id: UUID, found: Sequence[Found]) -> Received:
    """Sign for a shipment: accepted doses come on this shelf, broken and missing ones stay with the sender as loss.

    Raises `AlreadyReceived`, `LineDoesNotAddUp`, `NotFound`.
    """
    sent = await shipment(db, from_place, shipment_id)
    if sent.to_place_id != place_id:
        raise NotFound
    signed = await db.run(
        queries.sign,
        place_id=from_place,
        shipment_id=shipment_id,
        to_place_id=place_id,
        received_by=db.actor.id,
        at=db.at,
    )
    if not signed:
        raise AlreadyReceived
    by_line = {line.line: line for line in found}
    if set(by_line) != {line.line for line in sent.lines}:
        raise LineDoesNotAddUp
    place = await sites.place(db, place_id)
    entry: list[Line] = []
    for line in sent.lines:
        entry += await _take_over(db, place, sent, line, by_line[line.line])
    entry_id = await post(db, Reason.receive, entry)
    event = Received(
        place_id=place_id,
        shipment_id=shipment_id,
        from_place_id=from_place,
        accepted=sum(line.accepted for line in found),
        broken=sum(line.broken for line in found),
        missing=sum(line.missing for line in found),
        entry_id=entry_id,
    )
    await db.happened(event)
    return event


async def shipment(db: Db, from_place: UUID, shipment_id: UUID) -> Shipment:
    """One shipment of a sender. Raises `NotFound`."""
    (found,) = await _shipments(db, from_place=from_place, shipment_id=shipment_id) or [None]
    if found is None:
        raise NotFound
    return found


async def on_the_way_to(db: Db, place_id: UUID) -> list[Shipment]:
    """Shipments that this place has to sign for, the earliest expected first."""
    return await _shipments(db, to_place=place_id, waiting=True)


async def on_the_way_from(db: Db, place_id: UUID) -> list[Shipment]:
    """Shipments that this place has sent and nobody has signed for: still its own."""
    return await _shipments(db, from_place=place_id, waiting=True)


async def _shipments(
    db: Db,
    *,
    from_place: UUID | None = None,
    to_place: UUID | None = None,
    shipment_id: UUID | None = None,
    waiting: bool = False,
) -> list[Shipment]:
    return await db.all(
        Shipment,
        queries.shipments,
        from_place_id=from_place,
        to_place_id=to_place,
        shipment_id=shipment_id,
        waiting=waiting,
        on_date=clock.day_of(db.at),
    )


async def _take_over(db: Db, place: sites.Place, sent: Shipment, line: ShipmentLine, found: Found) -> list[Line]:
    changed = await db.run(
        queries.found,
        place_id=sent.place_id,
        shipment_id=sent.shipment_id,
        line=line.line,
        accepted=found.accepted,
        broken=found.broken,
        missing=found.missing,
    )
    if not changed:
        raise NotFound
    losses = {State.in_transit: -line.doses, State.wasted: found.broken, State.lost: found.missing}
    entry = _moved(sent.place_id, line.lot_id, line.unit_id, losses)
    if found.accepted:
        unit_id = await _new_unit(db, place, sent, line)
        entry += _moved(place.place_id, line.lot_id, unit_id, {State.on_hand: found.accepted})
    return entry


async def _new_unit(db: Db, place: sites.Place, sent: Shipment, line: ShipmentLine) -> UUID:
    """What arrived together is a unit of its own: its clock may differ from what lies there of the same lot."""
    before = await db.one(_Clock, queries.unit_clock, place_id=sent.place_id, unit_id=line.unit_id)
    fridge = (await vaccines.storage_limits(db, line.product)).get("fridge")
    clock_name, usable_until = rules.clock_after_receipt(
        before.clock, before.usable_until, place_kind=place.kind, fridge_days=fridge and fridge.days, at=db.at
    )
    unit_id = uuid7(db.at)
    await insert_unit(db, place.place_id, unit_id, line.lot_id, clock_name, usable_until)
    return unit_id


async def _next_number(db: Db, place_id: UUID) -> str:
    """Day and running number at the sender: 211217-03."""
    day = clock.day_of(db.at)
    starts = clock.start_of(day)
    await db.run(queries.lock_numbers, place_id=place_id)
    before = await db.value(
        int, queries.sent_between, place_id=place_id, from_at=starts, until_at=starts + timedelta(days=1)
    )
    return f"{day:%y%m%d}-{(before or 0) + 1:02}"


def _moved(place_id: UUID, lot_id: UUID, unit_id: UUID, doses: dict[State, int]) -> list[Line]:
    return [
        Line(place_id=place_id, lot_id=lot_id, unit_id=unit_id, state=state, doses=number)
        for state, number in doses.items()
        if number
    ]


class _Clock(msgspec.Struct):
    clock: str
    usable_until: datetime | None
