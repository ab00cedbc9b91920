"""The steps at the site around the injection: check-in, screening, leaving without a dose, observation."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain import appointments, people, recommendations, registrations, rulebook, sites
from tiemchung.domain.immunizations import gate, rules, screening
from tiemchung.domain.immunizations.errors import (
    AlreadyCheckedIn,
    AppointmentNotLive,
    CodeOfAnotherSession,
    CodeUnknown,
    NotInObservation,
    NotWaitingForScreening,
    ObservationNotOver,
    SessionNotOpen,
    VisitGone,
)
from tiemchung.domain.immunizations.model import CheckedIn, Deferred, Discharged, OpenVial, Screened, Visit, VisitId
from tiemchung.domain.registrations import Status
from tiemchung.domain.schedule.answers import Reason, Stop
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def check_in(
    db: Db, *, place_id: UUID, session_id: UUID, code: str, visit_id: UUID | None = None, asked_before: bool = True
) -> Visit:
    """Receive a person by the code that was scanned or typed; they get the next number of the session.

    `visit_id` is the id that a device gave the visit, so that it can go on without a line. `asked_before` is False for
    who was received on paper: then the schedule speaks at the dose, and a review opens.
    Raises `appointments.CodeMistyped`, `CodeUnknown`, `CodeOfAnotherSession`, `AlreadyCheckedIn`,
    `AppointmentNotLive`, `SessionNotOpen`.
    """
    read = appointments.read_code(code)
    if read is None:
        raise appointments.CodeMistyped
    found = await db.maybe(_Appointment, queries.appointment_by_code, code=read)
    if found is None:
        raise CodeUnknown(typed=read)
    if (found.place_id, found.session_id) != (place_id, session_id):
        time = f"{clock.local(found.starts_at):%H:%M %d/%m/%Y}"
        raise CodeOfAnotherSession(place=found.place_name, time=time)
    if found.status in {"checked_in", "done"}:
        raise AlreadyCheckedIn
    if asked_before:
        await _may_come_in(db, found)
    # Numbers have no gaps and nobody arrives while a session closes: whoever receives or closes holds the session.
    if await db.value(str, queries.lock_session, place_id=place_id, session_id=session_id) != "open":
        raise SessionNotOpen
    visit_id = VisitId(visit_id or uuid7(db.at))
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
    if not await db.run(queries.arrive, place_id=place_id, appointment_id=found.appointment_id):
        raise AppointmentNotLive
    seen = await visit(db, place_id, visit_id)
    await registration_follows(db, seen, Status.checked_in)
    await db.happened(CheckedIn(person_id=found.person_id, place_id=place_id, session_id=session_id, visit_id=visit_id))
    return seen


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

    A delay, a contraindication or a transfer ends the visit without a dose. Raises `NotWaitingForScreening`,
    `NotFound`.
    """
    seen = await visit(db, place_id, visit_id)
    form, concluded = await look(db, seen, answers, vitals)
    held_back = not concluded.goes_on and not override_reason
    overridden = not concluded.goes_on and not held_back
    measured = {name: str(value) for name, value in vitals.items() if value is not None}
    changed = await db.run(
        queries.screen,
        place_id=place_id,
        visit_id=visit_id,
        step="deferred" if held_back else "injection",
        screening=json({"form": form.id, "paper": form.paper, "answers": answers, "vitals": measured}),
        conclusion=concluded.outcome,
        override_reason=override_reason if overridden else None,
        at=db.at,
        by=db.actor.id,
    )
    if not changed:
        raise NotWaitingForScreening
    findings = {item.finding: answers[item.id] for item in form.asked}
    await recommendations.findings.screened(db, seen.person_id, findings, [seen.last_product or seen.product])
    await db.happened(
        Screened(
            person_id=seen.person_id,
            place_id=place_id,
            session_id=seen.session_id,
            visit_id=visit_id,
            conclusion=concluded.outcome,
            overridden=overridden,
        )
    )
    if held_back:
        await _without_dose(db, seen, "; ".join(concluded.reasons))
    return concluded


