"""Places that people may book, for everybody to read: which sites, which sessions, which half hours, and nobody's name."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "published.sql")

# Nobody books further ahead: sessions are planned within two months.
AHEAD = timedelta(days=60)


class PublishedSite(msgspec.Struct, frozen=True, kw_only=True):
    """A site with half hours to book; degrees of latitude and longitude where they are known."""

    place_id: UUID
    code: str
    name: str
    address: str
    lat: float | None
    lon: float | None
    commune: str
    district: str | None
    province: str
    province_code: str


class PublishedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session with half hours to book; `cvx` is its vaccine's code, None for a vaccine that has none."""

    place_id: UUID
    session_id: UUID
    product_name: str
    cvx: str | None


class PublishedHalfHour(msgspec.Struct, frozen=True, kw_only=True):
    """A half hour and how many places people may still take in it."""

    place_id: UUID
    session_id: UUID
    starts_at: datetime
    minutes: int
    places: int

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


async def published_sites(db: Db) -> list[PublishedSite]:
    """Sites with half hours to book."""
    return await db.all(PublishedSite, queries.sites, at=db.at, until_at=db.at + AHEAD)


async def published_sessions(db: Db) -> list[PublishedSession]:
    """Sessions with half hours to book."""
    return await db.all(PublishedSession, queries.sessions, at=db.at, until_at=db.at + AHEAD)


async def published_half_hours(db: Db) -> list[PublishedHalfHour]:
    """The half hours of those sessions, full ones included."""
    return await db.all(PublishedHalfHour, queries.half_hours, at=db.at, until_at=db.at + AHEAD)
