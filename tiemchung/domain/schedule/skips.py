"""Whether a target dose is left out: conditional skips of the CDSi logic specification 4.6, chapter 6.2 (and 7.1, 7.7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from tiemchung.domain.schedule.answers import DoseStatus
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.history import Case, Given, in_force
from tiemchung.domain.schedule.rows import Compare, Condition, Skip, SkipSet, Test

if TYPE_CHECKING:
    from tiemchung.domain.schedule.walk import Walk


def met(case: Case, walk: Walk, skips: tuple[Skip, ...], on: date, given: Given | None) -> SkipSet | None:
    """The first set of a skip that holds on a day, or None. `given` is the dose at hand; without one, it is a forecast."""
    for skip in skips:
        if not (skip.forecast if given is None else skip.evaluation):
            continue
        held = [each for each in skip.sets if _set_holds(case, walk, each, on, given)]
        if held and (skip.any_of or len(held) == len(skip.sets)):
            return held[0]
    return None


def _set_holds(case: Case, walk: Walk, rows: SkipSet, on: date, given: Given | None) -> bool:
    if not in_force(rows, on):
        return False
    holds = (_holds(case, walk, condition, on, given) for condition in rows.conditions)
    return any(holds) if rows.any_of else all(holds)


def _holds(case: Case, walk: Walk, condition: Condition, on: date, given: Given | None) -> bool:
    match condition.test:
        case Test.age:
            return case.is_aged(on, condition.begin_age, condition.end_age)
        case Test.completed_series:
            return walk.others.is_complete(condition.series_groups, on, given)
        case Test.interval:
            if condition.interval is None or walk.previous is None:
                return False
            return on >= add(walk.previous.on, condition.interval)
        case Test.count_by_age | Test.count_by_date | Test.count_by_date_and_age:
            return _compared(_count(case, walk, condition, given), condition)


def _count(case: Case, walk: Walk, condition: Condition, at_hand: Given | None) -> int:
    """The doses so far that a condition counts (CONDSKIP-1); in a forecast that is all of them.

    Valid ones are the series' own. A total counts also vaccines of other antigens, which the condition names because they
    make this dose needless.
    """
    return sum(
        1
        for given in (_valid(walk) if condition.valid_only else _total(case, walk, condition, at_hand))
        if (not condition.products or given.product.code in condition.products)
        and case.is_aged(given.on, condition.begin_age, condition.end_age)
        and (condition.start is None or condition.start <= given.on)
        and (condition.end is None or given.on <= condition.end)
    )


def _valid(walk: Walk) -> Iterable[Given]:
    pairs = zip(walk.given, walk.outcomes, strict=False)
    return (given for given, outcome in pairs if outcome.status is DoseStatus.valid)


def _total(case: Case, walk: Walk, condition: Condition, at_hand: Given | None) -> Iterable[Given]:
    if not condition.products:
        return walk.given[: len(walk.outcomes)]
    return case.doses if at_hand is None else case.doses[: at_hand.at]


def _compared(number: int, condition: Condition) -> bool:
    match condition.compare:
        case Compare.greater:
            return number > condition.count
        case Compare.equal:
            return number == condition.count
        case Compare.less:
            return number < condition.count
