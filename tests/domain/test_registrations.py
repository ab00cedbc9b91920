"""Registrations: one per person and dose, every change with who and when."""

import asyncio
from datetime import date, timedelta

import pytest

from tests.arrange import a_member_of_staff
from tests.citizens import PHONE, a_form, a_person, a_registration, an_area
from tiemchung.domain import access, messaging, people, registrations
from tiemchung.domain.people import Contact
from tiemchung.domain.registrations import (
    AlreadyRegistered,
    Answer,
    Filters,
    History,
    HistoryIncomplete,
    NotPossible,
    OutsideReach,
    Status,
    Tab,
    WishTooLate,
)
from tiemchung.domain.registrations.drafts import KEPT_FOR_GUESTS, Owner
from tiemchung.kit.db import Actor, Database, Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

HUE = "46"


async def test_a_form_becomes_a_registration_with_a_code_a_consent_and_a_message(db: Db):
    submitted = await a_registration(db)

    registration = submitted.registration
    assert registration.status is Status.registered
    assert (registration.province_code, registration.district_code) == ("46", "474")
    assert (await registrations.by_code(db, registration.code.lower().replace("-", " "))) == registration
    assert await db.value(int, Query("select count(*) from consent where withdrawn_at is null")) == 1
    (message,) = await messaging.inbox(db, PHONE)
    assert registration.code in message.body


async def test_sending_twice_makes_neither_a_second_person_nor_a_second_registration(db: Db):
    account = await access.account_of(db, phone=PHONE)
    first = await a_registration(db, account)

    again = await a_registration(db, account)

    assert not again.is_new
    assert again.registration == first.registration


async def test_a_stranger_who_knows_the_number_learns_and_changes_nothing(db: Db):
    first = await a_registration(db, await access.account_of(db, phone=PHONE))
    stranger = await access.account_of(db, phone="+84905000777")
    theirs = Contact(kind="phone", relation="self", holder_name=None, value="+84905000777")

    with pytest.raises(AlreadyRegistered):
        await a_registration(db, stranger, contacts=[theirs], address="Nơi khác")

    assert await people.members(db, stranger) == []
    address = await db.value(
        str, Query("select address from person where person_id = %(id)s"), id=first.registration.person_id
    )
    assert address == "12/4 Đặng Dung"


async def test_every_question_needs_an_answer(db: Db):
    form = await a_form(db, history=History(answers={"covid": Answer(answer="no")}))

    with pytest.raises(HistoryIncomplete):
        await registrations.submit(db, form)


async def test_the_question_on_age_follows_the_birth_date(db: Db):
    registration = (await a_registration(db)).registration

    assert registration.history.answers["age_65"].answer == "yes"


async def test_a_registration_goes_from_province_to_site_and_each_step_is_kept(db: Db):
    registration = (await a_registration(db)).registration
    staff_id, _ = await a_member_of_staff(db, "province_officer", area_id=await an_area(db, HUE))
    officer = Db(db.connection, actor=Actor(kind="staff", id=staff_id, label="Cán bộ"), at=db.at, keys=db.keys, now={})
    centre = (await registrations.district_centres(officer, HUE))[0]

    await registrations.approve(officer, [registration.registration_id], province_code=HUE)
    await registrations.assign(officer, [registration.registration_id], centre.place_id, province_code=HUE)

    assigned = await registrations.one(db, registration.registration_id)
    assert (assigned.status, assigned.assigned_place) == (Status.assigned, centre.name)
    steps = await registrations.timeline(db, assigned)
    assert [step.to for step in steps] == ["registered", "approved", "assigned"]
    assert steps[1].actor_label == "Nguyễn Thử Nghiệm"


async def test_an_officer_moves_nobody_of_another_province(db: Db):
    registration = (await a_registration(db)).registration

    assert await registrations.approve(db, [registration.registration_id], province_code="01") == []
    assert (await registrations.one(db, registration.registration_id)).status is Status.registered


async def test_people_are_not_assigned_to_a_place_outside_the_province(db: Db):
    registration = (await a_registration(db)).registration
    await registrations.approve(db, [registration.registration_id], province_code=HUE)

    with pytest.raises(OutsideReach):
        await registrations.assign(db, [registration.registration_id], place_id("TW000"), province_code=HUE)


async def test_a_refusal_carries_its_reason_to_the_person(db: Db):
    registration = (await a_registration(db)).registration

    await registrations.refuse(db, [registration.registration_id], "Thiếu giấy tờ", province_code=HUE)

    assert (await registrations.one(db, registration.registration_id)).status_reason == "Thiếu giấy tờ"
    (told,) = [message for message in await messaging.inbox(db, PHONE) if message.template == "refused"]
    assert "Thiếu giấy tờ" in told.body


