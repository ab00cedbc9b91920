"""What becomes of a place that somebody took themselves: confirmed in time, moved, given back, or run out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import messaging, registrations, sites, vaccines
from tiemchung.domain.appointments import asking, refusals, rules
from tiemchung.domain.appointments.actions import move_registration, one
from tiemchung.domain.appointments.asking import Wish
from tiemchung.domain.appointments.invitations import queries
from tiemchung.domain.appointments.model import (
    STATUS_WORDS,
    Appointment,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentId,
    AppointmentMoved,
    HoldExpired,
    NotAnswerable,
    SlotsFull,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.events import Logged
from tiemchung.kit.ids import uuid7

_MOVE_REFUSALS: dict[str, type[DomainError]] = {
    "not_booked": refusals.NotHeld,
    "not_found": NotFound,
    "session_closed": refusals.SessionClosed,
    "slot_past": refusals.SlotPast,
    "slot_full": refusals.SlotFull,
    "too_early": refusals.TooEarly,
    "too_young": refusals.TooYoung,
    "not_due": refusals.NotDue,
    "other_vaccine": refusals.OtherVaccine,
}
_EXPIRED_AT_ONCE = 500


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A half hour of a session, as an address or a form names it."""

    place_id: UUID
    session_id: UUID
    starts_at: datetime

    def __str__(self) -> str:
        return f"{self.place_id}.{self.session_id}.{int(self.starts_at.timestamp())}"

    @classmethod
    def read(cls, typed: str) -> "Target":
        """A half hour as pages and open data name it, `place.session.second`. Raises `ValueError`."""
        place_id, session_id, second = typed.split(".")
        try:
            starts_at = datetime.fromtimestamp(int(second), UTC)
        except (OverflowError, OSError) as wrong:
            raise ValueError(second) from wrong
        return cls(place_id=UUID(place_id), session_id=UUID(session_id), starts_at=starts_at)


async def confirm(db: Db, person_id: UUID, appointment_id: UUID) -> Appointment:
    """Make a held place an appointment, before the hold runs out; confirming twice is confirming once.

    Raises `refusals.HoldRanOut`, `refusals.NotHeld`, `NotFound`.
    """
    held = await one(db, person_id, appointment_id)
    if held.status == "booked":
        return held
    where = {"place_id": held.place_id, "appointment_id": appointment_id, "at": db.at}
    if not await db.run(queries.confirm_hold, **where):
        if held.status in {"held", "expired"}:
            raise refusals.HoldRanOut
        raise refusals.NotHeld
    await move_registration(db, held, Status.confirmed)
    await db.happened(
        AppointmentBooked(
            person_id=person_id,
            place_id=held.place_id,
            session_id=held.session_id,
            appointment_id=appointment_id,
            starts_at=held.starts_at,
            channel=held.channel,
        )
    )
    return await one(db, person_id, appointment_id)


async def cancel(db: Db, person_id: UUID, appointment_id: UUID) -> Appointment:
    """Give a held or booked place back, once; the registration waits again. Cancelling twice is cancelling once.

    Raises `NotAnswerable` after check-in, `NotFound`.
    """
    asked = await one(db, person_id, appointment_id)
    if asked.status in {"cancelled", "expired"}:
        return asked
    if not await give_back(db, [asked], was=("held", "booked"), status="cancelled", answer="declined"):
        raise NotAnswerable(status=STATUS_WORDS[(await one(db, person_id, appointment_id)).status])
    if asked.status == "booked":
        await move_registration(db, asked, Status.declined)
    await cancelled(db, asked, "person")
    return await one(db, person_id, appointment_id)


async def move(db: Db, person_id: UUID, appointment_id: UUID, to: Target) -> Appointment:
    """Another half hour, at the same site or another one: the new place first, then the old one goes back.

    Raises `refusals.SlotFull`, `SlotPast`, `SessionClosed`, `TooEarly`, `TooYoung`, `NextDoseTooNear`, `NotHeld`,
    `NotFound`.
    """
    asked = await one(db, person_id, appointment_id)
    if (asked.place_id, asked.session_id, asked.starts_at) == (to.place_id, to.session_id, to.starts_at):
        return asked
    await _keep_the_next_dose_apart(db, asked, to)
    wish = Wish(person_id=person_id, place_id=to.place_id, session_id=to.session_id, on=clock.day_of(to.starts_at))
    (word,) = await asking.about(db, [wish])
    moved_to, code = AppointmentId(uuid7(db.at)), rules.new_code()
    outcome = await db.value(
        str,
        queries.move_place,
        from_place=asked.place_id,
        from_id=appointment_id,
        to_id=moved_to,
        code=code,
        place_id=to.place_id,
        session_id=to.session_id,
        starts_at=to.starts_at,
        asked=word is not None,
        against=word and word.against,
        at=db.at,
    )
    if outcome is not None and outcome != "moved":
        raise _MOVE_REFUSALS[outcome]
    await db.happened(
        AppointmentMoved(
            person_id=person_id,
            place_id=to.place_id,
            session_id=to.session_id,
            appointment_id=moved_to,
            starts_at=to.starts_at,
            instead_of=appointment_id,
        )
    )
    return await one(db, person_id, moved_to)


