"""The dose: recorded in one statement, taken back within a minute, amended by later versions, never overwritten."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain import rulebook, stock
from tiemchung.domain.immunizations import gate, rules
from tiemchung.domain.immunizations.actions import queries
from tiemchung.domain.immunizations.errors import (
    ConsentMissing,
    NotWaitingForInjection,
    RecordChanged,
    RecordSigned,
    UndoOver,
    VialNotOpen,
    WrongProduct,
)
from tiemchung.domain.immunizations.model import Amendment, Dose, DoseAmended, DoseUndone, Injection
from tiemchung.domain.stock import Line, Reason, State
from tiemchung.kit import clock
from tiemchung.kit.db import ActKey, Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7


async def record(db: Db, injection: Injection, *, key: ActKey | None = None) -> UUID:
    """Record a dose with its stock, claim and event: one look, the rules, one write.

    The same immunization id again is the same dose. `key` is kept by the write, for an act without a transaction around
    it. Raises `ConsentMissing`, `WrongProduct`, what the schedule in force
    says (`recommendations.Stopped`, `WarningsUnread`, `AnotherDose`), and what `give_dose` refuses:
    `NotWaitingForInjection`, `ScreeningMissing`, `SessionNotOpen`, `VialNotOpen`, `VialPastItsTime`,
    `stock.VialUsedUp`, `LotNotReleased`, `LotExpired`, `DoseGiven`.
    """
    seen = await db.maybe(
        gate.ForDose,
        queries.for_dose,
        place_id=injection.place_id,
        visit_id=injection.visit_id,
        session_id=injection.session_id,
        vial_id=injection.vial_id,
        schedule=rulebook.COVID,
        today=clock.day_of(db.at),
    )
    if seen is None:
        raise NotWaitingForInjection
    volume_ml = injection.volume_ml
    if seen.immunization_id != injection.immunization_id:
        told = await _check(db, seen, warnings_read=injection.warnings_read)
        volume_ml = volume_ml or told
    set_to = seen.observation_minutes
    minutes = rules.observation(seen.conclusion) if set_to is None else set_to
    await db.run(
        queries.give,
        command_id=key.id if key else None,
        command_kind=key.kind if key else None,
        command_answer=json(key.answer) if key else None,
        request_id=db.actor.request_id,
        event_id=uuid7(db.at),
        immunization_id=injection.immunization_id,
        place_id=injection.place_id,
        visit_id=injection.visit_id,
        vial_id=injection.vial_id,
        staff_id=db.actor.id,
        device_id=injection.device_id,
        device_at=injection.device_at,
        disease=seen.disease,
        body_site=injection.body_site,
        volume_ml=volume_ml or seen.volume_ml,
        rule_set_id=seen.rule_set_id,
        observe_until=db.at + timedelta(minutes=minutes),
        at=db.at,
        given_by=injection.given_by,
    )
    return injection.immunization_id


async def undo(db: Db, *, person_id: UUID, immunization_id: UUID, reason: str) -> None:
    """Take a dose back within a minute: it was not given. Raises `UndoOver` afterwards, and as `enter_in_error`."""
    last = await _last(db, person_id, immunization_id)
    if not rules.may_undo(last.occurred_at, db.at):
        raise UndoOver
    await _enter_in_error(db, last, reason)


async def enter_in_error(db: Db, *, person_id: UUID, immunization_id: UUID, version: int, reason: str) -> None:
    """Say with a reason that a recorded dose was not given: a new version, the stock posted back, the person waiting.

    Raises `RecordChanged` when `version` is not the newest, `RecordSigned` once the session is closed, `NotFound`.
    """
    last = await _last(db, person_id, immunization_id)
    if last.version != version:
        raise RecordChanged
    await _enter_in_error(db, last, reason)


async def amend(
    db: Db, amendment: Amendment, *, person_id: UUID, immunization_id: UUID, version: int, reason: str
) -> int:
    """Correct the vial, arm or volume of a dose by a later version, its stock with it; the new version.

    Raises `RecordChanged` when `version` is not the newest, `RecordSigned` once the session is closed, `VialNotOpen`,
    `stock.VialUsedUp`, `NotFound`.
    """
    last = await _last(db, person_id, immunization_id)
    if last.version != version:
        raise RecordChanged
    changed = await db.run(
        queries.amend,
        person_id=person_id,
        immunization_id=immunization_id,
        version=version,
        vial_id=amendment.vial_id,
        body_site=amendment.body_site,
        volume_ml=amendment.volume_ml,
        at=db.at,
        by=db.actor.id,
        reason=reason,
    )
    if not changed:
        raise VialNotOpen
    if amendment.vial_id != last.vial_id:
        at_session = {"place_id": last.place_id, "session_id": last.session_id}
        if not await db.run(queries.take_from_vial, **at_session, vial_id=amendment.vial_id, at=db.at):
            raise VialNotOpen
        await _post(db, last.place_id, amendment.vial_id, from_=State.opened, to=State.administered)
        await _return_dose(db, last)
    await db.happened(
        DoseAmended(
            person_id=person_id,
            place_id=last.place_id,
            area_id=last.area_id,
            immunization_id=immunization_id,
            version=version + 1,
            session_id=last.session_id,
            lot_id=(await stock.vial(db, last.place_id, amendment.vial_id)).lot_id,
            reason=reason,
        )
    )
    return version + 1


async def doses_of(db: Db, person_id: UUID) -> list[Dose]:
    """A person's doses that count, the newest first; whoever calls has opened the record."""
    return [dose for dose in await db.all(Dose, queries.doses_of, person_id=person_id) if dose.status == "completed"]


