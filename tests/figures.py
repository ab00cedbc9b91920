"""Doses for tests of figures: a record and its event, as every way of recording leaves them."""

from datetime import datetime, timedelta
from uuid import UUID

from tests.citizens import a_person, an_area
from tests.stores import SITE, a_lot
from tiemchung.domain.immunizations import DoseRecorded, DoseUndone
from tiemchung.domain.people import Contact, Identifier
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.worker import catch_up

RECORD = Query("""
    insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id,
                              place_id, area_id, occurred_at, recorded_at, source, reason)
    values (%(person_id)s, %(immunization_id)s, %(version)s, %(status)s, 'COVID-19', %(dose_role)s, %(ordinal)s, %(product)s,
            %(lot_id)s, %(place_id)s, %(area_id)s, %(occurred_at)s, %(recorded_at)s, 'recorded', %(reason)s)
""")


async def doses(
    db: Db,
    count: int = 1,
    *,
    at: datetime | None = None,
    product: str = "JAN",
    role: str = "basic",
    ordinal: int = 1,
    born: int = 1980,
    place: UUID = SITE,
    area: str | None = None,
    phone: int | None = None,
    person: UUID | None = None,
) -> list[DoseRecorded]:
    """So many doses given at a moment, recorded now."""
    if person is None:
        person = await a_person(db) if phone is None else await somebody(db, phone)
    lot_id = await a_lot(db, product, f"L{uuid7().hex[-12:]}")
    given: list[DoseRecorded] = []
    for _ in range(count):
        event = DoseRecorded(
            person_id=person,
            place_id=place,
            area_id=await an_area(db, area) if area else await an_area(db),
            immunization_id=uuid7(),
            version=1,
            session_id=None,
            product=product,
            lot_id=lot_id,
            disease="COVID-19",
            dose_role=role,
            ordinal=ordinal,
            occurred_at=at or db.at,
            source="recorded",
            sex="female",
            birth_year=born,
            priority_group_id=None,
        )
        await _record(db, event, version=1, status="completed", reason=None)
        await db.happened(event)
        given.append(event)
    return given


async def somebody(db: Db, nth: int) -> UUID:
    """Another person than the others, so that many can be written at a time."""
    return await a_person(
        db,
        name=f"Nguyễn Thị {'ABCDEGHIKLMNOPQRSTUVXY'[nth % 22]}",
        identifiers=[Identifier(kind="national_id", country="VN", value=f"046191{nth:06}")],
        contacts=[Contact(kind="phone", relation="self", holder_name=None, value=f"+849051{nth:05}")],
    )


async def undone(db: Db, dose: DoseRecorded) -> None:
    """A dose was entered in error."""
    await _record(db, dose, version=2, status="entered_in_error", reason="test")
    facts = {name: getattr(dose, name) for name in dose.__struct_fields__ if name != "version"}
    await db.happened(DoseUndone(**facts, version=2, reason="test"))


async def counted(database: Database) -> None:
    """Let the followers read the log to its end."""
    await catch_up(database)


def days_ago(days: int, hour: int = 9) -> datetime:
    """A time of day in Viet Nam, some days before today."""
    return clock.start_of(clock.day_of(clock.now()) - timedelta(days=days)) + timedelta(hours=hour)


async def _record(db: Db, dose: DoseRecorded, *, version: int, status: str, reason: str | None) -> None:
    names = (
        "person_id",
        "immunization_id",
        "dose_role",
        "ordinal",
        "product",
        "lot_id",
        "place_id",
        "area_id",
        "occurred_at",
    )
    facts = {name: getattr(dose, name) for name in names}
    await db.run(RECORD, **facts, version=version, status=status, reason=reason, recorded_at=db.at)
