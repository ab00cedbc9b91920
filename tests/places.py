"""Half hours that people book themselves, and people who may, for tests."""

from datetime import UTC, datetime
from uuid import UUID

from tests.citizens import a_form, a_new_person
from tests.stores import SITE, a_session, a_shelf
from tiemchung.domain import appointments, registrations
from tiemchung.domain.appointments import OpenSlot
from tiemchung.domain.people import Contact, Identifier
from tiemchung.kit.db import Db


async def an_open_session(
    db: Db,
    *,
    places: int = 2,
    doses: int = 100,
    days: int = 1,
    hours: float = 1,
    number: str = "XD955",
    product: str = "JAN",
) -> list[OpenSlot]:
    """The half hours of a session that give so many places each to people themselves."""
    await a_shelf(db, doses, number=number, product=product)
    session_id = await a_session(db, days=days, hours=hours, product=product)
    await appointments.set_aside(db, SITE, session_id, places_a_slot=places, release_at=None)
    return [slot for slot in await open_slots(db) if slot.session_id == session_id]


async def open_slots(db: Db) -> list[OpenSlot]:
    """What a citizen may choose at the site."""
    campaign = await registrations.campaign_of(db)
    return await appointments.open_slots(db, SITE, campaign.campaign_id)


async def people_of(db: Db, account_id: UUID, count: int, *, first: int = 0) -> list[UUID]:
    """So many people of one family, each registered for the first dose."""
    ids: list[UUID] = []
    for k in range(first, first + count):
        person = await a_new_person(
            db,
            name=f"Lê Văn {'ABCDEFGHIKLMNOPQRSTUVXY'[k % 23]} {k}",
            identifiers=[Identifier(kind="national_id", country="VN", value=f"046091{k:06}")],
            contacts=[Contact(kind="phone", relation="self", holder_name=None, value=f"+849081{k:05}")],
        )
        submitted = await registrations.submit(db, await a_form(db, person), account_id=account_id, relation="relative")
        ids.append(submitted.registration.person_id)
    return ids


def slot_at(place_id: UUID, session_id: UUID, starts_at: datetime) -> str:
    """A half hour as forms name it."""
    return f"{place_id}.{session_id}.{int(starts_at.astimezone(UTC).timestamp())}"
