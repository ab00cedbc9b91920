"""Settling a ticket by what it asks for, in the same act: an amended version of the record, a restriction, an erasure."""

from tiemchung.domain import access, declarations, immunizations, messaging, people, registrations
from tiemchung.domain.access import Purpose
from tiemchung.domain.corrections.actions import step
from tiemchung.domain.corrections.model import Ticket
from tiemchung.domain.immunizations import DoseChange, LateDose
from tiemchung.domain.people import PersonChange
from tiemchung.kit.db import Db


async def apply(db: Db, ticket: Ticket, message: str, change: PersonChange | DoseChange | LateDose | None) -> Ticket:
    """Settle a ticket: the record gets a later version with who, when and why; without a change only the answer is kept.
    A request to restrict or to erase is carried out.

    Raises `TicketClosed`, and what the change refuses.
    """
    reason = f"{ticket.number}: {message}"
    match change:
        case PersonChange():
            await people.amend(db, ticket.person_id, change, reason=reason, ticket_id=ticket.ticket_id)
        case DoseChange():
            await immunizations.correct(db, ticket.person_id, change, reason=reason)
        case LateDose():
            await immunizations.add_late(db, ticket.person_id, change, reason=reason)
        case None if ticket.kind == "restrict":
            await access.restrict(db, ticket.person_id, ticket.ticket_id)
        case None if ticket.kind == "erase":
            return await _erase(db, ticket, message)
        case None:
            pass
    return await step(db, ticket, "done", message)


async def _erase(db: Db, ticket: Ticket, message: str) -> Ticket:
    """What no law keeps goes. Who was never seen by a health worker has no medical record: nothing says who they were."""
    person_id = ticket.person_id
    await registrations.organisations.forget_person(db, person_id)
    treated = await access.was_opened_for(db, person_id, Purpose.care)
    if treated or await immunizations.has_any(db, person_id):
        await messaging.stop_email(db, person_id)
        await people.erase(db, person_id)
        return await step(db, ticket, "done", message)
    for registration in await registrations.of_person(db, person_id):
        if registrations.may_move(registration.status, registrations.Status.withdrawn):
            await registrations.withdraw(db, registration)
    await messaging.forget(db, person_id)
    # The answer is sent as long as there is a number to send it to; it alone keeps that number until it has gone out.
    settled = await step(db, ticket, "done", message)
    await registrations.forget(db, person_id)
    await declarations.forget(db, person_id)
    await people.forget(db, person_id)
    return settled