async def has_any(db: Db, person_id: UUID) -> bool:
    """Whether a dose stands in a person's record, undone ones included."""
    return bool(await db.value(bool, queries.has_any, person_id=person_id))


async def _check(db: Db, seen: gate.ForDose, *, warnings_read: bool) -> Decimal | None:
    """The volume of the dose in millilitres as the schedule says it. Raises what `record` refuses before it writes."""
    if seen.product is None:
        raise VialNotOpen
    if seen.product != seen.session_product:
        raise WrongProduct(product=seen.product_name)
    if not seen.consented:
        raise ConsentMissing
    force = await rulebook.ready(db, seen.rule_set_id)
    return gate.check(force, seen, clock.day_of(db.at), warnings_read=warnings_read)


async def _last(db: Db, person_id: UUID, immunization_id: UUID) -> "_Last":
    last = await db.one(_Last, queries.last_version, person_id=person_id, immunization_id=immunization_id)
    if last.status != "completed":
        raise NotFound
    if last.session_status != "open":
        raise RecordSigned
    return last


async def _enter_in_error(db: Db, last: "_Last", reason: str) -> None:
    key = {"person_id": last.person_id, "immunization_id": last.immunization_id}
    at_place = {"place_id": last.place_id, "visit_id": last.visit_id}
    await db.run(queries.enter_in_error, **key, version=last.version, at=db.at, by=db.actor.id, reason=reason)
    if await db.run(queries.undo_visit, **at_place, immunization_id=last.immunization_id):
        await db.run(queries.undo_appointment, **at_place)
    await db.run(queries.undo_claim, **key)
    await db.run(queries.drop_claim, **key)
    await _return_dose(db, last)
    facts = {field: getattr(last, field) for field in _FACTS}
    await db.happened(
        DoseUndone(
            person_id=last.person_id,
            place_id=last.place_id,
            area_id=last.area_id,
            immunization_id=last.immunization_id,
            version=last.version + 1,
            birth_year=last.birth_date.year,
            reason=reason,
            **facts,
        )
    )


async def _return_dose(db: Db, last: "_Last") -> None:
    """The dose goes back into its vial. A first version's entry is reversed; an amended one has entries of its own.

    A dose that came from nobody knows where goes back there, into no vial; nobody has to explain it any more.
    """
    await stock.reviews.undo(db, last.place_id, last.immunization_id, note="entered_in_error")
    from_vial = last.version > 1 or await db.value(bool, queries.came_from_vial, **_entry(last))
    if last.vial_id is None or not from_vial:
        await stock.reverse(db, last.immunization_id, place_ids=[last.place_id], reason="entered_in_error")
        return
    await stock.hold(db, last.place_id, last.vial_id)
    if last.version == 1:
        await stock.reverse(db, last.immunization_id, place_ids=[last.place_id], reason="entered_in_error")
    else:
        await _post(db, last.place_id, last.vial_id, from_=State.administered, to=State.opened)
    await stock.put_back(db, last.place_id, last.vial_id)


def _entry(last: "_Last") -> dict[str, UUID]:
    return {"place_id": last.place_id, "immunization_id": last.immunization_id}


async def _post(db: Db, place_id: UUID, vial_id: UUID, *, from_: State, to: State) -> None:
    vial = await stock.vial(db, place_id, vial_id)
    account = {"place_id": place_id, "lot_id": vial.lot_id, "unit_id": vial.unit_id}
    await stock.post(db, Reason.dose, [Line(**account, state=from_, doses=-1), Line(**account, state=to, doses=1)])


_FACTS = ("session_id", "product", "lot_id", "disease", "dose_role", "ordinal", "occurred_at", "source", "sex",
          "priority_group_id")  # fmt: skip


class _Last(msgspec.Struct):
    person_id: UUID
    immunization_id: UUID
    version: int
    status: str
    place_id: UUID
    session_id: UUID | None
    session_status: str | None
    visit_id: UUID | None
    vial_id: UUID | None
    lot_id: UUID
    product: str
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    recorded_at: datetime
    area_id: int
    source: str
    sex: str
    birth_date: date
    priority_group_id: int | None
