"""The questions of walls and dashboards on rollups against their raw form, at SCALE doses; and what counting costs.

SCALE is the doses (20,000,000 for the whole claim); people are half as many. Above a million each question is measured at a
million too: below it most days of most districts are empty, and tables still fill. The register alone is loaded, as for any size.
"""

import os
import statistics
import time
from collections.abc import Awaitable, Callable

from bench.harness import ROUNDS, Figure, Platform, platform
from tiemchung.demo.load import load
from tiemchung.demo.sheet import Detail
from tiemchung.domain import analytics
from tiemchung.kit import events
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query

SCALE = int(os.environ.get("SCALE", "1000000"))
SMALL = 1_000_000
ASKED = 200
LIMIT_MS = 20.0

RAW = {
    "national": Query("""
        select i.occurred_at::date as day, count(*) as doses from current_dose i group by 1 order by 1"""),
    "province": Query("""
        select subpath(a.path, 2, 1) as code, count(*) as doses from current_dose i join area a on a.area_id = i.area_id
         where i.dose_role = 'basic' group by 1"""),
}  # fmt: skip


async def run() -> list[Figure]:
    """analytics.*: p95 of each question at SCALE, its growth from a million, its raw form, and the rate of counting."""
    small = (await _measured(SMALL))[0] if SCALE > SMALL else {}
    large, raw, rate = await _measured(SCALE)
    figures: list[Figure] = []
    for name, took in large.items():
        figures.append(_figure(f"{name}_ms", took, "ms p95", LIMIT_MS, "the target itself", "<= 1"))
        if name in small:
            figures.append(
                _figure(f"{name}_growth", took, "ms p95", small[name], f"ms p95 at {SMALL:,} doses", "<= 1.2")
            )
    for name, took in raw.items():
        figures.append(_figure(f"{name}_raw", took, "ms, raw", large[name], "ms p95 from rollups", ">= 20"))
    return [*figures, rate]


async def _measured(doses: int) -> tuple[dict[str, float], dict[str, float], Figure]:
    async with platform() as here:
        await load(here.url, Keys(here.folder / "keys"), doses // 2, doses, lambda _, __: None, Detail.register)
        rate = await _count(here, doses)
        # As the server's own cleaning leaves tables in time.
        async with here.database.statement() as db:
            await db.run(Query("set statement_timeout = 0"))
            await db.run(Query("vacuum analyze"))
        asked: dict[str, Callable[[Db], Awaitable[object]]] = {
            "national": analytics.national,
            "province": lambda db: analytics.province(db, "79"),
            "wall": analytics.wall,
            "wall_of_province": lambda db: analytics.wall(db, "79"),
            "areas": _areas,
            "districts": _districts,
            "quality": _quality,
        }
        fast = {name: await _p95(here.database, ask) for name, ask in asked.items()}
        return fast, {name: await _raw(here.database, query) for name, query in RAW.items()}, rate


async def _areas(db: Db) -> None:
    """The page of provinces: coverage, goals, days of supply."""
    day = await analytics.last_day(db)
    rows = await analytics.areas.provinces(db, day=day)
    await analytics.areas.goals(db, rows, day=day)
    await analytics.areas.supply(db, day=day)


async def _districts(db: Db) -> None:
    """The page of a province: its districts and sites."""
    day, province = await analytics.last_day(db), await analytics.areas.area(db, "79")
    await analytics.areas.below(db, province, day=day)
    await analytics.areas.sites(db, province.path, day=day, most=20)


async def _quality(db: Db) -> None:
    """The page of quality and equity."""
    await analytics.quality.identities(db)
    await analytics.quality.channels(db)
    await analytics.quality.quality(db)
    await analytics.reached(db)


async def _count(here: Platform, doses: int) -> Figure:
    """analytics.counting: doses that the follower counts a second, over 500 given: five times is a fifth of its time."""
    await events.register(here.database, [analytics.FOLLOWER])
    began = time.perf_counter()
    while await events.advance(here.database, analytics.FOLLOWER):
        pass
    rate = doses / (time.perf_counter() - began)
    return _figure("counting", rate, f"doses/s, {doses:,} of them", 500.0, "doses/s of a busy country", ">= 5")


async def _p95(database: Database, ask: Callable[[Db], Awaitable[object]]) -> float:
    took: list[float] = []
    for _ in range(ASKED):
        async with database.transaction() as db:
            began = time.perf_counter()
            await ask(db)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took[5:], n=20)[18]


async def _raw(database: Database, query: Query) -> float:
    took: list[float] = []
    for _ in range(ROUNDS):
        async with database.transaction() as db:
            await db.run(Query("set local statement_timeout = 0"))
            began = time.perf_counter()
            await db.run(query)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _figure(name: str, figure: float, unit: str, limit: float, limit_is: str, target: str) -> Figure:
    return Figure(
        name=f"analytics.{name}",
        figure=round(figure, 2),
        unit=unit,
        limit=round(limit, 2),
        limit_is=limit_is,
        ratio=round(figure / limit, 3),
        target=target,
        rounds=ASKED,
    )
