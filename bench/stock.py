"""The ledger: posting through the domain, where every dose of a lot is, and the list of a recall."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from random import Random
from uuid import UUID

from bench.harness import ROUNDS, Figure, Platform, interleaved, pgbench, platform
from tiemchung.domain import stock
from tiemchung.domain.stock import Line
from tiemchung.kit import sql
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

# Postings in the ledger beside the lot that is looked for; people who had a dose of the recalled lot.
SCALE = int(os.environ.get("SCALE", "1000000"))
RECALLED = min(300_000, SCALE)
UNITS, CLIENTS, SECONDS = 2_000, 16, 3.0
SITE = place_id("46005")

queries = sql.load(__name__, "stock.sql")
POST = """
\\set n random(1, {units})
select stock_post(uuidv7(), 'broken', null, null, now(), null, array['{site}', '{site}']::uuid[],
                  array['{lot}', '{lot}']::uuid[], array[u.unit_id, u.unit_id], array['on_hand', 'wasted'], array[-1, 1])
  from bench_unit u where u.n = :n;
"""


async def run() -> list[Figure]:
    """stock.post, stock.where_is and stock.recall_list."""
    async with platform() as here:
        lot_id = await _ground(here)
        return [await _posting(here, lot_id), await _where_is(here, lot_id), await _recall(here, lot_id)]


async def _posting(here: Platform, lot_id: UUID) -> Figure:
    """Entries a second: the domain's `post`, each committed, against pgbench running the same statement."""
    async with here.database.statement() as db:
        units = [row["unit_id"] for row in await _rows(db, queries.units)]
    async with Database(here.url, here.database.keys, connections=CLIENTS) as crowd:
        script = POST.format(units=UNITS, site=SITE, lot=lot_id)
        figure, limit, ratio = await interleaved(
            lambda: _post_for(crowd, units, lot_id), lambda: pgbench(here.url, script, clients=CLIENTS)
        )
    return Figure(
        name="stock.post",
        figure=round(figure, 1),
        unit="entries/s",
        limit=round(limit, 1),
        limit_is="pgbench running the same statement, 16 clients",
        ratio=round(ratio, 3),
        target=">= 0.5",
        rounds=ROUNDS,
    )


async def _post_for(crowd: Database, units: list[UUID], lot_id: UUID) -> float:
    random, until, posted = Random(1), time.perf_counter() + SECONDS, 0

    async def one() -> None:
        nonlocal posted
        async with crowd.statement() as db:
            while time.perf_counter() < until:
                account = {"place_id": SITE, "lot_id": lot_id, "unit_id": random.choice(units)}
                lines = [Line(**account, state="on_hand", doses=-1), Line(**account, state="wasted", doses=1)]
                await stock.post(db, "broken", lines)
                posted += 1

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return posted / (time.perf_counter() - started)


async def _where_is(here: Platform, lot_id: UUID) -> Figure:
    """Seconds to say where every dose of a lot is over all sites, against summing the lot's balances."""

    async def figure() -> float:
        return await _seconds(here, lambda db: stock.where_is(db, lot_id))

    async def limit() -> float:
        return await _seconds(here, lambda db: _rows(db, queries.sum_of_lot, lot_id=lot_id))

    seconds, bare, ratio = await interleaved(figure, limit)
    return Figure(
        name="stock.where_is",
        figure=round(seconds, 3),
        unit=f"s, {SCALE} postings, 19500 sites",
        limit=round(bare, 3),
        limit_is="the sum of the lot's balances by state",
        ratio=round(ratio, 3),
        target="< 1 s at SCALE=10000000",
        rounds=ROUNDS,
    )


async def _recall(here: Platform, lot_id: UUID) -> Figure:
    """Seconds to list everybody who had a dose of a lot, none missing, against copying the same rows."""
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        await db.run(queries.people, lot_id=lot_id, place_id=SITE, people=RECALLED)
    async with here.database.transaction() as db:
        recall_id = await stock.recalls.order(db, lot_id, reason="Thử tải", instructions="Không cần tiêm lại.")
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        started = time.perf_counter()
        listed = await stock.recalls.gather(db, recall_id)
        seconds = time.perf_counter() - started
        assert listed == RECALLED, f"{RECALLED - listed} people are missing from the list"
    bare = await _seconds(here, lambda db: db.run(queries.copied, lot_id=lot_id))
    return Figure(
        name="stock.recall_list",
        figure=round(seconds, 3),
        unit=f"s, {RECALLED} people",
        limit=round(bare, 3),
        limit_is="copying the lot's rows into a bare table",
        ratio=round(seconds / bare, 3),
        target="< 10 s for 300000 people, none missing",
        rounds=1,
    )


async def _seconds(here: Platform, act: Callable[[Db], Awaitable[object]]) -> float:
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        started = time.perf_counter()
        await act(db)
        return time.perf_counter() - started


async def _ground(here: Platform) -> UUID:
    """A lot with doses at every site and on two thousand trays, in a ledger of SCALE postings of twenty lots."""
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        lots = [row["lot_id"] for row in await _rows(db, queries.lots)]
        await db.run(queries.trays, lot_id=lots[0], place_id=SITE, units=UNITS)
        await db.run(queries.tray_balances, lot_id=lots[0], place_id=SITE)
        await db.run(queries.everywhere, lot_id=lots[0])
        await db.run(queries.postings, lots=lots, most=SCALE)
        await db.run(queries.balances)
    async with here.database.statement() as db:
        await db.run(Query("set statement_timeout = 0"))
        await db.run(Query("vacuum analyze stock_account"))
    return lots[0]


async def _rows(db: Db, query: Query, **parameters: object) -> list[dict[str, UUID]]:
    return await (await db.connection.execute(query.encode(), parameters)).fetchall()
