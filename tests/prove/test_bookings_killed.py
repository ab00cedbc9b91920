"""A crowd books, cancels and books again while web process and database are killed with -9: nothing oversold, leaked or lost."""

import asyncio
import json
import os
import random
import re
import signal
import socket
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

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
LINES = 200
CROWDS = [(1_000, 100), (10_000, 500)]


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


class Crowd:
    """Many people over few kept-alive lines, each request asked again until it is answered.

    Plain bytes instead of a client library: ten thousand people who wait for a line must not cost the two cores that the
    web process and the database share with them.
    """

    def __init__(self, made: Ground) -> None:
        self.made = made
        self._lines: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = asyncio.Queue()
        for _ in range(LINES):
            self._lines.put_nowait(None)

    async def sure(self, path: str, form: dict[str, Any], account: int) -> tuple[int, dict[str, Any]]:
        """Send the same request with the same key until there is an answer; status and body."""
        body = urlencode(form)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nCookie: tc_citizen=bench-{account}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        request = f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()
        while True:
            status, answer = await self._ask(request)
            # 202: taken into the queue while bookings were slow. Nothing is promised yet, so the same key is asked again.
            if status not in {None, 202, 503}:
                return status or 0, answer
            await asyncio.sleep(0.3)

    def hang_up(self) -> None:
        """Close all lines; nobody is on one any more."""
        while not self._lines.empty():
            if line := self._lines.get_nowait():
                line[1].close()

    async def _ask(self, request: bytes) -> tuple[int | None, dict[str, Any]]:
        line, kept = await self._lines.get(), False
        try:
            line = line or await asyncio.open_connection("127.0.0.1", self.made.port)
            reader, writer = line
            writer.write(request)
            async with asyncio.timeout(60):
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = re.search(rb"content-length: (\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
            kept = b"connection: close" not in head
            is_json = re.search(rb"content-type: application/(problem\+)?json", head)
            return int(head[9:12]), json.loads(body) if is_json else {}
        except (OSError, EOFError, TimeoutError):
            return None, {}
        finally:
            if line and not kept:
                line[1].close()
            self._lines.put_nowait(line if kept else None)


@pytest.mark.parametrize(("people", "places"), CROWDS)
async def test_exactly_the_capacity_is_booked_and_every_acknowledged_booking_is_there(people: int, places: int):
    async with ground(people, places) as made:
        over, crowd = asyncio.Event(), Crowd(made)
        clients = [asyncio.create_task(client(crowd, who, over)) for who in made.people]
        for k in range(KILLS):
            await asyncio.sleep(3)
            await (made.kill_web() if k % 2 else made.kill_database())
        await asyncio.sleep(2)
        over.set()
        await asyncio.gather(*clients)
        full: set[str] = set()
        await asyncio.gather(*(take_what_is_left(crowd, who, full) for who in made.people))
        crowd.hang_up()

        assert len(made.booked) == places
        async with await psycopg.AsyncConnection.connect(made.url) as connection:
            rows = await connection.execute(
                "select person_id, appointment_id from appointment where status = 'booked'"
                " and person_id in (select person_id from bench_person)"
            )
            assert dict([row async for row in rows]) == made.booked
            taken = await connection.execute(
                "select sum(taken), max(taken - capacity) from slot where self_capacity < 1000 and self_capacity > 0"
            )
            assert await taken.fetchone() == (places, 0)
        async with Database(made.url, Keys(made.folder / "keys"), connections=2) as after, after.statement() as db:
            assert (await audit.look(db)).ok


async def client(crowd: Crowd, who: tuple[UUID, int], over: asyncio.Event) -> None:
    """One person: books somewhere, and gives it back now and then."""
    person, account = who
    dice = random.Random(person.int)
    while not over.is_set():
        if person not in crowd.made.booked:
            await try_to_book(crowd, who, dice.choice(crowd.made.slots))
        if person in crowd.made.booked and dice.random() < 0.5:
            path = f"/so-suc-khoe/lich-hen/{person}/{crowd.made.booked[person]}/huy"
            assert (await crowd.sure(path, {"id": str(uuid7())}, account))[0] == 303
            del crowd.made.booked[person]
        await asyncio.sleep(dice.random() * 10)


async def take_what_is_left(crowd: Crowd, who: tuple[UUID, int], full: set[str]) -> None:
    """In the end whoever has no place tries every half hour; nobody gives back any more, so a full one stays full."""
    for slot in random.Random(who[0].int).sample(crowd.made.slots, len(crowd.made.slots)):
        if who[0] not in crowd.made.booked and slot not in full and not await try_to_book(crowd, who, slot):
            full.add(slot)


async def try_to_book(crowd: Crowd, who: tuple[UUID, int], slot: str) -> bool:
    person, account = who
    key = uuid7()
    form = {"id": str(key), "person_id": str(person), "slot": slot, "act": "book"}
    status, answer = await crowd.sure(BOOK, form, account)
    if status == 200:
        crowd.made.booked[person] = key
        return True
    assert (status, answer.get("type")) == (409, "/loi/slot_full"), answer
    return False
