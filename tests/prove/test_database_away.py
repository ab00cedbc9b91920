"""The database is stopped and started under load: clear answers, nothing acknowledged lost, nothing doubled."""

import asyncio
from uuid import UUID

import httpx
import psycopg
import pytest

from bench.harness import Platform, platform
from tiemchung.domain import access
from tiemchung.kit import server
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

pytestmark = pytest.mark.prove
STOPS = 5
CLIENTS = 8


async def test_no_acknowledged_write_is_lost_when_the_database_is_killed():
    async with platform() as here:
        cookies = {"tc_citizen": await a_signed_in_citizen(here)}
        acknowledged: set[UUID] = set()
        statuses: dict[int, int] = {}
        done = asyncio.Event()

        async def write() -> None:
            async with httpx.AsyncClient(base_url=here.base, cookies=cookies, timeout=30) as client:
                while not done.is_set():
                    key = uuid7()
                    for _ in range(40):
                        answer = await client.post("/so-suc-khoe/dang-ky", data={"id": str(key)})
                        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                        if answer.status_code == 303:
                            acknowledged.add(key)
                            break
                        assert answer.status_code == 503, answer.text
                        assert "chưa có gì được ghi" in answer.text
                        await asyncio.sleep(0.2)

        writers = [asyncio.create_task(write()) for _ in range(CLIENTS)]
        for _ in range(STOPS):
            await asyncio.sleep(2)
            await asyncio.to_thread(server.stop, here.folder / "pg", "immediate")
            await the_portal_still_answers(here)
            await asyncio.to_thread(server.start, here.folder / "pg")
        await asyncio.sleep(2)
        done.set()
        await asyncio.gather(*writers)

        kept = await kept_drafts(here)
        assert statuses.get(503, 0) > 0, "the load never met the database away"
        assert acknowledged <= kept.keys(), len(acknowledged - kept.keys())
        assert set(kept.values()) == {1}


async def a_signed_in_citizen(here: Platform) -> str:
    async with here.database.transaction() as db:
        sent = await access.send_code(db, phone="+84900000001", address="prove", purpose="sign_in")
        token = await access.sign_in_citizen(
            db, challenge_id=sent.challenge_id, code=sent.code, phone="+84900000001", lang="vi"
        )
    async with httpx.AsyncClient(base_url=here.base) as client:
        assert (await client.get("/")).status_code == 200
    return token


async def the_portal_still_answers(here: Platform) -> None:
    async with httpx.AsyncClient(base_url=here.base, timeout=30) as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert "age" in page.headers
        assert (await client.get("/readyz")).status_code == 503


async def kept_drafts(here: Platform) -> dict[UUID, int]:
    # A connection of its own: those of the pool were cut with the server.
    async with await psycopg.AsyncConnection.connect(here.url) as connection:
        rows = await (await connection.execute(KEPT.encode())).fetchall()
    return dict(rows)


KEPT = Query(
    "select c.command_id, count(d.draft_id) as n from command c join registration_draft d on d.draft_id = c.command_id"
    " where c.status = 200 group by c.command_id"
)
