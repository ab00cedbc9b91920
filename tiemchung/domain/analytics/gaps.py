"""What was given and what was recorded, site by site and day by day: where they differ, somebody has to look."""

from datetime import date
from uuid import UUID

import msgspec

from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "gaps.sql")

MOST = 500


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A site's day: `gap` is how many doses differ between vials and records, session by session."""

    place_id: UUID
    code: str
    name: str
    day: date
    sessions: int
    drawn: int
    recorded: int
    gap: int
    waiting: int
    overdue: int
    unsigned: int

    @property
    def is_clean(self) -> bool:
        """Nothing is left to do."""
        return not (self.gap or self.waiting or self.overdue or self.unsigned)


async def gaps(
    db: Db, *, since: date, until: date, place_id: UUID | None, supplier: UUID | None, path: str | None
) -> list[Gap]:
    """The days from `since` to before `until` of a site, of the sites of a centre, or of an area; the worst first."""
    return await db.all(
        Gap,
        queries.gaps,
        since=clock.start_of(since),
        until=clock.start_of(until),
        at=db.at,
        place_id=place_id,
        supplier=supplier,
        path=path,
        most=MOST,
    )
