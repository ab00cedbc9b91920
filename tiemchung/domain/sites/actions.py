"""Finding places; planning, approving, opening and cancelling sessions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import vaccines
from tiemchung.domain.access import Staff
from tiemchung.domain.sites import rules
from tiemchung.domain.sites.model import (
    STATUSES,
    ApprovalBySelf,
    BadHours,
    MayNotApprove,
    NoVaccine,
    Place,
    Plan,
    Session,
    SessionApproved,
    SessionCancelled,
    SessionId,
    SessionNotThere,
    SessionOpened,
    SessionPlanned,
    Slot,
    TooManyTables,
)
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.kit.vietnamese import search_name

queries = sql.load(__name__)


async def place(db: Db, place_id: UUID) -> Place:
    """A place by its id. Raises `NotFound`."""
    return await db.one(Place, queries.places, place_ids=[place_id])


async def places(db: Db, place_ids: Sequence[UUID]) -> dict[UUID, Place]:
    """Several places by id."""
    return {place.place_id: place for place in await db.all(Place, queries.places, place_ids=list(place_ids))}


async def by_code(db: Db, code: str) -> Place:
    """The open place with a code. Raises `NotFound`."""
    place_id = await db.value(UUID, queries.place_by_code, code=code)
    if place_id is None:
        raise NotFound
    return await place(db, place_id)


async def find(db: Db, typed: str, *, limit: int = 20) -> list[Place]:
    """Open places whose name fits what was typed, with or without marks."""
    words = search_name(typed)
    return await db.all(Place, queries.find, words=words, most=limit) if len(words) > 1 else []


async def ids_by_code(db: Db, codes: Sequence[str]) -> dict[str, UUID]:
    """Places by their codes, of the whole country; an unknown code is missing."""
    return {one.code: one.place_id for one in await db.all(_Coded, queries.by_codes, codes=list(codes))}


async def in_area(db: Db, area_id: int, *, kinds: Sequence[str] | None = None, limit: int = 500) -> list[Place]:
    """The open places in an area, of some kinds or of all."""
    return await db.all(Place, queries.in_area, area_id=area_id, kinds=kinds and list(kinds), most=limit)


async def directory(db: Db, path: str | None, *, skipped: int, limit: int) -> tuple[int, list[Place]]:
    """How many vaccination sites an area (by its path) or the nation has, and a page of them in the order of their codes."""
    count = await db.value(int, queries.directory_size, path=path) or 0
    return count, await db.all(Place, queries.directory, path=path, most=limit, skipped=skipped)


async def supplied_by(db: Db, place_id: UUID) -> list[Place]:
    """The places that a store or centre supplies: one step down the facility tree."""
    return await db.all(Place, queries.supplied_by, place_id=place_id)


async def plan(db: Db, plan: Plan) -> SessionId:
    """Plan a session with all its half hours; it waits for a second person.

    Raises `NoVaccine`, `TooManyTables`, `BadHours`, `SessionsOverlap`.
    """
    place_ = await place(db, plan.place_id)
    product = await vaccines.product(db, plan.product)
    if not rules.hours_fit(plan.starts_at, plan.ends_at, db.at):
        raise BadHours
    if not 0 < plan.tables <= place_.tables:
        raise TooManyTables(tables=place_.tables)
    if plan.usable_doses < 1:
        raise NoVaccine(product=product.short_name)
    session_id = SessionId(uuid7(db.at))
    await db.run(
        queries.insert_session,
        place_id=plan.place_id,
        session_id=session_id,
        campaign_id=await _campaign(db, product.disease, clock.day_of(plan.starts_at)),
        kind=plan.kind,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        product=plan.product,
        tables=plan.tables,
        planned_by=db.actor.id,
        at=db.at,
    )
    starts = rules.slot_starts(plan.starts_at, plan.ends_at)
    people = rules.with_margin(rules.people_a_slot(plan.tables, place_.seats), await over_booking_percent(db))
    await db.run(
        queries.insert_slots,
        place_id=plan.place_id,
        session_id=session_id,
        starts=starts,
        minutes=rules.SLOT_MINUTES,
        capacity=people,
    )
    capacity = people * len(starts)
    await db.happened(
        SessionPlanned(place_id=plan.place_id, session_id=session_id, product=plan.product, capacity=capacity)
    )
    return session_id


async def approve(db: Db, place_id: UUID, session_id: UUID) -> None:
    """A second person approves a planned session: an officer of the area, or another head of the place.

    Raises `ApprovalBySelf`, `MayNotApprove`, `SessionNotThere`, `NotFound`.
    """
    planned = await session(db, place_id, session_id)
    if isinstance(db.actor, Staff):
        if not may_approve(db.actor, await place(db, place_id)):
            raise MayNotApprove
        if planned.planned_by == db.actor.id:
            raise ApprovalBySelf
    await _move(db, planned, "approved", {"planned"})
    await db.happened(SessionApproved(place_id=place_id, session_id=session_id))


def may_approve(member: Staff, place: Place) -> bool:
    """Whether this member of staff answers for a place's sessions: as an officer over it, or as its head."""
    return rules.may_approve(member.roles, place.place_id, place.parent_id, place.area_path)


