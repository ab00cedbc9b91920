"""What must hold in a written schedule before it is compiled: names that exist, days without gap or overlap, floors."""

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from tiemchung.domain.schedule.dates import BadDuration, add, parse
from tiemchung.domain.schedule.rows import Confidence
from tiemchung.domain.schedule.source import (
    UNKNOWN,
    Dose,
    Interval,
    LocalInterval,
    Paper,
    Product,
    Province,
    Row,
    Source,
)
from tiemchung.domain.schedule.wrong import (
    BelowFloor,
    DaysWithoutRow,
    EndsBeforeItBegins,
    NamedTwice,
    NotLeftToProvinces,
    RowsOverlap,
    UnknownName,
    UnsurePaper,
    WrongLength,
    WrongOrder,
)

FILE = "schedule.yaml"
DAY = timedelta(days=1)
R = TypeVar("R")
SIGNS = ("temperature_c", "pulse", "systolic", "diastolic", "breaths", "systolic_rise", "spo2")
LENGTHS = {"at", "from_age", "to_age", "absolute", "minimum", "recommended", "past_due", "wait", "floor"}

Place = tuple[str, Row]  # where a row stands, in words, and the row


def everything(written: Source, papers: Sequence[Paper], provinces: Mapping[str, Province]) -> None:
    """All checks of a schedule. Raises a `ScheduleWrong`."""
    _once("papers.yaml", "papers", [paper.id for paper in papers])
    _once(FILE, "series", [series.id for series in written.series])
    _once("provinces/", "place", [province.place for province in provinces.values()])
    _once("provinces/", "area", [province.area for province in provinces.values()])
    known = {paper.id for paper in papers} | {UNKNOWN}
    places = [(FILE, where, row) for where, row in _rows(written)]
    places += [(file, where, row) for file, p in provinces.items() for where, row in _local_rows(p)]
    for file, where, row in places:
        _row(file, where, row, known)
    _names(written)
    for rows in _lists(written):
        _follow(FILE, rows)
    for code, product in written.products.items():
        _approved(code, product)
    for series in written.series:
        for number, dose in enumerate(series.doses, 1):
            _first_days(f"series {series.id}, dose {number}", dose)
    for file, each in provinces.items():
        province(file, each, written)


