"""From the nation down to the rows: what managers drill through, and when an area reaches its goals at its pace."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.analytics.actions import queries as wall
from tiemchung.domain.analytics.model import Supply, share
from tiemchung.domain.analytics.rules import Forecast, forecast
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound

queries = sql.load(__name__, "areas.sql")

# The goals of the campaign (Resolution 21/NQ-CP; Decision 3355/QĐ-BYT): whose courses, and what share of them.
ADULTS_GOAL = 0.5
PEOPLE_GOAL = 0.7
_MOST_DOSES = 2_000
_COUNTS = ("people", "adults", "doses", "first", "complete", "complete_all", "booster", "week", "today")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An administrative area on the way down."""

    code: str
    name: str
    name_en: str
    level: str
    path: str


class AreaRow(msgspec.Struct, frozen=True, kw_only=True):
    """An area's doses up to a day: `first` and `complete` are people of 18 and older, `week` the doses of seven days."""

    code: str
    name: str
    name_en: str
    level: str
    path: str
    people: int
    adults: int
    doses: int
    first: int
    complete: int
    complete_all: int
    booster: int
    week: int
    today: int

    @property
    def first_share(self) -> float | None:
        """First doses per person of 18 and older."""
        return share(self.first, self.adults)

    @property
    def complete_share(self) -> float | None:
        """Completed basic courses per person of 18 and older."""
        return share(self.complete, self.adults)


class SiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A site's doses up to a day, by where they were given."""

    place_id: UUID
    code: str
    name: str
    kind: str
    tables: int
    doses: int
    week: int
    today: int
    last_day: date | None
    open: bool


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site and who answers for it."""

    place_id: UUID
    code: str
    name: str
    kind: str
    address: str
    head: str
    tables: int
    seats: int
    path: str


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session: expected, received, doses recorded, doses drawn from its vials, signed or not."""

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    status: str
    tables: int
    product: str
    expected: int
    received: int
    recorded: int
    drawn: int
    signed: bool

    @property
    def gap(self) -> int:
        """Doses drawn and not recorded (negative: recorded and not drawn), the given-versus-recorded gap."""
        return self.drawn - self.recorded


class DoseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dose without its person: when, which, by whom, when it was written, how the person came."""

    immunization_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    product: str
    lot: str | None
    dose_role: str
    ordinal: int
    source: str
    version: int
    by_name: str | None
    channel: str


class Goals(msgspec.Struct, frozen=True, kw_only=True):
    """When both goals are reached at the pace of fourteen days."""

    adults: Forecast
    people: Forecast


async def provinces(db: Db, *, day: date, code: str | None = None) -> list[AreaRow]:
    """The 63 provinces of the campaign, or one of them."""
    return await db.all(AreaRow, queries.provinces, day=day, code=code)


async def provinces_since_2025(db: Db, *, day: date) -> list[AreaRow]:
    """The same doses in the 34 provinces since 01/07/2025: each is the sum of those that it took over from."""
    former = {row.code: row for row in await provinces(db, day=day)}
    return [_united(new, [former[code] for code in new.former]) for new in await db.all(_Successor, queries.successors)]


async def area(db: Db, code: str) -> Place:
    """A province, district or commune of the campaign by its code. Raises `NotFound`."""
    return await db.one(Place, queries.area, code=code)


async def above(db: Db, path: str) -> Sequence[Place]:
    """The areas that an area lies in, the widest first."""
    return await db.all(Place, queries.above, path=path)


async def below(db: Db, inside: Place, *, day: date) -> list[AreaRow]:
    """The districts of a province, the communes of a district; a commune has none."""
    finer = {"province": queries.districts, "district": queries.communes}.get(inside.level)
    return await db.all(AreaRow, finer, path=inside.path, day=day) if finer else []


async def sites(db: Db, path: str, *, day: date, most: int) -> list[SiteRow]:
    """The sites of an area, the busiest week first."""
    return await db.all(SiteRow, queries.places, path=path, day=day, most=most)


async def site(db: Db, place_id: UUID) -> Site:
    """A site. Raises `NotFound`."""
    return await db.one(Site, queries.place, place_id=place_id)


async def sessions(db: Db, place_id: UUID) -> list[SessionRow]:
    """The sessions of a site in a month, the newest first."""
    return await db.all(SessionRow, queries.sessions, place_id=place_id, at=db.at)


async def session(db: Db, place_id: UUID, session_id: UUID) -> tuple[SessionRow, list[DoseRow]]:
    """A session of the last month and its doses, row by row. Raises `NotFound`."""
    found = next((row for row in await sessions(db, place_id) if row.session_id == session_id), None)
    if found is None:
        raise NotFound
    doses = await db.all(DoseRow, queries.doses, place_id=place_id, session_id=session_id, most=_MOST_DOSES)
    return found, doses


async def goals(db: Db, rows: Sequence[AreaRow], *, day: date, province: str | None = None) -> Goals:
    """When the areas together reach 50 % of people of 18 and older, and 70 % of all."""
    days = await db.all(_Completed, queries.completed_a_day, day=day, province=province)
    adults, people = sum(row.adults for row in rows), sum(row.people for row in rows)
    of_adults, of_all = sum(row.complete for row in rows), sum(row.complete_all for row in rows)
    return Goals(
        adults=forecast(of_adults, ADULTS_GOAL * adults, [each.adults for each in days], day),
        people=forecast(of_all, PEOPLE_GOAL * people, [each.everybody for each in days], day),
    )


async def supply(db: Db, *, day: date, province: str | None = None, path: str | None = None) -> list[Supply]:
    """Vaccine on hand and on the way in the nation or in a province, and how long it lasts at the pace of a week."""
    return await db.all(Supply, wall.days_of_supply, day=day, province=province, path=path)


def _united(new: "_Successor", rows: Sequence[AreaRow]) -> AreaRow:
    sums = {field: sum(getattr(row, field) for row in rows) for field in _COUNTS}
    return AreaRow(code=new.code, name=new.name, name_en=new.name_en, level="province", path=new.path, **sums)


class _Successor(msgspec.Struct):
    code: str
    name: str
    name_en: str
    path: str
    former: list[str]


class _Completed(msgspec.Struct):
    day: date
    adults: int
    everybody: int
