"""Doses that are signed by a site, and the signing process's work, for tests."""

from pathlib import Path
from uuid import UUID

from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, ready
from tiemchung.domain import certificates, immunizations, people
from tiemchung.domain.certificates import Files, Passport, Ring
from tiemchung.domain.immunizations import SessionSigned, Visit
from tiemchung.domain.people import PersonId
from tiemchung.kit.db import Actor, Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

SIGN = Query(
    "insert into site_signature (place_id, session_id, signature_id, staff_id, covers, digest, signed_at, second_factor)"
    " select i.place_id, i.session_id, %(id)s, %(staff)s,"
    "        jsonb_agg(jsonb_build_array(i.immunization_id, i.version)), 'digest', %(at)s, 'totp'"
    "   from immunization i where i.place_id = %(place)s and i.session_id = %(session)s group by 1, 2"
)


async def a_dose(db: Db) -> tuple[Db, Visit, UUID]:
    """A dose of a one-dose vaccine, just given; with the nurse who gave it."""
    session_id, (code, *_) = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, code)
    dose_id = await immunizations.record(nurse, an_injection(visit, (await an_open_vial(nurse, session_id)).vial_id))
    return nurse, visit, dose_id


async def the_site_signs(db: Db, nurse: Db, visit: Visit) -> None:
    """The signature over all versions that the session has now, and what follows it."""
    assert visit.session_id is not None
    at = {"place": visit.place_id, "session": visit.session_id}
    await db.run(SIGN, id=uuid7(db.at), staff=nurse.actor.id, at=db.at, **at)
    await db.happened(
        SessionSigned(place_id=visit.place_id, session_id=visit.session_id, signature_id=uuid7(db.at), doses=1)
    )


async def the_registry_knows(db: Db, person_id: UUID) -> None:
    await people.keep_identity_check(db, PersonId(person_id), registry="test", matches=True)


async def an_operator(db: Db) -> Db:
    """The same transaction in the hands of another member of staff each time; who may act is the doors' matter."""
    staff_id = uuid7(db.at)
    await db.run(
        Query(
            "insert into staff (staff_id, login, name, password_hash, created_at)"
            " values (%(id)s, %(login)s, 'Cán bộ thử nghiệm', '-', %(at)s)"
        ),
        id=staff_id,
        login=f"thu.{staff_id.hex}",
        at=db.at,
    )
    actor = Actor(kind="staff", id=staff_id, label="thử nghiệm")
    return Db(db.connection, actor=actor, at=db.at, keys=db.keys, now=db._now)  # pyright: ignore[reportPrivateUsage]


async def a_ring(db: Db, folder: Path) -> Ring:
    """Published keys in a folder that tests may share: what exists is published, not made again."""
    store = Files(folder)
    await certificates.tend(db, store)
    ring = Ring(store)
    await ring.refresh(db)
    return ring


async def a_passport(db: Db, ring: Ring) -> tuple[Db, Visit, Passport]:
    """A certificate that was issued as all are."""
    nurse, visit, _ = await a_dose(db)
    await the_registry_knows(db, visit.person_id)
    await the_site_signs(db, nurse, visit)
    await certificates.sign_due(db, ring)
    (passport,) = await certificates.passports(db, visit.person_id)
    return nurse, visit, passport
