"""Health declarations: versions are kept, the code opens one, the verdict follows the answers."""

import pytest

from tests.citizens import a_person
from tiemchung.domain import declarations
from tiemchung.domain.declarations import Answers
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query


async def test_a_later_declaration_counts_and_the_earlier_one_stays(db: Db):
    person = await a_person(db)

    first = await declarations.declare(db, person, Answers(yes=["fever"]), declaration_id=uuid7(), channel="app")
    db.at += declarations.FRESH
    second = await declarations.declare(db, person, Answers(yes=[]), declaration_id=uuid7(), channel="app")

    assert await declarations.latest(db, person) == second
    assert await declarations.of_person(db, person) == [second, first]


async def test_the_code_is_read_as_it_is_typed(db: Db):
    given = await declarations.declare(db, await a_person(db), Answers(yes=[]), declaration_id=uuid7(), channel="app")

    assert await declarations.by_code(db, f" {given.shown_code.lower()} ") == given
    assert await declarations.by_code(db, given.code.replace("-", "")) == given
    with pytest.raises(NotFound):
        await declarations.by_code(db, "KB1:0000-0000-0000")


async def test_the_same_declaration_sent_twice_is_one(db: Db):
    person, key = await a_person(db), uuid7()

    for _ in range(2):
        await declarations.declare(db, person, Answers(yes=[]), declaration_id=key, channel="app")

    assert len(await declarations.of_person(db, person)) == 1
    assert await db.value(int, Query("select count(*) from event where kind = 'declarations.declared'")) == 1


@pytest.mark.parametrize(
    ("yes", "verdict"),
    [([], "clear"), (["travelled"], "clear"), (["cough"], "symptoms"), (["cough", "case_contact"], "exposure")],
)
def test_exposure_is_told_before_symptoms(yes: list[str], verdict: str):
    assert declarations.verdict(Answers(yes=yes)) == verdict
