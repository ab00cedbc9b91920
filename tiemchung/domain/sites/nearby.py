"""Finding places near a point, and what they hold soon."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.sites.actions import places, queries
from tiemchung.domain.sites.model import Place
from tiemchung.kit.db import Db

_SOON = timedelta(days=14)
_FARTHEST_KM = 10


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is held soon: its vaccine and how many places are left in all its half hours."""

    place_id: UUID
    starts_at: datetime
    product: str
    product_name: str
    places: int


async def near(db: Db, lat: float, lon: float, *, limit: int) -> list[tuple[Place, float]]:
    """The open sites within ten kilometres of a point, the nearest first, with the distance in kilometres."""
    found = await db.all(_Near, queries.near, lat=lat, lon=lon, farthest_km=_FARTHEST_KM, most=limit)
    known = await places(db, [one.place_id for one in found])
    return [(known[one.place_id], one.kilometres) for one in found]


async def availability(db: Db, place_ids: Sequence[UUID]) -> dict[UUID, list[Availability]]:
    """What places hold within 14 days: at most three sessions of each, the soonest first."""
    held: dict[UUID, list[Availability]] = {}
    rows = await db.all(Availability, queries.availability, place_ids=list(place_ids), at=db.at, until_at=db.at + _SOON)
    for one in rows:
        mine = held.setdefault(one.place_id, [])
        if len(mine) < 3:
            mine.append(one)
    return held


class _Near(msgspec.Struct):
    place_id: UUID
    kilometres: float