async def test_approval_waits_until_a_likely_duplicate_is_settled(db: Db):
    known = await a_person(db, identifiers=[])
    other_phone = Contact(kind="phone", relation="self", holder_name=None, value="+84905000555")
    registration = (await a_registration(db, contacts=[other_phone])).registration
    assert registration.suspected_person_id == known
    assert await registrations.approve(db, [registration.registration_id], province_code=HUE) == []

    await registrations.settle_duplicate(db, registration.registration_id, known, province_code=HUE)

    assert await registrations.approve(db, [registration.registration_id], province_code=HUE)


async def test_statuses_keep_their_order(db: Db):
    registration = (await a_registration(db)).registration

    with pytest.raises(NotPossible):
        await registrations.move(db, registration, Status.invited)


async def test_withdrawing_takes_the_consent_back(db: Db):
    registration = (await a_registration(db)).registration

    withdrawn = await registrations.withdraw(db, registration)

    assert withdrawn.status is Status.withdrawn
    assert await db.value(int, Query("select count(*) from consent where withdrawn_at is null")) == 0


async def test_the_worklist_finds_by_name_number_and_phone_within_the_province(db: Db):
    await a_registration(db)
    await a_registration(
        db, name="Cao Thị Mùi", birth_date=date(1946, 3, 11), identifiers=[], contacts=[], area_id=await an_area(db)
    )

    async def found(words: str, province: str = HUE) -> list[str]:
        page = await registrations.worklist(db, Filters(province_code=province, words=words))
        return sorted(row.name for row in page.rows)

    assert await found("") == ["Cao Thị Mùi", "Trần Thị Lan"]
    assert await found("tran thi") == ["Trần Thị Lan"]
    assert await found("046154001306") == ["Trần Thị Lan"]
    assert await found("0905 000 218") == ["Trần Thị Lan"]
    assert await found("", "01") == []
    assert (await registrations.counts(db, HUE))[Tab.waiting] == 2


async def test_filters_narrow_by_age_district_and_dose(db: Db):
    await a_registration(db)

    async def total(**filters: object) -> int:
        return (await registrations.worklist(db, Filters(province_code=HUE, **filters))).total  # type: ignore[arg-type]

    assert await total(age_from=65) == 1
    assert await total(age_to=64) == 0
    assert await total(district_code="474", dose_role="basic") == 1
    assert await total(district_code="476") == 0


async def test_a_form_on_its_way_opens_for_its_account_alone(db: Db):
    account = await access.account_of(db, phone=PHONE)
    draft_id = uuid7(db.at)
    mine = Owner(account_id=account)
    await registrations.drafts.keep(db, mine, draft_id, {"name": "Lan"})

    assert (await registrations.drafts.draft(db, mine, draft_id)).answers == {"name": "Lan"}
    other = await access.account_of(db, phone="+84905000777")
    for stranger in (Owner(account_id=other), Owner(guest_digest=b"somebody"), Owner()):
        with pytest.raises(NotFound):
            await registrations.drafts.draft(db, stranger, draft_id)


async def test_a_form_without_an_account_waits_a_day_and_is_then_forgotten(db: Db):
    mine = Owner(guest_digest=b"this browser")
    draft_id = uuid7(db.at)
    await registrations.drafts.keep(db, mine, draft_id, {"name": "Lan"})
    db.at += KEPT_FOR_GUESTS + timedelta(minutes=1)

    with pytest.raises(NotFound):
        await registrations.drafts.draft(db, mine, draft_id)
    await registrations.drafts.forget_old(db)

    assert await db.value(int, Query("select count(*) from registration_draft")) == 0


async def test_a_wish_is_changed_until_somebody_is_invited(db: Db):
    registration = (await a_registration(db)).registration
    day = registration.wanted_on + timedelta(days=3)
    wish = {"wanted_on": day, "wanted_part": "afternoon", "wanted_place_id": place_id("46005")}

    changed = await registrations.change_wish(db, registration, **wish)

    assert (changed.wanted_on, changed.wanted_part, changed.wanted_place_id) == tuple(wish.values())
    for status in (Status.approved, Status.assigned, Status.invited):
        changed = await registrations.move(db, changed, status)
    with pytest.raises(WishTooLate):
        await registrations.change_wish(db, changed, **wish)


async def test_two_forms_for_one_person_at_the_same_moment_make_one_person_and_one_registration(database: Database):
    async with database.transaction() as db:
        account = await access.account_of(db, phone=PHONE)

    async def send() -> registrations.Submitted:
        async with database.transaction() as db:
            return await a_registration(db, account)

    sent = await asyncio.gather(*(send() for _ in range(5)))

    assert sum(one.is_new for one in sent) == 1
    assert len({one.registration.registration_id for one in sent}) == 1
    async with database.transaction() as db:
        assert await db.value(int, Query("select count(*) from person")) == 1
