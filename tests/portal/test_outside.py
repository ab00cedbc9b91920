"""What programs and other sites use: the API within its limit, cards in frames, and an honest page of the service's state."""

import psycopg
import pytest

from tests.arrange import Client
from tests.citizens import a_person
from tests.figures import counted, doses
from tiemchung.exchange import figures
from tiemchung.kit.db import Database
from tiemchung.kit.errors import TooManyRequests
from tiemchung.kit.sql import Query
from tiemchung.portal import status
from tiemchung.web.limits import PUBLIC_BURST, PUBLIC_PER_MINUTE, Limit


@pytest.fixture(autouse=True)
def _a_fresh_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(figures, "_LIMIT", Limit(per_minute=PUBLIC_PER_MINUTE, burst=PUBLIC_BURST))


async def given(client: Client, count: int) -> None:
    async with client.database.transaction() as db:
        await doses(db, count)
    await counted(client.database)


async def test_the_api_tells_what_the_portal_shows(client: Client):
    await given(client, 6)
    nation = (await client.get("/api/v1/so-lieu")).json()
    hue = (await client.get("/api/v1/tinh/46")).json()
    provinces = (await client.get("/api/v1/tinh")).json()["provinces"]
    assert nation["totals"]["doses"] == 6 == hue["totals"]["doses"] == sum(one["doses"] for one in provinces)
    assert nation["indicators"]["doses"] == {"numerator": 6, "denominator": None}
    assert '<p class="v num" id="doses">6</p>' in (await client.get("/")).text


async def test_a_program_hears_a_problem_and_not_a_page(client: Client):
    unknown = await client.get("/api/v1/tinh/99")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")
    short = await client.get("/api/v1/diem-tiem", params={"q": "a"})
    assert (short.status_code, short.json()["facts"]["field"]) == (422, "q")
    assert (await client.get("/api/v1/diem-tiem", params={"q": "thuan hoa"})).json()["sites"]


async def test_who_asks_too_often_is_told_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(figures, "_LIMIT", Limit(per_minute=1, burst=3))
    answers = [await client.get("/api/v1/tinh/99") for _ in range(4)]
    assert {answer.status_code for answer in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_bucket_fills_with_time_and_each_address_has_its_own():
    limit = Limit(per_minute=60, burst=2)
    for _ in range(2):
        limit.take("a", 0.0)
    with pytest.raises(TooManyRequests) as refused:
        limit.take("a", 0.1)
    assert refused.value.facts["seconds"] == 1
    limit.take("b", 0.1)
    limit.take("a", 1.0)


@pytest.mark.parametrize("path", ["/nhung/so-lieu", "/nhung/ban-do", "/nhung/tinh/46"])
async def test_a_card_may_be_framed_and_has_no_chrome(client: Client, path: str):
    await given(client, 2)
    for address in (path, f"/en{path}"):
        card = await client.get(address)
        assert card.status_code == 200
        assert "frame-ancestors" not in card.headers["content-security-policy"]
        assert "<nav" not in card.text and "<script" not in card.text
    assert "frame-ancestors 'none'" in (await client.get("/")).headers["content-security-policy"]


async def test_the_state_of_the_service_is_measured(client: Client):
    await given(client, 1)
    page = (await client.get("/trang-thai")).text
    assert page.count("Hoạt động") == 4 and "Gián đoạn" not in page


async def test_a_database_that_is_away_is_told_as_an_interruption(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
):
    async def away(_: object) -> dict[str, float]:
        raise psycopg.OperationalError

    monkeypatch.setattr(status.events, "lag_seconds", away)
    page = await client.get("/trang-thai")
    assert page.status_code == 200
    assert page.text.count("Gián đoạn") >= 4 and "Hoạt động" not in page.text


async def test_work_that_waits_is_told_as_late(database: Database, monkeypatch: pytest.MonkeyPatch):
    async def behind(_: object) -> dict[str, float]:
        return {"figures": 120.0, "messages": 2000.0}

    monkeypatch.setattr(status.events, "lag_seconds", behind)
    assert [probe.state for probe in await status.probe(database)] == ["ok", "late", "down", "ok"]


async def test_a_dose_that_waits_for_the_signer_is_told(database: Database):
    queued = Query("insert into certificate_due values (%(person)s, uuidv7(), now() - interval '5 minutes')")
    async with database.transaction() as db:
        await db.run(queued, person=await a_person(db))
    assert (await status.probe(database))[-1].state == "late"
