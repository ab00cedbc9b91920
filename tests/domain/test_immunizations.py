"""The steps at the site: each has its order, a dose is written whole or not at all, and nothing is given twice."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.stores import SITE, a_lot, a_session, a_shelf, people_assigned
from tests.visits import (
    a_nurse,
    an_injection,
    an_open_session,
    an_open_vial,
    arrived,
    later,
    ready,
    screened,
)
from tiemchung.domain import appointments, immunizations, registrations, sites, stock, vaccines
from tiemchung.domain.appointments import CodeMistyped
from tiemchung.domain.immunizations import (
    AlreadyCheckedIn,
    Amendment,
    AppointmentNotLive,
    CodeOfAnotherSession,
    CodeUnknown,
    ConsentMissing,
    LotExpired,
    LotNotReleased,
    NotInObservation,
    NotWaitingForInjection,
    NotWaitingForScreening,
    ObservationNotOver,
    RecordChanged,
    RecordSigned,
    ScreeningMissing,
    SessionNotOpen,
    TooSoon,
    TooYoung,
    UndoOver,
    VialNotOpen,
    VialPastItsTime,
    Visit,
    VisitGone,
    WrongProduct,
    rules,
)
from tiemchung.domain.immunizations.model import Given
from tiemchung.domain.registrations import Status
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query


async def facts(db: Db, query: str, **parameters: object) -> list[dict[str, Any]]:
    return await (await db.connection.execute(query.encode(), parameters)).fetchall()


async def status_of(db: Db, person_id: UUID) -> Status:
    (registration,) = await registrations.of_person(db, person_id)
    return registration.status


# --- check-in


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


# --- screening


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


# --- the dose


async def test_a_dose_writes_record_stock_claim_visit_appointment_and_event_together(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)

    given = await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    (dose,) = await immunizations.doses_of(db, visit.person_id)
    assert (dose.immunization_id, dose.version, dose.product, dose.lot_number) == (given, 1, "JAN", "XD955")
    assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 4
    told = await stock.conservation(db, SITE)
    assert (told.administered, told.opened, told.adds_up) == (1, 4, True)
    assert (await stock.prove(db)).ok
    seen = await immunizations.visit(db, SITE, visit.visit_id)
    assert (seen.step, seen.immunization_id) == ("observation", given)
    assert seen.observe_until == nurse.at + timedelta(minutes=30)
    (appointment,) = await appointments.of_session(db, SITE, session_id)
    assert appointment.status == "done"
    (claim,) = await facts(db, "select * from dose_claim where person_id = %(p)s", p=visit.person_id)
    assert claim["immunization_id"] == given
    (event,) = await facts(
        db, "select * from event where kind = 'immunization.recorded' and person_id = %(p)s", p=visit.person_id
    )
    assert event["place_id"] == SITE and event["area_id"] is not None and event["actor_id"] == nurse.actor.id
    expected = {
        "version": 1,
        "product": "JAN",
        "dose_role": "basic",
        "ordinal": 1,
        "source": "recorded",
        "sex": "female",
    }
    assert expected.items() <= event["body"].items()
    logged = immunizations.DoseRecorded(**event["body"])
    assert str(logged.immunization_id) == str(given)


async def test_a_dose_is_one_look_and_one_write(db: Db, monkeypatch: pytest.MonkeyPatch):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    sent: list[str] = []
    execute = db.connection.execute

    async def counting(query: Any, *rest: Any, **named: Any):
        sent.append(str(query))
        return await execute(query, *rest, **named)

    monkeypatch.setattr(db.connection, "execute", counting)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    assert len(sent) == 2
    assert "give_dose" in sent[1]


async def test_the_same_dose_sent_again_is_the_same_dose(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    injection = an_injection(visit, vial.vial_id)

    assert await immunizations.record(nurse, injection) == await immunizations.record(nurse, injection)

    assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 4
    assert len(await immunizations.doses_of(db, visit.person_id)) == 1


async def test_another_dose_for_the_same_visit_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    with pytest.raises(DomainError):
        await immunizations.record(later(nurse, days=40), an_injection(visit, vial.vial_id))


async def refuses(db: Db, error: type[DomainError], visit: Visit, vial_id: UUID) -> None:
    """The dose is refused by this name, and nothing of it stays."""
    before = await stock.conservation(db, SITE)
    with pytest.raises(error):
        async with db.connection.transaction():
            await immunizations.record(db, an_injection(visit, vial_id))
    assert await immunizations.doses_of(db, visit.person_id) == []
    assert await stock.conservation(db, SITE) == before


async def test_nobody_is_injected_without_screening(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await arrived(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)

    await refuses(nurse, NotWaitingForInjection, visit, vial.vial_id)


async def test_a_conclusion_that_holds_back_refuses_the_dose_even_at_the_database(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await db.run(Query("update visit set conclusion = 'delay'"))

    await refuses(nurse, ScreeningMissing, visit, vial.vial_id)


async def test_nobody_is_injected_after_withdrawing_consent(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await db.run(Query("update consent set withdrawn_at = now()"))

    await refuses(nurse, ConsentMissing, visit, vial.vial_id)


async def test_a_vial_past_its_hours_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)

    await refuses(later(nurse, hours=6), VialPastItsTime, visit, vial.vial_id)


async def test_a_vial_that_was_put_away_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await stock.close_vial(nurse, SITE, vial.vial_id, reason=stock.Waste.contaminated)

    await refuses(nurse, VialNotOpen, visit, vial.vial_id)
    await refuses(nurse, VialNotOpen, visit, uuid7())


async def test_a_vial_of_another_session_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    other = await a_session(db, days=2)
    await sites.open_session(db, SITE, other)
    vial = await an_open_vial(nurse, other)

    await refuses(nurse, VialNotOpen, visit, vial.vial_id)


async def test_the_sixth_dose_of_a_vial_of_five_is_refused(db: Db):
    session_id, codes = await an_open_session(db, 6)
    nurse = await a_nurse(db)
    vial = await an_open_vial(nurse, session_id)
    waiting = [await ready(nurse, session_id, code) for code in codes]
    for visit in waiting[:5]:
        await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    await refuses(nurse, stock.VialUsedUp, waiting[5], vial.vial_id)


async def test_a_recalled_lot_is_refused_at_once(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await vaccines.recall(db, vial.lot_id, reason="Nghi lỗi chất lượng")

    await refuses(nurse, LotNotReleased, visit, vial.vial_id)


async def test_a_lot_whose_expiry_was_brought_forward_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await db.run(Query("update lot set expires_on = current_date - 2"))

    await refuses(nurse, LotExpired, visit, vial.vial_id)


async def test_a_session_that_is_not_open_refuses_the_dose(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await db.run(Query("update session set status = 'closed'"))

    await refuses(nurse, SessionNotOpen, visit, vial.vial_id)


async def test_somebody_younger_than_the_product_allows_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await db.run(Query("update person set birth_date = current_date - interval '17 years'"))

    await refuses(nurse, TooYoung, visit, vial.vial_id)


async def test_a_vial_of_another_vaccine_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    other = await a_lot(db, "AZ", "ABX3771")
    await db.run(Query("update vial set lot_id = %(lot)s"), lot=other)

    await refuses(nurse, WrongProduct, visit, vial.vial_id)


async def test_two_hundred_tries_on_one_vial_give_its_five_doses(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db, 40)
        vial = await an_open_vial(db, session_id)
        nurse = (await a_nurse(db)).actor
        waiting = [await ready(await a_nurse(db), session_id, code) for code in codes]

    async def try_once(visit: Visit) -> str:
        try:
            async with database.transaction(nurse) as db:
                await immunizations.record(db, an_injection(visit, vial.vial_id))
        except DomainError as refused:
            return refused.code()
        return "given"

    outcomes = await asyncio.gather(*(try_once(visit) for visit in waiting for _ in range(5)))

    assert outcomes.count("given") == 5
    assert set(outcomes) <= {"given", "vial_used_up", "not_waiting_for_injection", "too_soon"}
    async with database.transaction() as db:
        assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 0
        assert (await stock.conservation(db, SITE)).administered == 5
        assert (await stock.prove(db)).ok


async def test_of_two_nurses_with_one_person_one_gives_the_dose(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db)
        nurse = await a_nurse(db)
        visit = await ready(nurse, session_id, codes[0])
        vials = [await an_open_vial(nurse, session_id), await an_open_vial(nurse, session_id)]

    async def inject(vial_id: UUID) -> str:
        try:
            async with database.transaction(nurse.actor) as db:
                await immunizations.record(db, an_injection(visit, vial_id))
        except DomainError as refused:
            return refused.code()
        return "given"

    outcomes = await asyncio.gather(*(inject(vial.vial_id) for vial in vials))

    assert sorted(outcomes) in (["given", "not_waiting_for_injection"], ["given", "too_soon"])


async def test_many_registrars_at_once_give_numbers_without_gaps(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db, 12)
        actor = (await a_nurse(db)).actor

    async def receive(code: str) -> int | str:
        try:
            async with database.transaction(actor) as db:
                return (await arrived(db, session_id, code)).number
        except DomainError as refused:
            return refused.code()

    told = await asyncio.gather(*(receive(code) for code in codes + codes))

    assert sorted(number for number in told if isinstance(number, int)) == list(range(1, 13))
    assert told.count("already_checked_in") == 12


async def test_of_a_dose_and_a_departure_at_once_one_happens(database: Database):
    async with database.transaction() as db:
        session_id, codes = await an_open_session(db, 8)
        nurse = await a_nurse(db)
        waiting = [await ready(nurse, session_id, code) for code in codes]
        vials = [await an_open_vial(nurse, session_id), await an_open_vial(nurse, session_id)]

    async def inject(visit: Visit, vial_id: UUID) -> str:
        try:
            async with database.transaction(nurse.actor) as db:
                await immunizations.record(db, an_injection(visit, vial_id))
        except DomainError as refused:
            return refused.code()
        return "given"

    async def leave(visit: Visit) -> str:
        try:
            async with database.transaction(nurse.actor) as db:
                await immunizations.not_done(db, place_id=SITE, visit_id=visit.visit_id, reason="Người dân đổi ý")
        except DomainError as refused:
            return refused.code()
        return "left"

    acts = [act for k, visit in enumerate(waiting) for act in (inject(visit, vials[k // 4].vial_id), leave(visit))]
    told = await asyncio.gather(*acts)

    pairs = {frozenset(told[k : k + 2]) for k in range(0, len(told), 2)}
    assert pairs <= {frozenset({"given", "visit_gone"}), frozenset({"left", "not_waiting_for_injection"})}
    async with database.transaction() as db:
        assert (await stock.prove(db)).ok
        assert (await sites.session(db, SITE, session_id)).taken == told.count("given")


# --- intervals


def test_the_interval_is_the_one_in_force_that_day():
    def after(product: str, role: str, on: date) -> int | None:
        rule = rules.interval_after(product, role, on)
        return rule and rule.days

    assert after("AZ", "basic", date(2021, 8, 1)) == 56
    assert after("AZ", "basic", date(2021, 10, 1)) == 28
    assert after("PF", "booster", date(2021, 12, 10)) == 180
    assert after("PF", "booster", date(2021, 12, 17)) == 90
    assert after("JAN", "basic", date(2022, 1, 1)) is None


@pytest.mark.parametrize(("on", "fine"), [(date(2021, 10, 21), False), (date(2021, 10, 22), True)])
def test_the_last_missing_day_refuses_and_the_next_one_does_not(on: date, fine: bool):
    given = [Given(product="PF", on=date(2021, 10, 1))]
    if fine:
        rules.check_interval(given, "basic", on)
    else:
        with pytest.raises(TooSoon) as refused:
            rules.check_interval(given, "basic", on)
        assert refused.value.facts["earliest"] == "22/10/2021"


def test_nobody_gets_two_doses_on_one_day():
    with pytest.raises(TooSoon):
        rules.check_interval([Given(product="JAN", on=date(2021, 12, 1))], "basic", date(2021, 12, 1))


# --- afterwards


async def vaccinated(db: Db) -> tuple[Db, UUID, Visit, stock.Vial]:
    """Somebody who was just vaccinated, in a nurse's hands."""
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))
    return nurse, session_id, await immunizations.visit(db, SITE, visit.visit_id), vial


