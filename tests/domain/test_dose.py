"""The dose: written whole or not at all, refused by name, the same one once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.stores import SITE, a_lot, a_session
from tests.visits import (
    a_nurse,
    an_injection,
    an_open_session,
    an_open_vial,
    arrived,
    facts,
    later,
    ready,
)
from tiemchung.domain import appointments, immunizations, sites, stock, vaccines
from tiemchung.domain.immunizations import (
    ConsentMissing,
    LotExpired,
    LotNotReleased,
    NotWaitingForInjection,
    ScreeningMissing,
    SessionNotOpen,
    VialNotOpen,
    VialPastItsTime,
    Visit,
    WrongProduct,
)
from tiemchung.domain.recommendations import Stopped
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query


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

    await refuses(nurse, Stopped, visit, vial.vial_id)


async def test_a_vial_of_another_vaccine_is_refused(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    other = await a_lot(db, "AZ", "ABX3771")
    await db.run(Query("update vial set lot_id = %(lot)s"), lot=other)

    await refuses(nurse, WrongProduct, visit, vial.vial_id)
