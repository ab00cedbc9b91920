"""The second dose booked together with the first: from the schedule's own day on, and never without the first."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.domain.test_bookings import counted, took
from tests.places import an_open_session
from tests.stores import people_assigned
from tests.visits import facts
from tiemchung.domain import appointments
from tiemchung.domain.appointments import Appointment, Ask, NotHeld, OpenSlot, TooEarly
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7


async def both(db: Db) -> tuple[Appointment, OpenSlot, OpenSlot]:
    """Somebody's first dose, and half hours before and after the day on which the second may be given."""
    first, *_ = await an_open_session(db, days=1, product="PF")
    (person,) = await people_assigned(db, 1)
    booked = await took(db, person, first)
    earliest = (await appointments.next_dose(db, booked)).earliest_on
    days = (earliest - clock.day_of(db.at)).days
    early, *_ = await an_open_session(db, days=days - 1, number="XD956", product="PF")
    late, *_ = await an_open_session(db, days=days, number="XD957", product="PF")
    return booked, early, late


async def reserved(db: Db, before: Appointment, slot: OpenSlot, key: UUID | None = None) -> Appointment:
    ask = Ask(
        command_id=key or uuid7(db.at),
        act="book",
        channel="self",
        person_id=before.person_id,
        place_id=slot.place_id,
        session_id=slot.session_id,
        starts_at=slot.starts_at,
        staff_id=uuid7(db.at),
    )
    return await appointments.reserve(db, before.appointment_id, ask)


async def test_the_second_dose_is_booked_with_the_first_and_no_day_too_early(db: Db):
    first, early, late = await both(db)

    with pytest.raises(TooEarly):
        await reserved(db, first, early)
    second = await reserved(db, first, late)

    assert (second.status, second.ordinal) == ("booked", 2)
    assert second.starts_at - first.starts_at >= timedelta(days=20)
    assert await counted(db) == (2, 2, 2)
    assert not await appointments.may_follow(db, first)


async def test_with_the_first_dose_falls_the_second_and_both_places_go_back(db: Db):
    first, _, late = await both(db)
    second = await reserved(db, first, late)

    await appointments.cancel(db, first.person_id, first.appointment_id)

    assert (await appointments.one(db, second.person_id, second.appointment_id)).status == "cancelled"
    assert await counted(db) == (0, 0, 0)
    (row,) = await facts(
        db, "select status from registration where person_id = %(p)s and ordinal = 2", p=first.person_id
    )
    assert row == {"status": "withdrawn"}
    with pytest.raises(NotHeld):
        await reserved(db, first, late)