async def test_nobody_goes_home_before_the_observation_is_over(db: Db):
    nurse, _, visit, _ = await vaccinated(db)

    with pytest.raises(ObservationNotOver) as refused:
        await immunizations.discharge(later(nurse, minutes=29, seconds=1), place_id=SITE, visit_id=visit.visit_id)
    assert refused.value.facts["minutes"] == 1
    await immunizations.discharge(later(nurse, minutes=30), place_id=SITE, visit_id=visit.visit_id)
    assert (await immunizations.visit(db, SITE, visit.visit_id)).step == "done"
    assert await status_of(db, visit.person_id) is Status.done
    with pytest.raises(NotInObservation):
        await immunizations.discharge(later(nurse, minutes=31), place_id=SITE, visit_id=visit.visit_id)


async def test_a_transfer_ends_the_observation_with_its_reason(db: Db):
    nurse, _, visit, _ = await vaccinated(db)

    await immunizations.discharge(nurse, place_id=SITE, visit_id=visit.visit_id, early_reason="Chuyển viện")

    (row,) = await facts(db, "select outcome, step from visit where visit_id = %(v)s", v=visit.visit_id)
    assert row == {"outcome": "Chuyển viện", "step": "done"}


async def test_nobody_who_was_not_injected_is_sent_home_from_observation(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])

    with pytest.raises(NotInObservation):
        await immunizations.discharge(nurse, place_id=SITE, visit_id=visit.visit_id, early_reason="Chuyển viện")


