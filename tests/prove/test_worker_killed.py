"""The worker process is killed with -9 again and again while doses are recorded and taken back: each counts exactly once."""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

import pytest

from tests.figures import days_ago, doses, undone
from tiemchung.domain import analytics
from tiemchung.kit.db import Database
from tiemchung.kit.events import lag_seconds
from tiemchung.kit.sql import Query
from tiemchung.worker import catch_up

pytestmark = pytest.mark.prove
KILLS, WRITERS = 4, 3
COUNTED = Query("select coalesce(sum(doses), 0)::int as doses from rollup_province_day")


async def test_each_dose_is_counted_once_whenever_the_worker_dies(database: Database, installation: Path):
    people, killed = count(), asyncio.Event()

    async def record() -> int:
        kept = 0
        while not killed.is_set():
            nth = next(people)
            async with database.transaction() as db:
                given = await doses(db, 3, at=days_ago(nth % 3), phone=nth)
            async with database.transaction() as db:
                await undone(db, given[0])
            kept += 2
        return kept

    async with asyncio.TaskGroup() as group:
        writers = [group.create_task(record()) for _ in range(WRITERS)]
        for _ in range(KILLS):
            await _killed_at_work(database, installation)
        killed.set()
    kept = sum(writer.result() for writer in writers)
    assert await _counted(database) < kept, "the last worker died with work before it"

    await catch_up(database)

    async with database.transaction() as db:
        proved = await analytics.prove(db)
        assert (await lag_seconds(db))[analytics.FOLLOWER.name] == 0
    assert proved.ok and proved.checked == kept == await _counted(database)


async def _killed_at_work(database: Database, folder: Path) -> None:
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": database.url, "TIEMCHUNG_FOLDER": str(folder)}
    before = await _counted(database)
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "tiemchung.cli", "worker", env=environment)
    try:
        async with asyncio.timeout(60):
            while await _counted(database) == before:  # noqa: ASYNC110 another process does the counting
                await asyncio.sleep(0.01)
    finally:
        worker.kill()
    assert await worker.wait() == -9


async def _counted(database: Database) -> int:
    async with database.statement() as db:
        return await db.value(int, COUNTED) or 0
