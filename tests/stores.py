"""Stock, sites and sessions for tests, made by real acts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.arrange import PASSWORD, a_member_of_staff, totp_now
from tests.citizens import a_form, a_new_person
from tiemchung.domain import access, appointments, registrations, sites, stock, vaccines
from tiemchung.domain.people import Contact, Identifier
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.schema.load import place_id

NATION, PROVINCE, CENTRE, SITE = place_id("TW000"), place_id("46CDC"), place_id("TT474"), place_id("46005")


async def a_lot(db: Db, product: str = "JAN", number: str = "XD955", expires_on: date | None = None) -> UUID:
    """A released lot that lasts half a year."""
    return await vaccines.add_lot(
        db,
        product=product,
        number=number,
        manufacturer="Nhà sản xuất thử nghiệm",
        expires_on=expires_on or clock.day_of(db.at) + timedelta(days=180),
        status="released",
    )


async def a_shelf(db: Db, doses: int = 100, place: UUID = SITE, product: str = "JAN", number: str = "XD955") -> UUID:
    """A lot with so many doses on a place's shelf."""
    lot_id = await a_lot(db, product, number)
    await stock.receive_from_maker(db, place_id=place, lot_id=lot_id, doses=doses)
    return lot_id


async def acting(db: Db, role: str, *, area_id: int | None = None, place: UUID | None = None) -> Db:
    """The same transaction in the hands of somebody with a role."""
    staff_id, login = await a_member_of_staff(db, role, area_id=area_id, place_id=place)
    token = await access.sign_in_staff(db, login=login, password=PASSWORD, totp=totp_now(db.at))
    member = await access.staff(db, token, request_id="test")
    assert member is not None and member.id == staff_id
    return Db(db.connection, actor=member, at=db.at, keys=db.keys, now=db._now)


def morning(db: Db, days: int = 1) -> tuple[datetime, datetime]:
    """From 07:30 to 11:30 some days ahead."""
    starts = clock.start_of(clock.day_of(db.at) + timedelta(days=days)) + timedelta(hours=7, minutes=30)
    return starts, starts + timedelta(hours=4)


async def a_session(db: Db, *, days: int = 1, hours: float = 4, product: str = "JAN") -> UUID:
    """A session at the site, planned by its head and approved by the district centre."""
    starts, _ = morning(db, days)
    head = await acting(db, "site_head", place=SITE)
    session_id = await appointments.plan(
        head, place_id=SITE, product=product, starts_at=starts, ends_at=starts + timedelta(hours=hours), tables=1
    )
    await sites.approve(await acting(db, "district_officer", place=CENTRE), SITE, session_id)
    return session_id


async def people_assigned(db: Db, count: int, *, first: int = 0) -> Sequence[UUID]:
    """People who are registered and assigned to the site, in the order in which they registered."""
    ids: list[UUID] = []
    for k in range(first, first + count):
        person = await a_new_person(
            db,
            name=f"Nguyễn Thị {'ABCDEFGHIJKLMNOPQRSTUVXY'[k % 24]} {k}",
            identifiers=[Identifier(kind="national_id", country="VN", value=f"046190{k:06}")],
            contacts=[Contact(kind="phone", relation="self", holder_name=None, value=f"+849050{k:05}")],
        )
        submitted = await registrations.submit(db, await a_form(db, person, wanted_part="day"))
        registration = submitted.registration
        registration = await registrations.move(db, registration, registrations.Status.approved)
        await registrations.move(db, registration, registrations.Status.assigned, place_id=SITE)
        ids.append(registration.person_id)
    return ids
