"""Where a rule set may decide otherwise as time goes: the lengths of time and the days that stand in its rows."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from tiemchung.domain.schedule.dates import Duration, add
from tiemchung.domain.schedule.model import RuleSet
from tiemchung.domain.schedule.rows import Interval

LASTS = frozenset({"until", "end"})  # days that are included: what follows them begins a day later
DAY = timedelta(days=1)


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """`ages`: lengths after birth. `spans`: lengths after a dose or a finding. `days`: first days of another rule."""

    ages: tuple[Duration, ...]
    spans: tuple[Duration, ...]
    days: tuple[date, ...]
    most_doses: int

    def ahead(self, on: date) -> date:
        """The last day that an answer of today can speak of, ages aside: every dose of the longest series at its longest span."""
        day = on
        for _ in range(self.most_doses):
            day = max((add(day, span) for span in self.spans), default=day)
        return day


def of(rules: RuleSet) -> Thresholds:
    """Every threshold of a rule set, without looking at what it is for: too many cost time, too few would be wrong."""
    ages: set[Duration] = set()
    spans: set[Duration] = set()
    days: set[date] = set()
    for struct in _structs((rules.series, rules.products, rules.contraindications, rules.deferrals, rules.cautions)):
        for name in struct.__struct_fields__:
            value = getattr(struct, name)
            if isinstance(value, Duration):
                (spans if _is_span(struct, name) else ages).add(value)
            elif isinstance(value, date):
                days.add(value + DAY if name in LASTS else value)
    spans |= {length for row in rules.conflicts for length in (row.begin, row.end_after_valid, row.end)}
    return Thresholds(
        ages=tuple(ages),
        spans=tuple(spans),
        days=tuple(sorted(days)),
        most_doses=max((len(series.doses) for series in rules.series), default=0) + 1,
    )


def _is_span(struct: msgspec.Struct, name: str) -> bool:
    return isinstance(struct, Interval) or name in {"wait", "interval"}


def _structs(part: object) -> Iterator[msgspec.Struct]:
    """Every struct within, lengths of time aside."""
    if isinstance(part, msgspec.Struct) and not isinstance(part, Duration):
        yield part
        for name in part.__struct_fields__:
            yield from _structs(getattr(part, name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _structs(each)
