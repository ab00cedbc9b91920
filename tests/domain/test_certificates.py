"""Certificates from records: only what is complete, matched and signed by its site is issued, and it falls with its dose."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from tests.certificates_issued import a_dose, a_passport, a_ring, the_registry_knows, the_site_signs
from tests.histories import a_dose as an_earlier_dose
from tests.visits import an_open_vial, facts, later
from tiemchung.domain import certificates, immunizations
from tiemchung.domain.certificates import NameZoneWrong, proof, reading
from tiemchung.domain.certificates.dcc import a_year_after
from tiemchung.domain.certificates.issue import Facts, missing
from tiemchung.domain.immunizations import Amendment
from tiemchung.domain.people import PersonCorrected
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signer")


async def test_a_passport_waits_for_identity_and_signature_and_is_made_once(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    nurse, visit, _ = await a_dose(db)
    await certificates.queue_person(db, visit.person_id)
    assert await certificates.sign_due(db, ring) == (1, 0)
    await the_site_signs(db, nurse, visit)
    assert await certificates.sign_due(db, ring) == (1, 0)
    await the_registry_knows(db, visit.person_id)
    assert await certificates.sign_due(db, ring) == (1, 1)
    await certificates.queue_person(db, visit.person_id)
    assert await certificates.sign_due(db, ring) == (1, 0)
    (passport,) = await certificates.passports(db, visit.person_id)
    verdict = await certificates.check(db, passport.code, others={})
    assert (verdict.verdict, verdict.warnings) == ("valid", [])
    assert verdict.payload is not None
    assert verdict.payload["v"][0]["ci"] == passport.uvci


async def test_a_first_dose_given_abroad_counts(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    nurse, visit, dose_id = await a_dose(db)
    first = await an_earlier_dose(db, visit.person_id, product="PF", on=clock.day_of(db.at) - timedelta(days=60))
    await db.run(Query("update immunization set source = 'imported' where immunization_id = %(id)s"), id=first)
    await db.run(
        Query("update immunization set product = 'PF', ordinal = 2 where immunization_id = %(id)s"), id=dose_id
    )
    await the_registry_knows(db, visit.person_id)
    await the_site_signs(db, nurse, visit)
    await certificates.sign_due(db, ring)
    (passport,) = await certificates.passports(db, visit.person_id)
    payload = (await certificates.check(db, passport.code, others={})).payload
    assert payload is not None
    assert (payload["v"][0]["dn"], payload["v"][0]["sd"], payload["v"][0]["mp"]) == (2, 2, "EU/1/20/1528")


async def test_every_signature_leaves_an_audit_row_without_anything_personal(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, await a_ring(db, folder))
    (row,) = await facts(db, "select person_id, body from event where kind = 'certificate.issued'")
    assert row["person_id"] == visit.person_id
    assert row["body"] == {
        "certificate_id": str(passport.certificate_id),
        "immunization_id": str(passport.immunization_id),
        "version": 1,
        "renewal": 0,
        "kid": passport.kid.hex(),
    }


async def test_a_dose_taken_back_takes_its_certificate_with_it(db: Db, folder: Path):
    nurse, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    await immunizations.undo(
        nurse, person_id=visit.person_id, immunization_id=passport.immunization_id, reason="nhầm người"
    )
    assert await certificates.passports(db, visit.person_id) == []
    assert (await certificates.check(db, passport.code, others={})).verdict == "revoked"
    assert await certificates.sign_due(db, ring) == (0, 0)


async def test_an_amended_dose_is_due_again_and_waits_for_a_new_signature(db: Db, folder: Path):
    nurse, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    assert visit.session_id is not None
    change = Amendment(
        vial_id=(await an_open_vial(nurse, visit.session_id)).vial_id, body_site="left_arm", volume_ml=None
    )
    which = {"person_id": visit.person_id, "immunization_id": passport.immunization_id}
    await immunizations.amend(nurse, change, **which, version=1, reason="ghi nhầm lọ vắc xin")
    assert await certificates.passports(db, visit.person_id) == []
    assert await certificates.sign_due(db, ring) == (1, 0)
    await the_site_signs(db, nurse, visit)
    assert await certificates.sign_due(db, ring) == (1, 1)
    (again,) = await certificates.passports(db, visit.person_id)
    assert again.uvci != passport.uvci


async def test_a_code_that_ends_is_renewed_with_the_same_dose_and_a_new_identifier(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    assert passport.expires_at == a_year_after(passport.issued_at)
    before = later(db, days=330)
    await certificates.renew(before)
    assert await certificates.sign_due(before, ring) == (0, 0)
    await db.run(Query("update certificate set expires_at = %(at)s"), at=db.at + timedelta(days=20))
    await certificates.renew(db)
    assert await certificates.sign_due(db, ring) == (1, 1)
    (renewed,) = await certificates.passports(db, visit.person_id)
    assert renewed.immunization_id == passport.immunization_id
    assert renewed.uvci != passport.uvci
    assert (await certificates.check(db, passport.code, others={})).verdict == "valid"
    await certificates.renew(db)
    assert await certificates.sign_due(db, ring) == (0, 0)


async def test_a_passports_zone_wins_and_makes_the_certificate_anew(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    with pytest.raises(NameZoneWrong):
        await certificates.set_passport_name(db, visit.person_id, "Nguyễn")
    await certificates.set_passport_name(db, visit.person_id, "TON<THAT<<ANNA<MARIA<<<<<<")
    await certificates.sign_due(db, ring)
    (again,) = await certificates.passports(db, visit.person_id)
    payload = (await certificates.check(db, again.code, others={})).payload
    assert payload is not None
    assert (payload["nam"]["fnt"], payload["nam"]["gnt"]) == ("TON<THAT", "ANNA<MARIA")
    assert (await certificates.check(db, passport.code, others={})).verdict == "revoked"


async def test_a_corrected_name_makes_the_certificate_anew(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    await db.happened(PersonCorrected(fields=["name"], cause="diacritics", person_id=visit.person_id))
    assert (await certificates.check(db, passport.code, others={})).verdict == "revoked"
    assert await certificates.sign_due(db, ring) == (1, 1)
    assert len(await certificates.passports(db, visit.person_id)) == 1


async def test_the_holder_sees_who_answers_for_dose_person_and_code(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, await a_ring(db, folder))
    (link,) = await certificates.chain(db, visit.person_id)
    assert link.occurred_at == db.at
    assert link.site_signed_at == db.at
    assert link.site_digest == b"digest"
    assert (link.identity, link.identity_registry) == ("matched", "test")
    assert (link.kid, link.uvci, link.retired_at) == (passport.kid, passport.uvci, None)


async def test_the_proof_finds_what_breaks_a_promise(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, await a_ring(db, folder))
    found = await proof.prove(db)
    assert (found.ok, found.live) == (True, 1)
    for sabotage, finds in {
        "update immunization set status = 'entered_in_error'": "outdated",
        "delete from site_signature": "unsigned",
        "delete from event where kind = 'certificate.issued'": "unlogged",
        "update certificate set kid = '12345678'": "foreign_key",
    }.items():
        with pytest.raises(Undo):
            async with db.connection.transaction():
                await db.run(Query(sabotage))
                broken = await proof.prove(db)
                assert not broken.ok
                assert getattr(broken, finds) == 1
                raise Undo
    assert await certificates.passports(db, visit.person_id) == [passport]


class Undo(Exception):
    """Takes a sabotage back."""


FIT = Facts(
    person_id=uuid4(), immunization_id=uuid4(), version=1, status="completed", source="recorded",
    occurred_at=datetime(2026, 3, 1, 3, tzinfo=UTC), dose_role="basic", ordinal=2, has_session=True, has_lot=True,
    name="Lê Na", zone=None, birth_date=date(1990, 1, 1), birth_precision="year", identity_status="matched", province="01",
    medicinal_product="EU/1/20/1528", holder="ORG-100030215", prophylaxis="1119349007", signed=True, live_renewal=None,
    live_until=None, complete=True, number=2, course_doses=2, doses_before=1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("flaw", "why"),
    [
        ({}, None),
        ({"identity_status": "foreigner"}, None),
        ({"status": "entered_in_error"}, "record"),
        ({"source": "self_declared"}, "record"),
        ({"has_session": False}, "record"),
        ({"has_lot": False}, "record"),
        ({"birth_date": date(2026, 3, 2)}, "plausible"),
        ({"birth_date": date(1899, 1, 1)}, "plausible"),
        ({"occurred_at": datetime(2030, 1, 1, tzinfo=UTC)}, "plausible"),
        ({"complete": False, "identity_status": "unchecked", "signed": False}, "course"),
        ({"identity_status": "mismatched", "signed": False}, "identity"),
        ({"identity_status": "no_identifier"}, "identity"),
        ({"signed": False, "medicinal_product": None}, "signature"),
        ({"medicinal_product": None}, "product"),
    ],
)
def test_what_keeps_a_dose_from_being_signed_is_asked_in_order(flaw: dict[str, object], why: str | None):
    assert missing(msgspec.structs.replace(FIT, **flaw), datetime(2026, 11, 25, tzinfo=UTC)) == why


# certificates.md: what is used in Viet Nam, and nothing else, stands for each product.
CODES = {
    "AZ": ("EU/1/21/1529", "ORG-100001699", "29061000087103"),
    "PF": ("EU/1/20/1528", "ORG-100030215", "1119349007"),
    "PFC": ("EU/1/20/1528", "ORG-100030215", "1119349007"),
    "MOD": ("EU/1/20/1507", "ORG-100031184", "1119349007"),
    "JAN": ("EU/1/20/1525", "ORG-100001417", "29061000087103"),
    "VC": ("BBIBP-CorV", "ORG-100020693", "1157024006"),
    "HV": ("Hayat-Vax", "ORG-100023050", "1157024006"),
    "SPU1": ("Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"),
    "SPU2": ("Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"),
    "ABD": ("Abdala", "CIGB", "28531000087107"),
}


async def test_every_covid_product_has_exactly_its_codes(db: Db):
    rows = await facts(
        db,
        "select p.code, max(c.code) filter (where system = 'eu_mp') as mp,"
        " max(c.code) filter (where system = 'eu_ma') as ma, max(c.code) filter (where system = 'eu_vp') as vp"
        " from product p join product_code c on c.product = p.code where p.disease = 'COVID-19' group by 1",
    )
    assert {row["code"]: (row["mp"], row["ma"], row["vp"]) for row in rows} == CODES
    assert all(reading.belong_together(mp, ma, vp) for mp, ma, vp in CODES.values())
