"""The simulator keeps the contract of a population registry: a token, match or no match, clear refusals."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from tests.arrange import Client
from tiemchung.demo import registry as simulator
from tiemchung.demo import tour
from tiemchung.domain import identity
from tiemchung.domain.identity import Question, Registry
from tiemchung.kit.db import Database
from tiemchung.kit.ids import uuid7

AT = f"{identity.SIMULATED}/v1/matches"
KNOWN = {"number": "046154900011", "name": "NGUYỄN THỊ HÒA", "birth": "1954-09-03", "sex": "female"}


async def asked(client: Client, **changes: object) -> str:
    question = {"id": str(uuid7()), "marks": True} | KNOWN | changes
    token = identity.simulator_token(client.database.keys)
    answer = await client.post(AT, json={"questions": [question]}, headers={"authorization": f"Bearer {token}"})
    (found,) = answer.json()["answers"]
    assert found.keys() == {"id", "answer"} and found["id"] == question["id"]
    return found["answer"]


async def test_whom_it_knows_by_heart_must_fit(client: Client):
    assert await asked(client) == "match"
    assert await asked(client, name="Nguyễn Thị Hòa") == "match"
    assert await asked(client, birth="1954") == "match"
    assert await asked(client, name="NGUYỄN THỊ HOÀ") == "no_match"
    assert await asked(client, name="NGUYEN THI HOA", marks=False) == "match"
    assert await asked(client, birth="1954-03-09") == "no_match"
    assert await asked(client, sex="male") == "no_match"


async def test_of_others_the_number_must_fit_sex_and_year(client: Client):
    stranger = {"number": "001190900123", "name": "LÊ THỊ MỚI", "birth": "1990-01-01", "sex": "female"}
    assert await asked(client, **stranger) == "match"
    assert await asked(client, **stranger | {"sex": "male"}) == "no_match"
    assert await asked(client, **stranger | {"birth": "1991"}) == "no_match"


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"questions": [{"id": 1}]}'])
async def test_what_is_no_question_is_refused(client: Client, body: bytes):
    token = identity.simulator_token(client.database.keys)
    answer = await client.post(AT, content=body, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 422


async def test_without_its_token_it_says_nothing(client: Client):
    answer = await client.post(AT, json={"questions": []}, headers={"accept": "application/json"})
    assert answer.status_code == 401


async def test_the_demonstration_shows_what_fixes_itself_and_what_waits(database: Database):
    async with database.transaction() as db:
        area_id = (await tour.prepare(db)).commune_area_id
        await simulator.prepare(db, area_id)
        await simulator.prepare(db, area_id)
        assert await identity.ask(db, Simulated("simulator", "", "")) == 4
        found = await identity.worklist(db, area_id)
    assert {row.name: row.finding for row in found.rows} == {
        "Lê Thị Mỹ Dũng": "spelling",
        "Phạm Quốc Khanh": "wrong_number",
        "Hồ Văn Bé": "missing",
    }


class Simulated(Registry):
    """The simulator without the way to it."""

    async def ask(self, questions: Sequence[Question]) -> dict[UUID, bool]:
        return {question.id: simulator.matches(question) for question in questions}
