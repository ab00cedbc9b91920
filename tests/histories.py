"""Doses of earlier days for tests, as they lie in the record."""

from datetime import date, time, timedelta
from uuid import UUID

from tests.stores import SITE
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

GIVEN = Query("""
    insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, place_id,
                              area_id, occurred_at, recorded_at, source)
    select person_id, %(immunization_id)s, 1, 'completed', 'COVID-19', %(role)s, %(ordinal)s, %(product)s, %(place_id)s, area_id,
           %(at)s, %(at)s, 'recorded'
      from person where person_id = %(person_id)s
""")


async def a_dose(
    db: Db, person_id: UUID, *, product: str, on: date, ordinal: int = 1, role: str = "basic", at: time = time(9)
) -> UUID:
    """A dose that was recorded on its day, on Viet Nam's clock."""
    moment = clock.start_of(on) + timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    immunization_id = uuid7(moment)
    await db.run(
        GIVEN,
        person_id=person_id,
        immunization_id=immunization_id,
        role=role,
        ordinal=ordinal,
        product=product,
        place_id=SITE,
        at=moment,
    )
    return immunization_id
