"""Answering an invitation, giving a place back, and finding appointments."""

from uuid import UUID

from tiemchung.domain import messaging, registrations
from tiemchung.domain.appointments import rules
from tiemchung.domain.appointments.invitations import queries
from tiemchung.domain.appointments.model import (
    STATUS_WORDS,
    Answered,
    Appointment,
    AppointmentCancelled,
    CodeMistyped,
    NotAnswerable,
)
from tiemchung.domain.registrations import RegistrationMoved, Status
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound


async def answer(db: Db, person_id: UUID, appointment_id: UUID, *, accept: bool) -> Appointment:
    """Say yes or no to an invitation; no gives the place and the claim on the dose back, once.

    The same answer again changes nothing. Raises `NotAnswerable` after check-in or once the place is given back,
    `NotFound`.
    """
    asked = await one(db, person_id, appointment_id)
    wanted = "confirmed" if accept else "declined"
    if asked.answer == wanted:
        return asked
    changed = await (_confirm(db, asked) if accept else _fell(db, asked, "declined"))
    if not changed:
        raise NotAnswerable(status=STATUS_WORDS[(await one(db, person_id, appointment_id)).status])
    await move_registration(db, asked, Status.confirmed if accept else Status.declined)
    await db.happened(
        Answered(
            person_id=person_id,
            place_id=asked.place_id,
            session_id=asked.session_id,
            appointment_id=appointment_id,
            accepted=accept,
        )
    )
    if accept:
        await messaging.tell(
            db, person_id, "invitation_confirmed", place=asked.place_name, time=_time(asked), code=asked.shown_code
        )
    return await one(db, person_id, appointment_id)


async def one(db: Db, person_id: UUID, appointment_id: UUID) -> Appointment:
    """An appointment of a person. Raises `NotFound`."""
    (found,) = await _find(db, person_id=person_id, appointment_id=appointment_id) or [None]
    if found is None:
        raise NotFound
    return found


async def of_person(db: Db, person_id: UUID) -> list[Appointment]:
    """A person's appointments, past and to come, the soonest first; whoever calls has opened the record."""
    return await _find(db, person_id=person_id)


async def next_of_person(db: Db, person_id: UUID) -> Appointment | None:
    """The appointment that a person is to come to next."""
    return next((found for found in await of_person(db, person_id) if found.live), None)


async def of_session(db: Db, place_id: UUID, session_id: UUID) -> list[Appointment]:
    """Everybody who was given a place in a session, in the order of the slots."""
    return await _find(db, place_id=place_id, session_id=session_id)


async def by_code(db: Db, typed: str, place_id: UUID) -> Appointment:
    """The appointment of a check-in code at a place. Raises `CodeMistyped`, `NotFound`."""
    code = rules.read_code(typed)
    if code is None:
        raise CodeMistyped
    found = await _find(db, place_id=place_id, code=code)
    if not found:
        raise NotFound
    return found[-1]


async def nobody_came(db: Db, place_id: UUID, session_id: UUID) -> None:
    """A session is over: who did not come is marked so, loses the claim on the dose and waits at the site again."""
    for appointment in await _find(db, place_id=place_id, session_id=session_id):
        if appointment.status == "booked" and await _fell(db, appointment, "expired", status="no_show"):
            await move_registration(db, appointment, Status.assigned)


async def registration_moved(db: Db, event: RegistrationMoved) -> None:
    """Who withdraws a registration, or is refused after all, gives the place back."""
    if event.to not in {Status.withdrawn, Status.refused} or event.person_id is None:
        return
    registration = await registrations.one(db, event.registration_id)
    for appointment in await _find(db, person_id=event.person_id):
        same_dose = (appointment.dose_role, appointment.ordinal) == (registration.dose_role, registration.ordinal)
        if same_dose and await _fell(db, appointment, "expired"):
            await _cancelled(db, appointment, event.to)
            await let_the_next_go(db, appointment)


async def _confirm(db: Db, asked: Appointment) -> bool:
    confirmed = await db.run(queries.confirm, person_id=asked.person_id, appointment_id=asked.appointment_id, at=db.at)
    return confirmed == 1


async def _fell(db: Db, appointment: Appointment, answer: str, *, status: str = "cancelled") -> bool:
    given_back = await db.value(
        UUID,
        queries.give_back,
        place_ids=[appointment.place_id],
        appointment_ids=[appointment.appointment_id],
        was=["held", "booked"],
        status=status,
        answer=answer,
        at=db.at,
    )
    return given_back is not None


async def _cancelled(db: Db, appointment: Appointment, reason: str) -> None:
    await db.happened(
        AppointmentCancelled(
            person_id=appointment.person_id,
            place_id=appointment.place_id,
            session_id=appointment.session_id,
            appointment_id=appointment.appointment_id,
            reason=reason,
        )
    )


async def move_registration(db: Db, appointment: Appointment, to: Status) -> None:
    """The registration for the dose of an appointment goes where the appointment went, when it may."""
    for registration in await registrations.of_person(db, appointment.person_id):
        same_dose = (registration.dose_role, registration.ordinal) == (appointment.dose_role, appointment.ordinal)
        # A hold moves no registration; only what followed an invitation or a confirmation goes back with it.
        moves = to is Status.confirmed or registration.status in {Status.invited, Status.confirmed}
        if same_dose and moves and registration.status != to and registrations.may_move(registration.status, to):
            place_id = appointment.place_id if to is Status.confirmed else None
            await registrations.move(db, registration, to, place_id=place_id)
            break
    if to is not Status.confirmed:
        await let_the_next_go(db, appointment)


async def let_the_next_go(db: Db, appointment: Appointment) -> None:
    """A dose that was booked together with one that has fallen falls too: its first day was counted from there."""
    for following in await _find(db, person_id=appointment.person_id):
        is_next = (following.dose_role, following.ordinal) == (appointment.dose_role, appointment.ordinal + 1)
        if not is_next or not await _fell(db, following, "expired"):
            continue
        await _cancelled(db, following, "dose_before")
        for registration in await registrations.of_person(db, appointment.person_id):
            same_dose = (registration.dose_role, registration.ordinal) == (following.dose_role, following.ordinal)
            if same_dose and registrations.may_move(registration.status, Status.withdrawn):
                await registrations.move(db, registration, Status.withdrawn)
        await messaging.tell(
            db, following.person_id, "appointment_cancelled", place=following.place_name, time=_time(following)
        )


async def _find(
    db: Db,
    *,
    person_id: UUID | None = None,
    place_id: UUID | None = None,
    session_id: UUID | None = None,
    appointment_id: UUID | None = None,
    code: str | None = None,
) -> list[Appointment]:
    return await db.all(
        Appointment,
        queries.appointments,
        person_id=person_id,
        place_id=place_id,
        session_id=session_id,
        appointment_id=appointment_id,
        code=code,
    )


def _time(appointment: Appointment) -> str:
    return f"{clock.local(appointment.starts_at):%H:%M %d/%m/%Y}"
