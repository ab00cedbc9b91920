"""A rule set laid out for one place and for speed: who competes with whom, which row speaks of which product, whose row counts.

Nothing here decides anything about a person; it only spares the engine from looking twice.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

import msgspec

from tiemchung.domain.schedule.answers import Reason
from tiemchung.domain.schedule.model import (
    Caution,
    Contraindication,
    Deferral,
    Immunity,
    Product,
    Requires,
    RuleSet,
    Series,
    TargetDose,
)
from tiemchung.domain.schedule.rows import Age, Interval, Role, Row, Vaccine

DAY = timedelta(days=1)
R = TypeVar("R", bound=Row)


class Target:
    """A target dose with the intervals of one place and its vaccines by product.

    `taken`: the products of its vaccines. `refusals`: why any other product is refused, by product; the same for everybody.
    """

    __slots__ = (
        "age", "ages", "allowable", "allowable_intervals", "dose", "inadvertent", "intervals", "number", "preferable",
        "recurring", "refusals", "season", "skips", "taken",
    )  # fmt: skip

    def __init__(self, dose: TargetDose, place: str | None) -> None:
        self.dose = dose
        self.number = dose.number
        self.ages = dose.ages
        # Most targets have one row that always holds: it need not be looked for.
        self.age = _always(dose.ages)
        self.intervals = for_place(dose.intervals, place)
        self.allowable_intervals = for_place(dose.allowable_intervals, place)
        self.preferable = _by_product(dose.preferable)
        self.allowable = _by_product(dose.allowable)
        self.inadvertent = dose.inadvertent
        self.taken = frozenset(self.preferable) | frozenset(self.allowable)
        self.refusals: dict[str, Reason] = {}
        self.skips = dose.skips
        self.recurring = dose.recurring
        self.season = dose.season


class Path:
    """A series with its targets. `taken`: the products that one of them at least takes."""

    __slots__ = ("series", "taken", "targets")

    def __init__(self, series: Series, place: str | None) -> None:
        self.series = series
        self.targets = tuple(Target(dose, place) for dose in series.doses)
        self.taken = frozenset(product for target in self.targets for product in target.taken)


class Stage:
    """The series of one antigen that share a role and ordinal, and what has to be complete before them."""

    __slots__ = ("ordinal", "paths", "requires", "role")

    def __init__(self, role: Role | None, ordinal: int | None, paths: tuple[Path, ...]) -> None:
        self.role, self.ordinal, self.paths = role, ordinal, paths
        self.requires: tuple[Requires, ...] = tuple(
            dict.fromkeys(each for path in paths for each in path.series.requires)
        )


class Antigen:
    """All that is known about one antigen, its stages in the order in which they open.

    `asked`: the findings that decide about a dose, each as a reason to ask for it.
    """

    __slots__ = ("asked", "cautions", "contraindications", "deferrals", "immunity", "name", "stages")

    def __init__(self, name: str, rules: RuleSet, place: str | None) -> None:
        self.name = name
        self.stages = _stages([Path(each, place) for each in rules.series if each.antigen == name])
        self.contraindications: tuple[Contraindication, ...] = _of(name, rules.contraindications)
        self.deferrals: tuple[Deferral, ...] = _of(name, rules.deferrals)
        self.cautions: tuple[Caution, ...] = _of(name, rules.cautions)
        indications = (row.finding for each in rules.series if each.antigen == name for row in each.indications)
        codes = dict.fromkeys((*(row.finding for row in self.contraindications), *indications))
        self.asked = {
            code: Reason(code="ask_finding", facts={"finding": rules.findings.get(code) or code}) for code in codes
        }
        self.immunity: Immunity | None = next((each for each in rules.immunities if each.antigen == name), None)


class Compiled:
    """A rule set for one place."""

    __slots__ = ("antigens", "conflicts", "conflicts_before", "groups", "place", "products", "rules")

    def __init__(self, rules: RuleSet, place: str | None) -> None:
        self.rules = rules
        self.place = place
        self.products: dict[str, Product] = {product.code: product for product in rules.products}
        names = dict.fromkeys(name for group in rules.groups for name in group.antigens)
        self.antigens = {name: Antigen(name, rules, place) for name in names}
        self.groups = rules.groups
        self.conflicts = {(each.previous, each.current): each for each in rules.conflicts}
        self.conflicts_before = frozenset(each.previous for each in rules.conflicts)


def for_place(rows: Iterable[Interval], place: str | None) -> tuple[Interval, ...]:
    """The intervals of a place: its own rows, and the country's on the days on which no own row replaces them."""
    rows = tuple(rows)
    local = [row for row in rows if row.place is not None and row.place == place]
    result: list[Interval] = []
    for row in rows:
        if row.place is None:
            result += _without(row, [each for each in local if each.replaces == row.rule])
    return (*result, *local)


def _without(row: Interval, replacing: list[Interval]) -> list[Interval]:
    pieces = [row]
    for each in replacing:
        since, until = each.since or date.min, each.until or date.max
        cut: list[Interval] = []
        for piece in pieces:
            starts, ends = piece.since or date.min, piece.until or date.max
            if until < starts or ends < since:
                cut.append(piece)
                continue
            if starts < since:
                cut.append(msgspec.structs.replace(piece, until=since - DAY))
            if until < ends:
                cut.append(msgspec.structs.replace(piece, since=until + DAY))
        pieces = cut
    return pieces


def _always(rows: tuple[Age, ...]) -> Age | None:
    return rows[0] if len(rows) == 1 and rows[0].since is None and rows[0].until is None else None


def _by_product(rows: Iterable[Vaccine]) -> dict[str, tuple[Vaccine, ...]]:
    found: dict[str, list[Vaccine]] = {}
    for row in rows:
        found.setdefault(row.product, []).append(row)
    return {product: tuple(each) for product, each in found.items()}


def _stages(paths: list[Path]) -> tuple[Stage, ...]:
    """Stages in the order in which they open: those that require nothing first, then those whose required roles stand."""
    keys = dict.fromkeys((path.series.role, path.series.ordinal) for path in paths)
    waiting = [
        Stage(
            role, ordinal, tuple(path for path in paths if (path.series.role, path.series.ordinal) == (role, ordinal))
        )
        for role, ordinal in keys
    ]
    ready: list[Stage] = []
    while waiting:
        opened = next((stage for stage in waiting if not any(_needs(stage, other) for other in waiting)), waiting[0])
        waiting.remove(opened)
        ready.append(opened)
    return tuple(ready)


def _needs(stage: Stage, other: Stage) -> bool:
    return stage is not other and any(needed(each, other) for each in stage.requires)


def needed(requires: Requires, stage: Stage) -> bool:
    """Whether a requirement speaks of a stage."""
    return requires.role is stage.role and requires.ordinal in {None, stage.ordinal}


C = TypeVar("C", Contraindication, Deferral, Caution)


def _of(antigen: str, rows: Iterable[C]) -> tuple[C, ...]:
    return tuple(row for row in rows if row.antigen == antigen)