async def test_who_leaves_without_a_dose_leaves_a_reason_and_the_place(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])

    await immunizations.not_done(nurse, place_id=SITE, visit_id=visit.visit_id, reason="Người dân đổi ý")

    assert (await immunizations.visit(db, SITE, visit.visit_id)).step == "left"
    assert await immunizations.doses_of(db, visit.person_id) == []
    assert (await sites.session(db, SITE, session_id)).taken == 0
    with pytest.raises(VisitGone):
        await immunizations.not_done(nurse, place_id=SITE, visit_id=visit.visit_id, reason="Lần nữa")


async def test_a_dose_taken_back_within_a_minute_leaves_stock_and_queue_as_before(db: Db):
    nurse, _, visit, vial = await vaccinated(db)
    assert visit.immunization_id is not None
    soon = later(nurse, seconds=50)

    await immunizations.undo(
        soon, person_id=visit.person_id, immunization_id=visit.immunization_id, reason="Nhầm người"
    )

    assert await immunizations.doses_of(db, visit.person_id) == []
    assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 5
    assert (await stock.prove(db)).ok
    assert (await immunizations.visit(db, SITE, visit.visit_id)).step == "injection"
    versions = await facts(db, "select version, status from immunization where person_id = %(p)s", p=visit.person_id)
    assert {row["version"]: row["status"] for row in versions} == {1: "completed", 2: "entered_in_error"}
    await immunizations.record(soon, an_injection(visit, vial.vial_id))
    assert (await stock.prove(db)).ok


