"""What a correct system must do between a registration and the door: facts 15 to 20, each shown once and whole."""

from datetime import timedelta

import pytest

from tests.citizens import a_registration, an_area
from tests.domain.test_standby import offers
from tests.places import an_open_session
from tests.stores import SITE, a_session, a_shelf, acting, people_assigned
from tests.visits import arrived, facts
from tiemchung.domain import appointments, messaging, registrations, sites
from tiemchung.domain.appointments import NotWaiting, TooMany, audit, standby
from tiemchung.domain.appointments.slips import slips
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query

HUE = "46"


async def test_fact_15_each_step_from_registration_to_check_in_says_who_and_when(db: Db):
    await a_shelf(db)
    session_id = await a_session(db)
    registration = (await a_registration(db)).registration
    officer = await acting(db, "province_officer", area_id=await an_area(db, HUE))
    head = await acting(db, "site_head", place=SITE)

    await registrations.approve(officer, [registration.registration_id], province_code=HUE)
    await registrations.assign(officer, [registration.registration_id], SITE, province_code=HUE)
    (appointment_id,) = await appointments.invite(head, SITE, session_id, [registration.person_id])
    await appointments.answer(db, registration.person_id, appointment_id, accept=True)
    await sites.open_session(head, SITE, session_id)
    invited = await appointments.one(db, registration.person_id, appointment_id)
    await arrived(await acting(db, "registrar", place=SITE), session_id, invited.shown_code)

    steps = await registrations.timeline(db, await registrations.one(db, registration.registration_id))
    route = ["registered", "approved", "assigned", "planned", "invited", "confirmed", "checked_in"]
    assert [step.to for step in steps] == route
    assert all(step.at for step in steps)
    assert all(step.actor_label == "Nguyễn Thử Nghiệm" for step in steps if step.to not in {"registered", "confirmed"})


async def test_fact_16_no_more_are_invited_than_stock_places_and_margin_bear(db: Db):
    await a_shelf(db, doses=3)
    session_id = await a_session(db, hours=0.5)
    people = await people_assigned(db, 8)
    with pytest.raises(TooMany):
        await appointments.invite(db, SITE, session_id, people[:4])

    await a_shelf(db, doses=100, number="XD956")
    with pytest.raises(TooMany):
        await appointments.invite(db, SITE, session_id, people[:7])
    await db.run(Query("insert into setting (name, value) values ('over_booking_percent', '50')"))

    limits = await appointments.limits(db, await sites.session(db, SITE, session_id))
    assert (limits.capacity, limits.maximum) == (6, 9)


async def test_fact_17_nobody_is_invited_before_the_minimum_interval(db: Db):
    await a_shelf(db, product="PF")
    session_id = await a_session(db, product="PF")
    (person,) = await people_assigned(db, 1)
    session = await sites.session(db, SITE, session_id)
    given_on = clock.day_of(session.starts_at) - timedelta(days=20)
    await db.run(
        Query(
            "insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product,"
            " place_id, area_id, occurred_at, recorded_at, source) select person_id, uuidv7(), 1, 'completed', 'COVID-19',"
            " 'basic', 1, 'PF', %(place)s, area_id, %(on)s::date + time '03:00', now(), 'imported' from person"
            " where person_id = %(person)s"
        ),
        person=person,
        place=SITE,
        on=given_on,
    )
    await db.run(Query("update registration set ordinal = 2"))

    with pytest.raises(NotWaiting):
        await appointments.invite(db, SITE, session_id, [person])
    await db.run(Query("update immunization set occurred_at = occurred_at - interval '1 day'"))

    assert len(await appointments.invite(db, SITE, session_id, [person])) == 1


async def test_fact_18_each_has_a_half_hour_and_none_is_above_capacity(db: Db):
    await a_shelf(db)
    session_id = await a_session(db, hours=1)
    people = await people_assigned(db, 12)

    await appointments.invite(db, SITE, session_id, people)

    slots = await sites.slots(db, SITE, session_id)
    assert [(slot.taken, slot.capacity) for slot in slots] == [(6, 6), (6, 6)]
    (one_more,) = await people_assigned(db, 1, first=20)
    await db.run(Query("insert into setting (name, value) values ('over_booking_percent', '50')"))
    with pytest.raises(TooMany):
        await appointments.invite(db, SITE, session_id, [one_more])


async def test_fact_19_the_place_of_who_declines_goes_to_somebody_on_standby(db: Db):
    slot, *_ = await an_open_session(db, places=0, hours=0.5) or await appointments.listed_slots(
        db, SITE, (await facts(db, "select session_id from session"))[0]["session_id"]
    )
    people = await people_assigned(db, 7)
    ids = await appointments.invite(db, SITE, slot.session_id, people[:6])
    await standby.join(db, people[6], SITE)
    assert await standby.offer(db, SITE, slot.session_id, [slot.starts_at]) == 0

    await appointments.answer(db, people[0], ids[0], accept=False)
    assert await standby.offer(db, SITE, slot.session_id, [slot.starts_at]) == 1
    (offer,) = await offers(db)
    await standby.accept(db, offer)

    assert (await appointments.one(db, people[6], offer.appointment_id)).status == "booked"
    assert (await audit.look(db)).ok


async def test_fact_20_the_invited_get_a_message_and_a_slip_by_residential_group(db: Db):
    await a_shelf(db)
    session_id = await a_session(db)
    people = await people_assigned(db, 3)
    for person, address in zip(people, ("Tổ 2", "Tổ 1", "Tổ 2"), strict=True):
        await db.run(
            Query("update person set address = %(to)s where person_id = %(person)s"), to=address, person=person
        )

    await appointments.invite(db, SITE, session_id, people)

    printed = await slips(db, SITE, session_id)
    assert [slip.address for slip in printed] == ["Tổ 1", "Tổ 2", "Tổ 2"]
    for k in range(3):
        (told,) = [m for m in await messaging.inbox(db, f"+849050{k:05}") if m.template == "invited"]
        assert any(slip.shown_code in told.body for slip in printed)
