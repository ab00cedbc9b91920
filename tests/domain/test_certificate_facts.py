"""What a correct system must do about certificates (domain facts 39–44), each in one piece; details are tested elsewhere."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from html import unescape
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.certificates_issued import a_dose, a_passport, a_ring, the_registry_knows, the_site_signs
from tests.citizens import PHONE, a_person
from tests.histories import a_dose as an_earlier_dose
from tests.visits import an_open_vial, facts, later
from tiemchung.domain import certificates, immunizations, messaging, recommendations
from tiemchung.domain.certificates import render
from tiemchung.domain.certificates.dcc import a_year_after
from tiemchung.domain.immunizations import Amendment, Visit
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signer")


@pytest.mark.parametrize(
    ("product", "doses", "colour"),
    [
        ("AZ", 0, "none"),
        ("AZ", 1, "yellow"),
        ("AZ", 2, "green"),
        ("PF", 1, "yellow"),
        ("PF", 2, "green"),
        ("JAN", 1, "green"),
        ("ABD", 2, "yellow"),
        ("ABD", 3, "green"),
    ],
)
async def test_fact_39_yellow_after_one_of_two_green_when_the_basic_course_is_complete(
    db: Db, product: str, doses: int, colour: str
):
    person_id = await a_person(db, birth_date=date(1990, 4, 12))
    for k in range(doses):
        on = clock.day_of(db.at) - timedelta(days=90 * (doses - k))
        await an_earlier_dose(db, person_id, product=product, on=on, ordinal=k + 1)
    given = await immunizations.doses_of(db, person_id)
    course = (await recommendations.courses(db, [person_id]))[person_id]
    assert certificates.card_of(given, [], course).colour == colour


async def test_fact_40_a_look_up_wants_a_code_masks_and_is_limited(client: Client):
    """In depth: `tests/health_book/test_lookup.py`."""
    here, who = "/so-suc-khoe/tra-cuu-chung-nhan", {"number": "046154001306", "phone": PHONE, "country": "VN"}
    async with client.database.transaction() as db:
        await a_person(db)
    assert (await client.get(f"{here}/ket-qua")).headers["location"] == here
    await client.post(here, data=who)
    async with client.database.statement() as db:
        (code,) = re.findall(r"\d{6}", (await messaging.inbox(db, PHONE))[0].body)
    await client.post(f"{here}/ma", data={"code": code})
    page = unescape((await client.get(f"{here}/ket-qua")).text)
    assert "Trần T. L." in page and "0461 •••• •306" in page and who["number"] not in page
    answers = [(await client.post(here, data=who)).status_code for _ in range(3)]
    assert answers == [303, 303, 429]


async def identity(db: Db, _: Db, visit: Visit) -> None:
    await the_registry_knows(db, visit.person_id)


async def site(db: Db, nurse: Db, visit: Visit) -> None:
    await the_site_signs(db, nurse, visit)


@pytest.mark.parametrize(
    "order", list(permutations([identity, site])), ids=lambda order: "-".join(one.__name__ for one in order)
)
async def test_fact_41_the_centre_signs_last_whatever_came_first(
    db: Db, folder: Path, order: tuple[Callable[[Db, Db, Visit], Awaitable[None]], ...]
):
    ring = await a_ring(db, folder)
    nurse, visit, _ = await a_dose(db)
    for step in order:
        await certificates.sign_due(db, ring)
        assert await certificates.passports(db, visit.person_id) == []
        await step(db, nurse, visit)
    await certificates.sign_due(later(db, seconds=1), ring)
    (link,) = await certificates.chain(db, visit.person_id)
    assert link.identity == "matched" and link.site_signed_at is not None and link.issued_at > link.site_signed_at


async def test_fact_41_a_foreigner_needs_no_match_and_an_incomplete_course_gets_nothing(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    nurse, visit, dose_id = await a_dose(db)
    await db.run(Query("update person set identity_status = 'foreigner' where person_id = %(id)s"), id=visit.person_id)
    await db.run(Query("update immunization set product = 'AZ' where immunization_id = %(id)s"), id=dose_id)
    await the_site_signs(db, nurse, visit)
    assert await certificates.sign_due(db, ring) == (1, 0)
    await db.run(Query("update immunization set product = 'JAN' where immunization_id = %(id)s"), id=dose_id)
    await certificates.queue_person(db, visit.person_id)
    assert await certificates.sign_due(db, ring) == (1, 1)


async def test_fact_42_eleven_fields_the_eus_codes_twelve_months_and_the_same_dose_when_renewed(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    sheet = await certificates.sheet(db, visit.person_id, passport.certificate_id)
    labels = [label.vi for label, _ in render.fields(sheet)]
    assert len(labels) == len(set(labels)) == 11
    said = sheet.payload["v"][0]
    assert (said["mp"], said["ma"], said["vp"]) == ("EU/1/20/1525", "ORG-100001417", "29061000087103")
    assert passport.expires_at == a_year_after(passport.issued_at)
    await db.run(Query("update certificate set expires_at = %(at)s"), at=db.at + timedelta(days=29))
    await certificates.renew(db)
    assert await certificates.sign_due(db, ring) == (1, 1)
    (renewed,) = await certificates.passports(db, visit.person_id)
    assert renewed.immunization_id == passport.immunization_id
    assert renewed.uvci != passport.uvci


async def test_fact_43_a_changed_dose_voids_the_sites_signature_and_waits_again_and_a_touched_code_is_invalid_offline(
    db: Db, folder: Path
):
    nurse, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    assert visit.session_id is not None
    vial = await an_open_vial(nurse, visit.session_id)
    change = Amendment(vial_id=vial.vial_id, body_site="left_arm", volume_ml=None)
    which = {"person_id": visit.person_id, "immunization_id": passport.immunization_id}
    await immunizations.amend(nurse, change, **which, version=1, reason="ghi nhầm lọ vắc xin")
    (dose,) = await immunizations.doses_of(db, visit.person_id)
    assert not dose.signed
    (due,) = await facts(db, "select immunization_id from certificate_due")
    assert due["immunization_id"] == dose.immunization_id
    assert await certificates.sign_due(db, ring) == (1, 0)
    trust = await certificates.lists.trusted(db)
    assert certificates.verify(passport.code, trust, at=db.at).ok
    for position in range(4, len(passport.code), 7):
        touched = (
            passport.code[:position] + ("A" if passport.code[position] != "A" else "B") + passport.code[position + 1 :]
        )
        assert not certificates.verify(touched, trust, at=db.at).ok


async def test_fact_44_a_declared_dose_is_labelled_and_never_signed_until_a_site_confirms_it(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    nurse, visit, dose_id = await a_dose(db)
    await source(db, dose_id, "self_declared")
    await the_registry_knows(db, visit.person_id)
    await the_site_signs(db, nurse, visit)
    await certificates.queue_person(db, visit.person_id)
    await certificates.sign_due(db, ring)
    (dose,) = await immunizations.doses_of(db, visit.person_id)
    assert dose.source == "self_declared"
    assert await certificates.passports(db, visit.person_id) == []
    course = (await recommendations.courses(db, [visit.person_id]))[visit.person_id]
    assert certificates.card_of([dose], [], course).colour == "none"
    await source(db, dose_id, "recorded")
    await certificates.queue_person(db, visit.person_id)
    assert await certificates.sign_due(db, ring) == (1, 1)


async def source(db: Db, dose_id: UUID, of: str) -> None:
    await db.run(Query("update immunization set source = %(of)s where immunization_id = %(id)s"), id=dose_id, of=of)
