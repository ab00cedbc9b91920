"""Asking the registry: who is to be asked about, one round of questions, what is put right by itself."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.identity import rules
from tiemchung.domain.identity.model import Finding, IdentityFixed, Question
from tiemchung.domain.identity.registry import Registry
from tiemchung.domain.people import NumberClaimed, PersonId
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)
ROUND = 100


async def want(db: Db, person_ids: Sequence[UUID]) -> int:
    """Put people into the queue whose identity is open and who have a number; how many."""
    return await db.run(queries.want, person_ids=list(person_ids), at=db.at)


async def want_in_area(db: Db, area_id: int) -> int:
    """The same for everybody of an area whose identity was never asked about."""
    return await db.run(queries.want_in_area, area_id=area_id, at=db.at)


async def ask(db: Db, registry: Registry, *, most: int = ROUND) -> int:
    """One round: ask about those who wait longest and keep the answers; how many. Raises `RegistryAway`.

    One process asks at a time. Nothing is written before the registry has answered, so that a slow one holds nobody up.
    """
    if not await db.value(bool, queries.begin_round):
        return 0
    waiting = await db.all(_Waiting, queries.waiting, most=most)
    numbers = await people.numbers_to_check(db, [one.person_id for one in waiting])
    asked = [_Asked(one, numbers[one.person_id], uuid7(db.at)) for one in waiting if one.person_id in numbers]
    matches = await registry.ask([one.question for one in asked])
    others = {one.id: _variants(one) for one in asked if not matches[one.id]}
    again = await registry.ask([variant.question for variants in others.values() for variant in variants])
    for one in asked:
        fitting = next((variant for variant in others.get(one.id, ()) if again[variant.question.id]), None)
        await _keep(db, registry.name, one, matches=matches[one.id], fitting=fitting)
    await db.run(queries.no_longer_wanted, person_ids=[one.person_id for one in waiting])
    return len(waiting)


async def _keep(db: Db, registry: str, one: "_Asked", *, matches: bool, fitting: "_Variant | None") -> None:
    person_id = one.person.person_id
    try:
        async with db.connection.transaction():
            if fitting is not None and fitting.cause is not None:
                await people.correct(
                    db,
                    person_id,
                    name=fitting.question.name,
                    birth_date=fitting.birth_date,
                    cause=fitting.cause,
                    reason="Khớp cơ sở dữ liệu dân cư sau khi sửa khác biệt an toàn",
                )
                await db.happened(IdentityFixed(cause=fitting.cause, person_id=person_id))
                matches = True
            found = None if matches else _finding(one, fitting)
            await people.keep_identity_check(db, person_id, registry=registry, matches=matches, finding=found)
    except NumberClaimed:
        # The number was verified for somebody else: two records claim it, and a human must say whose it is.
        await people.keep_identity_check(db, person_id, registry=registry, matches=False, finding=Finding.wrong_number)


def _finding(one: "_Asked", fitting: "_Variant | None") -> Finding:
    person = one.person
    return rules.finding(one.number, person.birth_date, person.sex, known_without_marks=fitting is not None)


def _variants(one: "_Asked") -> list["_Variant"]:
    """The record with one safe difference undone, then without any marks: the first that matches says what was different."""
    person, variants = one.person, list[_Variant]()
    for name in rules.spellings(person.name):
        variants.append(_Variant(one.asking(name=name), person.birth_date, "spelling"))
    other_day = rules.swapped(person.birth_date, person.birth_precision)
    if other_day is not None:
        variants.append(_Variant(one.asking(birth=other_day.isoformat()), other_day, "day_month"))
    bare = one.asking(name=rules.without_marks(person.name), marks=False)
    return [*variants, _Variant(bare, person.birth_date, None)]


class _Waiting(msgspec.Struct):
    person_id: PersonId
    name: str
    sex: str
    birth_date: date
    birth_precision: str


class _Asked(msgspec.Struct):
    person: _Waiting
    number: str
    id: UUID

    @property
    def question(self) -> Question:
        """The record as it stands."""
        return Question(
            id=self.id,
            number=self.number,
            name=self.person.name,
            birth=rules.birth_asked(self.person.birth_date, self.person.birth_precision),
            sex=self.person.sex,
        )

    def asking(self, **changes: object) -> Question:
        """The same question with one thing otherwise."""
        return msgspec.structs.replace(self.question, id=uuid7(), **changes)


class _Variant(msgspec.Struct):
    question: Question
    birth_date: date
    cause: str | None
