"""Doses given without a line or kept on paper that a rule refuses now: real all the same, so they are recorded and looked at.

A vial used up on another tablet, a lot recalled meanwhile, a person vaccinated at two tables: the arm has had it. The record
says so, the stock says where it came from or that nobody knows, and a review names the rules until somebody has looked.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain import stock
from tiemchung.domain.immunizations import doses
from tiemchung.domain.immunizations.actions import observation_minutes
from tiemchung.domain.immunizations.errors import ReviewSettled
from tiemchung.domain.immunizations.model import DoseRecorded, DoseReviewOpened, DoseReviewSettled, Injection
from tiemchung.domain.stock import Line, Reason, State
from tiemchung.kit import sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import DomainError, NotFound

queries = sql.load(__name__, "given.sql")

STRANGER, SUSPECTED = "walk_in", "possible_duplicate"


class DoseReview(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that waits for a look; `reasons` are the names of the rules that spoke against it."""

    place_id: UUID
    review_id: UUID
    session_id: UUID
    visit_id: UUID
    person_id: UUID
    immunization_id: UUID
    number: int
    name: str
    reasons: list[str]
    facts: dict[str, str]
    opened_at: datetime


async def keep(db: Db, injection: Injection, refused: DomainError, *, lot_id: UUID | None) -> UUID:
    """Record a dose that was given although a rule refuses it, and open its review; the dose's id.

    `lot_id` names the lot where the vial is not known here. Raises `NotFound` without a visit or a lot.
    """
    at = {"place_id": injection.place_id, "visit_id": injection.visit_id}
    seen = await db.one(_Seen, queries.seen, **at, vial_id=injection.vial_id, lot_id=lot_id)
    if seen.lot_id is None:
        raise NotFound
    key = {"person_id": seen.person_id, "immunization_id": injection.immunization_id}
    minutes = (await observation_minutes(db))[seen.conclusion or "eligible"]
    until = db.at + timedelta(minutes=minutes)
    await db.run(
        queries.insert_dose,
        **at,
        **key,
        lot_id=seen.lot_id,
        vial_id=injection.vial_id if seen.unit_id else None,
        staff_id=injection.given_by or db.actor.id,
        by=db.actor.id,
        device_id=injection.device_id,
        body_site=injection.body_site,
        volume_ml=injection.volume_ml or seen.volume_ml,
        at=db.at,
    )
    await db.run(queries.claim, **at, **key, disease=seen.disease, at=db.at)
    await db.run(queries.observe, **at, immunization_id=injection.immunization_id, until=until, at=db.at)
    await _post(db, injection, seen, seen.lot_id)
    await db.happened(
        DoseRecorded(
            person_id=seen.person_id,
            place_id=injection.place_id,
            area_id=seen.area_id,
            immunization_id=injection.immunization_id,
            version=1,
            session_id=seen.session_id,
            product=seen.product,
            lot_id=seen.lot_id,
            disease=seen.disease,
            dose_role=seen.dose_role,
            ordinal=seen.ordinal,
            occurred_at=db.at,
            source="recorded",
            sex=seen.sex,
            birth_year=seen.birth_year,
            priority_group_id=seen.priority_group_id,
        )
    )
    await ask(db, seen_at=at, immunization_id=injection.immunization_id, refused=refused, off_list=seen.off_list)
    return injection.immunization_id


async def refusal(db: Db, injection: Injection) -> DomainError | None:
    """Record a dose, or what refuses it, with nothing changed."""
    try:
        async with db.connection.transaction():
            await doses.record(db, injection)
    except DomainError as refused:
        return refused
    return None


async def ask(
    db: Db, *, seen_at: dict[str, UUID], immunization_id: UUID, refused: DomainError | None, off_list: bool
) -> None:
    """Have somebody look at a dose that a rule refuses, of a stranger whom no rule was asked about, or who may be known."""
    suspected = await db.value(bool, queries.suspected, **seen_at)
    told = {STRANGER: off_list, SUSPECTED: suspected}
    reasons = [*([refused.code()] if refused else []), *(code for code, so in told.items() if so)]
    if reasons:
        facts = {name: str(value) for name, value in refused.facts.items()} if refused else {}
        key = {"review_id": immunization_id, "immunization_id": immunization_id}
        await db.run(queries.ask, **seen_at, **key, reasons=reasons, facts=json(facts), at=db.at)
        await db.happened(
            DoseReviewOpened(place_id=seen_at["place_id"], immunization_id=immunization_id, reasons=reasons)
        )


async def reviews(db: Db, place_id: UUID, session_id: UUID) -> list[DoseReview]:
    """The doses of a session that wait for a look, the oldest first."""
    return await db.all(DoseReview, queries.reviews, place_id=place_id, session_id=session_id, review_id=None)


async def reasons_of(db: Db, place_id: UUID, immunization_id: UUID) -> list[str]:
    """Why a dose is looked at; empty when it is not."""
    return await db.value(list[str], queries.reasons, place_id=place_id, review_id=immunization_id) or []


async def settle(db: Db, place_id: UUID, review_id: UUID, *, right: bool, note: str) -> None:
    """Say that a dose was given as recorded, or that it was not given. Raises `ReviewSettled`, `RecordSigned`, `NotFound`."""
    found = await db.maybe(DoseReview, queries.reviews, place_id=place_id, session_id=None, review_id=review_id)
    if found is None:
        raise ReviewSettled
    if not right:
        version = await db.value(int, queries.version, person_id=found.person_id, immunization_id=found.immunization_id)
        await doses.enter_in_error(
            db,
            person_id=found.person_id,
            immunization_id=found.immunization_id,
            version=version or 1,
            reason=note,
        )
    outcome = "right" if right else "in_error"
    await db.run(
        queries.settle, place_id=place_id, review_id=review_id, outcome=outcome, note=note, at=db.at, by=db.actor.id
    )
    await db.happened(DoseReviewSettled(place_id=place_id, immunization_id=found.immunization_id, outcome=outcome))


async def _post(db: Db, injection: Injection, seen: "_Seen", lot_id: UUID) -> None:
    """From the vial where it still had the dose, else from nobody knows where."""
    place_id, dose = injection.place_id, injection.immunization_id
    vial = {"place_id": place_id, "vial_id": injection.vial_id}
    if seen.unit_id is not None and await db.run(queries.take_from_vial, **vial):
        account = {"place_id": place_id, "lot_id": lot_id, "unit_id": seen.unit_id}
        lines = [Line(**account, state=State.opened, doses=-1), Line(**account, state=State.administered, doses=1)]
        await stock.post(db, Reason.dose, lines, entry_id=dose, device_at=injection.device_at)
        return
    await stock.give_unexplained(
        db,
        place_id=place_id,
        lot_id=lot_id,
        immunization_id=dose,
        device_at=injection.device_at,
        note="Mũi tiêm ghi sau (mất mạng hoặc trên giấy), lọ không còn liều trên sổ",
    )


class _Seen(msgspec.Struct):
    person_id: UUID
    session_id: UUID
    dose_role: str
    ordinal: int
    product: str
    disease: str
    volume_ml: Decimal
    lot_id: UUID | None
    unit_id: UUID | None
    area_id: int
    sex: str
    birth_year: int
    priority_group_id: int | None
    off_list: bool
    conclusion: str | None
