"""Settling a ticket by what it asks for, in the same act: an amended version of the record, a restriction, an erasure."""

from tiemchung.domain import access, immunizations, people
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
            await people.erase(db, ticket.person_id)
        case None:
            pass
    return await step(db, ticket, "done", message)
