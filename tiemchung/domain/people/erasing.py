"""Erasing what no law keeps. The record of vaccinations, who it belongs to and how the person is reached for safety stay."""

from uuid import UUID

from tiemchung.domain.people.actions import queries
from tiemchung.domain.people.model import PersonErased
from tiemchung.kit.db import Db

# What goes, as the event names it; the words for people stand on the page of the request.
ERASED = ["occupation", "workplace", "ethnic_group", "email", "insurance", "old_contacts"]


async def erase(db: Db, person_id: UUID) -> None:
    """Erase what may be erased of a person, and withdraw the ways to reach them that nobody needs."""
    await db.run(queries.lock_person, person_id=person_id)
    await db.run(queries.erase_circumstances, person_id=person_id)
    await db.run(queries.erase_contacts, person_id=person_id)
    await db.run(queries.erase_numbers, person_id=person_id)
    await db.happened(PersonErased(person_id=person_id, fields=ERASED))
