"""Certificates from records: only what is signed, matched and complete is issued, and it falls with its dose."""

from datetime import UTC, datetime

import pytest

from tests.certificates import checked
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, ready
from tiemchung.domain import certificates, immunizations, people
from tiemchung.domain.certificates import SigningKey, load_or_make
from tiemchung.domain.people import PersonId
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"), datetime.now(UTC))


async def test_a_passport_waits_for_signature_and_identity_and_falls_with_its_dose(db: Db, key: SigningKey):
    session_id, (code, *_) = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, code)
    dose_id = await immunizations.record(nurse, an_injection(visit, (await an_open_vial(nurse, session_id)).vial_id))
    place = {"place_id": visit.place_id, "session_id": session_id}
    assert await certificates.sign_session(db, key, **place) == 0

    await sign_as_the_site(db, nurse, visit, dose_id)
    assert await certificates.sign_session(db, key, **place) == 0
    await people.keep_identity_check(db, PersonId(visit.person_id), registry="test", matches=True)
    assert await certificates.sign_person(db, key, visit.person_id) == 1
    assert await certificates.sign_person(db, key, visit.person_id) == 0
    (passport,) = await certificates.passports(db, visit.person_id)
    assert checked(passport.code, key, datetime.now(UTC)).ok

    await immunizations.undo(nurse, person_id=visit.person_id, immunization_id=dose_id, reason="nhầm người")
    assert await certificates.passports(db, visit.person_id) == []
    withdrawn = await certificates.revocations(db)
    assert checked(passport.code, key, datetime.now(UTC), withdrawn).verdict == "revoked"


async def sign_as_the_site(db: Db, nurse: Db, visit: immunizations.Visit, dose_id: object) -> None:
    await db.run(
        Query(
            "insert into site_signature (place_id, session_id, signature_id, staff_id, covers, digest, signed_at, second_factor)"
            " values (%(place)s, %(session)s, uuidv7(), %(staff)s, jsonb_build_array(jsonb_build_array(%(dose)s::text, 1)),"
            " 'x', now(), 'totp')"
        ),
        place=visit.place_id,
        session=visit.session_id,
        staff=nurse.actor.id,
        dose=dose_id,
    )
