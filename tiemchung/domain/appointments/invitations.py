"""Inviting people: who waits, how many the session takes, and a place for each in one batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import messaging, people, recommendations, registrations, sites, stock, vaccines
from tiemchung.domain.appointments import refusals, rules
from tiemchung.domain.appointments.model import (
    AppointmentId,
    Candidate,
    Invited,
    Limits,
    NobodyToInvite,
    NotWaiting,
    SlotsFull,
    TooMany,
)
from tiemchung.domain.registrations import Status
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def plan(
    db: Db, *, place_id: UUID, product: str, starts_at: datetime, ends_at: datetime, tables: int, kind: str = "fixed"
) -> sites.SessionId:
    """Plan a session with what the place's shelf has for that day. Raises what `sites.plan` refuses."""
    usable = await stock.usable_doses(db, place_id, product, starts_at)
    return await sites.plan(
        db,
        sites.Plan(
            place_id=place_id,
            product=product,
            starts_at=starts_at,
            ends_at=ends_at,
            tables=tables,
            kind=kind,
            usable_doses=usable,
        ),
    )


async def open_session(db: Db, place_id: UUID, session_id: UUID) -> None:
    """Begin to receive people; the place must have the vaccine that they come for.

    Raises `refusals.NothingToGive`, `sites.SessionNotThere`, `NotFound`.
    """
    session = await sites.session(db, place_id, session_id)
    if not await stock.usable_doses(db, place_id, session.product, db.at):
        raise refusals.NothingToGive(product=session.product_name)
    await sites.open_session(db, place_id, session_id)


async def limits(db: Db, session: sites.Session) -> Limits:
    """How many people a session may invite, and where that comes from.

    Doses count that may be given when the session begins, those in its open vials and those it has given; what other
    sessions of the place have promised does not.
    """
    at = max(session.starts_at, db.at)
    counts = await db.one(
        _Counts,
        queries.counts,
        place_id=session.place_id,
        session_id=session.session_id,
        product=session.product,
        at=db.at,
    )
    opened = await stock.vials(db, session.place_id, session.session_id, open_only=True)
    usable = (
        await stock.usable_doses(db, session.place_id, session.product, at)
        + sum(vial.doses_left for vial in opened if vial.usable(db.at))
        + counts.done
    )
    percent = await sites.over_booking_percent(db)
    capacity = session.people_a_slot * session.slots
    return Limits(
        tables=session.tables,
        people_a_table=sites.PEOPLE_A_TABLE,
        slots=session.slots,
        people_a_slot=session.people_a_slot,
        seats=session.seats,
        usable=usable,
        promised_elsewhere=counts.promised,
        percent=percent,
        capacity=capacity,
        maximum=rules.most_to_invite(capacity, usable - counts.promised, percent),
        invited=counts.invited,
        confirmed=counts.confirmed,
        unanswered=counts.invited - counts.confirmed,
        declined=counts.declined,
        set_aside=counts.set_aside,
        room=counts.room,
    )


async def candidates(db: Db, session: sites.Session) -> list[Candidate]:
    """Who waits at the site for an invitation, the longest waiting first, each with what stands against it."""
    waiting = await db.all(Candidate, queries.candidates, place_id=session.place_id, campaign_id=session.campaign_id)
    against = await recommendations.obstacles(
        db,
        [person.person_id for person in waiting],
        session.product,
        on=clock.day_of(session.starts_at),
        place_id=session.place_id,
    )
    return [
        msgspec.structs.replace(person, obstacle=next(iter(against.get(person.person_id, ())), None))
        for person in waiting
    ]


async def invite_next(db: Db, place_id: UUID, session_id: UUID, count: int) -> list[AppointmentId]:
    """Invite the people who have waited longest. Raises `NobodyToInvite`, `TooMany` and what `invite` refuses."""
    session = await sites.session(db, place_id, session_id)
    eligible = [person.person_id for person in await candidates(db, session) if person.obstacle is None]
    if not eligible:
        raise NobodyToInvite
    return await invite(db, place_id, session_id, eligible[:count])


async def invite(db: Db, place_id: UUID, session_id: UUID, person_ids: Sequence[UUID]) -> list[AppointmentId]:
    """Give each of these people a place, a check-in code and a message, all or none.

    Raises `sites.SessionNotThere` before approval, `TooMany`, `NotWaiting`, `SlotsFull`, `AlreadyBooked`.
    """
    session = await sites.session(db, place_id, session_id)
    await db.run(queries.lock_sessions, place_id=place_id, product=session.product)
    session = await sites.session(db, place_id, session_id)
    if not session.bookable:
        raise sites.SessionNotThere(status=session.status_words)
    free = (await limits(db, session)).free
    if len(person_ids) > free:
        raise TooMany(most=free)
    waiting = {person.person_id: person for person in await candidates(db, session) if person.obstacle is None}
    chosen = [waiting[person_id] for person_id in person_ids if person_id in waiting]
    if len(chosen) < len(person_ids):
        raise NotWaiting(count=len(person_ids) - len(chosen))
    disease = (await vaccines.product(db, session.product)).disease
    reach = await people.reach(db, person_ids)
    return [await _invite(db, session, person, disease, reach.get(person.person_id)) for person in chosen]


async def _invite(
    db: Db, session: sites.Session, person: Candidate, disease: str, reach: people.Reach | None
) -> AppointmentId:
    appointment_id, code = AppointmentId(uuid7(db.at)), rules.new_code()
    starts_at = await db.value(
        datetime,
        queries.book,
        place_id=session.place_id,
        session_id=session.session_id,
        part=person.wanted_part,
        person_id=person.person_id,
        disease=disease,
        dose_role=person.dose_role,
        ordinal=person.ordinal,
        appointment_id=appointment_id,
        invitation_id=uuid7(db.at),
        code=code,
        at=db.at,
    )
    if starts_at is None:
        raise SlotsFull
    registration = await registrations.one(db, person.registration_id)
    if registration.status is not Status.planned:
        registration = await registrations.move(db, registration, Status.planned)
    await registrations.move(db, registration, Status.invited)
    await db.happened(
        Invited(
            person_id=person.person_id,
            place_id=session.place_id,
            session_id=session.session_id,
            appointment_id=appointment_id,
            starts_at=starts_at,
        )
    )
    if reach is not None:
        await messaging.send(
            db,
            phone=reach.phone,
            template="invited",
            lang=reach.lang,
            person_id=person.person_id,
            place=session.place_name,
            time=f"{clock.local(starts_at):%H:%M %d/%m/%Y}",
            code=rules.PREFIX + code,
        )
    return appointment_id


class _Counts(msgspec.Struct):
    invited: int
    confirmed: int
    declined: int
    done: int
    promised: int
    set_aside: int
    room: int
