"""The real national daily curve (Our World in Data, CC BY 4.0), scaled to a number of doses without losing one."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import accumulate, pairwise

import msgspec

from tiemchung.schema.load import rows

# Reported sums of boosters start on 10/02/2022. Before, third doses are what remains of all doses on the days on which
# all three sums were reported; there were next to none until 09/12/2021. Between two such days they follow the
# doses that were not first ones.
THIRD_DOSES_KNOWN = (
    (date(2021, 12, 9), 0),
    (date(2021, 12, 30), 4_944_591),
    (date(2022, 1, 13), 15_049_601),
    (date(2022, 2, 4), 28_396_696),
    (date(2022, 2, 13), 30_602_565),
    (date(2022, 3, 6), 40_851_505),
)
# Some days were reported late or together: the share of first doses is that of this many days before and after.
SMOOTHED_DAYS = 3


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The doses of one day; `later` ones are second doses and the third of a course of three, `third` ones follow a course."""

    day: date
    doses: int
    first: int
    later: int
    third: int


def curve(doses: int) -> list[Day]:
    """The national curve scaled so that its days sum to `doses` (largest remainder), each day split like the nation's."""
    reported = _reported()
    scaled = shares(doses, [day.doses for day in reported])
    days: list[Day] = []
    for day, count in zip(reported, scaled, strict=True):
        first, later, third = shares(count, [day.first, day.later, day.third]) if day.doses else (0, 0, 0)
        days.append(Day(day=day.day, doses=count, first=first, later=later, third=third))
    return days


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Whole shares of a total by weight that sum to it: the largest remainders get what rounding down leaves."""
    whole, rest = zip(*(divmod(total * weight, sum(weights)) for weight in weights), strict=True)
    counts = list(whole)
    for k in sorted(range(len(weights)), key=lambda k: (-rest[k], k))[: total - sum(counts)]:
        counts[k] += 1
    return counts


@cache
def _reported() -> list[Day]:
    """The national days with the three kinds of doses made coherent; each day's doses are exactly the reported ones."""
    lines = list(rows("national_daily.csv"))
    days = [date.fromisoformat(str(line["day"])) for line in lines]
    doses = [int(str(line["doses"])) for line in lines]
    first = _smoothed([int(str(line["first"])) for line in lines], doses)
    others = [d - f for d, f in zip(doses, first, strict=True)]
    third = _thirds(days, others)
    return [
        Day(day=day, doses=d, first=f, later=o - t, third=t)
        for day, d, f, o, t in zip(days, doses, first, others, third, strict=True)
    ]


def _smoothed(part: list[int], whole: list[int]) -> list[int]:
    parts, wholes = [0, *accumulate(part)], [0, *accumulate(whole)]
    smooth: list[int] = []
    for k, count in enumerate(whole):
        since, until = max(0, k - SMOOTHED_DAYS), min(len(whole), k + SMOOTHED_DAYS + 1)
        around = wholes[until] - wholes[since]
        smooth.append(min(count, count * (parts[until] - parts[since]) // around) if around else 0)
    return smooth


def _thirds(days: list[date], others: list[int]) -> list[int]:
    third = [0] * len(days)
    for (since, was), (until, now) in pairwise(THIRD_DOSES_KNOWN):
        a, b = bisect_left(days, since) + 1, bisect_left(days, until) + 1
        third[a:b] = [min(o, t) for o, t in zip(others[a:b], shares(now - was, others[a:b]), strict=True)]
    return third
