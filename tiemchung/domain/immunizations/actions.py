"""The four steps at the site: check-in, screening, injection, observation; and taking a dose back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain import registrations, stock
from tiemchung.domain.immunizations import rules, screening
from tiemchung.domain.immunizations.model import (
    AlreadyCheckedIn,
    AppointmentNotLive,
    CheckedIn,
    CodeOfAnotherSession,
    CodeUnknown,
    ConsentMissing,
    Deferred,
    Discharged,
    Dose,
    DoseUndone,
    Injection,
    NotWaitingForInjection,
    ObservationNotOver,
    OpenVial,
    Screened,
    SessionNotOpen,
    TooYoung,
    UndoOver,
    VialNotOpen,
    Visit,
    VisitId,
    WrongProduct,
)
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import normal_code, uuid7

queries = sql.load(__name__)


async def check_in(db: Db, *, place_id: UUID, session_id: UUID, code: str) -> Visit:
    """Receive a person by their code. Raises `CodeUnknown`, `CodeOfAnotherSession`, `AlreadyCheckedIn`,
    `AppointmentNotLive`, `SessionNotOpen`.
    """
    found = await db.maybe(_Appointment, queries.appointment_by_code, code=normal_code(code.rpartition(":")[2]))
    if found is None:
        raise CodeUnknown(typed=code[:20])
    if (found.place_id, found.session_id) != (place_id, session_id):
        time = f"{clock.local(found.starts_at):%H:%M %d/%m/%Y}"
        raise CodeOfAnotherSession(place=found.place_name, time=time)
    if found.status in {"checked_in", "done"}:
        raise AlreadyCheckedIn
    if found.status != "booked":
        raise AppointmentNotLive(status=found.status)
    await _open_session(db, place_id, session_id)
    visit_id = VisitId(uuid7(db.at))
    await db.run(
        queries.insert_visit,
        place_id=place_id,
        visit_id=visit_id,
        session_id=session_id,
        person_id=found.person_id,
        appointment_id=found.appointment_id,
        dose_role=found.dose_role,
        ordinal=found.ordinal,
        at=db.at,
        by=db.actor.id,
    )
    await db.run(
        queries.appointment_status, place_id=place_id, appointment_id=found.appointment_id, status="checked_in"
    )
    await _move_registration(db, found.person_id, registrations.Status.checked_in)
    await db.happened(CheckedIn(person_id=found.person_id, place_id=place_id, session_id=session_id, visit_id=visit_id))
    return await visit(db, place_id, visit_id)


async def screen(
    db: Db,
    *,
    place_id: UUID,
    visit_id: UUID,
    answers: dict[str, bool],
    vitals: dict[str, Decimal | int | None],
    override_reason: str | None = None,
) -> screening.Conclusion:
    """Conclude on a filled form; with a reason, a doctor lets somebody through whom the form would hold back.

    Raises `NotFound` when the person is not waiting for screening. A delay or contraindication ends the visit.
    """
    seen = await visit(db, place_id, visit_id)
    form = screening.form_for(rules.age_years(seen.birth_date, clock.day_of(db.at)), clock.day_of(db.at))
    concluded = screening.conclude(form, answers, vitals)
    goes_on = concluded.outcome in {"eligible", "caution"} or bool(override_reason)
    measured = {name: str(value) for name, value in vitals.items() if value is not None}
    changed = await db.run(
        queries.screen,
        place_id=place_id,
        visit_id=visit_id,
        step="injection" if goes_on else "deferred",
        screening=json({"form": form.id, "paper": form.paper, "answers": answers, "vitals": measured}),
        conclusion=concluded.outcome,
        override_reason=override_reason,
        outcome=None if goes_on else "; ".join(concluded.reasons),
        at=db.at,
        by=db.actor.id,
    )
    if not changed:
        raise NotFound
    if not goes_on:
        await db.run(queries.release_place, place_id=place_id, visit_id=visit_id)
    await db.happened(
        Screened(
            person_id=seen.person_id,
            place_id=place_id,
            session_id=seen.session_id,
            visit_id=visit_id,
            conclusion=concluded.outcome,
            overridden=bool(override_reason),
        )
    )
    return concluded


async def record(db: Db, injection: Injection, *, command_id: UUID | None = None) -> UUID:
    """Record a dose with its stock, claim and event: one look, the rules, one write.

    The same immunization id again is the same dose. Raises `ConsentMissing`, `TooYoung`, `WrongProduct`, and what
    `give_dose` refuses: `NotWaitingForInjection`, `ScreeningMissing`, `SessionNotOpen`, `VialNotOpen`,
    `VialPastItsTime`, `stock.VialUsedUp`, `LotNotReleased`, `LotExpired`, `DoseGiven`.
    """
    seen = await db.maybe(
        _ForDose,
        queries.for_dose,
        place_id=injection.place_id,
        visit_id=injection.visit_id,
        vial_id=injection.vial_id,
    )
    if seen is None:
        raise NotWaitingForInjection
    if seen.product is None:
        raise VialNotOpen
    if seen.product != seen.session_product:
        raise WrongProduct(product=seen.product_name)
    if not seen.consented:
        raise ConsentMissing
    age = rules.age_years(seen.birth_date, clock.day_of(db.at))
    if age < seen.from_age_years:
        raise TooYoung(age=age, product=seen.product_name, from_age=seen.from_age_years)
    minutes = await observation_minutes(db)
    await db.run(
        queries.give,
        command_id=command_id,
        request_id=db.actor.request_id,
        event_id=uuid7(db.at),
        immunization_id=injection.immunization_id,
        place_id=injection.place_id,
        visit_id=injection.visit_id,
        vial_id=injection.vial_id,
        staff_id=db.actor.id,
        device_id=None,
        device_at=None,
        disease=seen.disease,
        body_site=injection.body_site,
        volume_ml=injection.volume_ml,
        rule_set_id=seen.rule_set_id,
        observe_until=db.at + timedelta(minutes=minutes),
        at=db.at,
    )
    return injection.immunization_id


async def discharge(db: Db, *, place_id: UUID, visit_id: UUID, early_reason: str | None = None) -> None:
    """Let a person go home. Raises `ObservationNotOver` unless a reason (a transfer) is given, `NotFound`."""
    seen = await visit(db, place_id, visit_id)
    if seen.step != "observation" or seen.observe_until is None:
        raise NotFound
    left = rules.minutes_left(seen.observe_until, db.at)
    if left and not early_reason:
        raise ObservationNotOver(minutes=left)
    await db.run(
        queries.discharge, place_id=place_id, visit_id=visit_id, at=db.at, by=db.actor.id, outcome=early_reason
    )
    await _move_registration(db, seen.person_id, registrations.Status.done)
    await db.happened(
        Discharged(person_id=seen.person_id, place_id=place_id, session_id=seen.session_id, visit_id=visit_id)
    )


async def defer(db: Db, *, place_id: UUID, visit_id: UUID, reason: str) -> None:
    """A person leaves without a dose; the place goes back. Raises `NotFound` after the injection."""
    seen = await visit(db, place_id, visit_id)
    await db.run(queries.release_place, place_id=place_id, visit_id=visit_id)
    if not await db.run(queries.leave, place_id=place_id, visit_id=visit_id, reason=reason, at=db.at, by=db.actor.id):
        raise NotFound
    await db.happened(
        Deferred(
            person_id=seen.person_id, place_id=place_id, session_id=seen.session_id, visit_id=visit_id, reason=reason
        )
    )


async def undo(db: Db, *, person_id: UUID, immunization_id: UUID, reason: str) -> None:
    """Take a dose back within a minute: a new version, the stock posted back, the person waiting again.

    Raises `UndoOver` afterwards, `NotFound`.
    """
    last = await db.one(_Last, queries.last_version, person_id=person_id, immunization_id=immunization_id)
    if last.status != "completed" or last.vial_id is None:
        raise NotFound
    if not rules.may_undo(last.recorded_at, db.at):
        raise UndoOver
    key = {"person_id": person_id, "immunization_id": immunization_id}
    at_place = {"place_id": last.place_id, "visit_id": last.visit_id}
    await db.run(queries.enter_in_error, **key, version=last.version, at=db.at, by=db.actor.id, reason=reason)
    await db.run(queries.undo_appointment, **at_place)
    await db.run(queries.undo_visit, **at_place)
    await db.run(queries.undo_claim, **key)
    await db.run(queries.drop_claim, **key)
    await stock.reverse(db, immunization_id, place_ids=[last.place_id], reason="undo")
    await stock.put_back(db, last.place_id, last.vial_id)
    facts = {field: getattr(last, field) for field in _FACTS}
    await db.happened(
        DoseUndone(
            person_id=person_id,
            place_id=last.place_id,
            area_id=last.area_id,
            immunization_id=immunization_id,
            version=last.version + 1,
            birth_year=last.birth_date.year,
            reason=reason,
            **facts,
        )
    )


async def visit(db: Db, place_id: UUID, visit_id: UUID) -> Visit:
    """One person's way through a session. Raises `NotFound`."""
    return await db.one(Visit, queries.visit, place_id=place_id, visit_id=visit_id)


