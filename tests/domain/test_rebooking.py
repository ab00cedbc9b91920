"""Closing or shrinking a session: everybody affected is booked again where there is room, or told that they wait."""

from tests.places import an_open_session
from tests.stores import SITE, people_assigned
from tiemchung.domain import appointments, messaging, registrations, sites
from tiemchung.domain.appointments import audit
from tiemchung.domain.registrations import Status
from tiemchung.kit.db import Db


async def test_who_loses_a_session_gets_a_place_in_the_next_one(db: Db):
    first, *_ = await an_open_session(db, places=1, days=1)
    second, *_ = await an_open_session(db, places=1, days=2, number="XD956")
    (person,) = await people_assigned(db, 1)
    await appointments.invite(db, SITE, first.session_id, [person])

    await sites.cancel(db, SITE, first.session_id, reason="Thiếu nhân lực")

    fell, again = sorted(await appointments.of_person(db, person), key=lambda one: one.starts_at)
    assert (fell.status, again.status, again.session_id) == ("cancelled", "booked", second.session_id)
    (told,) = [m for m in await messaging.inbox(db, "+84905000000") if m.template == "appointment_rebooked"]
    assert again.shown_code in told.body
    assert (await audit.look(db)).ok


async def test_a_smaller_session_books_the_last_ones_again_or_lets_them_wait(db: Db):
    slots = await an_open_session(db, places=0, hours=0.5)
    people = await people_assigned(db, 5)
    await appointments.invite(db, SITE, slots[0].session_id if slots else await session_of(db), people)
    session_id = await session_of(db)

    assert await appointments.shrink(db, SITE, session_id, 3) == 2

    (slot,) = await sites.slots(db, SITE, session_id)
    assert (slot.capacity, slot.taken) == (3, 3)
    statuses = [(await registrations.of_person(db, person))[0].status for person in people]
    assert statuses.count(Status.assigned) == 2
    assert (await audit.look(db)).ok


async def session_of(db: Db):
    rows = await (await db.connection.execute("select session_id from session")).fetchall()
    return rows[0]["session_id"]
