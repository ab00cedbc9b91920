"""A crowd books, cancels and books again while web process and database are killed with -9: nothing oversold, leaked or lost."""

import asyncio
import os
import random
import signal
import socket
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg
import pytest

from bench.booking import lay
from bench.harness import answers, web
from tiemchung import follow_ups
from tiemchung.domain import rulebook
from tiemchung.domain.appointments import audit
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.ids import uuid7
from tiemchung.schema import load

pytestmark = pytest.mark.prove
KILLS = 20
BOOK = "/so-suc-khoe/dat-lich"
CROWDS = [(1_000, 100, KILLS), (10_000, 500, 2)]


class Ground:
    """A database and a web process that can be killed, half hours with few places, and people who want them."""

    def __init__(self, folder: Path, url: str, port: int, database: Database) -> None:
        self.folder, self.url, self.port, self.database = folder, url, port, database
        self.process = web(url, folder, port)
        self.people: list[tuple[UUID, int]] = []
        self.slots: list[str] = []
        self.booked: dict[UUID, UUID] = {}

    def end_web(self) -> None:
        """With -9: the server's own process and those that answer for it."""
        for process in (*psutil.Process(self.process.pid).children(recursive=True), self.process):
            process.kill()
            process.wait()

    async def kill_web(self) -> None:
        self.end_web()
        self.process = web(self.url, self.folder, self.port)
        await answers(f"http://127.0.0.1:{self.port}/healthz")

    async def kill_database(self) -> None:
        pid = int((self.folder / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
        children = psutil.Process(pid).children()
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(psutil.wait_procs, children, 30)
        await asyncio.to_thread(server.start, self.folder / "pg")


@asynccontextmanager
async def ground(people: int, places: int) -> AsyncGenerator[Ground]:
    with tempfile.TemporaryDirectory(prefix="tiemchung-prove-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with server.running(folder / "pg") as url, socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
            free.close()
            async with Database(url, Keys(folder / "keys"), now=follow_ups.NOW, connections=2) as database:
                await load.everything(database, published=rulebook.tabulate)
                await lay(database, 400, people)
                made = Ground(folder, url, port, database)
                try:
                    await prepare(made, places)
                    await answers(f"http://127.0.0.1:{port}/readyz")
                    yield made
                finally:
                    made.end_web()


async def prepare(made: Ground, places: int) -> None:
    async with await psycopg.AsyncConnection.connect(made.url) as connection:
        found = await connection.execute(
            "update slot set capacity = %s, self_capacity = %s from (select * from bench_slot where n <= 10) b"
            " where slot.place_id = b.place_id and slot.session_id = b.session_id and slot.starts_at = b.starts_at"
            " returning b.place_id, b.session_id, b.starts_at",
            (places // 10, places // 10),
        )
        made.slots = [f"{place}.{session}.{int(at.timestamp())}" async for place, session, at in found]
        rows = await connection.execute("select person_id, n from bench_person")
        made.people = [(person_id, int(n) % 1000) async for person_id, n in rows]


@pytest.mark.parametrize(("people", "places", "kills"), CROWDS)
async def test_exactly_the_capacity_is_booked_and_every_acknowledged_booking_is_there(
    people: int, places: int, kills: int
):
    async with ground(people, places) as made:
        churning = asyncio.Event()
        async with crowd(made) as browser:
            clients = [asyncio.create_task(client(browser, made, who, churning)) for who in made.people]
            for k in range(kills):
                await asyncio.sleep(3)
                await (made.kill_web() if k % 2 else made.kill_database())
            await asyncio.sleep(2)
            churning.set()
            await asyncio.gather(*clients)

        assert len(made.booked) == places
        async with await psycopg.AsyncConnection.connect(made.url) as connection:
            rows = await connection.execute(
                "select person_id, appointment_id from appointment where status = 'booked'"
                " and person_id in (select person_id from bench_person)"
            )
            assert dict([row async for row in rows]) == made.booked
            taken = await connection.execute(
                "select sum(taken) from slot where self_capacity < 1000 and self_capacity > 0"
            )
            assert (await taken.fetchone()) == (places,)
        async with Database(made.url, Keys(made.folder / "keys"), connections=2) as after, after.statement() as db:
            assert (await audit.look(db)).ok


def crowd(made: Ground) -> httpx.AsyncClient:
    """One browser of many connections: who asks says so by the cookie of each request."""
    limits = httpx.Limits(max_connections=300, max_keepalive_connections=300)
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{made.port}", limits=limits, timeout=httpx.Timeout(60, pool=None)
    )


async def client(browser: httpx.AsyncClient, made: Ground, who: tuple[UUID, int], over: asyncio.Event) -> None:
    """One person: books somewhere, gives it back now and then, and in the end takes what is left."""
    person, account = who
    dice = random.Random(person.int)
    headers = {"accept": "application/json", "cookie": f"tc_citizen=bench-{account}"}
    while not over.is_set():
        await try_to_book(browser, made, person, [dice.choice(made.slots)], headers)
        if person in made.booked and dice.random() < 0.5:
            await give_back(browser, made, person, headers)
        await asyncio.sleep(dice.random() * 10)
    if person not in made.booked:
        await try_to_book(browser, made, person, dice.sample(made.slots, len(made.slots)), headers)


async def try_to_book(
    browser: httpx.AsyncClient, made: Ground, person: UUID, slots: list[str], headers: dict[str, str]
) -> None:
    for slot in slots:
        if person in made.booked:
            return
        key = uuid7()
        form = {"id": str(key), "person_id": str(person), "slot": slot, "act": "book"}
        answer = await sure(browser, BOOK, form, headers)
        if answer.status_code == 200:
            made.booked[person] = key
        else:
            assert (answer.status_code, answer.json()["type"]) == (409, "/loi/slot_full"), answer.text


async def give_back(browser: httpx.AsyncClient, made: Ground, person: UUID, headers: dict[str, str]) -> None:
    appointment_id = made.booked[person]
    path = f"/so-suc-khoe/lich-hen/{person}/{appointment_id}/huy"
    answer = await sure(browser, path, {"id": str(uuid7())}, headers)
    assert answer.status_code == 303, answer.text
    del made.booked[person]


async def sure(browser: httpx.AsyncClient, path: str, form: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
    """Send the same request with the same key until there is an answer."""
    while True:
        try:
            answer = await browser.post(path, data=form, headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(0.3)
            continue
        # 202: taken into the queue while bookings were slow. Nothing is promised yet, so the same key is asked again.
        if answer.status_code not in {202, 500, 503}:
            return answer
        assert answer.status_code in {202, 503}, answer.text
        await asyncio.sleep(0.3)
