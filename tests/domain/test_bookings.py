"""Places that people take themselves: held, confirmed, moved, given back; channels keep apart until the release."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.places import an_open_session, open_slots
from tests.stores import SITE, people_assigned
from tests.visits import facts, later
from tiemchung.domain import appointments, registrations, sites
from tiemchung.domain.appointments import (
    AlreadyBooked,
    Appointment,
    Ask,
    HoldRanOut,
    NextDoseTooNear,
    NotAnswerable,
    OpenSlot,
    SessionClosed,
    SlotFull,
    SlotPast,
    Target,
    TooEarly,
    TooMany,
    TooYoung,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query


async def took(db: Db, person_id: UUID, slot: OpenSlot, act: str = "book", **changes: object) -> Appointment:
    """Somebody's place, taken by a phone agent for them."""
    given = {
        "command_id": uuid7(db.at),
        "act": act,
        "channel": "agent",
        "person_id": person_id,
        "place_id": slot.place_id,
        "session_id": slot.session_id,
        "starts_at": slot.starts_at,
        "staff_id": uuid7(db.at),
    } | changes
    ask = Ask(**given)  # pyright: ignore[reportArgumentType]
    await appointments.take_one(db, ask)
    return await appointments.one(db, person_id, ask.command_id)


async def counted(db: Db) -> tuple[int, int, int]:
    """Places taken, live appointments, claims."""
    (row,) = await facts(
        db,
        "select (select sum(taken) from slot) as t, (select count(*) from dose_claim) as c,"
        " (select count(*) from appointment where status in ('held', 'booked')) as a",
    )
    return row["t"], row["a"], row["c"]


def target(slot: OpenSlot) -> Target:
    return Target(place_id=slot.place_id, session_id=slot.session_id, starts_at=slot.starts_at)


