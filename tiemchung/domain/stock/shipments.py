"""Doses leave for another place: picked by what must be used first, with papers; the sender's until the receiver signs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tiemchung.domain import vaccines
from tiemchung.domain.stock import rules
from tiemchung.domain.stock.actions import pick, post, units, usable_units
from tiemchung.domain.stock.errors import IssueBeforeReceipt, LotFrozen, NotEnoughDoses, OverrideNeedsReason
from tiemchung.domain.stock.events import Shipped
from tiemchung.domain.stock.model import Line, Papers, Pick, Reason, Shipment, State, ToShip, Unit
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "shipments.sql")


async def suggest(db: Db, place_id: UUID, product: str, doses: int) -> list[tuple[Unit, int]]:
    """So many doses of a product from the units that must be used first; lots kept for a group are left alone.

    Raises `NotEnoughDoses`.
    """
    free = [unit for unit in await usable_units(db, place_id, product, db.at) if unit.earmark is None]
    taken = rules.take(free, doses)
    if taken is None:
        raise NotEnoughDoses
    return taken


async def dispatch(db: Db, *, from_place: UUID, to_place: UUID, picks: Sequence[Pick], papers: Papers) -> UUID:
    """Send doses of these units; the shipment's id.

    Raises `OverrideNeedsReason` when others must be used first and no reason says why these go, `LotFrozen`,
    `IssueBeforeReceipt`, `NotEnoughDoses`, `NotFound` for a unit that is not here or that a device holds.
    """
    here = {unit.unit_id: unit for unit in await units(db, from_place) if unit.held_by is None}
    taken = [(here[each.unit_id], each.doses) for each in picks if each.unit_id in here and each.doses]
    if len(taken) != len([each for each in picks if each.doses]):
        raise NotFound
    if papers.kind != "return" and papers.override_reason is None:
        await _check_order(db, from_place, taken)
    return await _send(db, from_place, to_place, taken, papers)


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
    """Send doses of lots that a decision names, from the units that must be used first; the shipment's id.

    Raises `NotEnoughDoses`, `LotFrozen`.
    """
    taken = [part for line in lines for part in await pick(db, from_place, line.lot_id, line.doses)]
    papers = Papers(decision=decision, expected_at=expected_at, vehicle=vehicle)
    return await _send(db, from_place, to_place, taken, papers)


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


async def sent_from(db: Db, place_id: UUID) -> list[Shipment]:
    """The shipments that this place has sent, at most a hundred."""
    return await _shipments(db, from_place=place_id)


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


async def _check_order(db: Db, place_id: UUID, taken: Sequence[tuple[Unit, int]]) -> None:
    """What goes is what must be used first, product by product."""
    for product in {unit.product for unit, _ in taken}:
        chosen = {unit.unit_id: doses for unit, doses in taken if unit.product == product}
        first = await suggest(db, place_id, product, sum(chosen.values()))
        # Units with the same end are as good as one another.
        if _ends(first) != _ends([(unit, doses) for unit, doses in taken if unit.product == product]):
            raise OverrideNeedsReason(lot=first[0][0].number)


def _ends(taken: Sequence[tuple[Unit, int]]) -> dict[tuple[datetime, bool, bool], int]:
    ends: dict[tuple[datetime, bool, bool], int] = {}
    for unit, doses in taken:
        key = (unit.use_before, unit.vvm_stage == 2, unit.earmark is None)
        ends[key] = ends.get(key, 0) + doses
    return ends


async def _send(db: Db, from_place: UUID, to_place: UUID, taken: Sequence[tuple[Unit, int]], papers: Papers) -> UUID:
    for unit, _ in taken:
        if not unit.released and papers.kind != "return":
            raise LotFrozen(lot=unit.number)
        if unit.received_at > db.at:
            raise IssueBeforeReceipt(lot=unit.number, received=f"{clock.local(unit.received_at):%H:%M %d/%m/%Y}")
    shipment_id, entry_id = uuid7(db.at), uuid7(db.at)
    await db.run(
        queries.insert_shipment,
        place_id=from_place,
        shipment_id=shipment_id,
        number=await _next_number(db, from_place),
        to_place_id=to_place,
        at=db.at,
        sent_by=db.actor.id,
        consumables=json(await _bundle(db, taken)),
        decision=papers.decision,
        expected_at=papers.expected_at,
        kind=papers.kind,
        vehicle=papers.vehicle,
        sscc=papers.sscc,
        logger=papers.logger,
        override_reason=papers.override_reason,
        allocation_id=papers.allocation_id,
        request_place_id=papers.request_place_id,
        request_id=papers.request_id,
    )
    entry: list[Line] = []
    for number, (unit, doses) in enumerate(taken, start=1):
        line = {"lot_id": unit.lot_id, "unit_id": unit.unit_id, "doses": doses}
        await db.run(queries.insert_shipment_line, place_id=from_place, shipment_id=shipment_id, line=number, **line)
        entry += moved(from_place, unit.lot_id, unit.unit_id, {State.on_hand: -doses, State.in_transit: doses})
    await post(db, Reason.ship, entry, entry_id=entry_id)
    await db.happened(
        Shipped(
            place_id=from_place,
            shipment_id=shipment_id,
            to_place_id=to_place,
            doses=sum(doses for _, doses in taken),
            entry_id=entry_id,
        )
    )
    return shipment_id


async def _bundle(db: Db, taken: Sequence[tuple[Unit, int]]) -> list[vaccines.Needed]:
    """What goes with the doses beside them, summed over the products."""
    today = clock.day_of(db.at)
    doses: dict[str, int] = {}
    for unit, count in taken:
        doses[unit.product] = doses.get(unit.product, 0) + count
    sums: dict[str, vaccines.Needed] = {}
    for product, count in doses.items():
        for need in await vaccines.bundle(db, product, count, today):
            before = sums[need.code].pieces if need.code in sums else 0
            sums[need.code] = vaccines.Needed(
                code=need.code, name=need.name, kind=need.kind, pieces=before + need.pieces
            )
    return list(sums.values())


async def _next_number(db: Db, place_id: UUID) -> str:
    """Day and running number at the sender: 211217-03."""
    day = clock.day_of(db.at)
    starts = clock.start_of(day)
    await db.run(queries.lock_numbers, place_id=place_id)
    before = await db.value(
        int, queries.sent_between, place_id=place_id, from_at=starts, until_at=starts + timedelta(days=1)
    )
    return f"{day:%y%m%d}-{(before or 0) + 1:02}"


def moved(place_id: UUID, lot_id: UUID, unit_id: UUID, doses: dict[State, int]) -> list[Line]:
    """The lines of one unit's part of an entry; what does not move has none."""
    return [
        Line(place_id=place_id, lot_id=lot_id, unit_id=unit_id, state=state, doses=number)
        for state, number in doses.items()
        if number
    ]
