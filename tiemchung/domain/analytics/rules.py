"""What is right about days and hours of figures; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tiemchung.domain.analytics.model import Day

# A longer silence parts two stretches of a campaign: its quiet days are not drawn.
_LONGEST_GAP = timedelta(days=31)


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
