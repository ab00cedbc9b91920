"""Whose records an account may open, and how people are reached."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.people.actions import queries
from tiemchung.domain.people.model import FamilyLinked, FamilyUnlinked, Member, PersonId
from tiemchung.kit import clock
from tiemchung.kit.db import Db


async def members(db: Db, account_id: UUID) -> list[Member]:
    """The people whose records an account may open, oneself first."""
    return await db.all(Member, queries.members, account_id=account_id)


async def link(db: Db, account_id: UUID, person_id: PersonId, *, relation: str, proof: str) -> None:
    """Let an account open a person's record; a link that stands already is left as it is."""
    if await db.run(queries.link, account_id=account_id, person_id=person_id, relation=relation, proof=proof, at=db.at):
        await db.happened(FamilyLinked(account_id=account_id, relation=relation, proof=proof, person_id=person_id))


async def unlink(db: Db, account_id: UUID, person_id: UUID) -> None:
    """Take a person out of an account's family."""
    if await db.run(queries.unlink, account_id=account_id, person_id=person_id, at=db.at):
        await db.happened(FamilyUnlinked(account_id=account_id, person_id=person_id))


async def account_reaches(db: Db, account_id: UUID, person_id: PersonId) -> bool:
    """Whether an account may be linked to a person known already: linked before, or reached at the same number."""
    return bool(await db.value(bool, queries.account_reaches, account_id=account_id, person_id=person_id))


async def account_has_self(db: Db, account_id: UUID) -> bool:
    """Whether the account's holder has registered themselves."""
    return bool(await db.value(bool, queries.has_self, account_id=account_id))


async def described(db: Db, number: str, born_on: date) -> PersonId | None:
    """The person who bears a number and was born on a day: what somebody must know to ask for being family."""
    kinds = ("national_id", "personal_code", "passport", "insurance")
    indexes = [db.keys.blind(f"{kind}:VN", number) for kind in kinds]
    found = await db.value(UUID, queries.described, indexes=indexes, born_on=born_on)
    return None if found is None else PersonId(found)


async def guards(db: Db, account_id: UUID, person_id: PersonId) -> bool:
    """Whether the account's own number is the one that a minor's guardian registered with."""
    adult_born_on = clock.day_of(db.at).replace(day=1).replace(year=clock.day_of(db.at).year - 18)
    return bool(
        await db.value(bool, queries.guards, account_id=account_id, person_id=person_id, adult_born_on=adult_born_on)
    )


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Where messages to a person go, and in which language."""

    person_id: PersonId
    phone: str
    lang: str


async def reach(db: Db, person_ids: Sequence[UUID]) -> dict[UUID, Reach]:
    """How to reach people by phone; who has no phone is missing."""
    rows = await db.all(_ReachRow, queries.reach, person_ids=list(person_ids))
    return {
        row.person_id: Reach(
            person_id=row.person_id,
            phone=db.keys.open(row.value_sealed, f"contact.value.{row.contact_id}"),
            lang=row.lang,
        )
        for row in rows
    }


async def emails(db: Db, person_id: UUID) -> list[str]:
    """The e-mail addresses of a person in force."""
    rows = await db.all(_Email, queries.emails, person_id=person_id)
    return [db.keys.open(row.value_sealed, f"contact.value.{row.contact_id}") for row in rows]


class _Email(msgspec.Struct):
    contact_id: UUID
    value_sealed: bytes


class _ReachRow(msgspec.Struct):
    person_id: PersonId
    contact_id: UUID
    value_sealed: bytes
    lang: str
