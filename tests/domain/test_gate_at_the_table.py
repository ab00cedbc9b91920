"""The schedule at the table: hard stops by name and paper, warnings that are read first, and who may answer for what."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from tests.histories import a_dose
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, arrived, facts, later, ready, screened
from tiemchung.domain import immunizations, recommendations, rulebook
from tiemchung.domain.immunizations import Visit
from tiemchung.domain.recommendations import AnotherDose, Stopped, WarningsUnread
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query
from tiemchung.web.i18n import translator


async def at_the_table(db: Db, product: str = "JAN") -> tuple[Db, Visit, UUID]:
    """Somebody who waits for the injection of a product, with an open vial of it."""
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    if product != "JAN":
        await db.run(Query("update session set product = %(product)s"), product=product)
        await db.run(Query("update lot set product = %(product)s"), product=product)
    return nurse, await immunizations.visit(db, visit.place_id, visit.visit_id), vial.vial_id


async def days_ago(db: Db, visit: Visit, days: int, product: str, ordinal: int = 1, role: str = "basic") -> None:
    on = clock.day_of(db.at - timedelta(days=days))
    await a_dose(db, visit.person_id, product=product, on=on, ordinal=ordinal, role=role)


async def codes_of(db: Db, visit: Visit, vial_id: UUID) -> str:
    with pytest.raises(Stopped) as stopped:
        await immunizations.record(db, an_injection(visit, vial_id))
    return str(stopped.value.facts["reasons"])


async def test_a_dose_too_soon_is_stopped_with_day_and_paper_in_both_languages(db: Db):
    nurse, visit, vial_id = await at_the_table(db, "PF")
    await days_ago(db, visit, 20, "PF")
    with pytest.raises(Stopped) as stopped:
        await immunizations.record(nurse, an_injection(visit, vial_id))
    tomorrow = clock.day_of(db.at + timedelta(days=1))
    for lang, words in (("vi", "Chưa đủ khoảng cách"), ("en", "Too soon")):
        told = stopped.value.words(translator(lang))
        assert words in told and f"{tomorrow:%d/%m/%Y}" in told and "2908/QĐ-BYT" in told


async def test_a_second_dose_on_one_day_is_stopped(db: Db):
    nurse, visit, vial_id = await at_the_table(db)
    await days_ago(db, visit, 0, "JAN")
    assert "same_day" in await codes_of(nurse, visit, vial_id)


async def test_a_contraindication_stops_whatever_the_doctor_wrote(db: Db):
    nurse, visit, vial_id = await at_the_table(db)
    await recommendations.findings.record(
        nurse, visit.person_id, "anaphylaxis-same-vaccine", source="staff", product="JAN"
    )
    await db.run(Query("update visit set override_reason = 'vẫn cho tiêm'"))
    assert await codes_of(nurse, visit, vial_id) == "contraindicated"


async def test_a_delay_is_the_doctors_to_override_with_a_reason(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await arrived(nurse, session_id, codes[0])
    await screened(nurse, visit, "acute_illness", override_reason="Sổ mũi nhẹ")
    vial = await an_open_vial(nurse, session_id)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))
    assert len(await immunizations.doses_of(db, visit.person_id)) == 1


async def test_another_vaccine_than_the_first_is_given_only_when_the_warning_was_read(db: Db):
    nurse, visit, vial_id = await at_the_table(db, "PF")
    await db.run(Query("update visit set ordinal = 2"))
    await days_ago(db, visit, 60, "AZ")
    with pytest.raises(WarningsUnread) as unread:
        await immunizations.record(nurse, an_injection(visit, vial_id))
    assert unread.value.facts["reasons"] == "only_when consent_needed"
    assert "6030/BYT-DP" in unread.value.words(translator("en"))
    read = msgspec.structs.replace(an_injection(visit, vial_id), warnings_read=True)
    await immunizations.record(nurse, read)
    assert [dose.product for dose in await immunizations.doses_of(db, visit.person_id)] == ["PF", "AZ"]


async def test_a_booster_is_not_recorded_as_a_basic_dose(db: Db):
    nurse, visit, vial_id = await at_the_table(db, "PF")
    await days_ago(db, visit, 200, "PF")
    await days_ago(db, visit, 150, "PF", 2)
    with pytest.raises(AnotherDose) as another:
        await immunizations.record(nurse, an_injection(visit, vial_id))
    assert another.value.words(translator("en")).startswith("By the record a booster is due, not a basic dose")


async def test_a_moderna_booster_is_recorded_as_half_a_dose_by_the_rules_that_say_so(db: Db):
    nurse, visit, vial_id = await at_the_table(db, "MOD")
    await days_ago(db, visit, 200, "MOD")
    await days_ago(db, visit, 150, "MOD", 2)
    await db.run(Query("update visit set dose_role = 'booster'"))
    injection = msgspec.structs.replace(an_injection(visit, vial_id), volume_ml=None)
    await immunizations.record(nurse, injection)
    (given,) = await facts(
        db, "select volume_ml, rule_set_id from immunization where immunization_id = %(i)s", i=injection.immunization_id
    )
    force = await rulebook.in_force(db, clock.day_of(db.at))
    assert (given["volume_ml"], given["rule_set_id"]) == (Decimal("0.25"), force.rule_set_id)


async def test_who_is_not_due_is_told_at_the_door(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    (row,) = await facts(db, "select person_id from appointment")
    await a_dose(db, row["person_id"], product="JAN", on=clock.day_of(db.at - timedelta(days=30)))
    with pytest.raises(Stopped) as stopped:
        await arrived(nurse, session_id, codes[0])
    assert "too_soon" in str(stopped.value.facts["reasons"])


async def test_what_is_stopped_today_is_given_on_its_day(db: Db):
    nurse, visit, vial_id = await at_the_table(db, "PF")
    await db.run(Query("update visit set ordinal = 2"))
    await db.run(Query("update vial set use_by = use_by + interval '2 days'"))
    await days_ago(db, visit, 20, "PF")
    assert await codes_of(nurse, visit, vial_id) == "too_soon"
    await immunizations.record(later(nurse, days=1), an_injection(visit, vial_id))
    assert len(await immunizations.doses_of(db, visit.person_id)) == 2
