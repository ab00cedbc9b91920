"""People at a site for tests: an open session, people who arrive, pass the doctor and are vaccinated."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.stores import SITE, a_session, a_shelf, acting, people_assigned
from tiemchung.domain import appointments, immunizations, people, registrations, sites, stock
from tiemchung.domain.immunizations import Injection, Visit, screening
from tiemchung.domain.registrations import Status
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

NORMAL: dict[str, Decimal | int | None] = {
    "temperature_c": Decimal("36.7"),
    "pulse": None,
    "systolic": None,
    "diastolic": None,
    "breaths": None,
}


def later(db: Db, **by: float) -> Db:
    """The same transaction and actor at a later moment."""
    return db.moved(db.at + timedelta(**by))


async def an_open_session(db: Db, people: int = 1, *, doses: int = 100) -> tuple[UUID, list[str]]:
    """A session that receives people, and the check-in codes of those who were invited to it."""
    await a_shelf(db, doses)
    session_id = await a_session(db)
    await people_assigned(db, people)
    if people:
        await appointments.invite_next(db, SITE, session_id, people)
    await sites.open_session(db, SITE, session_id)
    return session_id, [a.shown_code for a in await appointments.of_session(db, SITE, session_id)]


async def arrived(db: Db, session_id: UUID, code: str) -> Visit:
    """Somebody whom the registrar has received."""
    return await immunizations.check_in(db, place_id=SITE, session_id=session_id, code=code)


async def screened(db: Db, visit: Visit, *yes: str, override_reason: str | None = None) -> screening.Conclusion:
    """The doctor's conclusion when these questions are answered yes and all others no."""
    today = clock.day_of(db.at)
    asked = screening.form_for(people.age(visit.birth_date, today), today).asked
    return await immunizations.screen(
        db,
        place_id=visit.place_id,
        visit_id=visit.visit_id,
        answers={item.id: item.id in yes for item in asked},
        vitals=NORMAL,
        override_reason=override_reason,
    )


async def an_open_vial(db: Db, session_id: UUID) -> stock.Vial:
    """A vial from the first lot on the shelf."""
    session = await sites.session(db, SITE, session_id)
    unit = (await stock.usable_units(db, SITE, session.product, db.at))[0]
    return await stock.open_vial(db, SITE, session_id, lot_id=unit.lot_id)


def an_injection(visit: Visit, vial_id: UUID, immunization_id: UUID | None = None) -> Injection:
    """Half a millilitre into the left arm."""
    return Injection(
        place_id=visit.place_id,
        visit_id=visit.visit_id,
        vial_id=vial_id,
        immunization_id=immunization_id or uuid7(),
        body_site="left_arm",
        volume_ml=Decimal("0.5"),
    )


async def ready(db: Db, session_id: UUID, code: str) -> Visit:
    """Somebody who waits for the injection."""
    visit = await arrived(db, session_id, code)
    await screened(db, visit)
    return await immunizations.visit(db, SITE, visit.visit_id)


async def a_nurse(db: Db) -> Db:
    """The same transaction in a nurse's hands."""
    return await acting(db, "nurse", place=SITE)


async def vaccinated(db: Db) -> tuple[Db, UUID, Visit, stock.Vial]:
    """Somebody who was just vaccinated, in a nurse's hands."""
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))
    return nurse, session_id, await immunizations.visit(db, SITE, visit.visit_id), vial


async def status_of(db: Db, person_id: UUID) -> Status:
    """Where somebody's one registration stands."""
    (registration,) = await registrations.of_person(db, person_id)
    return registration.status


async def facts(db: Db, query: str, **parameters: object) -> list[dict[str, Any]]:
    """Rows as they lie in the database."""
    return await (await db.connection.execute(query.encode(), parameters)).fetchall()
