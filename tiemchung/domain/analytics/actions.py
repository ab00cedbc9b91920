"""Reading the rollups."""

from datetime import date, datetime, timedelta

import msgspec

from tiemchung.domain.analytics import alerts
from tiemchung.domain.analytics.indicators import Indicator
from tiemchung.domain.analytics.model import (
    Area,
    Day,
    Figures,
    Late,
    Ledger,
    Measured,
    Operations,
    ProductFigures,
    Reached,
    Region,
    Supply,
    Totals,
    Wall,
)
from tiemchung.domain.analytics.rules import every_day, up_to, withheld
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__)

REACHED_BY = ("age", "sex", "group", "distance", "ethnicity")
_WEEK = timedelta(days=7)


async def national(db: Db, *, as_of: date | None = None) -> Figures:
    """The nation's figures up to a day, or up to the last day with doses."""
    day = as_of or await last_day(db)
    areas = await db.all(Area, queries.by_province, day=day)
    regions = [_sum(region, areas) for region in await db.all(Region, queries.regions)]
    return await _figures(db, None, day, areas, regions, sum(a.people for a in areas), sum(a.adults for a in areas))


async def province(db: Db, code: str, *, as_of: date | None = None) -> tuple[Area, Figures] | None:
    """A province's figures with its districts; None for a code that is none."""
    day = as_of or await last_day(db, code)
    own = next((area for area in await db.all(Area, queries.by_province, day=day) if area.code == code), None)
    if own is None:
        return None
    districts = await db.all(Area, queries.by_district, province=code, day=day)
    return own, await _figures(db, [code], day, districts, [], own.people, own.adults)


async def region(db: Db, code: str, *, as_of: date | None = None) -> tuple[Region, Figures] | None:
    """A region's figures with its provinces; None for a code that is none."""
    day = as_of or await last_day(db)
    areas = [area for area in await db.all(Area, queries.by_province, day=day) if area.region == code]
    own = next((_sum(region, areas) for region in await db.all(Region, queries.regions) if region.code == code), None)
    if own is None:
        return None
    codes = [area.code for area in areas]
    return own, await _figures(db, codes, day, areas, [], sum(a.people for a in areas), own.adults)


async def reached_on(db: Db, people: int, *, adults: bool) -> date | None:
    """The day on which so many people of 18 and older, or of all ages, had completed a basic course; None before it."""
    return await db.value(date, queries.reached_on, people=people, adults=adults)


async def measure(db: Db, indicator: Indicator, *, day: date) -> Measured:
    """An indicator's value up to a day, by its own definition."""
    return await db.one(Measured, indicator.query, day=day)


async def ledger(db: Db) -> Ledger:
    """What the ledger of vaccine says of the country, by product."""
    return Ledger(products=await db.all(ProductFigures, queries.by_product))


async def reached(db: Db, *, province: str | None = None) -> dict[str, list[Reached]]:
    """Who was reached, by each of `REACHED_BY`, for everybody to read: small numbers are withheld within each column."""
    rows = await db.all(Reached, queries.reached, province=province)
    return {kind: _publishable([row for row in rows if row.kind == kind]) for kind in REACHED_BY}


async def operations(db: Db, *, province: str | None = None) -> Operations:
    """What goes on now, in the nation or in a province, as of the last look."""
    return await db.one(Operations, queries.operations, at=db.at, province=province)


async def wall(db: Db, code: str | None = None) -> Wall | None:
    """All that the wall of the nation or of a province shows; None for a code that is none."""
    own: Area | None = None
    if code is None:
        figures = await national(db)
    elif found := await province(db, code):
        own, figures = found
    else:
        return None
    path = own.path if own else None
    today = clock.day_of(db.at)
    before = await _hours(db, today - _WEEK, code)
    return Wall(
        province=own,
        figures=figures,
        today=figures.totals if figures.as_of == today else msgspec.structs.replace(figures.totals, today=0),
        week_before=up_to(before, clock.local(db.at)),
        operations=await operations(db, province=code),
        late=await db.one(Late, queries.late, day=today, province=code),
        hours=await _hours(db, today, code),
        hours_before=before,
        supply=await db.all(Supply, queries.days_of_supply, day=figures.as_of, province=code, path=path),
        alerts=await alerts.newest(db, path),
        counts=await alerts.counts(db, path),
    )


async def _figures(
    db: Db, codes: list[str] | None, day: date, areas: list[Area], regions: list[Region], people: int, adults: int
) -> Figures:
    whole, *days = await db.all(_Summed, queries.totals, day=day, provinces=codes)
    return Figures(
        as_of=day,
        at=db.at,
        counted_at=await db.value(datetime, queries.counted_at) or db.at,
        totals=msgspec.convert(whole, Totals, from_attributes=True),
        people=people,
        adults=adults,
        days=every_day([Day(day=each.day, doses=each.doses) for each in days if each.day]),
        areas=areas,
        regions=regions,
    )


def _publishable(rows: list[Reached]) -> list[Reached]:
    columns = {
        name: withheld([getattr(row, name) for row in rows]) for name in ("first", "complete", "additional", "booster")
    }
    return [
        msgspec.structs.replace(row, **{name: cells[k] for name, cells in columns.items()})
        for k, row in enumerate(rows)
    ]


async def last_day(db: Db, code: str | None = None) -> date:
    """The last day with doses in the nation or in a province; today before the first."""
    today = clock.day_of(db.at)
    return await db.value(date, queries.last_day, province=code, today=today) or today


async def _hours(db: Db, day: date, code: str | None) -> list[int]:
    hours = [0] * 24
    for row in await db.all(_Hour, queries.by_hour, day=day, province=code):
        hours[row.hour] = row.doses
    return hours


def _sum(region: Region, areas: list[Area]) -> Region:
    own = [area for area in areas if area.region == region.code]
    return msgspec.structs.replace(
        region,
        provinces=len(own),
        adults=sum(area.adults for area in own),
        first=sum(area.first for area in own),
        complete=sum(area.complete for area in own),
    )


class _Summed(Totals, frozen=True, kw_only=True):
    day: date | None


class _Hour(msgspec.Struct):
    hour: int
    doses: int
