"""Amending a person's record for a ticket: what it said before is kept with who, when, why and which ticket."""

from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.people.actions import keep, queries
from tiemchung.domain.people.corrections import replace_identifier
from tiemchung.domain.people.model import Contact, Identifier, IdentifierTaken, PersonCorrected, PersonId
from tiemchung.domain.people.rows import blind
from tiemchung.kit.db import Db
from tiemchung.kit.vietnamese import search_name, sort_key


class PersonChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a record should say instead; None leaves a field as it is. A new phone stands beside the old one."""

    name: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    birth_precision: str | None = None
    nationality: str | None = None
    address: str | None = None
    number: Identifier | None = None
    phone: Contact | None = None


async def amend(db: Db, person_id: UUID, change: PersonChange, *, reason: str, ticket_id: UUID | None = None) -> None:
    """Correct a record; what it said stays. Raises `IdentifierTaken` for a number of somebody else."""
    known = PersonId(person_id)
    if change.number and await db.value(
        UUID, queries.number_of_another, person_id=person_id, blind_index=blind(db, change.number)
    ):
        raise IdentifierTaken
    await db.run(queries.lock_person, person_id=person_id)
    await db.run(
        queries.keep_whole_version,
        person_id=person_id,
        at=db.at,
        reason=reason,
        by=db.actor.id,
        ticket_id=ticket_id,
    )
    await db.run(
        queries.amend_person,
        person_id=person_id,
        name=change.name,
        search_name=search_name(change.name) if change.name else None,
        sort_key=sort_key(change.name) if change.name else None,
        sex=change.sex,
        birth_date=change.birth_date,
        birth_precision=change.birth_precision,
        nationality=change.nationality,
        address=change.address,
    )
    if change.number:
        await replace_identifier(db, known, change.number)
    if change.phone:
        await keep(db, known, [], [change.phone])
    given = sorted(name for name, value in msgspec.structs.asdict(change).items() if value is not None)
    await db.happened(PersonCorrected(fields=given, cause="ticket", person_id=person_id))
