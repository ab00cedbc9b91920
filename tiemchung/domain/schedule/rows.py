"""The dated rows of a target dose: its ages, intervals, vaccines, the conditions for leaving it out, its season.

The words are those of CDC's CDSi supporting data (its schema's names stand in brackets where they differ), with
extensions that are marked as such. Every row names its rule and the paper that set it.
"""

from datetime import date
from enum import StrEnum

import msgspec

from tiemchung.domain.schedule.dates import Duration

NONE: frozenset[str] = frozenset()


class Confidence(StrEnum):
    """How well a row is founded: read in its paper, or not."""

    sourced = "sourced"
    unsure = "unsure"


class Role(StrEnum):
    """What a dose is for. A "third dose" is a display, never a fact."""

    basic = "basic"
    additional = "additional"
    booster = "booster"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What every rule row has: its id within the rule set, its paper, and the days it is in force, both included.

    The day that counts is the day of administration when a dose is evaluated and the day of assessment when one is
    forecast.
    """

    rule: str
    paper: str | None = None
    confidence: Confidence = Confidence.sourced
    since: date | None = None
    until: date | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A condition on the products of the courses that were completed before: the valid doses of the roles required.

    `only`: every one is among these. `includes`: at least one is. `mixed`: more than one product, or exactly one.
    What is empty or None asks nothing.
    """

    only: frozenset[str] = NONE
    includes: frozenset[str] = NONE
    mixed: bool | None = None


class When(msgspec.Struct, frozen=True, kw_only=True):
    """When a row applies at all; everything given must hold. Ages are from begin to before end.

    `findings`: at least one is present on the day. `previous`: the product of the dose before is among these.
    """

    begin_age: Duration | None = None
    end_age: Duration | None = None
    findings: frozenset[str] = NONE
    course: Course | None = None
    previous: frozenset[str] = NONE


class Age(Row, frozen=True, kw_only=True):
    """The ages of a target dose. The gap between absolute and minimum is the grace; the maximum is the first day too old."""

    absolute_minimum: Duration | None = None
    minimum: Duration | None = None
    earliest_recommended: Duration | None = None
    latest_recommended: Duration | None = None
    maximum: Duration | None = None


class Since(StrEnum):
    """What an interval counts from."""

    previous = "previous"  # the dose before, valid or not, unless inadvertent
    target = "target"  # the dose that satisfied target dose n of this series
    recent = "recent"  # the most recent dose of the products listed
    observation = "observation"  # the day of a finding
    role = "role"  # the last valid dose of the roles listed (extension)


class Interval(Row, frozen=True, kw_only=True):
    """A span that must lie between a reference and the dose.

    `overrides` [intervalPriority]: a group of several antigens need not wait for the others. `place` and `replaces`:
    the row of a province, which stands in for the rule it names there while it is in force; `floor` is the
    shortest minimum that a province may set for this row, None where it may set none.
    """

    after: Since = Since.previous
    target: int | None = None
    recent: frozenset[str] = NONE
    observation: str | None = None
    roles: frozenset[Role] = frozenset()
    absolute_minimum: Duration | None = None
    minimum: Duration | None = None
    earliest_recommended: Duration | None = None
    latest_recommended: Duration | None = None
    overrides: bool = False
    when: When | None = None
    place: str | None = None
    replaces: str | None = None
    floor: Duration | None = None


class Vaccine(Row, frozen=True, kw_only=True):
    """A product that may satisfy a target dose, within its own ages. The order of the rows is the order of preference.

    `mvx`: only of this maker. `volume_ml`: the recommended one. `forecast`: named in a recommendation. `circumstance`: a
    finding (scarcity) without which the dose is valid but off the ministry's policy. `consent`: needs a consent of
    its own. `same`: only if the product was already given in the course before.
    """

    product: str
    begin_age: Duration | None = None
    end_age: Duration | None = None
    mvx: str | None = None
    volume_ml: float | None = None
    forecast: bool = True
    circumstance: str | None = None
    consent: bool = False
    same: bool = False
    when: When | None = None


class Test(StrEnum):
    """What a condition for leaving out a target dose asks."""

    age = "age"
    completed_series = "completed series"
    interval = "interval"
    count_by_age = "vaccine count by age"
    count_by_date = "vaccine count by date"
    count_by_date_and_age = "vaccine count by date and age"


class Compare(StrEnum):
    """How a count is compared."""

    greater = "greater than"
    equal = "equal to"
    less = "less than"


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition for leaving out a target dose. `valid_only`: count valid doses, otherwise all of them.

    `series_groups`: for a completed series, any of these groups of the same antigen.
    """

    test: Test
    begin_age: Duration | None = None
    end_age: Duration | None = None
    start: date | None = None
    end: date | None = None
    interval: Duration | None = None
    count: int = 0
    compare: Compare = Compare.greater
    valid_only: bool = False
    products: frozenset[str] = NONE
    series_groups: frozenset[str] = NONE


class SkipSet(Row, frozen=True, kw_only=True):
    """Conditions joined by AND or OR."""

    conditions: tuple[Condition, ...]
    any_of: bool = False


class Skip(msgspec.Struct, frozen=True, kw_only=True):
    """When a target dose is left out: sets joined by AND or OR, when evaluating, when forecasting, or both."""

    sets: tuple[SkipSet, ...]
    any_of: bool = False
    evaluation: bool = True
    forecast: bool = True


class Season(Row, frozen=True, kw_only=True):
    """The days between which a target dose is forecast."""

    start: date | None = None
    end: date | None = None
