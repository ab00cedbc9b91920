"""The worker: followers of the event log, each in its own loop, and periodic work."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from tiemchung import follow_ups
from tiemchung.follow_ups import Periodic
from tiemchung.kit import events
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db
from tiemchung.kit.events import Follower
from tiemchung.kit.logs import set_up_logs
from tiemchung.settings import settings

PAUSE_SECONDS = 0.5
log = structlog.get_logger()


async def run() -> None:
    """The worker's own followers, and its periodic work."""
    await follow(follow_ups.LATER, follow_ups.PERIODIC)


async def follow(followers: Sequence[Follower], periodic: Sequence[Periodic] = ()) -> None:
    """Follow the log, and do what is due every so often, until told to stop."""
    set_up_logs()
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    async with Database(settings().database_url, Keys(settings().keys_folder), now=follow_ups.NOW) as database:
        await events.register(database, followers)
        loops = [_until(stop, PAUSE_SECONDS, _follow(database, follower)) for follower in followers]
        rounds = [_until(stop, seconds, _do(database, work)) for seconds, work in periodic]
        await asyncio.gather(*loops, *rounds)


async def catch_up(database: Database) -> None:
    """Bring every follower to the end of the log: for tests and for the end of a load."""
    await events.register(database, follow_ups.LATER)
    for follower in follow_ups.LATER:
        while await events.advance(database, follower):
            pass


def _follow(database: Database, follower: Follower) -> Callable[[], Awaitable[None]]:
    async def step() -> None:
        while await events.advance(database, follower):
            pass

    return step


def _do(database: Database, work: Callable[[Db], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def step() -> None:
        async with database.transaction() as db:
            await work(db)

    return step


async def _until(stop: asyncio.Event, seconds: float, step: Callable[[], Awaitable[None]]) -> None:
    """Run a step again and again. A database that is away is waited for; a defect is logged, and its turn comes again."""
    while not stop.is_set():
        pause = seconds
        try:
            await step()
        except (psycopg.OperationalError, PoolTimeout) as away:
            log.warning("database unavailable", error=type(away).__name__)
            pause = 1
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue
