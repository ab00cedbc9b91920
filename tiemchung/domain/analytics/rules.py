"""What is right about days and hours of figures; pure."""

import math
import statistics
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from tiemchung.domain.analytics.model import Day

# Fewer people than this may be known by their neighbours: such a cell is withheld.
LEAST_PUBLISHED = 5
# Number of the rules that withhold (`withheld`, `pooling.pooled`, `bulletin.for_everybody`): who changes what they withhold
# raises it, and versions of the open data that were put aside under an older number are given out no more.
WITHHOLDING = 1
# A longer silence parts two stretches of a campaign: its quiet days are not drawn.
_LONGEST_GAP = timedelta(days=31)
_TEN_YEARS = 3650


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """When a goal is reached: `reached` already, or `on` a day between `earliest` and `latest` (None: not at this pace)."""

    reached: bool
    missing: int
    pace: float
    on: date | None = None
    earliest: date | None = None
    latest: date | None = None


def forecast(done: int, goal: float, days: Sequence[int], today: date) -> Forecast:
    """Go on at the mean pace of the last days; the interval is 95 % of that mean (normal, 1.96 standard errors).

    Weekends are in the mean as they were: two whole weeks hold each weekday twice. A goal that lies more than ten years away,
    or is not approached at all, has no day. A goal of nothing (no population is known) is not reached and has no day.
    """
    missing = max(0, math.ceil(goal) - done)
    pace = statistics.fmean(days) if days else 0.0
    if goal <= 0 or missing == 0:
        return Forecast(reached=goal > 0, missing=missing, pace=pace)
    error = 1.96 * statistics.stdev(days) / math.sqrt(len(days)) if len(days) > 1 else 0.0
    return Forecast(
        reached=False,
        missing=missing,
        pace=pace,
        on=_after(missing, pace, today),
        earliest=_after(missing, pace + error, today),
        latest=_after(missing, pace - error, today),
    )


def _after(missing: int, pace: float, today: date) -> date | None:
    days = math.ceil(missing / pace) if pace > 0 else _TEN_YEARS + 1
    return today + timedelta(days=days) if days <= _TEN_YEARS else None


def every_day(days: Sequence[Day]) -> list[Day]:
    """The days of each stretch without a gap of a month: quiet days between two doses count as none."""
    filled: list[Day] = []
    for found in days:
        if filled and found.day - filled[-1].day <= _LONGEST_GAP:
            start = filled[-1].day
            filled += [Day(day=start + timedelta(days=k), doses=0) for k in range(1, (found.day - start).days)]
        filled.append(found)
    return filled


def up_to(hours: Sequence[int], now: datetime) -> float:
    """Doses of a day up to a time of day, the current hour in proportion: a morning is compared with a morning."""
    return sum(hours[: now.hour]) + hours[now.hour] * now.minute / 60


def withheld(cells: Sequence[int], least: int = LEAST_PUBLISHED) -> list[int | None]:
    """Cells whose sum is public, without those under `least` and without what would give them away (None).

    Complementary suppression: one missing cell is its total less the others, and two that sum to next to nothing are
    known as well. So the smallest others are withheld too, until two cells or more, together at least `least`, are missing.
    Zero tells of nobody and stays.
    """
    hidden = {k for k, cell in enumerate(cells) if 0 < cell < least}
    others = sorted((cell, k) for k, cell in enumerate(cells) if cell >= least)
    for _, k in others if hidden else ():
        if len(hidden) >= 2 and sum(cells[h] for h in hidden) >= least:
            break
        hidden.add(k)
    return [None if k in hidden else cell for k, cell in enumerate(cells)]
