"""Places that people book themselves: which half hours show them, how many are set aside, and when all may take the rest."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import geography, sites
from tiemchung.domain.appointments.invitations import limits, queries
from tiemchung.domain.appointments.model import OpenPlace, OpenSlot, PlacesReleased, PlacesSetAside, TooMany
from tiemchung.kit.db import Db

SHOWN = timedelta(days=70)


async def set_aside(
    db: Db, place_id: UUID, session_id: UUID, *, places_a_slot: int, release_at: datetime | None
) -> None:
    """Give people themselves so many places of each half hour, until the release; the rest stays for lists and walk-ins.

    Raises `TooMany` when stock or capacity does not carry so many, `sites.SessionNotThere` before approval.
    """
    session = await sites.session(db, place_id, session_id)
    await db.run(queries.lock_sessions, place_id=place_id, product=session.product)
    if not session.bookable:
        raise sites.SessionNotThere(status=session.status_words)
    told = await limits(db, session)
    slots = [slot for slot in await sites.slots(db, place_id, session_id) if slot.ends_at > db.at]
    most = (told.free + told.set_aside) // len(slots) if slots else 0
    if places_a_slot > most:
        raise TooMany(most=most)
    changed = await db.run(
        queries.set_aside_for_self,
        place_id=place_id,
        session_id=session_id,
        places=places_a_slot,
        release_at=release_at,
        at=db.at,
    )
    if changed < len(slots):
        raise TooMany(most=min(slot.capacity - slot.taken for slot in slots))
    await db.happened(
        PlacesSetAside(place_id=place_id, session_id=session_id, places_a_slot=places_a_slot, release_at=release_at)
    )


async def release_due(db: Db) -> None:
    """Let every channel take what is left in the half hours whose release has come, as far as doses go."""
    for due in await db.all(_Due, queries.sessions_to_release, at=db.at):
        session = await sites.session(db, due.place_id, due.session_id)
        await db.run(queries.lock_sessions, place_id=due.place_id, product=session.product)
        told = await limits(db, session)
        free = max(told.maximum - told.invited, 0)
        await db.run(queries.release, place_id=due.place_id, session_id=due.session_id, free=free, at=db.at)
        await db.happened(PlacesReleased(place_id=due.place_id, session_id=due.session_id))


async def open_slots(db: Db, place_id: UUID, campaign_id: int) -> list[OpenSlot]:
    """The half hours of ten weeks at a site that people may book themselves, full ones too."""
    return await db.all(
        OpenSlot, queries.open_slots, place_id=place_id, campaign_id=campaign_id, at=db.at, until_at=db.at + SHOWN
    )


async def listed_slots(db: Db, place_id: UUID, session_id: UUID) -> list[OpenSlot]:
    """The half hours of a session with the places that personal invitations may take."""
    return await db.all(OpenSlot, queries.listed_slots, place_id=place_id, session_id=session_id, at=db.at)


async def open_places(db: Db, area_id: int, campaign_id: int) -> list[OpenPlace]:
    """The sites of an area where people book themselves, the soonest free half hour first."""
    return await db.all(
        OpenPlace, queries.open_places, area_id=area_id, campaign_id=campaign_id, at=db.at, until_at=db.at + SHOWN
    )


async def places_around(db: Db, area_id: int, campaign_id: int) -> tuple[str, list[OpenPlace]]:
    """The sites of a district, else of its province, with the name of which; nothing where nobody takes bookings."""
    lineage = await geography.lineage(db, geography.AreaId(area_id))
    for area in (lineage.at("district"), lineage.at("province")):
        found = await open_places(db, area.area_id, campaign_id) if area else []
        if area and found:
            return area.name, found
    return "", []


class _Due(msgspec.Struct):
    place_id: UUID
    session_id: UUID
