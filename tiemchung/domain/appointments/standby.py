"""Standby: people who would come at short notice are offered places in the order of priority, each for some minutes."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import messaging, sites
from tiemchung.domain.appointments import places, refusals
from tiemchung.domain.appointments.bookings import cancel, confirm
from tiemchung.domain.appointments.places import Ask
from tiemchung.kit import clock, sql
from tiemchung.kit.crypto import digest
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7
from tiemchung.settings import settings

queries = sql.load(__name__, "standby.sql")
ANSWER = timedelta(minutes=15)
LINK = "/nhuong-cho"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits at a place, in the order in which they are offered."""

    person_id: UUID
    entry_id: UUID
    name: str
    priority: int
    joined_at: datetime
    status: str
    offered_until: datetime | None


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """A person's place on a waiting list; `before` counts who is offered first."""

    place_id: UUID
    place_name: str
    status: str
    joined_at: datetime
    offered_until: datetime | None
    before: int


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A place that is kept for somebody until a moment."""

    person_id: UUID
    entry_id: UUID
    place_id: UUID
    session_id: UUID
    appointment_id: UUID
    offered_until: datetime
    status: str


class Offered(Event, frozen=True, kw_only=True, tag="standby.offered"):
    """A place was offered to somebody who waits."""

    session_id: UUID
    appointment_id: UUID


class OfferAnswered(Event, frozen=True, kw_only=True, tag="standby.answered"):
    """An offer was accepted, declined, or ran out."""

    session_id: UUID
    appointment_id: UUID
    status: str


class NotOffered(DomainError):
    """The offer was answered, or its minutes are over."""

    sentence = "Lời mời này đã được trả lời hoặc đã hết giờ. Chỗ đã nhường cho người sau."
    rule = "within_the_offer"


class NotWaiting(DomainError):
    """The person has no open registration."""

    sentence = "Người này chưa có đăng ký tiêm đang chờ nên chưa vào danh sách dự bị được."
    rule = "registered"


async def join(db: Db, person_id: UUID, place_id: UUID) -> None:
    """Wait for a place at short notice. Raises `NotWaiting`, `NotFound`."""
    await sites.place(db, place_id)
    joined = await db.run(queries.join, person_id=person_id, entry_id=uuid7(db.at), place_id=place_id, at=db.at)
    if not joined and not any(mine.place_id == place_id for mine in await of_person(db, person_id)):
        raise NotWaiting


async def leave(db: Db, person_id: UUID, place_id: UUID) -> None:
    """Wait no more."""
    await db.run(queries.leave, person_id=person_id, place_id=place_id, at=db.at)


async def offer(db: Db, place_id: UUID, session_id: UUID, slots: Sequence[datetime]) -> int:
    """Offer free places of these half hours, one each, down the line; how many were offered.

    Whoever cannot take the place (too young, too early, booked elsewhere) is passed by for now and keeps their turn.
    """
    session = await sites.session(db, place_id, session_id)
    offered, passed = 0, list[UUID]()
    for starts_at in slots:
        while True:
            line = {"place_id": place_id, "campaign_id": session.campaign_id, "passed": passed}
            waiting = await db.maybe(_Next, queries.next, **line)
            if waiting is None:
                return offered
            passed.append(waiting.person_id)
            try:
                async with db.connection.transaction():
                    await _offer(db, session, waiting, starts_at)
            except refusals.SlotFull:
                break
            except DomainError:
                continue
            offered += 1
            break
    return offered


async def found(db: Db, token: str) -> Offer:
    """The offer of a link. Raises `NotFound`."""
    return await db.one(Offer, queries.offered, token=digest(token))


async def accept(db: Db, offer_: Offer) -> None:
    """Take the offered place. Raises `NotOffered`."""
    if offer_.offered_until <= db.at or not await _answered(db, offer_, "accepted"):
        raise NotOffered
    await confirm(db, offer_.person_id, offer_.appointment_id)


async def decline(db: Db, offer_: Offer) -> None:
    """Let the next in line have it. Raises `NotOffered`."""
    if not await _answered(db, offer_, "declined"):
        raise NotOffered
    await cancel(db, offer_.person_id, offer_.appointment_id)
    await _offer_on(db, offer_)


async def expire(db: Db) -> None:
    """Offers whose minutes are over go to the next in line."""
    for over in await db.all(Offer, queries.overdue, at=db.at):
        if await _answered(db, over, "expired"):
            await cancel(db, over.person_id, over.appointment_id)
            await _offer_on(db, over)


async def line(db: Db, place_id: UUID) -> list[Entry]:
    """Who waits at a place."""
    return await db.all(Entry, queries.of_place, place_id=place_id)


async def of_person(db: Db, person_id: UUID) -> list[Mine]:
    """Where a person waits."""
    return await db.all(Mine, queries.of_person, person_id=person_id)


async def _offer(db: Db, session: sites.Session, waiting: "_Next", starts_at: datetime) -> None:
    appointment_id, token = uuid7(db.at), secrets.token_urlsafe(9)
    ask = Ask(
        command_id=appointment_id,
        act="hold",
        channel="invitation",
        person_id=waiting.person_id,
        place_id=session.place_id,
        session_id=session.session_id,
        starts_at=starts_at,
        staff_id=db.actor.id or appointment_id,
    )
    await places.take_one(db, ask, hold=ANSWER)
    await db.run(
        queries.offer,
        person_id=waiting.person_id,
        entry_id=waiting.entry_id,
        appointment_id=appointment_id,
        session_id=session.session_id,
        until=db.at + ANSWER,
        token=digest(token),
    )
    await messaging.tell(
        db,
        waiting.person_id,
        "standby_offer",
        place=session.place_name,
        time=f"{clock.local(starts_at):%H:%M %d/%m/%Y}",
        minutes=int(ANSWER.total_seconds() // 60),
        link=f"{settings().base}{LINK}/{token}",
    )
    await db.happened(
        Offered(
            person_id=waiting.person_id,
            place_id=session.place_id,
            session_id=session.session_id,
            appointment_id=appointment_id,
        )
    )


async def _offer_on(db: Db, given_back: Offer) -> None:
    slots = await sites.slots(db, given_back.place_id, given_back.session_id)
    free = [slot.starts_at for slot in slots if slot.free and slot.ends_at > db.at]
    await offer(db, given_back.place_id, given_back.session_id, free[:1])


async def _answered(db: Db, offer_: Offer, status: str) -> bool:
    answered = await db.run(
        queries.answer, person_id=offer_.person_id, entry_id=offer_.entry_id, status=status, at=db.at
    )
    if answered:
        await db.happened(
            OfferAnswered(
                person_id=offer_.person_id,
                place_id=offer_.place_id,
                session_id=offer_.session_id,
                appointment_id=offer_.appointment_id,
                status=status,
            )
        )
    return bool(answered)


class _Next(msgspec.Struct):
    person_id: UUID
    entry_id: UUID
    place_id: UUID
