"""What is right about days and hours of figures; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tiemchung.domain.analytics.model import Day

# Fewer people than this may be known by their neighbours: such a cell is withheld.
LEAST_PUBLISHED = 5
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
