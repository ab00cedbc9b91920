"""A hundred thousand random acts over fifty places and twenty lots: conservation exact, no account below zero."""

from random import Random

import pytest

from tests.ledger import World, random_act
from tiemchung.kit.db import Database

pytestmark = pytest.mark.prove
ACTS, A_BATCH = 100_000, 250


async def test_a_hundred_thousand_random_acts_leave_a_ledger_that_adds_up(database: Database):
    random = Random(48_51)
    async with database.transaction() as db:
        world = await World.begin(db, 50, 20)
    for _ in range(ACTS // A_BATCH):
        async with database.transaction() as db:
            for _ in range(A_BATCH):
                await random_act(db, world, random)
    async with database.transaction() as db:
        await world.check(db)
    assert len(world.received) > 10_000
    assert len(world.reversed_) > 5_000