async def test_after_a_minute_a_dose_is_not_simply_taken_back(db: Db):
    nurse, _, visit, _ = await vaccinated(db)
    assert visit.immunization_id is not None
    await db.run(Query("update immunization set recorded_at = %(at)s"), at=nurse.at)

    with pytest.raises(UndoOver):
        await immunizations.undo(
            later(nurse, seconds=61), person_id=visit.person_id, immunization_id=visit.immunization_id, reason="Muộn"
        )


async def test_a_record_of_the_wrong_vial_is_amended_with_its_stock(db: Db):
    nurse, session_id, visit, vial = await vaccinated(db)
    assert visit.immunization_id is not None
    other_lot = await a_shelf(db, 10, number="XE777")
    other = await stock.open_vial(nurse, SITE, session_id, lot_id=other_lot)
    amendment = Amendment(vial_id=other.vial_id, body_site="right_arm", volume_ml=Decimal("0.5"))
    key = {"person_id": visit.person_id, "immunization_id": visit.immunization_id}

    assert await immunizations.amend(nurse, amendment, **key, version=1, reason="Ghi nhầm lọ") == 2

    (dose,) = await immunizations.doses_of(db, visit.person_id)
    assert (dose.version, dose.lot_number, dose.reason) == (2, "XE777", "Ghi nhầm lọ")
    assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 5
    assert (await stock.vial(db, SITE, other.vial_id)).doses_left == 4
    assert (await stock.prove(db)).ok
    with pytest.raises(RecordChanged):
        await immunizations.amend(nurse, amendment, **key, version=1, reason="Trang cũ")
    await immunizations.enter_in_error(nurse, **key, version=2, reason="Không tiêm")
    assert (await stock.vial(db, SITE, other.vial_id)).doses_left == 5
    assert (await stock.prove(db)).ok


async def test_a_record_of_a_closed_session_is_not_changed_at_the_table(db: Db):
    nurse, _, visit, _ = await vaccinated(db)
    assert visit.immunization_id is not None
    await db.run(Query("update session set status = 'closed'"))

    with pytest.raises(RecordSigned):
        await immunizations.enter_in_error(
            nurse, person_id=visit.person_id, immunization_id=visit.immunization_id, version=1, reason="Muộn"
        )
