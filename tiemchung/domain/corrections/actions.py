"""Opening tickets, answering them, and telling the province of those that are late."""

import base64
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import geography, immunizations, messaging, registrations, sites
from tiemchung.domain.corrections import rules
from tiemchung.domain.corrections.model import (
    KINDS,
    NewTicket,
    Step,
    Ticket,
    TicketClosed,
    TicketMoved,
    TicketOpened,
)
from tiemchung.domain.people import Person
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import normal_code, readable_code

queries = sql.load(__name__)
_ESCALATED_AT_ONCE = 200


async def open_ticket(db: Db, person: Person, new: NewTicket, *, ticket_id: UUID) -> Ticket:
    """Open a ticket; its owner is the site of the dose, the site that is named, the person's own, or the province.

    The caller has opened the record. The same id again is the same ticket.
    """
    where = await geography.lineage(db, geography.AreaId(person.area_id))
    province = where.at("province")
    if province is None:
        raise NotFound
    place_id = await _owner(db, person, new)
    number = readable_code()
    due_at = rules.due_at(new.kind, db.at)
    written = await db.run(
        queries.insert_ticket,
        person_id=person.person_id,
        ticket_id=ticket_id,
        number=number,
        kind=new.kind,
        about=json(new.about),
        said_sealed=db.keys.seal(new.said, f"ticket.said.{ticket_id}"),
        place_id=place_id,
        province_code=province.code,
        channel=new.channel,
        at=db.at,
        by=db.actor.id,
        answer_by=rules.after_working_days(db.at, rules.ANSWER_WORKING_DAYS),
    )
    if written:
        await _write_step(db, person.person_id, ticket_id, 1, "open", due_at, "")
        if new.picture is not None:
            sealed = db.keys.seal(base64.b64encode(new.picture).decode(), f"ticket_photo.picture.{ticket_id}")
            await db.run(queries.insert_photo, person_id=person.person_id, ticket_id=ticket_id, picture_sealed=sealed)
        await db.happened(
            TicketOpened(person_id=person.person_id, place_id=place_id, ticket_id=ticket_id, ticket_kind=new.kind)
        )
        place = await sites.place(db, place_id) if place_id else None
        await messaging.tell(
            db,
            person.person_id,
            "ticket_opened",
            number=number,
            place=place.name if place else province.name,
            due=f"{clock.local(due_at):%d/%m/%Y}",
        )
    return await one(db, person.person_id, ticket_id)


async def step(db: Db, ticket: Ticket, state: str, message: str) -> Ticket:
    """Answer, extend, settle or refuse, in words that the person reads; the picture goes when the ticket ends.

    Raises `TicketClosed`.
    """
    extended = any(taken.state == "extended" for taken in await steps(db, ticket))
    if not rules.may_step(ticket.state, state, extended=extended):
        raise TicketClosed
    due_at = ticket.due_at + rules.EXTENSION if state == "extended" else ticket.due_at
    await _write_step(db, ticket.person_id, ticket.ticket_id, ticket.step + 1, state, due_at, message)
    if state in rules.CLOSED:
        await db.run(queries.delete_photo, person_id=ticket.person_id, ticket_id=ticket.ticket_id)
    await db.happened(
        TicketMoved(person_id=ticket.person_id, place_id=ticket.place_id, ticket_id=ticket.ticket_id, state=state)
    )
    await messaging.tell(db, ticket.person_id, "ticket_moved", number=ticket.number)
    return await one(db, ticket.person_id, ticket.ticket_id)


async def escalate(db: Db) -> None:
    """Put late tickets before the province, once each; run every hour."""
    for row in await db.all(_Late, queries.escalate, at=db.at, most=_ESCALATED_AT_ONCE):
        await db.happened(
            TicketMoved(person_id=row.person_id, place_id=row.place_id, ticket_id=row.ticket_id, state="escalated")
        )


async def one(db: Db, person_id: UUID, ticket_id: UUID) -> Ticket:
    """A ticket. Raises `NotFound`."""
    return await db.one(Ticket, queries.one, person_id=person_id, ticket_id=ticket_id)


async def by_number(db: Db, number: str) -> Ticket:
    """The ticket of a number, however it was typed. Raises `NotFound`."""
    return await db.one(Ticket, queries.by_number, number=normal_code(number))


async def of_person(db: Db, person_id: UUID) -> list[Ticket]:
    """A person's tickets, the newest first."""
    return await db.all(Ticket, queries.of_person, person_id=person_id)


async def worklist(
    db: Db, *, place_id: UUID | None, province_code: str | None, closed: bool, kinds: Sequence[str] = tuple(KINDS)
) -> list[Ticket]:
    """What waits at a place or in a province, the most urgent first; or what has ended, the newest first."""
    return await db.all(
        Ticket, queries.worklist, place_id=place_id, province_code=province_code, closed=closed, kinds=list(kinds)
    )


async def steps(db: Db, ticket: Ticket) -> list[Step]:
    """What happened to a ticket, in order."""
    return await db.all(Step, queries.steps, person_id=ticket.person_id, ticket_id=ticket.ticket_id)


async def said(db: Db, ticket: Ticket) -> str:
    """What the person wrote; the caller has opened the record."""
    sealed = await db.value(bytes, queries.said, person_id=ticket.person_id, ticket_id=ticket.ticket_id)
    return db.keys.open(sealed or b"", f"ticket.said.{ticket.ticket_id}")


async def photo(db: Db, ticket: Ticket) -> bytes:
    """The picture of an open ticket, a JPEG; the caller has opened the record. Raises `NotFound`."""
    sealed = await db.value(bytes, queries.photo, person_id=ticket.person_id, ticket_id=ticket.ticket_id)
    if sealed is None:
        raise NotFound
    return base64.b64decode(db.keys.open(sealed, f"ticket_photo.picture.{ticket.ticket_id}"))


async def _write_step(
    db: Db, person_id: UUID, ticket_id: UUID, number: int, state: str, due_at: datetime, message: str
) -> None:
    await db.run(
        queries.insert_step,
        person_id=person_id,
        ticket_id=ticket_id,
        step=number,
        state=state,
        due_at=due_at,
        message=message,
        at=db.at,
        by=db.actor.id if db.actor.kind == "staff" else None,
    )


async def _owner(db: Db, person: Person, new: NewTicket) -> UUID | None:
    doses = await immunizations.doses_of(db, person.person_id)
    if new.about.immunization_id is not None:
        for dose in doses:
            if dose.immunization_id == new.about.immunization_id:
                return dose.place_id
        raise NotFound
    if new.place_id is not None:
        return (await sites.place(db, new.place_id)).place_id
    if doses:
        return doses[0].place_id
    assigned = [found.assigned_place_id for found in await registrations.of_person(db, person.person_id)]
    return next((place_id for place_id in assigned if place_id is not None), None)


class _Late(msgspec.Struct):
    person_id: UUID
    place_id: UUID | None
    ticket_id: UUID