async def visits(db: Db, place_id: UUID, session_id: UUID) -> list[Visit]:
    """Everybody in a session, in the order of arrival."""
    return await db.all(Visit, queries.visits, place_id=place_id, session_id=session_id)


async def open_vials(db: Db, place_id: UUID, session_id: UUID) -> list[OpenVial]:
    """The vials in use, the newest first."""
    return await db.all(OpenVial, queries.open_vials, place_id=place_id, session_id=session_id)


async def doses_of(db: Db, person_id: UUID) -> list[Dose]:
    """A person's doses that count, the newest first; whoever calls has opened the record."""
    return [dose for dose in await db.all(Dose, queries.doses_of, person_id=person_id) if dose.status == "completed"]


async def observation_minutes(db: Db) -> int:
    """How long people are observed: 30 minutes, unless the demonstration has shortened it."""
    set_to = await db.value(int, queries.minutes_of_observation)
    return rules.OBSERVATION_MINUTES if set_to is None else set_to


async def _open_session(db: Db, place_id: UUID, session_id: UUID) -> None:
    if await db.value(str, queries.lock_session, place_id=place_id, session_id=session_id) != "open":
        raise SessionNotOpen


async def _move_registration(db: Db, person_id: UUID, to: registrations.Status) -> None:
    """The registration that a visit belongs to follows it: the newest one that may go there."""
    for registration in await registrations.of_person(db, person_id):
        if registrations.may_move(registration.status, to):
            await registrations.move(db, registration, to)
            return


_FACTS = ("session_id", "product", "lot_id", "disease", "dose_role", "ordinal", "occurred_at", "source", "sex",
          "priority_group_id")  # fmt: skip


class _Appointment(msgspec.Struct):
    place_id: UUID
    appointment_id: UUID
    session_id: UUID
    starts_at: datetime
    person_id: UUID
    status: str
    dose_role: str
    ordinal: int
    place_name: str


class _ForDose(msgspec.Struct):
    person_id: UUID
    dose_role: str
    ordinal: int
    session_product: str
    product: str | None
    product_name: str
    from_age_years: int
    disease: str
    birth_date: date
    birth_precision: str
    rule_set_id: UUID | None
    consented: bool


class _Last(msgspec.Struct):
    person_id: UUID
    immunization_id: UUID
    version: int
    status: str
    place_id: UUID
    session_id: UUID | None
    visit_id: UUID | None
    vial_id: UUID | None
    lot_id: UUID | None
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
