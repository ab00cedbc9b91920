"""Putting right what a record says about a person: what it said before stays, with why and by whom."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.people import actions
from tiemchung.domain.people.actions import queries
from tiemchung.domain.people.model import Identifier, PersonCorrected, PersonId
from tiemchung.kit.db import Db
from tiemchung.kit.vietnamese import search_name, sort_key


async def correct(
    db: Db,
    person_id: PersonId,
    *,
    cause: str,
    reason: str,
    name: str | None = None,
    birth_date: date | None = None,
    birth_precision: str | None = None,
) -> None:
    """Change name or birth of a person; None leaves what the record says. Nothing happens when nothing differs.

    The identity is open again until a registry has matched it. Raises `NotFound`.
    """
    held = await db.one(_Identity, queries.lock_person, person_id=person_id)
    new = msgspec.structs.replace(
        held,
        name=name or held.name,
        birth_date=birth_date or held.birth_date,
        birth_precision=birth_precision or held.birth_precision,
    )
    if new == held:
        return
    await db.run(queries.keep_version, person_id=person_id, at=db.at, cause=cause, reason=reason, by=db.actor.id)
    await db.run(
        queries.correct_person,
        person_id=person_id,
        name=new.name,
        search_name=search_name(new.name),
        sort_key=sort_key(new.name),
        birth_date=new.birth_date,
        birth_precision=new.birth_precision,
    )
    changed = [field for field in held.__struct_fields__ if getattr(new, field) != getattr(held, field)]
    await db.happened(PersonCorrected(fields=changed, cause=cause, person_id=person_id))


async def replace_identifier(db: Db, person_id: PersonId, number: Identifier) -> None:
    """The right number in the place of wrong ones of its kind; those stay for the trail and are found no more."""
    await db.run(queries.end_numbers, person_id=person_id, kinds=_alike(number), at=db.at)
    await actions.add_identifier(db, person_id, number)
    await db.run(queries.reopen_identity, person_id=person_id)


async def numbers_to_check(db: Db, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The number that a population registry knows each person by: of citizen cards and personal codes, the longest."""
    found: dict[UUID, str] = {}
    for person_id, number in await actions.identifiers_of(db, person_ids):
        if number.country == "VN" and number.kind in {"national_id", "personal_code"}:
            found[person_id] = max(found.get(person_id, ""), number.value, key=len)
    return found


def _alike(number: Identifier) -> list[str]:
    """Kinds that stand for the same thing: a personal code is the number that a citizen card later bears."""
    return ["national_id", "personal_code"] if number.kind in {"national_id", "personal_code"} else [number.kind]


class _Identity(msgspec.Struct):
    name: str
    sex: str
    birth_date: date
    birth_precision: str
