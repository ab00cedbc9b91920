"""The engine's answers that are the same for everybody, as rows: for where many people are looked at in one statement.

From which age to which a product may be given on which days, and which dose of it ends a basic course. Everything else about a
person is asked of the engine itself.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from tiemchung.domain.schedule import options
from tiemchung.domain.schedule.answers import Stop, Subject
from tiemchung.domain.schedule.dates import Duration, add
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.history import Case
from tiemchung.domain.schedule.rows import Role

DAY = timedelta(days=1)
BIRTH = Duration()
# Who cannot begin with a product may still go on with it: then its licence alone says at which age.
ANOTHER_FIRST = {"wrong_product", "other_products"}


class Ages(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` to `until`, both included, a product may be given from an age to before another; None: there is no end."""

    product: str
    since: date
    until: date | None
    from_age: Duration
    to_age: Duration | None


class CourseDose(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a product as this dose of a basic course ends every course that has it there."""

    product: str
    number: int
    completes: bool


def ages(schedule: Schedule, group: str) -> list[Ages]:
    """At which ages each product may be given, period by period between two days on which a rule changes."""
    # Nothing decides by age but at a threshold, and nothing by the calendar but on a day that a row names.
    ends = sorted({BIRTH, *schedule.thresholds.ages}, key=lambda age: add(date.min, age))
    rows: list[Ages] = []
    for product in schedule.rules.products:
        before: list[Ages] = []
        for since, until in _periods(schedule):
            spans = list(_spans([(age, _may(schedule, group, product.code, age, since)) for age in ends]))
            if before and [(row.from_age, row.to_age) for row in before] == spans:
                before = [msgspec.structs.replace(row, until=until) for row in before]
                continue
            rows += before
            before = [
                Ages(product=product.code, since=since, until=until, from_age=start, to_age=end) for start, end in spans
            ]
        rows += before
    return rows


def course_doses(schedule: Schedule) -> list[CourseDose]:
    """Every product at every place that it may have in a basic course."""
    found: dict[tuple[str, int], bool] = {}
    for antigen in schedule.compiled(None).antigens.values():
        for stage in antigen.stages:
            for path in stage.paths if stage.role in {None, Role.basic} else ():
                for target in path.targets:
                    for product in target.taken:
                        last = target.number == len(path.targets)
                        found[product, target.number] = found.get((product, target.number), True) and last
    return [CourseDose(product=code, number=number, completes=last) for (code, number), last in sorted(found.items())]


def born(age: Duration, on: date) -> date:
    """The day of birth of the youngest who have reached an age on a day."""
    day = add(on, Duration(-age.months, -age.days))
    while add(day, age) > on and day > date.min:
        day -= DAY
    return day


def _periods(schedule: Schedule) -> Iterator[tuple[date, date | None]]:
    days = schedule.thresholds.days or (date.min,)
    yield from zip(days, [*(day - DAY for day in days[1:]), None], strict=True)


def _may(schedule: Schedule, group: str, product: str, age: Duration, on: date) -> bool:
    """Whether somebody without a dose who is of an age on a day may be given a product, as far as the age is asked."""
    subject = Subject(born_on=born(age, on))
    verdict = schedule.gate(subject, (), (), product, on=on, vaccine_group=group)
    if not isinstance(verdict, Stop):
        return True
    if not {reason.code for reason in verdict.reasons} <= ANOTHER_FIRST:
        return False
    case = Case(schedule.compiled(None), subject, (), (), on, None)
    return any(options.unlicensed(case, case.compiled.products[product], role, on) is None for role in Role)


def _spans(found: list[tuple[Duration, bool]]) -> Iterator[tuple[Duration, Duration | None]]:
    start: Duration | None = None
    for age, may in found:
        if may and start is None:
            start = age
        elif not may and start is not None:
            yield start, age
            start = None
    if start is not None:
        yield start, None
