"""Declaring, and reading a declaration at the site."""

from collections.abc import Sequence
from uuid import UUID

from tiemchung.domain.declarations import rules
from tiemchung.domain.declarations.model import Answers, Declaration, Declared
from tiemchung.kit import sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.ids import normal_code, readable_code

queries = sql.load(__name__)


async def declare(db: Db, person_id: UUID, answers: Answers, *, declaration_id: UUID, channel: str) -> Declaration:
    """Keep a declaration beside the earlier ones; the caller has opened the record or holds the registration's code."""
    written = await db.run(
        queries.insert,
        person_id=person_id,
        declaration_id=declaration_id,
        code=readable_code(),
        answers=json(answers),
        verdict=rules.verdict(answers),
        channel=channel,
        at=db.at,
    )
    if written:
        await db.happened(Declared(person_id=person_id, declaration_id=declaration_id, channel=channel))
    return await db.one(Declaration, queries.one, person_id=person_id, declaration_id=declaration_id)


async def of_person(db: Db, person_id: UUID) -> list[Declaration]:
    """A person's declarations, the newest first."""
    return await db.all(Declaration, queries.of_person, person_id=person_id, most=20)


async def latest(db: Db, person_id: UUID) -> Declaration | None:
    """What a person declared last."""
    return await db.maybe(Declaration, queries.of_person, person_id=person_id, most=1)


async def fresh(db: Db, person_ids: Sequence[UUID]) -> dict[UUID, Declaration]:
    """The newest declaration of each of some people that a site still takes as today's."""
    found = await db.all(Declaration, queries.newest, person_ids=list(person_ids), since=db.at - rules.FRESH)
    return {one.person_id: one for one in found}


async def by_code(db: Db, typed: str) -> Declaration:
    """The declaration of a code, scanned or typed. Raises `NotFound`."""
    bare = typed.strip().upper().removeprefix(rules.PREFIX)
    return await db.one(Declaration, queries.by_code, code=normal_code(bare))


async def forget(db: Db, person_id: UUID) -> None:
    """Delete what somebody declared, who asked for it and was never seen by a health worker."""
    await db.run(queries.forget, person_id=person_id)
