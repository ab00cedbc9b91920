"""The first day on which an answer changes with time alone: nothing new is recorded, only the calendar goes on.

Between two thresholds nothing can change, so only the days of thresholds are asked about, in their order.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from tiemchung.domain.schedule.answers import Assessment, Dose, Finding, Forecast, Subject
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.thresholds import Thresholds

DAY = timedelta(days=1)


def first(
    ask: Callable[[date], Assessment],
    subject: Subject,
    doses: Sequence[Dose],
    findings: Sequence[Finding],
    thresholds: Thresholds,
    on: date,
) -> date | None:
    """The first day after `on` on which the answer, or whether a dose is due or late by it, is another."""
    now = ask(on)
    sure = min((day for day in _days_of(now.forecasts) if day > on), default=None)
    for day in sorted(_candidates(subject, doses, findings, thresholds, on)):
        if sure is not None and day >= sure:
            return sure
        then = ask(day)
        if (then.evaluations, then.forecasts) != (now.evaluations, now.forecasts):
            return day
    return sure


def _days_of(forecasts: Iterable[Forecast]) -> Iterable[date]:
    """The days on which a forecast becomes due, wanted, late or impossible."""
    for each in forecasts:
        ends = [day + DAY for day in (each.past_due, each.latest) if day is not None]
        yield from (day for day in (each.earliest, each.recommended, each.deferred_until, *ends) if day is not None)


def _candidates(
    subject: Subject, doses: Sequence[Dose], findings: Sequence[Finding], thresholds: Thresholds, on: date
) -> set[date]:
    born = [day for day in (subject.born_on, subject.born_by) if day is not None]
    given = [day for dose in doses for day in (dose.on, dose.by) if day is not None]
    observed = [day for each in findings for day in (each.on, each.until) if day is not None]
    days = {*thresholds.days, *given, *observed, *(each.until + DAY for each in findings if each.until is not None)}
    days |= {add(day, age) for day in born for age in thresholds.ages}
    days |= {add(day, span) for day in (*given, *observed) for span in thresholds.spans}
    return {day for day in days if day > on}
