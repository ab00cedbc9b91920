"""Keeping the rollups, and reading them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.analytics.model import (
    Alert,
    AlertCounts,
    AlertNotYours,
    Area,
    Day,
    Figures,
    OpenRow,
    Operations,
    ProductFigures,
    Region,
    Supply,
    Totals,
    Wall,
)
from tiemchung.domain.immunizations import DoseRecorded, DoseUndone
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Follower, Logged, kind_of
from tiemchung.kit.ids import first_uuid7_of

queries = sql.load(__name__)

_SIGNS = {kind_of(DoseRecorded): 1, kind_of(DoseUndone): -1}
_PACE = timedelta(minutes=10)
_WALL_ALERTS = 5
_LIST_ALERTS = 200


async def count(db: Db, events: Sequence[Logged]) -> None:
    """Add a batch of the log to the rollups; a dose entered in error is subtracted where it was added."""
    doses = [msgspec.convert(event.body, _Counted, strict=False) for event in events]
    await db.run(
        queries.add,
        place_ids=[event.place_id for event in events],
        area_ids=[event.area_id for event in events],
        ats=[dose.occurred_at for dose in doses],
        products=[dose.product for dose in doses],
        roles=[dose.dose_role for dose in doses],
        ordinals=[dose.ordinal for dose in doses],
        sexes=[dose.sex for dose in doses],
        birth_years=[dose.birth_year for dose in doses],
        groups=[dose.priority_group_id for dose in doses],
        signs=[_SIGNS[event.kind] for event in events],
    )


FOLLOWER = Follower(name="figures", kinds=tuple(_SIGNS), handle=count)


async def version(db: Db) -> str:
    """What the figures rest on: another word when they have changed."""
    return await db.value(str, queries.version) or "0"


async def national(db: Db, *, as_of: date | None = None) -> Figures:
    """The nation's figures up to a day, or up to the last day with doses."""
    areas = await db.all(Area, queries.by_province)
    regions = [_sum(region, areas) for region in await db.all(Region, queries.regions)]
    return await _figures(db, None, as_of, areas, regions, sum(a.people for a in areas), sum(a.adults for a in areas))


async def province(db: Db, code: str, *, as_of: date | None = None) -> tuple[Area, Figures] | None:
    """A province's figures with its districts; None for a code that is none."""
    own = next((area for area in await db.all(Area, queries.by_province) if area.code == code), None)
    if own is None:
        return None
    districts = await db.all(Area, queries.by_district, province=code)
    return own, await _figures(db, code, as_of, districts, [], own.people, own.adults)


async def open_rows(db: Db) -> list[OpenRow]:
    """What every public number is summed from: doses by day, province, product and place in the course."""
    return await db.all(OpenRow, queries.by_day_product)


async def operations(db: Db) -> Operations:
    """What goes on now."""
    day = clock.start_of(clock.day_of(db.at))
    return await db.one(
        Operations,
        queries.operations,
        starts=day,
        ends=day + timedelta(days=1),
        since_id=first_uuid7_of(db.at - _PACE),
    )


async def wall(db: Db) -> Wall:
    """All that the national wall shows."""
    figures = await national(db)
    today = clock.day_of(db.at)
    now = await db.one(Totals, queries.totals, day=today, province=None)
    hours = await _hours(db, today)
    before = await _hours(db, today - timedelta(days=7))
    return Wall(
        figures=figures,
        today=now,
        week_before=sum(before),
        operations=await operations(db),
        hours=hours,
        hours_before=before,
        supply=await db.all(Supply, queries.days_of_supply, day=figures.as_of),
        alerts=await db.all(Alert, queries.alerts, most=_WALL_ALERTS),
        counts=await db.one(AlertCounts, queries.alert_counts),
    )


async def raise_alerts(db: Db) -> None:
    """Look for what needs attention, once a minute; what has come right by itself is settled."""
    await db.run(queries.settle, at=db.at)
    for rule in (queries.raise_unclosed, queries.raise_out_of_stock, queries.raise_late_shipments):
        await db.run(rule, at=db.at)


async def open_alerts(db: Db) -> list[Alert]:
    """Every open alert, the gravest first."""
    return await db.all(Alert, queries.alerts, most=_LIST_ALERTS)


async def claim(db: Db, alert_id: UUID) -> None:
    """Take an alert on. Raises `AlertNotYours`."""
    if not await db.run(queries.claim, alert_id=alert_id, by=db.actor.id, at=db.at):
        raise AlertNotYours


async def resolve(db: Db, alert_id: UUID, outcome: str) -> None:
    """Say how an alert that one has claimed ended. Raises `AlertNotYours`."""
    if not await db.run(queries.resolve, alert_id=alert_id, by=db.actor.id, at=db.at, outcome=outcome):
        raise AlertNotYours


async def _figures(
    db: Db, code: str | None, as_of: date | None, areas: list[Area], regions: list[Region], people: int, adults: int
) -> Figures:
    last = as_of or await db.value(date, queries.last_day) or clock.day_of(db.at)
    return Figures(
        version=await version(db),
        as_of=last,
        at=db.at,
        totals=await db.one(Totals, queries.totals, day=last, province=code),
        people=people,
        adults=adults,
        days=_every_day(await db.all(Day, queries.by_day, province=code)),
        areas=areas,
        regions=regions,
        products=await db.all(ProductFigures, queries.by_product) if code is None else [],
    )


def _every_day(days: list[Day]) -> list[Day]:
    """The days from the first to the last dose of a stretch without a gap of a month: quiet days count as none."""
    filled: list[Day] = []
    for found in days:
        if filled and found.day - filled[-1].day <= timedelta(days=31):
            gap = (found.day - filled[-1].day).days
            start = filled[-1].day
            filled += [Day(day=start + timedelta(days=k), doses=0) for k in range(1, gap)]
        filled.append(found)
    return filled


async def _hours(db: Db, day: date) -> list[int]:
    hours = [0] * 24
    for row in await db.all(_Hour, queries.by_hour, day=day):
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


class _Counted(msgspec.Struct):
    """What the rollups need of a dose's event."""

    occurred_at: datetime
    product: str
    dose_role: str
    ordinal: int
    sex: str
    birth_year: int
    priority_group_id: int | None


class _Hour(msgspec.Struct):
    hour: int
    doses: int
