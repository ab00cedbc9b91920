"""Which lines of the open data name their province, and which are pooled over the country; pure.

A line is told by its day, its kind (product, place in the course, age) and its province. Within a day the provinces of one
kind sum to the nation's number and the kinds of one province to that province's day; both sums are public elsewhere. So a
line is pooled where it is small, and more lines with it, until no sum less the lines that are told gives a small number away.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import groupby

import msgspec

from tiemchung.domain.analytics.rules import LEAST_PUBLISHED

# Stands where a line's province would.
POOLED = "other"
_Axis = tuple[str, Hashable]


class OpenRow(msgspec.Struct, frozen=True):
    """A line of the open data: `band` is the age of that year, `completes` marks the dose that ends a basic course."""

    day: date
    province_code: str
    product: str
    dose_role: str
    ordinal: int
    band: str
    completes: bool
    doses: int


def pooled(rows: Sequence[OpenRow]) -> list[OpenRow]:
    """The lines (in order of their days) with the small ones summed over provinces: every sum of the nation stays as it is.

    A pooled line is small itself only where the whole nation gave fewer than five doses of its kind on its day; it names no
    place.
    """
    told: list[OpenRow] = []
    for _, group in groupby(rows, key=lambda row: row.day):
        told += _day(list(group))
    return told


def _day(rows: Sequence[OpenRow]) -> list[OpenRow]:
    small = {k for k, row in enumerate(rows) if row.doses < LEAST_PUBLISHED}
    hidden = _with_what_gives_away(rows, small) if small else small
    sums: dict[Hashable, int] = defaultdict(int)
    like: dict[Hashable, OpenRow] = {}
    for k in hidden:
        kind = _kind(rows[k])
        sums[kind] += rows[k].doses
        like[kind] = rows[k]
    others = [
        msgspec.structs.replace(like[kind], province_code=POOLED, doses=doses) for kind, doses in sums.items() if doses
    ]
    return [row for k, row in enumerate(rows) if k not in hidden] + sorted(others, key=msgspec.structs.astuple)


def _with_what_gives_away(rows: Sequence[OpenRow], small: set[int]) -> set[int]:
    """The small lines, and the smallest of their kind and province until two or more, of five doses together, hide."""
    cells: dict[_Axis, list[int]] = defaultdict(list)
    for k, row in enumerate(rows):
        for axis in _axes(row):
            cells[axis].append(k)
    hidden = set(small)
    waiting = _axes_of(rows, small)
    while waiting:
        axis = waiting.pop()
        own = cells[axis]
        gone = [k for k in own if k in hidden]
        doses = sum(rows[k].doses for k in gone)
        more: set[int] = set()
        for k in sorted((k for k in own if k not in hidden), key=lambda k: rows[k].doses):
            if len(gone) + len(more) >= 2 and doses >= LEAST_PUBLISHED:
                break
            more.add(k)
            doses += rows[k].doses
        hidden |= more
        waiting |= _axes_of(rows, more) - {axis}
    return hidden


def _axes_of(rows: Sequence[OpenRow], some: Iterable[int]) -> set[_Axis]:
    return {axis for k in some for axis in _axes(rows[k])}


def _axes(row: OpenRow) -> tuple[_Axis, _Axis]:
    return ("province", row.province_code), ("kind", _kind(row))


def _kind(row: OpenRow) -> Hashable:
    return row.product, row.dose_role, row.ordinal, row.band, row.completes