async def seat(db: Db, session: sites.Session, person_id: UUID, dose_role: str, ordinal: int) -> UUID:
    """Give who is received without an appointment a place of the session; the id of the appointment made for them.

    Raises `SlotsFull`, `refusals.AlreadyBooked`.
    """
    appointment_id = uuid7(db.at)
    outcome = await db.value(
        str,
        queries.seat,
        place_id=session.place_id,
        session_id=session.session_id,
        person_id=person_id,
        disease=(await vaccines.product(db, session.product)).disease,
        dose_role=dose_role,
        ordinal=ordinal,
        appointment_id=appointment_id,
        code=rules.new_code(),
        at=db.at,
    )
    if outcome != "seated":
        raise refusals.AlreadyBooked if outcome == "claimed" else SlotsFull
    return appointment_id


async def expire_holds(db: Db) -> None:
    """Give back the places whose minutes are over; several workers take different ones."""
    while due := await db.all(Appointment, queries.holds_due, at=db.at, most=_EXPIRED_AT_ONCE):
        fallen = await give_back(db, due, was=("held",), status="expired")
        for appointment in due:
            if appointment.appointment_id in fallen:
                await db.happened(
                    HoldExpired(
                        person_id=appointment.person_id,
                        place_id=appointment.place_id,
                        session_id=appointment.session_id,
                        appointment_id=appointment.appointment_id,
                    )
                )


async def give_back(
    db: Db, appointments: Sequence[Appointment], *, was: Sequence[str], status: str, answer: str | None = None
) -> set[UUID]:
    """Let appointments fall that stand as they are thought to stand; the ids of those that did. Each falls once."""
    rows = await db.all(
        _Fallen,
        queries.give_back,
        place_ids=[appointment.place_id for appointment in appointments],
        appointment_ids=[appointment.appointment_id for appointment in appointments],
        was=list(was),
        status=status,
        answer=answer,
        at=db.at,
    )
    return {row.appointment_id for row in rows}


async def cancelled(db: Db, appointment: Appointment, reason: str) -> None:
    """Write down that an appointment fell."""
    await db.happened(
        AppointmentCancelled(
            person_id=appointment.person_id,
            place_id=appointment.place_id,
            session_id=appointment.session_id,
            appointment_id=appointment.appointment_id,
            reason=reason,
        )
    )


async def tell_booked(db: Db, logged: list[Logged]) -> None:
    """Send time, place and check-in code to who has booked or moved; a follower of both."""
    for event in logged:
        if event.person_id is None:
            continue
        booked = await one(db, event.person_id, UUID(str(event.body["appointment_id"])))
        if booked.status == "booked":
            time = f"{clock.local(booked.starts_at):%H:%M %d/%m/%Y}"
            await messaging.tell(
                db, booked.person_id, "appointment_booked", place=booked.place_name, time=time, code=booked.shown_code
            )


async def _keep_the_next_dose_apart(db: Db, asked: Appointment, to: Target) -> None:
    """The next dose's first day was counted from this appointment: it moves along, and its appointment must still fit."""
    later = timedelta(days=(clock.day_of(to.starts_at) - clock.day_of(asked.starts_at)).days)
    for registration in await registrations.of_person(db, asked.person_id):
        follows = (registration.dose_role, registration.ordinal) == (asked.dose_role, asked.ordinal + 1)
        if not follows or registration.earliest_on is None or registration.status in registrations.ENDED:
            continue
        earliest = registration.earliest_on + later
        booked_on = await db.value(
            datetime,
            queries.booked_for,
            person_id=asked.person_id,
            dose_role=registration.dose_role,
            ordinal=registration.ordinal,
        )
        if booked_on is not None and clock.day_of(booked_on) < earliest:
            raise refusals.NextDoseTooNear
        await registrations.set_earliest(db, registration, earliest)


class _Fallen(msgspec.Struct):
    appointment_id: UUID
