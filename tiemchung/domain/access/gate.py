"""The one gate to a person's record: who may look, and the log of every look."""

from collections.abc import Sequence
from uuid import UUID

from tiemchung.domain.access.actions import queries
from tiemchung.domain.access.model import (
    Purpose,
)
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7

# Who must see a record whose processing is restricted: whoever treats the person, and whoever answers their own request.
MUST_SEE = [Purpose.care, Purpose.request]


async def permit(db: Db, person_id: UUID, *, purpose: Purpose, page: str) -> None:
    """The one gate to a person's record: checks the actor's reach and writes the access log. Raises `NotFound`.

    Who may not see a person learns nothing about them: the answer is that of a person who does not exist.
    """
    match db.actor.kind:
        case "staff":
            reaches = await db.value(
                bool,
                queries.staff_reaches_person,
                staff_id=db.actor.id,
                person_id=person_id,
                purpose=purpose,
                must=MUST_SEE,
                today=clock.day_of(db.at),
            )
        case "citizen":
            relation = await db.value(str, queries.citizen_reaches_person, account_id=db.actor.id, person_id=person_id)
            reaches = relation is not None
            purpose = Purpose.own if relation == "self" else Purpose.family
        case _:
            reaches = True
    if not reaches:
        raise NotFound
    await db.run(
        queries.insert_access,
        person_id=person_id,
        at=db.at,
        access_id=uuid7(db.at),
        actor_kind=db.actor.kind,
        actor_id=db.actor.id,
        actor_label=db.actor.label,
        purpose=purpose,
        page=page,
        request_id=db.actor.request_id,
    )


async def permit_all(db: Db, person_ids: Sequence[UUID], *, purpose: Purpose, page: str) -> None:
    """The gate for a whole list that a member of staff takes away: each record in it counts as looked at.

    Raises `NotFound` when one of them is out of reach.
    """
    looked = await db.run(
        queries.insert_accesses,
        person_ids=list(person_ids),
        staff_id=db.actor.id,
        today=clock.day_of(db.at),
        at=db.at,
        actor_kind=db.actor.kind,
        actor_label=db.actor.label,
        purpose=purpose,
        must=MUST_SEE,
        page=page,
        request_id=db.actor.request_id,
    )
    if looked != len(set(person_ids)):
        raise NotFound


async def note_looks(db: Db, person_ids: Sequence[UUID], *, purpose: Purpose, page: str) -> None:
    """Log looks at people who are out of reach, but whom somebody present described: each of them sees who compared."""
    for person_id in person_ids:
        await db.run(
            queries.insert_access,
            person_id=person_id,
            at=db.at,
            access_id=uuid7(db.at),
            actor_kind=db.actor.kind,
            actor_id=db.actor.id,
            actor_label=db.actor.label,
            purpose=purpose,
            page=page,
            request_id=db.actor.request_id,
        )


async def was_opened_for(db: Db, person_id: UUID, purpose: Purpose) -> bool:
    """Whether staff has ever opened a record for a purpose: for care, whether somebody was seen by a health worker."""
    return bool(await db.value(bool, queries.was_opened_for, person_id=person_id, purpose=purpose))