async def test_a_held_place_is_confirmed_in_time_once(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    held = await took(db, person, slot, "hold")
    assert (held.status, held.held_until) == ("held", db.at + appointments.HOLD)

    for _ in range(2):
        assert (await appointments.confirm(later(db, minutes=9), person, held.appointment_id)).status == "booked"

    (registration,) = await registrations.of_person(db, person)
    assert registration.status is Status.confirmed
    steps = [step.to for step in await registrations.timeline(db, registration)]
    assert steps[-1] is Status.confirmed
    assert await counted(db) == (1, 1, 1)


async def test_a_hold_that_ran_out_gives_the_place_back_once_and_says_so(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    held = await took(db, person, slot, "hold")
    after = later(db, minutes=11)

    with pytest.raises(HoldRanOut):
        await appointments.confirm(after, person, held.appointment_id)
    for _ in range(2):
        await appointments.expire_holds(after)

    assert await counted(db) == (0, 0, 0)
    with pytest.raises(HoldRanOut):
        await appointments.confirm(after, person, held.appointment_id)
    assert (await took(after, person, slot)).status == "booked"


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_process_whose_clock_is_wrong_sells_no_place_twice_and_loses_none(db: Db, hours: int):
    slot, *_ = await an_open_session(db, places=1)
    first, second, third = await people_assigned(db, 3)
    wrong = later(db, hours=hours)
    held = await took(db, first, slot, "hold")

    with pytest.raises(SlotFull):  # a hold that ran out by the wrong clock is a place taken until it is given back
        await took(wrong, second, slot)
    await appointments.expire_holds(wrong)
    if hours < 0:
        assert (await appointments.confirm(wrong, first, held.appointment_id)).status == "booked"
    else:
        assert (await took(wrong, second, slot)).status == "booked"
        with pytest.raises(HoldRanOut):
            await appointments.confirm(db, first, held.appointment_id)
    with pytest.raises(SlotFull):
        await took(db, third, slot)

    assert await counted(db) == (1, 1, 1)


async def test_a_cancelled_place_goes_back_once_and_the_person_may_book_again(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, slot)

    for _ in range(2):
        assert (await appointments.cancel(db, person, booked.appointment_id)).status == "cancelled"

    assert await counted(db) == (0, 0, 0)
    assert (await took(db, person, slot)).status == "booked"


async def test_who_is_checked_in_cancels_nothing(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, slot)
    await db.run(Query("update appointment set status = 'checked_in'"))

    with pytest.raises(NotAnswerable):
        await appointments.cancel(db, person, booked.appointment_id)


async def test_moving_takes_the_new_place_and_gives_the_old_one_back(db: Db):
    first, second = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, first)

    moved = await appointments.move(db, person, booked.appointment_id, target(second))

    assert (moved.status, moved.starts_at) == ("booked", second.starts_at)
    assert [slot.free for slot in await open_slots(db)] == [2, 1]
    assert await counted(db) == (1, 1, 1)
    assert (await appointments.one(db, person, booked.appointment_id)).status == "cancelled"


async def test_a_full_half_hour_takes_nobody_and_the_old_place_stays(db: Db):
    first, second = await an_open_session(db, places=1)
    one, other = await people_assigned(db, 2)
    booked = await took(db, one, first)
    await took(db, other, second)

    with pytest.raises(SlotFull):
        await appointments.move(db, one, booked.appointment_id, target(second))

    assert (await appointments.one(db, one, booked.appointment_id)).status == "booked"
    assert await counted(db) == (2, 2, 2)


async def test_one_person_has_one_claim_for_one_dose(db: Db):
    first, second = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    await took(db, person, first)

    with pytest.raises(AlreadyBooked):
        await took(db, person, second)


async def test_what_stands_against_a_booking_is_named(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    day = clock.day_of(slot.starts_at)
    against: list[tuple[type[DomainError], str, Callable[[], dict[str, object]]]] = [
        (TooEarly, "update registration set earliest_on = %(on)s", lambda: {"on": day + timedelta(days=1)}),
        (TooYoung, "update person set birth_date = %(on)s", lambda: {"on": day.replace(year=day.year - 17)}),
        (SessionClosed, "update session set status = 'closed'", dict),
        (SlotPast, "update slot set minutes = 1", dict),
    ]
    for error, statement, facts_of in against:
        async with db.connection.transaction(force_rollback=True):
            await db.run(Query(statement), **facts_of())
            with pytest.raises(error):
                await took(later(db, days=2) if error is SlotPast else db, person, slot)
    assert await counted(db) == (0, 0, 0)


async def test_people_themselves_and_lists_keep_to_their_places_until_the_release(db: Db):
    slots = await an_open_session(db, places=2)
    session_id = slots[0].session_id
    people = await people_assigned(db, 12)
    for person in people[:2]:
        await took(db, person, slots[0])
    with pytest.raises(SlotFull):
        await took(db, people[2], slots[0])
    await appointments.invite(db, SITE, session_id, people[3:11])
    with pytest.raises(TooMany):
        await appointments.invite(db, SITE, session_id, people[11:12])

    await db.run(Query("update slot set release_at = %(at)s"), at=db.at)
    await appointments.release_due(db)

    told = await appointments.limits(db, await sites.session(db, SITE, session_id))
    assert (told.set_aside, told.free) == (0, 2)
    await took(db, people[2], slots[1])
    await appointments.invite(db, SITE, session_id, people[11:12])
    assert await counted(db) == (12, 12, 12)


async def test_a_release_opens_no_more_places_than_there_are_doses(db: Db):
    slots = await an_open_session(db, places=1, doses=5)
    await db.run(Query("update slot set release_at = %(at)s"), at=db.at)

    await appointments.release_due(db)

    assert [slot.free for slot in await open_slots(db)] == [5, 0]
    assert slots[0].session_id


async def test_no_more_places_are_set_aside_than_doses_carry(db: Db):
    slots = await an_open_session(db, places=1, doses=4)

    with pytest.raises(TooMany) as refused:
        await appointments.set_aside(db, SITE, slots[0].session_id, places_a_slot=3, release_at=None)
    assert refused.value.facts == {"most": 2}


async def test_a_first_dose_is_not_moved_too_near_to_the_second(db: Db):
    first, *_ = await an_open_session(db, days=1)
    near, *_ = await an_open_session(db, days=3, number="XD956")
    second, *_ = await an_open_session(db, days=22, number="XD957")
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, first)
    (registration,) = await registrations.of_person(db, person)
    await a_second_registration(
        db, person, registration.registration_id, clock.day_of(first.starts_at) + timedelta(days=21)
    )
    await took(db, person, second, ordinal=2)

    with pytest.raises(NextDoseTooNear):
        await appointments.move(db, person, booked.appointment_id, target(near))


async def a_second_registration(db: Db, person_id: UUID, like: UUID, earliest_on: object) -> None:
    await db.run(
        Query(
            "insert into registration select (jsonb_populate_record(r, jsonb_build_object('registration_id', %(new)s::uuid,"
            " 'ordinal', 2, 'code', 'XXXX', 'status', 'approved', 'earliest_on', %(on)s::date))).*"
            " from registration r where registration_id = %(like)s and person_id = %(person)s"
        ),
        new=uuid7(db.at),
        on=earliest_on,
        like=like,
        person=person_id,
    )


async def test_the_calendar_entry_says_when_and_where_and_not_who(db: Db):
    slot, *_ = await an_open_session(db)
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, slot)

    lines = appointments.ics(booked, db.at).split("\r\n")

    assert f"DTSTART:{slot.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "Nguyễn" not in "".join(lines)
    assert "Thuận Hòa" in "".join(line.removeprefix(" ") for line in lines)
