"""Inviting: never more than stock and capacity, one place a person and dose, yes and no exactly once."""

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.citizens import a_form, a_new_person
from tests.domain.test_sites import planned
from tests.stores import SITE, a_session, a_shelf, people_assigned
from tiemchung.domain import appointments, messaging, registrations, sites, stock
from tiemchung.domain.appointments import (
    AlreadyBooked,
    CodeMistyped,
    NobodyToInvite,
    NotAnswerable,
    NotWaiting,
    TooMany,
    rules,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.sql import Query

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


async def a_ready_session(db: Db, *, doses: int = 100, hours: float = 4):
    await a_shelf(db, doses)
    return await a_session(db, hours=hours)


async def test_an_invited_person_has_a_place_a_code_and_a_message(db: Db):
    session_id = await a_ready_session(db)
    (person_id,) = await people_assigned(db, 1)

    await appointments.invite_next(db, SITE, session_id, 1)

    (appointment,) = await appointments.of_person(db, person_id)
    assert (appointment.status, appointment.answer) == ("booked", "invited")
    assert (await appointments.by_code(db, appointment.shown_code.lower(), SITE)) == appointment
    (registration,) = await registrations.of_person(db, person_id)
    assert registration.status is Status.invited
    (message,) = [told for told in await messaging.inbox(db, "+84905000000") if told.template == "invited"]
    assert appointment.shown_code in message.body
    assert "Trạm Y tế phường Thuận Hòa" in message.body


async def test_no_more_people_are_invited_than_there_are_usable_doses(db: Db):
    session_id = await a_ready_session(db, doses=3)
    await people_assigned(db, 5)

    session = await sites.session(db, SITE, session_id)
    assert (await appointments.limits(db, session)).maximum == 3
    with pytest.raises(TooMany) as refused:
        await appointments.invite_next(db, SITE, session_id, 5)
    assert refused.value.facts == {"most": 3}
    assert len(await appointments.invite_next(db, SITE, session_id, 3)) == 3


async def test_no_more_people_are_invited_than_the_half_hours_take(db: Db):
    session_id = await a_ready_session(db, hours=0.5)
    await people_assigned(db, 7)

    with pytest.raises(TooMany):
        await appointments.invite_next(db, SITE, session_id, 7)
    assert len(await appointments.invite_next(db, SITE, session_id, 6)) == 6


async def test_a_margin_for_people_who_stay_away_is_a_setting(db: Db):
    await db.run(Query("insert into setting (name, value) values ('over_booking_percent', '50')"))
    session_id = await a_ready_session(db, hours=0.5)

    told = await appointments.limits(db, await sites.session(db, SITE, session_id))

    assert (told.capacity, told.percent, told.maximum, told.room) == (6, 50, 9, 9)


async def test_doses_that_one_session_has_promised_are_not_promised_again(db: Db):
    await a_shelf(db, 4)
    first, second = await a_session(db, days=1), await a_session(db, days=2)
    await people_assigned(db, 6)
    await appointments.invite_next(db, SITE, first, 3)

    told = await appointments.limits(db, await sites.session(db, SITE, second))

    assert (told.usable, told.promised_elsewhere, told.maximum) == (4, 3, 1)


async def test_nobody_is_invited_to_a_session_that_is_not_approved(db: Db):
    await a_shelf(db)
    await people_assigned(db, 1)

    with pytest.raises(sites.SessionNotThere):
        await appointments.invite_next(db, SITE, await planned(db), 1)


async def test_who_is_too_young_for_the_vaccine_is_not_invited(db: Db):
    session_id = await a_ready_session(db)
    year = db.at.year - 17
    person = await a_new_person(db, birth_date=date(year, 1, 1))
    registration = (await registrations.submit(db, await a_form(db, person))).registration
    registration = await registrations.move(db, registration, Status.approved)
    await registrations.move(db, registration, Status.assigned, place_id=SITE)

    (candidate,) = await appointments.candidates(db, await sites.session(db, SITE, session_id))
    assert candidate.obstacle is not None and candidate.obstacle.code == "too_young"
    with pytest.raises(NobodyToInvite):
        await appointments.invite_next(db, SITE, session_id, 1)


async def test_a_person_is_invited_once(db: Db):
    session_id = await a_ready_session(db)
    ids = await people_assigned(db, 1)
    await appointments.invite(db, SITE, session_id, ids)

    with pytest.raises(NotWaiting):
        await appointments.invite(db, SITE, session_id, ids)


async def test_one_dose_has_one_live_claim_whoever_makes_it(db: Db):
    session_id = await a_ready_session(db)
    (person_id,) = await people_assigned(db, 1)
    await appointments.invite(db, SITE, session_id, [person_id])

    with pytest.raises(AlreadyBooked):
        await db.run(
            Query(
                "insert into dose_claim (person_id, disease, role, ordinal, copy, appointment_id, place_id, claimed_at) "
                "select person_id, disease, role, ordinal, copy, gen_random_uuid(), place_id, claimed_at from dose_claim"
            )
        )


async def test_saying_yes_twice_is_saying_yes(db: Db):
    session_id = await a_ready_session(db)
    (person_id,) = await people_assigned(db, 1)
    (appointment_id,) = await appointments.invite_next(db, SITE, session_id, 1)

    for _ in range(2):
        answered = await appointments.answer(db, person_id, appointment_id, accept=True)
        assert answered.answer == "confirmed"

    (slot, *_) = await sites.slots(db, SITE, session_id)
    assert (slot.taken, slot.confirmed) == (1, 1)
    (registration,) = await registrations.of_person(db, person_id)
    assert registration.status is Status.confirmed


async def test_saying_no_gives_place_and_claim_back_exactly_once(db: Db):
    session_id = await a_ready_session(db)
    first, second = await people_assigned(db, 2)
    (appointment_id, _) = await appointments.invite(db, SITE, session_id, [first, second])

    for _ in range(2):
        assert (await appointments.answer(db, first, appointment_id, accept=False)).status == "cancelled"

    (slot, *_) = await sites.slots(db, SITE, session_id)
    assert slot.taken == 1
    claims = await db.value(int, Query("select count(*) from dose_claim where person_id = %(p)s"), p=first)
    assert claims == 0
    (registration,) = await registrations.of_person(db, first)
    assert registration.status is Status.declined
    with pytest.raises(NotAnswerable):
        await appointments.answer(db, first, appointment_id, accept=True)


async def test_nobody_answers_for_somebody_else(db: Db):
    session_id = await a_ready_session(db)
    first, other = await people_assigned(db, 2)
    (appointment_id, _) = await appointments.invite(db, SITE, session_id, [first, other])

    with pytest.raises(NotFound):
        await appointments.answer(db, other, appointment_id, accept=False)


async def test_with_a_session_fall_its_appointments_and_the_people_wait_again(db: Db):
    session_id = await a_ready_session(db)
    (person_id,) = await people_assigned(db, 1)
    await appointments.invite_next(db, SITE, session_id, 1)

    await sites.cancel(db, SITE, session_id, reason="Thiếu nhân lực")

    (appointment,) = await appointments.of_person(db, person_id)
    assert (appointment.status, appointment.answer) == ("cancelled", "expired")
    (registration,) = await registrations.of_person(db, person_id)
    assert registration.status is Status.assigned
    assert "appointment_cancelled" in {message.template for message in await messaging.inbox(db, "+84905000000")}


async def test_who_withdraws_the_registration_gives_the_place_back(db: Db):
    session_id = await a_ready_session(db)
    (person_id,) = await people_assigned(db, 1)
    await appointments.invite_next(db, SITE, session_id, 1)
    (registration,) = await registrations.of_person(db, person_id)

    await registrations.move(db, registration, Status.withdrawn)

    (slot, *_) = await sites.slots(db, SITE, session_id)
    assert slot.taken == 0


async def test_a_code_of_another_place_is_not_found_and_a_mistyped_one_says_so(db: Db):
    code = appointments.new_code()
    with pytest.raises(NotFound):
        await appointments.by_code(db, code, SITE)
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    with pytest.raises(CodeMistyped):
        await appointments.by_code(db, wrong, SITE)


@given(bare=st.text(ALPHABET, min_size=11, max_size=11), at=st.integers(0, 11), other=st.sampled_from(ALPHABET))
def test_every_single_mistyped_character_of_a_code_is_found(bare: str, at: int, other: str):
    code = bare + rules.check_character(bare)
    assert rules.read_code(f"vx1:{code}") is not None
    typed = code[:at] + other + code[at + 1 :]
    assert (rules.read_code(typed) is not None) == (typed == code)


async def test_many_who_invite_at_once_never_oversell_a_session(database: Database):
    async with database.transaction() as db:
        session_id = await a_ready_session(db, doses=8)
        ids = list(await people_assigned(db, 20))

    async def one(person_id):
        try:
            async with database.transaction() as db:
                await appointments.invite(db, SITE, session_id, [person_id])
        except DomainError as refused:
            return refused.code()
        return "invited"

    answers = await asyncio.gather(*(one(person_id) for person_id in ids))

    assert answers.count("invited") == 8
    assert set(answers) == {"invited", "too_many"}
    async with database.transaction() as db:
        session = await sites.session(db, SITE, session_id)
        live = [a for a in await appointments.of_session(db, SITE, session_id) if a.live]
        claims = await db.value(int, Query("select count(*) from dose_claim"))
        assert session.taken == len(live) == claims == 8
        assert await stock.usable_doses(db, SITE, "JAN", session.starts_at) == 8


async def test_the_same_person_invited_twice_at_once_gets_one_place(database: Database):
    async with database.transaction() as db:
        session_id = await a_ready_session(db)
        (person_id,) = await people_assigned(db, 1)

    async def one():
        try:
            async with database.transaction() as db:
                return len(await appointments.invite(db, SITE, session_id, [person_id]))
        except DomainError:
            return 0

    assert sum(await asyncio.gather(*(one() for _ in range(5)))) == 1
