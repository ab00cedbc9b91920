"""A hundred thousand random acts over fifty places and twenty lots: conservation exact, no account below zero."""

from random import Random

import pytest

from tests.ledger_tables import Tables, random_act
from tiemchung.kit.db import Database

pytestmark = pytest.mark.prove
ACTS, A_BATCH, A_CHECK = 100_000, 250, 10_000


async def test_a_hundred_thousand_random_acts_leave_a_ledger_that_adds_up(database: Database):
    random = Random(48_51)
    async with database.transaction() as db:
        world = await Tables.begin(db, 50, 20)
    for done in range(0, ACTS, A_BATCH):
        async with database.transaction() as db:
            for _ in range(A_BATCH):
                await random_act(db, world, random)
        if (done + A_BATCH) % A_CHECK == 0:
            async with database.transaction() as db:
                await world.check(db)
    assert len(world.received) > 10_000
    assert len(world.reversed_) > 5_000
    assert len(world.doses) > 3_000
    assert world.undone > 1_000
    assert world.unexplained > 100
    assert world.takers
