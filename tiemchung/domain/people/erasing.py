"""Erasing what no law keeps. A record of vaccinations, who it belongs to and how the person is reached for safety stay."""

from uuid import UUID

from tiemchung.domain.people.actions import queries
from tiemchung.domain.people.model import PersonErased
from tiemchung.kit.db import Db

# What goes, as the event names it; the words for people stand on the page of the request.
ERASED = ["occupation", "workplace", "ethnic_group", "email", "insurance", "old_contacts"]
EVERYTHING = [*ERASED, "name", "birth", "address", "numbers", "contacts", "health_answers", "family"]


async def erase(db: Db, person_id: UUID) -> None:
    """Erase what may be erased of a person, and withdraw the ways to reach them that nobody needs."""
    await db.run(queries.lock_person, person_id=person_id)
    await db.run(queries.erase_circumstances, person_id=person_id)
    await db.run(queries.erase_contacts, person_id=person_id)
    await db.run(queries.erase_numbers, person_id=person_id)
    await db.happened(PersonErased(person_id=person_id, fields=ERASED))


async def forget(db: Db, person_id: UUID) -> None:
    """Erase all that says who a person was, of whom no law keeps a record; the id stays where things are counted."""
    await db.run(queries.lock_person, person_id=person_id)
    for part in (queries.forget_numbers, queries.forget_claims, queries.forget_contacts, queries.forget_versions):
        await db.run(part, person_id=person_id)
    await db.run(queries.forget_person, person_id=person_id)
    await db.run(queries.forget_families, person_id=person_id, at=db.at)
    await db.happened(PersonErased(person_id=person_id, fields=EVERYTHING))
