"""Somebody on each of an officer's lists, and half hours that people may book: by the acts of their pages, at the start."""

from datetime import timedelta
from random import Random
from uuid import UUID

from tiemchung.demo.live import form
from tiemchung.demo.tour import PRODUCT, Tour
from tiemchung.domain import appointments, registrations, sites, stock
from tiemchung.domain.registrations import Status
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Actor, Database, Db

queries = sql.load(__name__)

# How many people stand where. Everybody is the same at each start, so that nobody is made twice.
STANDING = ((12, ()), (6, (Status.approved,)), (8, (Status.approved, Status.assigned)), (2, (Status.refused,)))
REASON = "Chưa thuộc đối tượng của đợt này."
SELF_BOOKED, TO_APPROVE = timedelta(days=3), timedelta(days=4)
BEGINS, LASTS = timedelta(hours=13), timedelta(hours=3)
PLACES_A_HALF_HOUR = 3
FOR_ALL = PLACES_A_HALF_HOUR * 6  # half hours of the session


async def prepare(database: Database, where: Tour) -> None:
    """Make them once; a later start leaves everybody where they have come to meanwhile."""
    async with database.transaction() as db:
        await _people(db, where)
        head, officer = await _acting(db, "tramtruong"), await _acting(db, "huyen")
        today = clock.start_of(clock.day_of(db.at))
        planned = await sites.sessions_between(db, where.place_id, db.at, today + timedelta(days=60))
        usable = await stock.usable_doses(db, where.place_id, PRODUCT, today + SELF_BOOKED)
    if planned or usable < FOR_ALL:
        return
    for ahead in (SELF_BOOKED, TO_APPROVE):
        starts = today + ahead + BEGINS
        async with database.transaction(head) as db:
            session_id = await appointments.plan(
                db, place_id=where.place_id, product=PRODUCT, starts_at=starts, ends_at=starts + LASTS, tables=1
            )
        if ahead is SELF_BOOKED:
            async with database.transaction(officer) as db:
                await sites.approve(db, where.place_id, session_id)
            async with database.transaction(head) as db:
                await appointments.set_aside(
                    db, where.place_id, session_id, places_a_slot=PLACES_A_HALF_HOUR, release_at=today + ahead
                )


async def _people(db: Db, where: Tour) -> None:
    random, site = Random(PRODUCT), await sites.place(db, where.place_id)
    for count, way in STANDING:
        for _ in range(count):
            submitted = await registrations.submit(db, await form(db, site, random))
            if not submitted.is_new:
                return
            registration = submitted.registration
            for to in way:
                reason = REASON if to is Status.refused else None
                # At the tour's own site the tour's person is the one to be invited.
                place_id = where.centre_id if to is Status.assigned else None
                registration = await registrations.move(db, registration, to, reason=reason, place_id=place_id)


async def _acting(db: Db, login: str) -> Actor:
    """An account of the demonstration, as it acts."""
    return Actor(kind="staff", id=await db.value(UUID, queries.staff_of_login, login=login), label=login)
