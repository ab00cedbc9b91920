"""What a correct system must do at the site (domain facts 21, 22, 30–35), each in one piece; details are tested elsewhere.

Facts 23–29 are the schedule's: `tests/domain/schedule/test_vietnam_facts.py`. The table of all is in `docs/the-site.md`.
"""

import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tests.arrange import Client
from tests.immunization_support.test_site import a_site, somebody_ready
from tests.immunization_support.test_without_a_line import a_tablet, doses, the_dose
from tests.stores import CENTRE, SITE, a_shelf
from tests.visits import (
    NORMAL,
    a_nurse,
    an_injection,
    an_open_session,
    an_open_vial,
    arrived,
    facts,
    later,
    ready,
    screened,
    status_of,
    vaccinated,
)
from tiemchung.domain import analytics, immunizations, people, sites, stock, vaccines
from tiemchung.domain.immunizations import (
    Amendment,
    ConsentMissing,
    LotNotReleased,
    NotWaitingForInjection,
    ObservationNotOver,
    VialNotOpen,
    VialPastItsTime,
    screening,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7

SOURCES = Path(stock.__file__).parents[2]


async def refused(db: Db, work: Db, error: type[DomainError], visit: immunizations.Visit, vial: stock.Vial) -> None:
    with pytest.raises(error):
        async with db.connection.transaction():
            await immunizations.record(work, an_injection(visit, vial.vial_id))


async def test_fact_21_nobody_is_injected_without_check_in_consent_and_a_conclusion_that_lets_them(db: Db):
    session_id, codes = await an_open_session(db, 3)
    nurse = await a_nurse(db)
    vial = await an_open_vial(nurse, session_id)
    ok, careful, sent_on = [await arrived(nurse, session_id, code) for code in codes]

    await refused(db, nurse, NotWaitingForInjection, ok, vial)
    await screened(nurse, careful, "allergy")
    await screened(nurse, sent_on, "anaphylaxis_grade_3")
    await refused(db, nurse, NotWaitingForInjection, sent_on, vial)
    await screened(nurse, ok)
    await facts(db, "update consent set withdrawn_at = now() where person_id = %(p)s returning 1", p=ok.person_id)
    await refused(db, nurse, ConsentMissing, ok, vial)
    nobody = msgspec.structs.replace(an_injection(ok, vial.vial_id), visit_id=uuid7())
    with pytest.raises(NotWaitingForInjection):
        await immunizations.record(nurse, nobody)

    await immunizations.record(nurse, an_injection(careful, vial.vial_id))
    assert (await immunizations.reconcile(db, SITE, session_id)).recorded == 1


async def test_fact_21_who_must_go_to_a_hospital_is_vaccinated_with_care_where_one_is(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    await facts(db, "update place set kind = 'hospital' where place_id = %(s)s returning 1", s=SITE)
    visit = await arrived(nurse, session_id, codes[0])

    concluded = await screened(nurse, visit, "anaphylaxis_grade_3")
    vial = await an_open_vial(nurse, session_id)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    seen = await immunizations.visit(db, SITE, visit.visit_id)
    assert (concluded.outcome, seen.step) == ("caution", "observation")
    assert seen.observe_until is not None and (seen.observe_until - nurse.at).total_seconds() == 3600


async def test_fact_22_the_conclusion_is_computed_and_a_doctor_decides_otherwise_only_with_a_reason(db: Db):
    session_id, codes = await an_open_session(db, 2)
    nurse = await a_nurse(db)
    feverish, ill = [await arrived(nurse, session_id, code) for code in codes]

    today = clock.day_of(db.at)
    form = screening.form_for(people.age(feverish.birth_date, today), today)
    no = dict.fromkeys((item.id for item in form.asked), False)
    for degrees, outcome in (("37.5", "eligible"), ("37.6", "caution")):
        _, told = await immunizations.look(nurse, feverish, no, NORMAL | {"temperature_c": Decimal(degrees)})
        assert told.outcome == outcome
    assert (await screened(nurse, feverish, "acute_illness")).outcome == "delay"
    await screened(nurse, ill, "acute_illness", override_reason="Bệnh nhẹ, đã khám lại")

    steps = [(await immunizations.visit(db, SITE, one.visit_id)).step for one in (feverish, ill)]
    assert steps == ["deferred", "injection"]


async def test_fact_30_lots_that_may_not_be_used_here_and_vials_past_their_time_are_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    elsewhere = await a_shelf(db, 10, place=CENTRE, number="XD111")
    vial = await an_open_vial(nurse, session_id)

    with pytest.raises(stock.NotEnoughDoses):
        async with db.connection.transaction():
            await stock.open_vial(nurse, SITE, session_id, lot_id=elsewhere)
    for status in ("received", "in_qc"):
        async with db.connection.transaction(force_rollback=True):
            await facts(
                db, "update lot set status = %(s)s where lot_id = %(lot)s returning 1", s=status, lot=vial.lot_id
            )
            await refused(db, nurse, LotNotReleased, visit, vial)
    await refused(db, later(nurse, hours=7), VialPastItsTime, visit, vial)
    async with db.connection.transaction(force_rollback=True):
        await stock.close_vial(nurse, SITE, vial.vial_id, reason=stock.Waste.expired)
        await refused(db, nurse, VialNotOpen, visit, vial)
    await vaccines.recall(db, vial.lot_id, reason="Nghi lỗi chất lượng")
    await refused(db, nurse, LotNotReleased, visit, vial)


async def test_fact_31_a_dose_says_whom_what_where_at_which_table_by_whom_and_when(db: Db):
    session_id, codes = await an_open_session(db)
    await facts(db, "update session set tables = 2 where session_id = %(s)s returning 1", s=session_id)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    (unit,) = await stock.usable_units(db, SITE, "JAN", db.at)
    vial = await stock.open_vial(nurse, SITE, session_id, lot_id=unit.lot_id, table=2)

    given = await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    (dose,) = await immunizations.doses_of(db, visit.person_id)
    (row,) = await facts(db, "select * from immunization where immunization_id = %(i)s", i=given)
    assert (dose.person_id, dose.ordinal, dose.dose_role) == (visit.person_id, 1, "basic")
    assert (dose.product, dose.lot_number, dose.place_id, dose.table_number) == ("JAN", "XD955", SITE, 2)
    assert (row["vial_id"], row["volume_ml"], row["body_site"]) == (vial.vial_id, Decimal("0.5"), "left_arm")
    assert (row["staff_id"], row["occurred_at"], row["session_id"]) == (nurse.actor.id, nurse.at, session_id)


async def test_fact_32_nobody_goes_before_30_minutes_unless_transferred(db: Db):
    nurse, _, visit, _ = await vaccinated(db)
    early = later(nurse, minutes=29)

    with pytest.raises(ObservationNotOver):
        await immunizations.discharge(early, place_id=SITE, visit_id=visit.visit_id)
    async with db.connection.transaction(force_rollback=True):
        await immunizations.discharge(early, place_id=SITE, visit_id=visit.visit_id, early_reason="Chuyển viện")
    await immunizations.discharge(later(nurse, minutes=30), place_id=SITE, visit_id=visit.visit_id)

    assert await status_of(db, visit.person_id) is Status.done


async def test_fact_33_the_result_is_in_the_citizens_book_at_once_and_a_session_left_open_is_told(client: Client):
    account = await client.citizen("+84905000000")
    async with client.database.transaction() as db:
        _, _, visit, _ = await vaccinated(db)
        name = (await sites.place(db, SITE)).name
        await people.link(db, account, people.PersonId(visit.person_id), relation="self", proof="phone_code")

    book = await client.get("/so-suc-khoe/ho-so")
    async with client.database.transaction() as db:
        after = later(db, days=2)
        await analytics.alerts.raise_all(after)
        told = [alert for alert in await analytics.alerts.every_open(after) if alert.rule == "session_not_closed"]

    assert "Janssen" in book.text
    assert [alert.detail for alert in told] == [name]


async def test_fact_34_what_was_done_without_a_line_arrives_once(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    device, nurse = await a_tablet(client)
    letter = device.letter("immunization.record", the_dose(session_id, person, vial), nurse)

    told = [answer for _ in range(3) for answer in await device.send(letter)]

    assert [answer["answer"]["immunization_id"] for answer in told] == [letter["id"]] * 3
    assert len(await doses(client)) == 1


async def test_fact_35_a_correction_is_a_new_version_with_author_reason_before_and_after(db: Db):
    nurse, _, visit, vial = await vaccinated(db)
    assert visit.immunization_id is not None
    key = {"person_id": visit.person_id, "immunization_id": visit.immunization_id}
    change = Amendment(vial_id=vial.vial_id, body_site="right_arm", volume_ml=Decimal("0.5"))

    await immunizations.amend(nurse, change, **key, version=1, reason="Ghi nhầm tay")
    await immunizations.enter_in_error(nurse, **key, version=2, reason="Không tiêm")

    rows = await facts(
        db,
        "select version, status, body_site, reason, recorded_by from immunization where immunization_id = %(i)s"
        " order by version",
        i=visit.immunization_id,
    )
    assert [(row["version"], row["status"], row["body_site"], row["reason"]) for row in rows] == [
        (1, "completed", "left_arm", None),
        (2, "completed", "right_arm", "Ghi nhầm tay"),
        (3, "entered_in_error", "right_arm", "Không tiêm"),
    ]
    assert {row["recorded_by"] for row in rows} == {nurse.actor.id}
    changing = re.compile(r"(delete from|update) immunization\b", re.IGNORECASE)
    assert [file for file in SOURCES.rglob("*.sql") if changing.search(file.read_text(encoding="utf-8"))] == []
