"""One key, one act, one answer: whoever asks again, at once or later, hears the same."""

import asyncio

from tests.arrange import Client
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

BEGIN = "/so-suc-khoe/dang-ky"
DRAFTS = Query("select count(*)::int as n from registration_draft")
ANSWERS = Query("select count(*)::int as n from command")


async def test_the_same_key_begins_one_form(client: Client):
    await client.citizen()
    key = uuid7()
    first, again = await client.write(BEGIN, key), await client.write(BEGIN, key)
    assert (first.status_code, first.headers["location"]) == (again.status_code, again.headers["location"])
    async with client.database.statement() as db:
        assert await db.value(int, DRAFTS) == 1


async def test_requests_at_one_moment_with_one_key_make_one_act(client: Client):
    await client.citizen()
    key = uuid7()
    answers = await asyncio.gather(*(client.write(BEGIN, key) for _ in range(4)))
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, f"{BEGIN}/{key}/giay-to")}
    async with client.database.statement() as db:
        assert await db.value(int, DRAFTS) == 1
        assert await db.value(int, ANSWERS) == 1


async def test_a_refused_act_hears_the_same_refusal(client: Client):
    await client.staff("site_head", place_id=place_id("46005"))
    key, path = uuid7(), f"/diem-tiem/phien/{place_id('46005')}/{uuid7()}/mo"
    first, again = await client.write(path, key), await client.write(path, key)
    assert first.status_code == again.status_code == 404
    async with client.database.statement() as db:
        assert await db.value(int, ANSWERS) == 1


async def test_a_write_without_a_key_is_refused_and_named(client: Client):
    await client.citizen()
    refused = await client.post(BEGIN, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["field"] == "id"


async def test_a_key_of_somebody_else_tells_nothing(client: Client):
    await client.citizen("+84900000011")
    key = uuid7()
    await client.write(BEGIN, key)
    await client.citizen("+84900000012")
    assert (await client.write(BEGIN, key)).status_code == 404
