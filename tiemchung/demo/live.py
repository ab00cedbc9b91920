"""`tiemchung demo live`: a day at several sites, played through the real acts, so that the command centre moves.

People register, are approved and assigned, invited, say yes, arrive, are screened, vaccinated, observed and sent home:
each by the act that its page uses, each in its own transaction, at the moment it is played.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from pyotp import random_base32

from tiemchung.demo.tour import DECISION, LOT, NATIONAL_STORE, PRODUCT
from tiemchung.domain import access, appointments, immunizations, people, registrations, sites, stock, vaccines
from tiemchung.domain.immunizations import Injection, screening
from tiemchung.domain.people import Contact, Identifier, NewPerson
from tiemchung.domain.registrations import Answer, History, NewRegistration, Status
from tiemchung.domain.stock import Found, ToShip
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Actor, Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)

# One large hospital or station each in the biggest provinces.
SITES = ("79001", "01001", "46005", "48001", "92001", "31001", "75001", "38001")
DAY_HOURS = 9
DOSES_A_SITE = 300
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLES = {"male": ("Văn", "Hữu", "Đức", "Minh"), "female": ("Thị", "Ngọc", "Thu", "Thanh")}
GIVEN = {"male": ("Hùng", "Nam", "Quang", "Tuấn", "Bình"), "female": ("Lan", "Hương", "Mai", "Hà", "Trang")}


class Stage(msgspec.Struct):
    """A site that plays: its session, its nurse, and who is observed there until when."""

    place: sites.Place
    nurse: Actor
    session_id: UUID
    observed: deque[tuple[datetime, UUID]]


async def play(database: Database, *, doses: int, speed: float, progress: Callable[[int], None]) -> int:
    """Play a day of nine hours `speed` times as fast; how many doses were given."""
    random = Random()
    stages = [await _stage(database, code) for code in SITES]
    pause, given = DAY_HOURS * 3600 / speed / doses, 0
    for k in range(doses):
        began = time.monotonic()
        stage = stages[random.randrange(len(stages))]
        try:
            await _one_person(database, stage, random)
            given += 1
        except (appointments.SlotsFull, appointments.TooMany, stock.NotEnoughDoses):
            continue
        for each in stages:
            await _send_home(database, each)
        progress(k + 1)
        await asyncio.sleep(max(0.0, pause - (time.monotonic() - began)))
    return given


async def _stage(database: Database, code: str) -> Stage:
    """Bring vaccine to a site where there is none, and open a session of today."""
    async with database.transaction() as db:
        place = await sites.by_code(db, code)
        nurse = await _nurse(db, place)
        if await stock.usable_doses(db, place.place_id, PRODUCT, db.at) < DOSES_A_SITE:
            await _supply(db, place)
        starts, ends = _hours(db.at)
        live = await sites.sessions_between(db, place.place_id, db.at - timedelta(hours=DAY_HOURS), ends)
        running = next((s for s in live if s.status == "open" and s.product == PRODUCT and s.ends_at > db.at), None)
        if running is not None:
            return Stage(place, nurse, running.session_id, deque())
        session_id = await appointments.plan(
            db, place_id=place.place_id, product=PRODUCT, starts_at=starts, ends_at=ends, tables=place.tables
        )
        await sites.approve(db, place.place_id, session_id)
        await appointments.open_session(db, place.place_id, session_id)
        return Stage(place, nurse, session_id, deque())


async def _one_person(database: Database, stage: Stage, random: Random) -> None:
    place_id, session_id = stage.place.place_id, stage.session_id
    async with database.transaction() as db:
        submitted = await registrations.submit(db, await form(db, stage.place, random))
        person_id = submitted.registration.person_id
        approved = await registrations.move(db, submitted.registration, Status.approved)
        await registrations.move(db, approved, Status.assigned, place_id=place_id)
    async with database.transaction() as db:
        (appointment_id,) = await appointments.invite(db, place_id, session_id, [person_id])
    async with database.transaction() as db:
        invited = await appointments.answer(db, person_id, appointment_id, accept=True)
    async with database.transaction(stage.nurse) as db:
        visit = await immunizations.check_in(db, place_id=place_id, session_id=session_id, code=invited.shown_code)
    async with database.transaction(stage.nurse) as db:
        today = clock.day_of(db.at)
        asked = screening.form_for(people.age(visit.birth_date, today), today).asked
        vitals: dict[str, Any] = dict.fromkeys(screening.VITALS) | {"temperature_c": Decimal("36.7")}
        await immunizations.screen(
            db,
            place_id=place_id,
            visit_id=visit.visit_id,
            answers=dict.fromkeys((item.id for item in asked), False),
            vitals=vitals,
        )
    async with database.transaction(stage.nurse) as db:
        vial_id, volume = await _vial(db, place_id, session_id)
        injection = Injection(
            place_id=place_id,
            visit_id=visit.visit_id,
            vial_id=vial_id,
            immunization_id=uuid7(db.at),
            body_site=random.choice(("left_arm", "right_arm")),
            volume_ml=volume,
        )
        await immunizations.record(db, injection)
        minutes = (await immunizations.observation_minutes(db))["eligible"]
        stage.observed.append((db.at + timedelta(minutes=minutes), visit.visit_id))


async def _vial(db: Db, place_id: UUID, session_id: UUID) -> tuple[UUID, Decimal]:
    for vial in await immunizations.open_vials(db, place_id, session_id):
        if vial.doses_left and vial.use_by > db.at:
            return vial.vial_id, vial.volume_ml
    unit = (await stock.usable_units(db, place_id, PRODUCT, db.at))[0]
    opened = await stock.open_vial(db, place_id, session_id, lot_id=unit.lot_id)
    return opened.vial_id, (await vaccines.product(db, PRODUCT)).volume_ml


async def _send_home(database: Database, stage: Stage) -> None:
    while stage.observed and stage.observed[0][0] <= clock.now():
        _, visit_id = stage.observed.popleft()
        async with database.transaction(stage.nurse) as db:
            await immunizations.discharge(db, place_id=stage.place.place_id, visit_id=visit_id)


async def _nurse(db: Db, place: sites.Place) -> Actor:
    login = f"live-{place.code.lower()}"
    staff_id = await db.value(UUID, queries.staff_of_login, login=login)
    if staff_id is None:
        # Nobody signs in with this account: its password and the secret of its second factor are thrown away.
        staff_id = await access.hire(
            db, login=login, name="Điều dưỡng trình diễn", password=str(uuid7()), totp_secret=random_base32()
        )
        await access.grant(db, staff_id, "nurse", place_id=place.place_id)
    return Actor(kind="staff", id=staff_id, label="Điều dưỡng trình diễn")


async def _supply(db: Db, place: sites.Place) -> None:
    lot = await vaccines.lot_by_number(db, PRODUCT, LOT, clock.day_of(db.at))
    if lot is None:
        raise DomainError
    store = await sites.by_code(db, NATIONAL_STORE)
    shipment_id = await stock.ship(
        db,
        from_place=store.place_id,
        to_place=place.place_id,
        lines=[ToShip(lot_id=lot.lot_id, doses=DOSES_A_SITE * 2)],
        decision=DECISION,
        expected_at=db.at + timedelta(hours=4),
        vehicle=None,
    )
    sent = await stock.shipment(db, store.place_id, shipment_id)
    found = [Found(line=line.line, accepted=line.doses, broken=0, missing=0) for line in sent.lines]
    await stock.receive(db, place.place_id, store.place_id, shipment_id, found)


def _hours(at: datetime) -> tuple[datetime, datetime]:
    """The next half hour of today and some hours after it; tomorrow morning when the day is over."""
    local = clock.local(at)
    starts = local.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=60 if local.minute >= 30 else 30)
    if starts.hour >= 22 or starts.date() != local.date():
        starts = clock.start_of(local.date() + timedelta(days=1)) + timedelta(hours=7)
    latest = clock.start_of(starts.date()) + timedelta(hours=23, minutes=30)
    return starts, min(starts + timedelta(hours=DAY_HOURS), latest)


async def form(db: Db, place: sites.Place, random: Random) -> NewRegistration:
    """Somebody of the place's commune who registers for the first dose; no number and no phone is anybody's."""
    sex = random.choice(("male", "female"))
    born = date(random.randrange(1950, 2000), random.randrange(1, 13), random.randrange(1, 29))
    name = f"{random.choice(SURNAMES)} {random.choice(MIDDLES[sex])} {random.choice(GIVEN[sex])}"
    # Tails that begin with 9 and numbers of 095 are nobody's: the prefix belonged to a network that closed in 2012.
    card = f"0{place.code[:2]}{'0' if sex == 'male' else '1'}{born:%y}9{random.randrange(10**5):05}"
    return NewRegistration(
        person=NewPerson(
            name=name,
            sex=sex,
            birth_date=born,
            area_id=place.area_id,
            address="Số nhà trình diễn",
            occupation="Khác",
            identifiers=[Identifier(kind="national_id", country="VN", value=card)],
            contacts=[
                Contact(kind="phone", relation="self", holder_name=None, value=f"+8495{random.randrange(10**7):07}")
            ],
        ),
        channel="portal",
        relation="self",
        dose_role="basic",
        ordinal=1,
        wanted_on=clock.day_of(db.at),
        wanted_part="day",
        history=History(answers={question.code: Answer(answer="no") for question in registrations.QUESTIONS}),
        consent_text_id=(await registrations.consent_text(db)).consent_text_id,
    )
