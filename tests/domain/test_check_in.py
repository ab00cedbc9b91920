"""Arriving and being screened: a code is received once, a conclusion holds back or lets through."""

import pytest

from tests.stores import SITE, a_session, a_shelf, people_assigned
from tests.visits import (
    a_nurse,
    an_open_session,
    arrived,
    facts,
    ready,
    screened,
    status_of,
)
from tiemchung.domain import appointments, immunizations, sites
from tiemchung.domain.appointments import CodeMistyped
from tiemchung.domain.immunizations import (
    AlreadyCheckedIn,
    AppointmentNotLive,
    CodeOfAnotherSession,
    CodeUnknown,
    NotWaitingForScreening,
    SessionNotOpen,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit.db import Db


async def test_a_scanned_code_gives_the_next_number(db: Db):
    session_id, codes = await an_open_session(db, 2)
    nurse = await a_nurse(db)

    first = await arrived(nurse, session_id, f"VX1:{codes[0].removeprefix('VX1:')}")
    second = await arrived(nurse, session_id, codes[1].removeprefix("VX1:").lower().replace("-", " "))

    assert (first.number, second.number) == (1, 2)
    assert first.step == "screening"
    assert await status_of(db, first.person_id) is Status.checked_in


async def test_a_code_that_was_misread_differs_from_one_that_nobody_has(db: Db):
    session_id, codes = await an_open_session(db)
    bare = codes[0].removeprefix("VX1:")
    wrong = bare[:-1] + ("0" if bare[-1] != "0" else "1")

    with pytest.raises(CodeMistyped):
        await arrived(await a_nurse(db), session_id, wrong)
    with pytest.raises(CodeUnknown):
        await arrived(await a_nurse(db), session_id, appointments.new_code())


@pytest.mark.parametrize("typed", ["", "'; drop table visit; --", "<script>alert(1)</script>", "🙂" * 12, "x" * 5000])
async def test_hostile_text_in_the_code_box_is_only_a_wrong_code(db: Db, typed: str):
    session_id, _ = await an_open_session(db, 0)

    with pytest.raises(CodeMistyped):
        await arrived(await a_nurse(db), session_id, typed)


async def test_a_code_of_another_session_says_which(db: Db):
    _, codes = await an_open_session(db)
    other = await a_session(db, days=2)
    await sites.open_session(db, SITE, other)

    with pytest.raises(CodeOfAnotherSession) as refused:
        await arrived(await a_nurse(db), other, codes[0])
    assert refused.value.facts["place"] == "Trạm Y tế phường Thuận Hòa"


async def test_nobody_is_received_twice(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    await arrived(nurse, session_id, codes[0])

    with pytest.raises(AlreadyCheckedIn):
        await arrived(nurse, session_id, codes[0])


async def test_a_declined_appointment_is_not_received(db: Db):
    session_id, codes = await an_open_session(db)
    (appointment,) = await appointments.of_session(db, SITE, session_id)
    await appointments.answer(db, appointment.person_id, appointment.appointment_id, accept=False)

    with pytest.raises(AppointmentNotLive):
        await arrived(await a_nurse(db), session_id, codes[0])


async def test_nobody_is_received_before_the_session_opens(db: Db):
    await a_shelf(db)
    session_id = await a_session(db)
    await people_assigned(db, 1)
    await appointments.invite_next(db, SITE, session_id, 1)
    (appointment,) = await appointments.of_session(db, SITE, session_id)

    with pytest.raises(SessionNotOpen):
        await arrived(await a_nurse(db), session_id, appointment.shown_code)


async def test_all_no_and_normal_signs_lead_to_the_injection(db: Db):
    session_id, codes = await an_open_session(db)
    visit = await arrived(await a_nurse(db), session_id, codes[0])

    concluded = await screened(await a_nurse(db), visit)

    assert concluded.outcome == "eligible"
    assert (await immunizations.visit(db, SITE, visit.visit_id)).step == "injection"


async def test_a_delay_ends_the_visit_and_gives_the_place_back(db: Db):
    session_id, codes = await an_open_session(db)
    visit = await arrived(await a_nurse(db), session_id, codes[0])

    concluded = await screened(await a_nurse(db), visit, "acute_illness", "allergy")

    assert concluded.outcome == "delay"
    assert (await immunizations.visit(db, SITE, visit.visit_id)).step == "deferred"
    assert await status_of(db, visit.person_id) is Status.assigned
    assert (await sites.session(db, SITE, session_id)).taken == 0
    assert await facts(db, "select * from dose_claim where person_id = %(p)s", p=visit.person_id) == []
    (kept,) = await facts(db, "select status, reason from immunization where person_id = %(p)s", p=visit.person_id)
    assert kept["status"] == "not_done"
    assert "cấp tính" in kept["reason"]


async def test_a_doctor_lets_somebody_through_with_a_reason_and_the_reason_stays(db: Db):
    session_id, codes = await an_open_session(db)
    visit = await arrived(await a_nurse(db), session_id, codes[0])

    await screened(await a_nurse(db), visit, "anaphylaxis_grade_3", override_reason="Tiêm tại điểm có hồi sức")

    seen = await immunizations.visit(db, SITE, visit.visit_id)
    assert (seen.step, seen.conclusion, seen.override_reason) == ("injection", "hospital", "Tiêm tại điểm có hồi sức")


async def test_an_override_that_was_not_needed_is_not_kept(db: Db):
    session_id, codes = await an_open_session(db)
    visit = await arrived(await a_nurse(db), session_id, codes[0])

    await screened(await a_nurse(db), visit, override_reason="Không cần thiết")

    assert (await immunizations.visit(db, SITE, visit.visit_id)).override_reason is None


async def test_nobody_is_screened_twice(db: Db):
    session_id, codes = await an_open_session(db)
    visit = await ready(await a_nurse(db), session_id, codes[0])

    with pytest.raises(NotWaitingForScreening):
        await screened(await a_nurse(db), visit)
