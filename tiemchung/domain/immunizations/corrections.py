"""Putting a record right after its session: another day or lot, not given after all, or a dose that was never entered.

Each is a later version or a new record, never a change of a row. The vial is long gone, so the stock of a dose
that no arm got is lost and of one nobody posted unexplained; figures and certificates follow the events, as after an
undone and a recorded dose.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain import stock, vaccines
from tiemchung.domain.immunizations.actions import queries
from tiemchung.domain.immunizations.errors import DoseGiven, LotUnknown, RecordChanged
from tiemchung.domain.immunizations.model import DoseRecorded, DoseUndone
from tiemchung.domain.stock import Line, Reason, State
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7


class DoseChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a record should say instead; `version` is the one that was looked at. Not given beats the rest."""

    immunization_id: UUID
    version: int
    occurred_at: datetime | None = None
    lot_number: str | None = None
    not_given: bool = False


class LateDose(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that a site gave and never entered, from its paper."""

    immunization_id: UUID
    product: str
    lot_number: str | None
    dose_role: str
    ordinal: int
    place_id: UUID
    occurred_at: datetime


async def correct(db: Db, person_id: UUID, change: DoseChange, *, reason: str) -> int:
    """Write a later version of a dose; its number. Raises `RecordChanged`, `LotUnknown`, `NotFound`."""
    last = await db.one(_Last, queries.for_correction, person_id=person_id, immunization_id=change.immunization_id)
    if last.status != "completed":
        raise NotFound
    if last.version != change.version:
        raise RecordChanged
    lot_id = last.lot_id
    if change.lot_number is not None:
        lot_id = await _lot(db, last.product, change.lot_number, change.occurred_at or last.occurred_at)
    occurred_at = change.occurred_at or last.occurred_at
    await db.run(
        queries.correct,
        person_id=person_id,
        immunization_id=change.immunization_id,
        version=last.version,
        status="entered_in_error" if change.not_given else "completed",
        lot_id=lot_id,
        occurred_at=occurred_at,
        at=db.at,
        by=db.actor.id,
        reason=reason,
    )
    await _undone(db, last, reason)
    if change.not_given:
        key = {"person_id": person_id, "immunization_id": change.immunization_id}
        await db.run(queries.undo_claim, **key)
        await db.run(queries.drop_claim, **key)
        await _return(db, last)
    else:
        await _recorded(db, last, last.version + 1, lot_id, occurred_at)
        if lot_id != last.lot_id:
            await _return(db, last)
            await _take(db, last.place_id, lot_id, reason)
    return last.version + 1


async def add_late(db: Db, person_id: UUID, dose: LateDose, *, reason: str) -> UUID:
    """Enter a dose that was given and never recorded. Raises `DoseGiven` when the record has it, `LotUnknown`."""
    product = await vaccines.product(db, dose.product)
    lot_id = await _lot(db, dose.product, dose.lot_number, dose.occurred_at) if dose.lot_number else None
    claimed = await db.run(
        queries.claim_late,
        person_id=person_id,
        disease=product.disease,
        role=dose.dose_role,
        ordinal=dose.ordinal,
        immunization_id=dose.immunization_id,
        place_id=dose.place_id,
        at=db.at,
    )
    if not claimed:
        raise DoseGiven
    await db.run(
        queries.insert_late,
        person_id=person_id,
        immunization_id=dose.immunization_id,
        disease=product.disease,
        dose_role=dose.dose_role,
        ordinal=dose.ordinal,
        product=dose.product,
        lot_id=lot_id,
        place_id=dose.place_id,
        occurred_at=dose.occurred_at,
        at=db.at,
        by=db.actor.id,
        source="recorded" if lot_id else "imported",
        reason=reason,
    )
    if lot_id is not None:
        await _take(db, dose.place_id, lot_id, reason, entry_id=dose.immunization_id)
    last = await db.one(_Last, queries.for_correction, person_id=person_id, immunization_id=dose.immunization_id)
    await _recorded(db, last, 1, lot_id, dose.occurred_at)
    return dose.immunization_id


async def _lot(db: Db, product: str, number: str, on: datetime) -> UUID:
    found = await vaccines.lot_by_number(db, product, number, clock.day_of(on))
    if found is None:
        raise LotUnknown(lot=number)
    return found.lot_id


async def _return(db: Db, last: "_Last") -> None:
    """No arm got a dose of this lot: it is lost, until a stocktake finds it."""
    if last.lot_id is None or last.unit_id is None:
        return
    account = {"place_id": last.place_id, "lot_id": last.lot_id, "unit_id": last.unit_id}
    await stock.post(
        db,
        Reason.explained,
        [Line(**account, state=State.administered, doses=-1), Line(**account, state=State.lost, doses=1)],
    )


async def _take(db: Db, place_id: UUID, lot_id: UUID | None, reason: str, *, entry_id: UUID | None = None) -> None:
    if lot_id is not None:
        await stock.give_unexplained(
            db, place_id=place_id, lot_id=lot_id, immunization_id=entry_id or uuid7(db.at), note=reason
        )


async def _undone(db: Db, last: "_Last", reason: str) -> None:
    await db.happened(
        DoseUndone(
            version=last.version, reason=reason, lot_id=last.lot_id, occurred_at=last.occurred_at, **_facts(last)
        )
    )


async def _recorded(db: Db, last: "_Last", version: int, lot_id: UUID | None, occurred_at: datetime) -> None:
    await db.happened(DoseRecorded(version=version, lot_id=lot_id, occurred_at=occurred_at, **_facts(last)))


def _facts(last: "_Last") -> dict[str, Any]:
    names = ("person_id", "place_id", "area_id", "immunization_id", "session_id", "product", "disease", "dose_role", "ordinal",
             "source", "sex", "priority_group_id")  # fmt: skip
    return {name: getattr(last, name) for name in names} | {"birth_year": last.birth_date.year}


class _Last(msgspec.Struct):
    person_id: UUID
    immunization_id: UUID
    version: int
    status: str
    place_id: UUID
    session_id: UUID | None
    lot_id: UUID | None
    unit_id: UUID | None
    product: str
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    area_id: int
    source: str
    sex: str
    birth_date: date
    priority_group_id: int | None
