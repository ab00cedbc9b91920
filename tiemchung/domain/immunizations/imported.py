"""Doses that a list from elsewhere tells of: kept as imported, once, with what the list says of the lot."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import recommendations, vaccines
from tiemchung.domain.immunizations.model import DoseRecorded
from tiemchung.domain.people import PersonId
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "imported.sql")

NOON = timedelta(hours=12)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A dose as a list tells it: the product, the day, the lot's number and the place, as far as they are known."""

    product: str
    on: date
    lot_number: str | None
    place_id: UUID


async def keep(db: Db, person_id: PersonId, told: Sequence[Told]) -> int:
    """Add the doses that the record does not have yet, in the order in which they were given; how many were added.

    A dose of the same product on the same day is the same dose. The hour is not known: noon stands for the day.
    """
    added = 0
    for dose in sorted(told, key=lambda one: one.on):
        product = await vaccines.product(db, dose.product)
        at = clock.start_of(dose.on) + NOON
        given = await db.all(
            _Given, queries.given, person_id=person_id, disease=product.disease, product=dose.product, on=dose.on
        )
        if any(one.same for one in given):
            continue
        role = await recommendations.role_of(db, person_id, dose.product, dose.on)
        ordinal = 1 + sum(one.dose_role == role for one in given)
        key = {"person_id": person_id, "immunization_id": uuid7(db.at), "place_id": dose.place_id}
        await db.run(
            queries.insert,
            **key,
            dose_role=role,
            ordinal=ordinal,
            product=dose.product,
            lot_number=dose.lot_number,
            occurred_at=at,
            at=db.at,
            by=db.actor.id,
        )
        await db.run(queries.claim, **key, disease=product.disease, dose_role=role, ordinal=ordinal, at=db.at)
        await _tell(db, key["immunization_id"], person_id)
        added += 1
    return added


async def _tell(db: Db, immunization_id: UUID, person_id: UUID) -> None:
    facts = await db.one(_Facts, queries.facts, person_id=person_id, immunization_id=immunization_id)
    await db.happened(
        DoseRecorded(
            person_id=person_id,
            immunization_id=immunization_id,
            version=1,
            session_id=None,
            source="imported",
            **msgspec.structs.asdict(facts),
        )
    )


class _Given(msgspec.Struct):
    dose_role: str
    same: bool


class _Facts(msgspec.Struct):
    place_id: UUID
    area_id: int
    product: str
    lot_id: UUID | None
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    sex: str
    birth_year: int
    priority_group_id: int | None
