"""The log and its followers: nothing twice, nothing missed, nothing behind the watermark."""

import pytest

from tiemchung.kit import events
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.events import Event, Follower, Logged
from tiemchung.kit.sql import Query


class Rang(Event, frozen=True, kw_only=True, tag="test.rang"):
    """A bell rang."""

    n: int


class Whispered(Event, frozen=True, kw_only=True, tag="test.whispered"):
    """Something that this follower does not listen to."""


async def listening(database: Database) -> tuple[Follower, list[int]]:
    heard: list[int] = []

    async def handle(_: Db, batch: list[Logged]) -> None:
        heard.extend(event.as_(Rang).n for event in batch)

    follower = Follower(name="ear", kinds=("test.rang",), handle=handle)
    await events.register(database, [follower])
    return follower, heard


async def read_on(database: Database, follower: Follower) -> None:
    while await events.advance(database, follower):
        continue


async def test_a_follower_hears_each_event_once_in_order(database: Database):
    follower, heard = await listening(database)
    for n in range(3):
        async with database.transaction() as db:
            await db.happened(Rang(n=n))
    await read_on(database, follower)
    await read_on(database, follower)
    assert heard == [0, 1, 2]


async def test_long_stretches_of_other_events_are_passed(database: Database, monkeypatch):
    monkeypatch.setattr(events, "BATCH", 2)
    follower, heard = await listening(database)
    for _ in range(10):
        async with database.transaction() as db:
            await db.happened(Whispered())
    async with database.transaction() as db:
        await db.happened(Rang(n=7))
    await read_on(database, follower)
    assert heard == [7]


async def test_an_event_that_commits_late_is_not_missed(database: Database):
    follower, heard = await listening(database)
    async with database.transaction() as slow:
        await slow.happened(Rang(n=1))
        async with database.transaction() as quick:
            await quick.happened(Rang(n=2))
        await read_on(database, follower)
        assert heard == []
    await read_on(database, follower)
    assert sorted(heard) == [1, 2]


async def test_an_idle_log_costs_no_write(database: Database):
    follower, _ = await listening(database)
    await read_on(database, follower)
    async with database.statement() as db:
        before = await db.value(str, events.queries.lock_follower, name=follower.name)
    for _ in range(3):
        await events.advance(database, follower)
    async with database.statement() as db:
        assert await db.value(str, events.queries.lock_follower, name=follower.name) == before


async def test_a_rolled_back_act_leaves_no_event(database: Database):
    follower, heard = await listening(database)
    with pytest.raises(NotFound):
        async with database.transaction() as db:
            await db.happened(Rang(n=1))
            await db.one(Logged, Query("select 1 as one where false"))
    await read_on(database, follower)
    assert heard == []
