"""Every number and day of the Vietnamese schedule is held by a worked case: change one by one unit and a case breaks."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest

from tiemchung.domain.schedule import examples, read
from tiemchung.domain.schedule.wrong import ScheduleWrong

TREES = read.trees_of(read.shipped("vn-covid19"))
DAY = re.compile(r"\d{4}-\d\d-\d\d")
LENGTH = re.compile(r"(\d+) (\w+)")
Way = tuple[Any, ...]
STEP = 12


def leaves(tree: Any, way: Way = (), seen: set[int] | None = None) -> Iterator[tuple[Way, Any]]:
    """Every value of a tree with the way to it; what stands in several places by an anchor comes once."""
    seen = set() if seen is None else seen
    if isinstance(tree, dict | list):
        if id(tree) in seen:
            return
        seen.add(id(tree))
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(value, (*way, key), seen)
    else:
        yield way, tree


def one_unit_off(value: Any, way: Way) -> list[Any]:
    """A day later and earlier, a week more and less, a tenth of a degree: what is no number has none."""
    match value:
        case bool():
            return []
        case str() if DAY.fullmatch(value):
            return [str(date.fromisoformat(value) + timedelta(days=days)) for days in (1, -1)]
        case int():
            return [value + 1, value - 1]
        case float():
            unit = 0.01 if "volume_ml" in way else 0.1
            return [round(value + unit, 2), round(value - unit, 2)]
        case str() if length := LENGTH.fullmatch(value):
            return [f"{number} {length[2]}" for number in (int(length[1]) + 1, int(length[1]) - 1) if number >= 0]
        case _:
            return []


MUTANTS = [
    (file, way, other)
    for file in TREES
    if file.startswith(("schedule", "provinces"))
    for way, value in leaves(TREES[file])
    for other in one_unit_off(value, way)
]


def breaks(file: str, way: Way, other: Any) -> bool:
    """Whether a schedule with this one value changed is refused."""
    trees = dict(TREES) | {file: deepcopy(TREES[file])}
    place = trees[file]
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = other
    try:
        written = read.from_trees(trees)
        examples.run(read.compiled(written), written.source, written.examples)
    except ScheduleWrong:
        return True
    return False


def test_the_schedule_is_full_of_numbers():
    assert len(MUTANTS) > 200


def test_a_change_by_one_unit_breaks_a_worked_case():
    """A sample; the whole is a long proof."""
    assert survivors(MUTANTS[::STEP]) == []


@pytest.mark.prove
def test_every_change_by_one_unit_breaks_a_worked_case():
    assert survivors(MUTANTS) == []


def survivors(mutants: list[tuple[str, Way, Any]]) -> list[str]:
    """The changes that no worked case and no check notices."""
    return [
        f"{file} {'/'.join(map(str, way))}: {other}" for file, way, other in mutants if not breaks(file, way, other)
    ]
