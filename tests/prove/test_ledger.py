"""A hundred thousand random acts over fifty places and twenty lots: conservation exact, no account below zero."""

from collections.abc import AsyncGenerator
from pathlib import Path
from random import Random

import pytest

from tests.conftest import copy_of
from tests.ledger_tables import Tables, random_act
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database

pytestmark = pytest.mark.prove
TENTHS, ACTS, A_BATCH = 10, 10_000, 250

Country = tuple[Database, Tables, Random]


@pytest.fixture(scope="module")
async def country(postgres: Path, template: str, keys: Keys) -> AsyncGenerator[Country]:
    """One country for the whole proof: each tenth goes on where the one before it ended."""
    async with copy_of(postgres, template, keys) as database:
        async with database.transaction() as db:
            world, random = await Tables.begin(db, 50, 20), Random(48_51)
            for place in world.places:
                for lot in random.sample(world.lots, 8):
                    await world.from_maker(db, place, lot, 300)
        yield database, world, random


@pytest.mark.parametrize("tenth", range(1, TENTHS + 1))
async def test_a_hundred_thousand_random_acts_leave_a_ledger_that_adds_up(country: Country, tenth: int):
    database, world, random = country
    while world.acts < tenth * ACTS:
        async with database.transaction() as db:
            for _ in range(A_BATCH):
                await random_act(db, world, random)
    async with database.transaction() as db:
        await world.check(db)
    if tenth == TENTHS:
        assert world.acts >= TENTHS * ACTS
        happened = [
            len(world.received),
            len(world.reversed_),
            len(world.vials),
            len(world.doses),
            world.undone,
            world.unexplained,
        ]
        assert all(many > few for many, few in zip(happened, (10_000, 5_000, 2_000, 2_000, 1_000, 100), strict=True)), (
            happened
        )
