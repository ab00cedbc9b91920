"""Standby: places go down the line of priority, fifteen minutes each, and nobody is passed by for good."""

from uuid import UUID

import pytest

from tests.places import an_open_session
from tests.stores import SITE, people_assigned
from tests.visits import facts, later
from tiemchung.domain import appointments, messaging
from tiemchung.domain.appointments import OpenSlot, audit, standby
from tiemchung.domain.appointments.standby import NotOffered, NotWaiting, Offer
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7


async def a_line(db: Db, count: int) -> tuple[list[UUID], list[OpenSlot]]:
    """A session, and people who wait at its site; the later they came, the higher their priority."""
    slots = await an_open_session(db, places=1)
    people = list(await people_assigned(db, count))
    for k, person in enumerate(people):
        await standby.join(later(db, seconds=k), person, SITE)
        await db.connection.execute(
            "update waiting_list_entry set priority = %s where person_id = %s", [count - k, person]
        )
    return people, slots


async def offers(db: Db) -> list[Offer]:
    rows = await facts(
        db,
        "select person_id, entry_id, place_id, session_id, appointment_id, offered_until, status from waiting_list_entry"
        " where status = 'offered' order by priority",
    )
    return [Offer(**row) for row in rows]


async def test_the_highest_priority_is_offered_first_and_gets_a_link(db: Db):
    people, slots = await a_line(db, 3)

    assert await standby.offer(db, SITE, slots[0].session_id, [slots[0].starts_at] * 2) == 2

    assert [offer.person_id for offer in await offers(db)] == [people[2], people[1]]
    (told,) = [m for m in await messaging.inbox(db, "+84905000002") if m.template == "standby_offer"]
    found = await standby.found(db, told.body.split("/nhuong-cho/")[1].split(".")[0])
    assert found.person_id == people[2]
    assert (await audit.look(db)).ok


async def test_an_accepted_offer_is_an_appointment_and_a_declined_one_goes_to_the_next(db: Db):
    people, slots = await a_line(db, 3)
    await standby.offer(db, SITE, slots[0].session_id, [slots[0].starts_at] * 2)
    first, second = await offers(db)

    await standby.accept(db, first)
    await standby.decline(db, second)

    assert (await appointments.one(db, first.person_id, first.appointment_id)).status == "booked"
    assert [offer.person_id for offer in await offers(db)] == [people[0]]
    for done in (first, second):
        with pytest.raises(NotOffered):
            await standby.accept(db, done)
    assert (await audit.look(db)).ok


async def test_after_fifteen_minutes_the_place_goes_to_the_next_in_line(db: Db):
    people, slots = await a_line(db, 2)
    await standby.offer(db, SITE, slots[0].session_id, [slots[0].starts_at])
    (late,) = await offers(db)
    after = later(db, minutes=15)

    await standby.expire(after)

    assert [offer.person_id for offer in await offers(db)] == [people[0]]
    with pytest.raises(NotOffered):
        await standby.accept(after, late)
    assert (await audit.look(db)).ok


async def test_who_cannot_take_the_place_keeps_their_turn(db: Db):
    people, slots = await a_line(db, 2)
    await db.connection.execute(
        "update registration set earliest_on = current_date + 90 where person_id = %s", [people[1]]
    )

    await standby.offer(db, SITE, slots[0].session_id, [slots[0].starts_at])

    assert [offer.person_id for offer in await offers(db)] == [people[0]]
    assert [entry.person_id for entry in await standby.line(db, SITE) if entry.status == "waiting"] == [people[1]]


async def test_joining_needs_a_registration_and_twice_is_once(db: Db):
    (person,) = await people_assigned(db, 1)
    for _ in range(2):
        await standby.join(db, person, SITE)
    assert len(await standby.of_person(db, person)) == 1
    await standby.leave(db, person, SITE)
    assert await standby.of_person(db, person) == []
    with pytest.raises(NotWaiting):
        await standby.join(db, uuid7(), SITE)
