"""The auditor of bookings finds each kind of fault, and nothing where there is none."""

import pytest

from tests.domain.test_bookings import took
from tests.places import an_open_session
from tests.stores import SITE, people_assigned
from tiemchung.domain import appointments, registrations
from tiemchung.domain.appointments import audit
from tiemchung.domain.registrations import Status
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query

FAULTS = {
    "leaked": "update slot set taken = taken + 1, self_taken = self_taken + 1 where taken = 1",
    "lost": "delete from dose_claim",
    "dangling": "update appointment set status = 'cancelled'",
}


async def test_what_agrees_is_said_to_agree(db: Db):
    slot, *_ = await an_open_session(db)
    booked, held = await people_assigned(db, 2)
    await took(db, booked, slot)
    await took(db, held, slot, "hold")

    await audit.keep_looking(db)

    (found,) = await audit.newest(db)
    assert found.ok
    assert (found.half_hours, found.taken, found.appointments) == (2, 2, 2)


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_is_found(db: Db, fault: str):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    await took(db, person, slot)
    await db.run(Query(FAULTS[fault]))

    found = await audit.look(db)

    assert not found.ok
    assert getattr(found, fault) > 0


async def test_who_did_not_come_loses_the_claim_and_waits_again(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, slot)

    await appointments.nobody_came(db, SITE, slot.session_id)

    assert (await appointments.one(db, person, booked.appointment_id)).status == "no_show"
    (registration,) = await registrations.of_person(db, person)
    assert registration.status is Status.assigned
    assert (await audit.look(db, whole=True)).ok
