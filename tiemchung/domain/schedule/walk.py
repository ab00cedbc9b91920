"""A series on its way through a person's doses: where it stands, what it counts from, and which of its rows speak on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from tiemchung.domain.schedule.answers import DoseStatus, Flag, Reason
from tiemchung.domain.schedule.compiled import Path, Target
from tiemchung.domain.schedule.history import Case, Given, in_force
from tiemchung.domain.schedule.rows import Age, Interval, Row, Since, Vaccine


class Others(Protocol):
    """What a series asks about those beside it."""

    def is_complete(self, series_groups: frozenset[str], on: date, given: Given | None) -> bool:
        """Whether a series of these groups was complete before a dose, or at all when there is none."""
        ...


class Outcome:
    """What a dose was worth in one series, and the rows that said so.

    `early`: why it should have waited although it counts, being past the absolute minimum and before the minimum.
    """

    __slots__ = ("early", "flags", "reason", "rows", "status", "target", "vaccine")

    def __init__(
        self,
        status: DoseStatus,
        reason: Reason | None = None,
        target: int | None = None,
        flags: tuple[Flag, ...] = (),
        rows: tuple[Row, ...] = (),
    ) -> None:
        self.status, self.reason, self.target, self.flags, self.rows = status, reason, target, flags, rows
        self.early: Reason | None = None
        self.vaccine: Vaccine | None = None


class Walk:
    """A series on its way through the doses. `course`: the valid doses of the courses that had to be complete before."""

    __slots__ = (
        "course", "given", "inadvertent", "others", "outcomes", "path", "position", "previous", "satisfied", "targets",
    )  # fmt: skip

    def __init__(self, path: Path, given: Sequence[Given], course: Sequence[Given], others: Others) -> None:
        self.path = path
        self.given = given
        self.course = course
        self.others = others
        self.targets: list[Target] = list(path.targets)
        self.position = 0
        self.previous: Given | None = course[-1] if course else None
        self.outcomes: list[Outcome] = []
        self.satisfied: list[tuple[Target, Given]] = []
        self.inadvertent: set[int] = set()

    @property
    def target(self) -> Target | None:
        """The target dose that is next, or None when there is none left."""
        return self.targets[self.position] if self.position < len(self.targets) else None

    def satisfy(self, target: Target, given: Given) -> None:
        """The target is met; a recurring one stands there again."""
        self.satisfied.append((target, given))
        self.position += 1
        if target.recurring:
            self.targets.insert(self.position, target)


def is_open(case: Case, walked: Walk, row: Vaccine, on: date) -> bool:
    """Whether a vaccine row speaks of this person on a day: dates, ages, condition, and "only the same" as before."""
    return (
        in_force(row, on)
        and case.is_aged(on, row.begin_age, row.end_age)
        and (not row.same or any(each.product.code == row.product for each in walked.course))
        and (row.when is None or case.applies(row.when, on, walked.course, walked.previous))
    )


def age_row(target: Target, on: date) -> Age | None:
    """The target's ages in force on a day."""
    if target.age is not None:
        return target.age
    for row in target.ages:
        if in_force(row, on):
            return row
    return None


def reference(case: Case, walked: Walk, row: Interval, on: date, given: Given | None) -> date | None:
    """The day that an interval counts from, or None when the row says nothing here: not in force, or nothing to count from.

    `given` is the dose at hand, whose own day and later ones do not count; without one it is a forecast.
    """
    if not in_force(row, on):
        return None
    if row.when is not None and not case.applies(row.when, on, walked.course, walked.previous):
        return None
    match row.after:
        case Since.previous:
            return None if walked.previous is None else walked.previous.on
        case Since.target:
            return next((each.on for target, each in walked.satisfied if target.number == row.target), None)
        case Since.recent:
            return _most_recent(case, walked, row.recent, given)
        case Since.observation:
            return None if row.observation is None else case.observed(row.observation, on)
        case Since.role:
            days = [case.roles[role].on for role in row.roles if role in case.roles]
            return max(days, default=None)


def _most_recent(case: Case, walked: Walk, products: frozenset[str], given: Given | None) -> date | None:
    end = len(case.doses) if given is None else given.at
    for each in reversed(case.doses[:end]):
        if each.product.code in products and each.unusable is None and each.at not in walked.inadvertent:
            return each.on
    return None


def reason(code: str, row: Row, **facts: date | str) -> Reason:
    """Why, with the row that says so and its paper."""
    shown = {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()}
    return Reason(code=code, rule=row.rule, paper=row.paper, facts=shown)


def too_soon(row: Interval, since: date, earliest: date) -> Reason:
    """An interval is not over."""
    return reason(
        "too_soon", row, since=since, earliest=earliest, interval=str(row.minimum or row.absolute_minimum or "")
    )