async def open_session(db: Db, place_id: UUID, session_id: UUID) -> None:
    """Begin to receive people. Raises `SessionNotThere` for a session that is not approved, `NotFound`."""
    await _move(db, await session(db, place_id, session_id), "open", {"approved"})
    await db.happened(SessionOpened(place_id=place_id, session_id=session_id))


async def cancel(db: Db, place_id: UUID, session_id: UUID, *, reason: str) -> None:
    """Say that a session will not be held. Raises `SessionNotThere` once it is open, `NotFound`."""
    await _move(db, await session(db, place_id, session_id), "cancelled", {"planned", "approved"})
    await db.happened(SessionCancelled(place_id=place_id, session_id=session_id, reason=reason))


async def session(db: Db, place_id: UUID, session_id: UUID) -> Session:
    """A session of a place. Raises `NotFound`."""
    return await db.one(Session, queries.session, place_id=place_id, session_id=session_id)


async def sessions_of_day(db: Db, place_id: UUID, day: date) -> list[Session]:
    """The sessions of a place that begin on a day, in order."""
    starts = clock.start_of(day)
    return await sessions_between(db, place_id, starts, starts + timedelta(days=1))


async def sessions_between(db: Db, place_id: UUID, from_at: datetime, until_at: datetime) -> list[Session]:
    """The sessions of a place that begin within a stretch of time, in order."""
    return await db.all(Session, queries.sessions, place_id=place_id, from_at=from_at, until_at=until_at)


async def sessions_to_approve(db: Db, member: Staff) -> list[Session]:
    """Planned sessions that wait for this member of staff, among others, to approve them."""
    found: dict[UUID, Session] = {}
    for role in member.roles:
        officer, head = role.role in rules.APPROVERS, role.role == "site_head"
        if not (officer or head):
            continue
        waiting = await db.all(
            Session,
            queries.to_approve,
            at=db.at,
            area_path=role.area_path if officer else None,
            parent_id=role.place_id if officer else None,
            place_id=role.place_id if head else None,
        )
        found |= {session.session_id: session for session in waiting if session.planned_by != member.id}
    return sorted(found.values(), key=lambda session: (session.starts_at, session.session_id))


async def slots(db: Db, place_id: UUID, session_id: UUID) -> list[Slot]:
    """The half hours of a session and how full they are."""
    return await db.all(Slot, queries.slots, place_id=place_id, session_id=session_id)


async def over_booking_percent(db: Db) -> int:
    """How many percent more people than places are invited, because some stay away: a setting, 0 at first."""
    return await db.value(int, queries.over_booking) or 0


async def _move(db: Db, session: Session, status: str, from_statuses: set[str]) -> None:
    moved = await db.run(
        queries.set_status,
        place_id=session.place_id,
        session_id=session.session_id,
        status=status,
        from_statuses=list(from_statuses),
        actor_id=db.actor.id,
        at=db.at,
    )
    if not moved:
        raise SessionNotThere(status=STATUSES[session.status])


async def _campaign(db: Db, disease: str, on: date) -> int:
    campaign_id = await db.value(int, queries.campaign, disease=disease, on_date=on)
    if campaign_id is None:
        raise NotFound
    return campaign_id


class _Coded(msgspec.Struct):
    code: str
    place_id: UUID
