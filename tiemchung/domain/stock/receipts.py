"""Signing for a shipment, line by line: whole, warm, broken, missing, another lot, more than was sent; and quarantine."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import sites, vaccines
from tiemchung.domain.stock import claims, reviews, rules
from tiemchung.domain.stock.actions import insert_unit, move, post
from tiemchung.domain.stock.errors import AlreadyReceived, LineDoesNotAddUp
from tiemchung.domain.stock.events import Received, Wasted
from tiemchung.domain.stock.model import Found, Line, Reason, Shipment, ShipmentLine, State, Waste
from tiemchung.domain.stock.shipments import moved, queries, shipment
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7


async def receive(db: Db, place_id: UUID, from_place: UUID, shipment_id: UUID, found: Sequence[Found]) -> Received:
    """Sign for a shipment: what was taken over is the receiver's, the rest stays with the sender as loss under a claim.

    Warm doses go into quarantine; what came beyond the papers, or of another lot, is counted as unexplained until the
    sender answers. Raises `AlreadyReceived`, `LineDoesNotAddUp`, `NotFound`.
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
    for line in sent.lines:
        await _ask(db, sent, line, by_line[line.line], entry_id)
    event = Received(
        place_id=place_id,
        shipment_id=shipment_id,
        from_place_id=from_place,
        accepted=sum(line.taken_over for line in found),
        broken=sum(line.broken for line in found),
        missing=sum(line.missing for line in found),
        entry_id=entry_id,
    )
    await db.happened(event)
    return event


async def release(db: Db, place_id: UUID, *, lot_id: UUID, unit_id: UUID, doses: int) -> UUID:
    """Doses in quarantine may be used after all; the entry. Raises `NotEnoughDoses`."""
    account = {"place_id": place_id, "lot_id": lot_id, "unit_id": unit_id}
    return await move(db, Reason.quarantine, **account, doses=doses, from_=State.quarantined, to=State.on_hand)


async def discard(db: Db, place_id: UUID, *, lot_id: UUID, unit_id: UUID, doses: int, reason: Waste) -> UUID:
    """Doses in quarantine are waste; the entry. Raises `NotEnoughDoses`."""
    account = {"place_id": place_id, "lot_id": lot_id, "unit_id": unit_id}
    entry_id = await move(db, reason, **account, doses=doses, from_=State.quarantined, to=State.wasted)
    await db.happened(Wasted(place_id=place_id, lot_id=lot_id, doses=doses, reason=reason, entry_id=entry_id))
    return entry_id


async def _take_over(db: Db, place: sites.Place, sent: Shipment, line: ShipmentLine, found: Found) -> list[Line]:
    changed = await db.run(
        queries.found,
        place_id=sent.place_id,
        shipment_id=sent.shipment_id,
        line=line.line,
        accepted=found.taken_over,
        broken=found.broken,
        missing=found.missing,
        warm=found.warm,
        wrong=found.wrong,
        wrong_lot_id=found.wrong_lot_id,
        extra=found.extra,
    )
    if not changed:
        raise NotFound
    losses = {State.in_transit: -line.doses, State.wasted: found.broken, State.lost: found.missing + found.wrong}
    entry = moved(sent.place_id, line.lot_id, line.unit_id, losses)
    came = {State.on_hand: found.accepted + found.extra, State.quarantined: found.warm}
    if any(came.values()):
        unit_id = await _new_unit(db, place, sent, line, line.lot_id)
        entry += moved(place.place_id, line.lot_id, unit_id, came)
    entry += moved(place.place_id, line.lot_id, line.lot_id, {State.unexplained: -found.extra})
    if found.wrong and found.wrong_lot_id:
        other = await vaccines.lot(db, found.wrong_lot_id, clock.day_of(db.at))
        unit_id = await _new_unit(db, place, sent, line, other.lot_id)
        entry += moved(place.place_id, other.lot_id, unit_id, {State.quarantined: found.wrong})
        entry += moved(place.place_id, other.lot_id, other.lot_id, {State.unexplained: -found.wrong})
    return entry


async def _ask(db: Db, sent: Shipment, line: ShipmentLine, found: Found, entry_id: UUID) -> None:
    """A claim to the sender for each difference; a review where doses came that no paper explains."""
    for kind in ("broken", "missing", "warm"):
        if doses := getattr(found, kind):
            await claims.open_claim(db, sent, line.line, kind, lot_id=line.lot_id, doses=doses)
    beyond = (("extra", line.lot_id, found.extra), ("wrong_lot", found.wrong_lot_id, found.wrong))
    for kind, lot_id, doses in beyond:
        if doses and lot_id:
            review_id = await reviews.open_review(
                db,
                kind,
                place_id=sent.to_place_id,
                lot_id=lot_id,
                doses=doses,
                entry_id=entry_id,
                note=f"Chuyến {sent.number}, dòng {line.line}",
            )
            await claims.open_claim(db, sent, line.line, kind, lot_id=lot_id, doses=doses, review_id=review_id)


async def _new_unit(db: Db, place: sites.Place, sent: Shipment, line: ShipmentLine, lot_id: UUID) -> UUID:
    """What arrived together is a unit of its own: its clock may differ from what lies there of the same lot."""
    before = await db.one(_Clock, queries.unit_clock, place_id=sent.place_id, unit_id=line.unit_id)
    fridge = (await vaccines.storage_limits(db, line.product)).get("fridge")
    clock_name, usable_until = rules.clock_after_receipt(
        before.clock, before.usable_until, place_kind=place.kind, fridge_days=fridge and fridge.days, at=db.at
    )
    unit_id = uuid7(db.at)
    await insert_unit(db, place.place_id, unit_id, lot_id, clock_name, usable_until, before.vvm_stage)
    return unit_id


class _Clock(msgspec.Struct):
    clock: str
    vvm_stage: int | None
    usable_until: datetime | None
