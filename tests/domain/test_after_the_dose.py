"""After the injection: observation, leaving, taking back, amending."""

from decimal import Decimal

import pytest

from tests.stores import SITE, a_shelf
from tests.visits import (
    a_nurse,
    an_injection,
    an_open_session,
    facts,
    later,
    ready,
    status_of,
    vaccinated,
)
from tiemchung.domain import immunizations, sites, stock
from tiemchung.domain.immunizations import (
    Amendment,
    NotInObservation,
    ObservationNotOver,
    RecordChanged,
    RecordSigned,
    UndoOver,
    VisitGone,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query


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