def _once(file: str, where: str, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise NamedTwice(file=file, row=f"{where} {place + 1}", name=name)


def _rows(written: Source) -> Iterator[Place]:
    """Every dated row of the schedule with the words that name it."""
    yield "grace", written.grace
    for code, product in written.products.items():
        yield f"product {code}", product
    for rows in _lists(written):
        yield from rows


def _lists(written: Source) -> Iterator[list[Place]]:
    """Rows for the same thing, which must follow one another."""
    for code, product in written.products.items():
        at = f"product {code}"
        yield _numbered(f"{at}, from_age", product.from_age)
        yield _numbered(f"{at}, to_age", product.to_age)
        yield from _by(
            (f"{at}, volume_ml {n}", v, (v.role, v.from_age, v.to_age)) for n, v in _count(product.volume_ml)
        )
    for series in written.series:
        for number, dose in _count(series.doses):
            at = f"series {series.id}, dose {number}"
            yield _numbered(f"{at}, from_age", dose.from_age)
            yield _numbered(f"{at}, to_age", dose.to_age)
            yield _numbered(f"{at}, interval", dose.interval)
            yield from _by(
                (f"{at}, give {n}", g, (g.product, *g.basic, None, *g.after, None, g.from_age, g.to_age))
                for n, g in _count(dose.give)
            )
    yield from _by(
        (f"deferral {n}", d, (d.finding, d.role, d.ordinal, d.from_age, d.to_age)) for n, d in _count(written.deferrals)
    )
    yield from _by(
        (f"contraindication {n}", c, (c.finding, c.same, *c.products)) for n, c in _count(written.contraindications)
    )
    yield from _by((f"caution {n}", c, (c.finding, c.from_age, c.to_age)) for n, c in _count(written.cautions))
    yield from _by((f"vital_sign {n}", v, v.sign) for n, v in _count(written.vital_signs))


def _local_rows(province: Province) -> list[Place]:
    return _numbered("interval", province.intervals)


def _row(file: str, where: str, row: Row, papers: set[str]) -> None:
    if row.paper not in papers:
        raise UnknownName(file=file, row=where, kind="paper", name=row.paper)
    if row.paper == UNKNOWN and row.confidence is Confidence.sourced:
        raise UnsurePaper(file=file, row=where)
    if row.since and row.until and row.until < row.since:
        raise EndsBeforeItBegins(file=file, row=where)
    for name in LENGTHS & set(row.__struct_fields__):
        text = getattr(row, name)
        if isinstance(text, str):
            _length(file, where, text)
    if isinstance(row, Interval | LocalInterval):
        _in_order(file, where, row)


def _in_order(file: str, where: str, row: Interval | LocalInterval) -> None:
    """Nothing is recommended before it is allowed, or late before it is recommended."""
    recommended = row.recommended or row.minimum
    lengths = [row.minimum, recommended, row.past_due or recommended]
    days = [add(date.min, parse(text)) for text in lengths]
    if days != sorted(days):
        raise WrongOrder(file=file, row=where)


def _length(file: str, where: str, text: str) -> None:
    try:
        parse(text)
    except BadDuration as wrong:
        raise WrongLength(file=file, row=where, text=text) from wrong


def _names(written: Source) -> None:
    """Products, findings and vital signs that rows name exist."""
    for series in written.series:
        at = f"series {series.id}"
        _known(at, "finding", series.indications, written.findings)
        for needed in series.requires:
            _known(at, "product", needed.products, written.products)
        for number, dose in _count(series.doses):
            for n, give in _count(dose.give):
                here = f"{at}, dose {number}, give {n}"
                _known(here, "product", [give.product, *give.basic, *give.after], written.products)
                _known(here, "finding", [give.when] if give.when else [], written.findings)
            for interval in dose.interval:
                if interval.local:
                    _length(FILE, f"{at}, dose {number}", interval.local.floor)
    for kind, rows in (("deferral", written.deferrals), ("caution", written.cautions)):
        for n, row in _count(rows):
            _known(f"{kind} {n}", "finding", [row.finding], written.findings)
    for n, row in _count(written.contraindications):
        _known(f"contraindication {n}", "finding", [row.finding], written.findings)
        _known(f"contraindication {n}", "product", row.products, written.products)
    for n, vital in _count(written.vital_signs):
        _known(f"vital_sign {n}", "vital sign", [vital.sign], SIGNS)


def _known(where: str, kind: str, names: Sequence[str], known: Mapping[str, object] | Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownName(file=FILE, row=where, kind=kind, name=name)


def _follow(file: str, rows: Sequence[Place]) -> None:
    """Rows for one thing follow one another: each begins on the day after the one before it ends."""
    rows = sorted(rows, key=lambda place: place[1].since or date.min)
    for (_, before), (where, row) in itertools.pairwise(rows):
        begins, ended = row.since or date.min, before.until or date.max
        if begins <= ended:
            raise RowsOverlap(file=file, row=where, first=begins.isoformat())
        if begins != ended + DAY:
            raise DaysWithoutRow(file=file, row=where, first=(ended + DAY).isoformat(), last=(begins - DAY).isoformat())


def _approved(code: str, product: Product) -> None:
    """From its approval on, a product has an age and a volume on every day."""
    for rows in (product.from_age, product.to_age):
        first = min((row.since or date.min for row in rows), default=date.min)
        if first > (product.since or date.min):
            raise DaysWithoutRow(
                file=FILE, row=f"product {code}", first=str(product.since), last=(first - DAY).isoformat()
            )


def _first_days(where: str, dose: Dose) -> None:
    """Intervals and ages of a dose begin to hold when its first product may be given, neither later nor earlier."""
    first = min(row.since or date.min for row in dose.give)
    for rows in (dose.interval, dose.from_age):
        dated = [row.since for row in rows]
        begins = min((day for day in dated if day), default=first) if all(dated) else first
        if begins > first:
            raise DaysWithoutRow(file=FILE, row=where, first=first.isoformat(), last=(begins - DAY).isoformat())
        if begins < first:
            raise DaysWithoutRow(file=FILE, row=where, first=begins.isoformat(), last=(first - DAY).isoformat())


def province(file: str, province: Province, written: Source) -> None:
    """A province changes only what is left to it, from the day on which it is, and stays above the floor."""
    _follow(file, _numbered("interval", province.intervals))
    doses = {(series.id, n): dose for series in written.series for n, dose in _count(series.doses)}
    for n, row in _count(province.intervals):
        where = f"interval {n}"
        dose = doses.get((row.series, row.dose))
        if dose is None:
            raise UnknownName(file=file, row=where, kind="dose", name=f"{row.series} {row.dose}")
        _left_to_provinces(file, where, row, dose)


def _left_to_provinces(file: str, where: str, row: LocalInterval, dose: Dose) -> None:
    begins = row.since or date.min
    base = [each for each in dose.interval if each.local and begins <= (each.until or date.max)]
    if not base or any(begins < (each.local.since or date.min) for each in base if each.local):
        raise NotLeftToProvinces(file=file, row=where)
    for each in base:
        if each.local and add(begins, parse(row.minimum)) < add(begins, parse(each.local.floor)):
            raise BelowFloor(file=file, row=where, minimum=row.minimum, floor=each.local.floor)


def _numbered(where: str, rows: Sequence[Row]) -> list[Place]:
    return [(f"{where} {n}", row) for n, row in _count(rows)]


def _by(keyed: Iterator[tuple[str, Row, Hashable]]) -> Iterator[list[Place]]:
    lists: dict[Hashable, list[Place]] = defaultdict(list)
    for where, row, key in keyed:
        lists[key].append((where, row))
    yield from lists.values()


def _count(rows: Sequence[R]) -> Iterator[tuple[int, R]]:
    return enumerate(rows, 1)
