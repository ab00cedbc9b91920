"""Places and sessions: planned by one person, approved by another, within tables, seats, hours and stock."""

from datetime import timedelta

import pytest

from tests.stores import CENTRE, SITE, a_session, a_shelf, acting, morning
from tiemchung.domain import access, appointments, geography, registrations, sites
from tiemchung.domain.sites import (
    ApprovalBySelf,
    BadHours,
    MayNotApprove,
    NoVaccine,
    SessionNotThere,
    SessionsOverlap,
    TooManyTables,
    rules,
)
from tiemchung.kit.db import Db


async def planned(db: Db, *, tables: int = 1, minutes: int = 240, days: int = 1):
    starts, _ = morning(db, days)
    return await appointments.plan(
        db, place_id=SITE, product="JAN", starts_at=starts, ends_at=starts + timedelta(minutes=minutes), tables=tables
    )


async def test_a_place_is_found_without_marks(db: Db):
    names = [place.name for place in await sites.find(db, "thuan hoa, tp hue")] or [
        place.name for place in await sites.find(db, "tram y te phuong thuan hoa")
    ]

    assert "Trạm Y tế phường Thuận Hòa" in names


async def test_the_facility_tree_says_who_supplies_whom(db: Db):
    site = await sites.place(db, SITE)

    assert (site.parent_id, site.parent_name) == (CENTRE, "Trung tâm Y tế TP Huế")
    assert SITE in {place.place_id for place in await sites.supplied_by(db, CENTRE)}


async def test_the_sites_of_an_area_lie_in_all_its_communes(db: Db):
    campaign = await registrations.campaign_of(db)
    city = await geography.by_code(db, "474", campaign.geography_on)

    found = await sites.in_area(db, city.area_id, kinds=["station"])

    assert SITE in {place.place_id for place in found}
    assert {place.kind for place in found} == {"station"}


def test_half_an_hour_takes_six_a_table_and_no_more_than_the_seats_of_two_slots():
    assert rules.people_a_slot(1, 12) == 6
    assert rules.people_a_slot(5, 60) == 30
    assert rules.people_a_slot(5, 20) == 10


def test_the_margin_for_people_who_stay_away_is_rounded_down():
    assert rules.with_margin(300, 5) == 315
    assert rules.with_margin(19, 5) == 19


async def test_a_session_has_its_half_hours_at_once(db: Db):
    await a_shelf(db)
    session_id = await planned(db)

    slots = await sites.slots(db, SITE, session_id)
    assert [slot.capacity for slot in slots] == [6] * 8
    assert (await sites.session(db, SITE, session_id)).capacity == 48


async def test_a_session_needs_usable_vaccine_at_the_place(db: Db):
    with pytest.raises(NoVaccine):
        await planned(db)


async def test_a_session_uses_no_more_tables_than_there_are(db: Db):
    await a_shelf(db)

    with pytest.raises(TooManyTables):
        await planned(db, tables=2)


@pytest.mark.parametrize(("minutes", "days"), [(45, 1), (0, 1), (660, 1), (240, -2)])
async def test_a_session_takes_whole_half_hours_of_one_day_to_come(db: Db, minutes: int, days: int):
    await a_shelf(db)

    with pytest.raises(BadHours):
        await planned(db, minutes=minutes, days=days)


async def test_two_sessions_of_a_place_do_not_overlap(db: Db):
    await a_shelf(db)
    head = await acting(db, "site_head", place=SITE)
    await planned(head)

    with pytest.raises(SessionsOverlap):
        await planned(head, minutes=60)


async def test_a_cancelled_session_leaves_its_time_free(db: Db):
    await a_shelf(db)
    head = await acting(db, "site_head", place=SITE)
    await sites.cancel(head, SITE, await planned(head), reason="Mất điện")

    assert (await sites.session(db, SITE, await planned(head))).status == "planned"


async def test_whoever_planned_a_session_may_not_approve_it(db: Db):
    await a_shelf(db)
    head = await acting(db, "site_head", place=SITE)
    session_id = await planned(head)

    with pytest.raises(ApprovalBySelf):
        await sites.approve(head, SITE, session_id)


async def test_the_centre_the_province_and_another_head_may_approve_and_nobody_else(db: Db):
    campaign = await registrations.campaign_of(db)
    hue = (await geography.by_code(db, "46", campaign.geography_on)).area_id
    hanoi = (await geography.by_code(db, "01", campaign.geography_on)).area_id
    await a_shelf(db)
    session_id = await planned(await acting(db, "site_head", place=SITE))
    officer = await acting(db, "province_officer", area_id=hue)
    assert isinstance(officer.actor, access.Staff)
    assert [s.session_id for s in await sites.sessions_to_approve(db, officer.actor)] == [session_id]

    for stranger in (await acting(db, "nurse", place=SITE), await acting(db, "province_officer", area_id=hanoi)):
        with pytest.raises(MayNotApprove):
            await sites.approve(stranger, SITE, session_id)

    await sites.approve(await acting(db, "district_officer", place=CENTRE), SITE, session_id)
    assert (await sites.session(db, SITE, session_id)).status == "approved"
    assert await sites.sessions_to_approve(db, officer.actor) == []


async def test_a_session_opens_only_after_approval(db: Db):
    await a_shelf(db)
    session_id = await planned(await acting(db, "site_head", place=SITE))

    with pytest.raises(SessionNotThere):
        await sites.open_session(db, SITE, session_id)


async def test_the_sessions_of_a_day_are_those_of_vietnams_day(db: Db):
    await a_shelf(db)
    session_id = await a_session(db)
    starts, _ = morning(db)

    found = await sites.sessions_of_day(db, SITE, (starts + timedelta(hours=7)).date())
    assert [session.session_id for session in found] == [session_id]
