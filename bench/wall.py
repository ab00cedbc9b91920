"""Five hundred open walls while a busy country records five hundred doses a second: memory, delivery and freshness.

Web, worker, database, load and all the readers share the machine, as nothing else would let a ratio mean anything.
"""

import asyncio
import bisect
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from uuid import UUID

import msgspec
import psutil

from bench.dose import SITE, ground
from bench.harness import Figure, Platform, against_target, pgbench, platform
from tests.arrange import PASSWORD, a_member_of_staff, totp_now
from tiemchung.domain import access
from tiemchung.kit.sql import Query

WALLS, DOSES_A_SECOND, SECONDS = 500, 500, 30
SETTLE_SECONDS = 4.0
TODAY = re.compile(rb'id="today">([\d.]+)<')
GIVE = """\\set vial random(1, 9)
select give_dose(null, 'bench', uuidv7(), uuidv7(), '{place}', b.visit_id, ('{{{vials}}}'::uuid[])[:vial], '{staff}', null, null,
                 'COVID-19', 'left_arm', 0.5, null, now() + interval '30 minutes', now())
  from bench_visit b where b.n = (select nextval('bench_next'));
"""


class Seen(msgspec.Struct):
    """The moments at which one wall showed so many doses of today."""

    at: list[float] = []
    doses: list[int] = []


async def run() -> list[Figure]:
    """wall.memory, wall.delivery, wall.freshness: of `WALLS` readers of the nation's wall under the load."""
    async with platform() as here:
        _, staff_id, vials, _ = await ground(here, DOSES_A_SECOND * (SECONDS + 5))
        token = await _operator(here)
        with _worker(here):
            async with _walls(here, token, 1):
                before = _web_bytes()
            async with _walls(here, token, WALLS) as walls:
                script = GIVE.format(place=SITE, staff=staff_id, vials=",".join(map(str, vials)))
                told = await pgbench(here.url, script, seconds=SECONDS, a_second=DOSES_A_SECOND)
                await asyncio.sleep(SETTLE_SECONDS)
                more = _web_bytes() - before
        recorded = await _recorded(here)
    pace = f"at {told:.0f} doses/s, {len(recorded):,} of them"
    shown = [wait for wall in walls for wait in _waits(wall, recorded)]
    return [
        against_target("wall.memory", more / 2**20, f"MB more for {WALLS} walls", 150.0, rounds=1),
        against_target(
            "wall.delivery",
            _p99(_behind_the_first(walls)),
            f"s p99 behind the first wall, {pace}",
            1.0,
            rounds=1,
        ),
        against_target(
            "wall.freshness", _p99(shown), f"s p99 from recorded to shown on each wall, {pace}", 2.0, rounds=1
        ),
    ]


async def _operator(here: Platform) -> str:
    async with here.database.transaction() as db:
        _, login = await a_member_of_staff(db, "national_operator")
        return await access.sign_in_staff(db, login=login, password=PASSWORD, totp=totp_now(db.at))


@contextmanager
def _worker(here: Platform) -> Generator[None]:
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": here.url, "TIEMCHUNG_FOLDER": str(here.folder)}
    command = [sys.executable, "-m", "tiemchung.cli", "worker"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


@asynccontextmanager
async def _walls(here: Platform, token: str, count: int) -> AsyncGenerator[list[Seen]]:
    """So many open streams, all of them drawn once; closed at the end."""
    walls = [Seen() for _ in range(count)]
    reading = [asyncio.create_task(_read(here.base, token, wall)) for wall in walls]
    while not all(wall.at for wall in walls):
        if failed := [task for task in reading if task.done()]:
            await failed[0]
        await asyncio.sleep(0.1)
    try:
        yield walls
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


async def _read(base: str, token: str, seen: Seen) -> None:
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"GET /dieu-hanh/stream HTTP/1.1\r\nHost: bench\r\nCookie: tc_staff={token}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        rest = b""
        while part := await reader.read(2**16):
            rest += part
            for found in TODAY.finditer(rest):
                seen.at.append(time.time())
                seen.doses.append(int(found[1].replace(b".", b"")))
            rest = rest[-32:] if TODAY.search(rest[-32:]) is None else b""
    finally:
        writer.close()


def _web_bytes() -> int:
    """What the web process and its children hold alone."""
    processes = psutil.Process().children(recursive=True)
    return sum(each.memory_full_info().uss for each in processes if "granian" in " ".join(each.cmdline()))


class _Dose(msgspec.Struct):
    immunization_id: UUID
    recorded_at: datetime


async def _recorded(here: Platform) -> list[float]:
    async with here.database.statement() as db:
        doses = await db.all(_Dose, Query("select immunization_id, recorded_at from immunization order by recorded_at"))
    return [dose.recorded_at.timestamp() for dose in doses]


def _waits(wall: Seen, recorded: list[float]) -> list[float]:
    """For each dose, how long after it was recorded this wall showed a number that holds it. Raises if one never was shown."""
    if max(wall.doses) < len(recorded):
        raise RuntimeError(f"a wall shows {max(wall.doses)} of {len(recorded)} doses")
    return [wall.at[bisect.bisect_left(wall.doses, k)] - at for k, at in enumerate(recorded, start=1)]


def _behind_the_first(walls: list[Seen]) -> list[float]:
    """Of each number on each wall that was open for it, how long after the first wall it came."""
    first: dict[int, float] = {}
    for wall in walls:
        for at, doses in zip(wall.at, wall.doses, strict=True):
            first[doses] = min(at, first.get(doses, at))
    return [at - first[doses] for wall in walls for at, doses in zip(wall.at[1:], wall.doses[1:], strict=True)]


def _p99(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=100)[98]
