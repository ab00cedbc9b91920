"""A dose given with a line is one statement with its key: at one moment, later, after a refusal, after it was taken back."""

import asyncio

from tests.arrange import Client
from tests.immunization_support.test_site import a_site, send, somebody_ready
from tests.stores import SITE
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

DOSES = Query("select count(*)::int as n from immunization")
ANSWERS = Query("select count(*)::int as n from command where kind = 'immunization.record'")
TAKEN = Query("select sum(doses_nominal - doses_left)::int as n from vial")


async def counted(client: Client, query: Query) -> int:
    async with client.database.statement() as db:
        return await db.value(int, query) or 0


async def test_four_requests_at_one_moment_with_one_key_are_one_dose_and_hear_one_answer(client: Client):
    session, session_id, codes = await a_site(client)
    visit_id, vial_id = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)
    path, key = f"{session}/nguoi/{visit_id}/tiem", uuid7()

    answers = await asyncio.gather(*(client.write(path, key, vial_id=vial_id, body_site="left_arm") for _ in range(4)))

    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {
        (303, f"{session}?nguoi={visit_id}")
    }
    assert [await counted(client, query) for query in (DOSES, ANSWERS, TAKEN)] == [1, 1, 1]


async def test_a_dose_taken_back_is_not_given_again_by_its_own_retry(client: Client):
    session, session_id, codes = await a_site(client)
    visit_id, vial_id = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)
    person, key = f"{session}/nguoi/{visit_id}", uuid7()
    given = await client.write(f"{person}/tiem", key, vial_id=vial_id, body_site="left_arm")
    assert (await client.write(f"{person}/hoan-tac")).status_code == 303

    again = await client.write(f"{person}/tiem", key, vial_id=vial_id, body_site="left_arm")

    assert (again.status_code, again.headers["location"]) == (303, given.headers["location"])
    assert await counted(client, TAKEN) == 0


async def test_a_refused_dose_hears_its_refusal_again_though_it_would_pass_by_then(client: Client):
    _, session_id, codes = await a_site(client)
    visit_id, vial_id = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)
    body = {"place_id": str(SITE), "session_id": str(session_id), "visit_id": str(visit_id), "body_site": "left_arm"}
    key = uuid7()
    refused = await send(client, "immunization.record", body | {"vial_id": str(uuid7())}, key)

    again = await send(client, "immunization.record", body | {"vial_id": str(vial_id)}, key)

    assert (again.status_code, again.json()) == (refused.status_code, refused.json())
    assert await counted(client, DOSES) == 0


async def test_a_key_of_another_nurse_gives_nothing_and_tells_nothing(client: Client):
    session, session_id, codes = await a_site(client, 2)
    first, vial_id = await somebody_ready(client, session_id, codes[0])
    second, _ = await somebody_ready(client, session_id, codes[1])
    await client.staff("nurse", place_id=SITE)
    key = uuid7()
    await client.write(f"{session}/nguoi/{first}/tiem", key, vial_id=vial_id, body_site="left_arm")
    await client.staff("nurse", place_id=SITE)

    other = await client.write(f"{session}/nguoi/{second}/tiem", key, vial_id=vial_id, body_site="left_arm")

    assert other.status_code == 409
    assert await counted(client, DOSES) == 1


async def test_somebody_of_another_session_is_not_injected_from_this_one(client: Client):
    _, session_id, codes = await a_site(client)
    visit_id, vial_id = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)
    here = {"place_id": str(SITE), "session_id": str(uuid7()), "visit_id": str(visit_id)}

    refused = await send(client, "immunization.record", here | {"vial_id": str(vial_id), "body_site": "left_arm"})

    assert (refused.status_code, refused.json()["type"]) == (409, "/loi/not_waiting_for_injection")
    assert await counted(client, DOSES) == 0
