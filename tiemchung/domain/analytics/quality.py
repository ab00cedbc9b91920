"""How good the data are (identity, lateness, corrections, signatures, disputes), and by which way people came."""

from datetime import datetime

import msgspec

from tiemchung.domain.analytics.model import share
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "quality.sql")


class Identities(msgspec.Struct, frozen=True, kw_only=True):
    """People in one state of identity, as of the last count."""

    state: str
    people: int
    counted_at: datetime


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of people who came in one way."""

    channel: str
    doses: int


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of seven days and the late ones; of thirty days the corrected and those taken back; what waits now."""

    recorded: int
    late: int
    corrected: int
    taken_back: int
    unsigned: int
    reviews: int
    duplicates: int
    tickets: int
    tickets_late: int
    oldest_ticket: datetime | None

    @property
    def late_share(self) -> float | None:
        """Late entries per entry of seven days."""
        return share(self.late, self.recorded)


async def count_people(db: Db) -> None:
    """Count people anew by the state of their identity and by ethnic group."""
    await db.run(queries.forget_people)
    await db.run(queries.count_people, at=db.at)


async def identities(db: Db, *, province: str | None = None) -> list[Identities]:
    """People of the nation or of a province by the state of their identity, the most first."""
    return await db.all(Identities, queries.identities, province=province)


async def quality(db: Db, *, province: str | None = None, path: str | None = None) -> Quality:
    """What is late, changed, unsigned, disputed or waits, in the nation or in a province."""
    return await db.one(Quality, queries.quality, province=province, path=path, at=db.at, today=clock.day_of(db.at))


async def channels(db: Db, *, province: str | None = None) -> list[Channel]:
    """Doses by how people came to them, the most first."""
    return await db.all(Channel, queries.channels, province=province)
