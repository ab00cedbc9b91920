"""Whatever people do in whatever order, doubled, taken back, late: the ledger holds what a second ledger holds."""

import asyncio
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.ledger_tables import Tables, random_act
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db

PLACES, LOTS = 4, 2
places, lots, doses = st.integers(0, PLACES - 1), st.integers(0, LOTS - 1), st.integers(1, 60)
which, few = st.integers(0, 99), st.integers(0, 4)


def test_no_order_of_acts_loses_or_makes_a_dose(shared: Database, keys: Keys):
    class Machine(Ledger):
        url = shared.url
        key_ring = keys

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


async def test_a_thousand_random_acts_leave_a_ledger_that_adds_up(db: Db):
    world, random = await Tables.begin(db, 8, 4), Random(20211217)
    for _ in range(1_000):
        await random_act(db, world, random)
    await world.check(db)
    assert len(world.received) > 50
    assert len(world.reversed_) > 20
    assert world.doses


class Ledger(RuleBasedStateMachine):
    """Rules are acts; after each one the real ledger and the model hold the same."""

    url: str
    key_ring: Keys

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.run(self._connect())

    def run(self, act: Any) -> Any:
        return self.runner.run(act)

    async def _connect(self) -> None:
        self.database = Database(self.url, self.key_ring, connections=2)
        await self.database.pool.open()
        self.held = self.database.pool.connection()
        connection = await self.held.__aenter__()
        self.transaction = connection.transaction(force_rollback=True)
        await self.transaction.__aenter__()
        self.db = self.database.on(connection)

    def teardown(self) -> None:
        self.run(self._disconnect())
        self.runner.close()

    async def _disconnect(self) -> None:
        await self.transaction.__aexit__(None, None, None)
        await self.held.__aexit__(None, None, None)
        await self.database.pool.close()

    @initialize()
    def begin(self) -> None:
        self.world: Tables = self.run(Tables.begin(self.db, PLACES, LOTS))
        for lot in self.world.lots:
            self.run(self.world.from_maker(self.db, self.world.places[0], lot, 100))

    @rule(place=places, lot=lots, count=doses)
    def a_maker_delivers(self, place: int, lot: int, count: int) -> None:
        self.run(self.world.from_maker(self.db, self.world.places[place], self.world.lots[lot], count))

    @rule(place=places, other=places, lot=lots, count=doses)
    def somebody_ships(self, place: int, other: int, lot: int, count: int) -> None:
        world = self.world
        self.run(world.ship(self.db, world.places[place], world.places[other], world.lots[lot], count))

    @rule(which=which, broken=few, missing=few)
    def somebody_signs(self, which: int, broken: int, missing: int) -> None:
        self.run(self.world.receive(self.db, which, broken, missing))

    @rule(which=which)
    def somebody_signs_again(self, which: int) -> None:
        self.run(self.world.receive_again(self.db, which))

    @rule(place=places, lot=lots, state=st.sampled_from(["wasted", "lost", "quarantined"]), count=doses, ago=few)
    def doses_leave_the_shelf(self, place: int, lot: int, state: str, count: int, ago: int) -> None:
        self.run(
            self.world.post(self.db, self.world.places[place], self.world.lots[lot], state, count, ago, twice=True)
        )

    @rule(which=which)
    def an_entry_is_taken_back(self, which: int) -> None:
        self.run(self.world.take_back(self.db, which, twice=True))

    @rule(place=places, lot=lots, count=doses)
    def somebody_makes_a_dose_of_nothing(self, place: int, lot: int, count: int) -> None:
        self.run(self.world.unbalanced(self.db, self.world.places[place], self.world.lots[lot], count))

    @rule(place=places, which=which, lot=lots, vials=few)
    def a_device_takes_vials(self, place: int, which: int, lot: int, vials: int) -> None:
        self.run(self.world.hold(self.db, self.world.places[place], which, self.world.lots[lot], vials + 1))

    @rule(place=places, which=which)
    def a_device_returns_what_it_holds(self, place: int, which: int) -> None:
        self.run(self.world.give_back(self.db, self.world.places[place], which))

    @rule(place=places, which=which, lot=lots, late=st.booleans())
    def a_device_opens_a_vial(self, place: int, which: int, lot: int, late: bool) -> None:
        self.run(self.world.open(self.db, self.world.places[place], which, self.world.lots[lot], late=late))

    @rule(which=which, late=st.booleans())
    def somebody_is_vaccinated(self, which: int, late: bool) -> None:
        self.run(self.world.dose(self.db, which, late=late))

    @rule(which=which)
    def a_dose_was_not_given(self, which: int) -> None:
        self.run(self.world.undo(self.db, which))

    @rule(which=which)
    def a_vial_is_put_away(self, which: int) -> None:
        self.run(self.world.put_away(self.db, which))

    @invariant()
    def both_ledgers_hold_the_same(self) -> None:
        if hasattr(self, "world"):
            self.run(self.world.check(self.db))