async def look(
    db: Db, seen: Visit, answers: dict[str, bool], vitals: dict[str, Decimal | int | None]
) -> tuple[screening.Form, screening.Conclusion]:
    """The form of the day for somebody, and what its answers come to by the schedule in force; nothing is kept."""
    today = clock.day_of(db.at)
    form = screening.form_for(people.age(seen.birth_date, today), today)
    force = await rulebook.in_force(db, today)
    concluded = screening.conclude(
        form, answers, vitals, force.ready, born_on=seen.birth_date, on=today, product=seen.product
    )
    return form, concluded.at((await sites.place(db, seen.place_id)).kind)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the schedule in force says before an injection: what stops it, what has to be read, the volume in millilitres."""

    stops: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    volume_ml: float | None


async def told(db: Db, seen: Visit) -> Told:
    """What the schedule in force says to giving somebody the session's vaccine now; whoever calls has opened the record."""
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    (known,) = await recommendations.known_of(db, [seen.person_id])
    at_site = msgspec.structs.replace(known, area_code=await recommendations.province_of(db, seen.place_id))
    verdict = recommendations.gate(force, at_site, seen.product, today)
    stopped = isinstance(verdict, Stop)
    return Told(
        stops=tuple(gate.stops_of(verdict, overridden=seen.override_reason is not None)),
        warnings=tuple(gate.to_answer(verdict)),
        volume_ml=None
        if stopped
        else force.ready.schedule.volume_ml(known.subject, seen.product, role=verdict.role, on=today),
    )


async def normal_signs(db: Db) -> dict[str, tuple[float | None, float | None]]:
    """The normal range of each vital sign today."""
    today = clock.day_of(db.at)
    return screening.limits((await rulebook.in_force(db, today)).ready, today)


async def not_done(db: Db, *, place_id: UUID, visit_id: UUID, reason: str) -> None:
    """A person leaves without a dose, and the record says why; the place goes back.

    Raises `VisitGone` after the injection or the end of the visit, `NotFound`.
    """
    seen = await visit(db, place_id, visit_id)
    if not await db.run(queries.leave, place_id=place_id, visit_id=visit_id):
        raise VisitGone
    await _without_dose(db, seen, reason)


async def discharge(db: Db, *, place_id: UUID, visit_id: UUID, early_reason: str | None = None) -> None:
    """Let a person go home after observation; earlier only with a reason (a transfer).

    Raises `ObservationNotOver`, `NotInObservation`, `NotFound`.
    """
    seen = await visit(db, place_id, visit_id)
    if seen.observe_until is None:
        raise NotInObservation
    left = rules.minutes_left(seen.observe_until, db.at)
    if seen.step == "observation" and left and not early_reason:
        raise ObservationNotOver(minutes=left)
    early = early_reason if left else None
    if not await db.run(
        queries.discharge, place_id=place_id, visit_id=visit_id, at=db.at, by=db.actor.id, outcome=early
    ):
        raise NotInObservation
    await registration_follows(db, seen, Status.done)
    await db.happened(
        Discharged(
            person_id=seen.person_id, place_id=place_id, session_id=seen.session_id, visit_id=visit_id, reason=early
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


async def observation_minutes(db: Db) -> dict[str, int]:
    """How long people are observed by their conclusion: 30 or 60 minutes, unless the demonstration has shortened it."""
    set_to = await db.value(int, queries.minutes_of_observation)
    return {
        conclusion: rules.observation(conclusion) if set_to is None else set_to for conclusion in screening.CONCLUSIONS
    }


async def registration_follows(db: Db, seen: Visit, to: Status) -> None:
    """The registration for the dose of a visit goes where the visit went, when it may."""
    for registration in await registrations.of_person(db, seen.person_id):
        same_dose = (registration.dose_role, registration.ordinal) == (seen.dose_role, seen.ordinal)
        if same_dose and registrations.may_move(registration.status, to):
            await registrations.move(db, registration, to)
            return


async def _without_dose(db: Db, seen: Visit, reason: str) -> None:
    at_place = {"place_id": seen.place_id, "visit_id": seen.visit_id}
    await db.run(queries.end_without_dose, **at_place, reason=reason, at=db.at, by=db.actor.id)
    await db.run(queries.release_place, **at_place)
    await db.run(
        queries.insert_not_done,
        **at_place,
        immunization_id=uuid7(db.at),
        reason=reason,
        at=db.at,
        by=db.actor.id,
    )
    await registration_follows(db, seen, Status.assigned)
    await db.happened(
        Deferred(
            person_id=seen.person_id,
            place_id=seen.place_id,
            session_id=seen.session_id,
            visit_id=seen.visit_id,
            reason=reason,
        )
    )


async def _may_come_in(db: Db, found: "_Appointment") -> None:
    """At the door the schedule stops for age, interval and product; health is the doctor's to ask. Raises `Stopped`."""
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    for known in await recommendations.known_of(db, [found.person_id]):
        at_site = msgspec.structs.replace(known, area_code=found.area_code)
        verdict = recommendations.gate(force, at_site, found.product, today)
        if stops := [each for each in gate.stops_of(verdict, overridden=False) if each.code not in gate.HEALTH]:
            raise recommendations.Stopped(stops)


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
    product: str
    area_code: str | None
