"""At the same moment: a vial gives what it holds, a person gets one dose, and numbers have no gaps."""

import asyncio
from uuid import UUID

from tests.stores import SITE
from tests.visits import (
    a_nurse,
    an_injection,
    an_open_session,
    an_open_vial,
    arrived,
    ready,
)
from tiemchung.domain import immunizations, sites, stock
from tiemchung.domain.immunizations import Visit
from tiemchung.kit.db import Database
from tiemchung.kit.errors import DomainError


async def test_two_hundred_tries_on_one_vial_give_its_five_doses(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db, 40)
        vial = await an_open_vial(db, session_id)
        nurse = (await a_nurse(db)).actor
        waiting = [await ready(await a_nurse(db), session_id, code) for code in codes]

    async def try_once(visit: Visit) -> str:
        try:
            async with database.transaction(nurse) as db:
                await immunizations.record(db, an_injection(visit, vial.vial_id))
        except DomainError as refused:
            return refused.code()
        return "given"

    outcomes = await asyncio.gather(*(try_once(visit) for visit in waiting for _ in range(5)))

    assert outcomes.count("given") == 5
    assert set(outcomes) <= {"given", "vial_used_up", "not_waiting_for_injection", "stopped"}
    async with database.transaction() as db:
        assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 0
        assert (await stock.conservation(db, SITE)).administered == 5
        assert (await stock.prove(db)).ok


async def test_of_two_nurses_with_one_person_one_gives_the_dose(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db)
        nurse = await a_nurse(db)
        visit = await ready(nurse, session_id, codes[0])
        vials = [await an_open_vial(nurse, session_id), await an_open_vial(nurse, session_id)]

    async def inject(vial_id: UUID) -> str:
        try:
            async with database.transaction(nurse.actor) as db:
                await immunizations.record(db, an_injection(visit, vial_id))
        except DomainError as refused:
            return refused.code()
        return "given"

    outcomes = await asyncio.gather(*(inject(vial.vial_id) for vial in vials))

    assert outcomes.count("given") == 1
    assert set(outcomes) <= {"given", "not_waiting_for_injection", "too_soon", "stopped"}


async def test_many_registrars_at_once_give_numbers_without_gaps(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db, 12)
        actor = (await a_nurse(db)).actor

    async def receive(code: str) -> int | str:
        try:
            async with database.transaction(actor) as db:
                return (await arrived(db, session_id, code)).number
        except DomainError as refused:
            return refused.code()

    told = await asyncio.gather(*(receive(code) for code in codes + codes))

    assert sorted(number for number in told if isinstance(number, int)) == list(range(1, 13))
    assert told.count("already_checked_in") == 12


async def test_of_a_dose_and_a_departure_at_once_one_happens(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db, 8)
        nurse = await a_nurse(db)
        waiting = [await ready(nurse, session_id, code) for code in codes]
        vials = [await an_open_vial(nurse, session_id), await an_open_vial(nurse, session_id)]

    async def inject(visit: Visit, vial_id: UUID) -> str:
        try:
            async with database.transaction(nurse.actor) as db:
                await immunizations.record(db, an_injection(visit, vial_id))
        except DomainError as refused:
            return refused.code()
        return "given"

    async def leave(visit: Visit) -> str:
        try:
            async with database.transaction(nurse.actor) as db:
                await immunizations.not_done(db, place_id=SITE, visit_id=visit.visit_id, reason="Người dân đổi ý")
        except DomainError as refused:
            return refused.code()
        return "left"

    acts = [act for k, visit in enumerate(waiting) for act in (inject(visit, vials[k // 4].vial_id), leave(visit))]
    told = await asyncio.gather(*acts)

    pairs = {frozenset(told[k : k + 2]) for k in range(0, len(told), 2)}
    assert pairs <= {frozenset({"given", "visit_gone"}), frozenset({"left", "not_waiting_for_injection"})}
    async with database.transaction() as db:
        assert (await stock.prove(db)).ok
        assert (await sites.session(db, SITE, session_id)).taken == told.count("given")
