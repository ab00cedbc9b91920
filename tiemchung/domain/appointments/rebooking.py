"""When a session falls or shrinks: everybody affected gets the next place at the site, or waits again, and is told which."""

from uuid import UUID

import msgspec

from tiemchung.domain import messaging, sites
from tiemchung.domain.appointments import places
from tiemchung.domain.appointments.actions import move_registration
from tiemchung.domain.appointments.bookings import Target, cancelled, give_back
from tiemchung.domain.appointments.invitations import limits, queries
from tiemchung.domain.appointments.model import Appointment, SessionShrunk, TooMany
from tiemchung.domain.appointments.places import Ask
from tiemchung.domain.registrations import Status
from tiemchung.domain.sites import SessionCancelled
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7


async def session_cancelled(db: Db, event: SessionCancelled) -> None:
    """With a session fall its appointments; each person is booked again where there is room."""
    if event.place_id is None:
        return
    fallen = await db.all(
        Appointment, queries.standing, place_id=event.place_id, session_id=event.session_id, over=0, at=db.at
    )
    await _book_again(db, fallen, event.reason)


async def shrink(db: Db, place_id: UUID, session_id: UUID, people_a_slot: int) -> int:
    """Take fewer people in each half hour to come; who came last is booked again. How many were affected.

    Raises `TooMany` for more people than a half hour takes, `sites.SessionNotThere`.
    """
    session = await sites.session(db, place_id, session_id)
    if not session.bookable:
        raise sites.SessionNotThere(status=session.status_words)
    slots = await sites.slots(db, place_id, session_id)
    if people_a_slot > max(slot.capacity for slot in slots):
        raise TooMany(most=max(slot.capacity for slot in slots))
    at_session = {"place_id": place_id, "session_id": session_id, "at": db.at}
    fallen = await db.all(Appointment, queries.standing, over=people_a_slot, **at_session)
    ids = await give_back(db, fallen, was=("held", "booked"), status="cancelled", answer="expired")
    await db.run(queries.shrink, people=people_a_slot, **at_session)
    await db.happened(
        SessionShrunk(place_id=place_id, session_id=session_id, people_a_slot=people_a_slot, affected=len(ids))
    )
    for appointment in fallen:
        if appointment.appointment_id in ids:
            await _again(db, appointment, "shrunk")
    return len(ids)


async def _book_again(db: Db, fallen: list[Appointment], reason: str) -> None:
    ids = await give_back(db, fallen, was=("held", "booked"), status="cancelled", answer="expired")
    for appointment in fallen:
        if appointment.appointment_id in ids:
            await _again(db, appointment, reason)


async def _again(db: Db, appointment: Appointment, reason: str) -> None:
    await move_registration(db, appointment, Status.assigned)
    await cancelled(db, appointment, reason)
    code = await _next_place(db, appointment) if appointment.status == "booked" else None
    if code is None:
        time = f"{clock.local(appointment.starts_at):%H:%M %d/%m/%Y}"
        place = appointment.place_name
        await messaging.tell(db, appointment.person_id, "appointment_cancelled", place=place, time=time)


async def _next_place(db: Db, appointment: Appointment) -> UUID | None:
    """The first half hour with room at the same site, for the same campaign and within stock; None when there is none."""
    for to in await db.all(
        Target, queries.next_room, place_id=appointment.place_id, session_id=appointment.session_id, at=db.at
    ):
        if (await limits(db, await sites.session(db, to.place_id, to.session_id))).free < 1:
            continue
        ask = Ask(
            command_id=uuid7(db.at),
            act="book",
            channel="invitation",
            person_id=appointment.person_id,
            place_id=to.place_id,
            session_id=to.session_id,
            starts_at=to.starts_at,
            staff_id=db.actor.id or appointment.appointment_id,
            dose_role=appointment.dose_role,
            ordinal=appointment.ordinal,
        )
        try:
            async with db.connection.transaction():
                await places.take_one(db, ask)
        except DomainError:
            continue
        code = await db.one(_Code, queries.code_of, place_id=to.place_id, appointment_id=ask.command_id)
        time = f"{clock.local(to.starts_at):%H:%M %d/%m/%Y}"
        await messaging.tell(
            db,
            appointment.person_id,
            "appointment_rebooked",
            place=appointment.place_name,
            time=time,
            code=f"VX1:{code.code}",
        )
        return ask.command_id
    return None


class _Code(msgspec.Struct):
    code: str
