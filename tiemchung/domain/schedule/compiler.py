"""From what an officer wrote to what the engine reads. Checks come first (`check.py`); here nothing can be missing."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypedDict

from tiemchung.domain.schedule import model, rows, source
from tiemchung.domain.schedule.dates import Duration, parse
from tiemchung.domain.schedule.model import Care, Kind
from tiemchung.domain.schedule.rows import Confidence, Course, Since, When

CARE = {"caution": Care.careful, "hospital": Care.hospital}


def rule_set(
    written: source.Source, papers: list[source.Paper], provinces: Mapping[str, source.Province], hash_: str
) -> model.RuleSet:
    """The engine's rule set of a checked schedule; its version is the last day on which a row changes."""
    group = written.group
    return model.RuleSet(
        id=written.id,
        version=f"{last_change(written):%Y-%m-%d}",
        hash=hash_,
        groups=(model.Group(name=group, antigens=(group,)),),
        products=tuple(_product(code, product, group) for code, product in written.products.items()),
        series=tuple(_series(written, place, provinces) for place in range(len(written.series))),
        deferrals=tuple(
            model.Deferral(
                **_row(f"deferrals/{n}", row),
                finding=row.finding,
                antigen=group,
                wait=_length(row.wait),
                begin_age=_length(row.from_age),
                end_age=_length(row.to_age),
                roles=frozenset({row.role} if row.role else ()),
                ordinal=row.ordinal,
            )
            for n, row in enumerate(written.deferrals, 1)
        ),
        contraindications=tuple(
            model.Contraindication(
                **_row(f"contraindications/{n}", row),
                finding=row.finding,
                antigen=group,
                products=frozenset(row.products),
                same_product=row.same,
            )
            for n, row in enumerate(written.contraindications, 1)
        ),
        cautions=tuple(
            model.Caution(
                **_row(f"cautions/{n}", row),
                finding=row.finding,
                antigen=group,
                care=CARE[row.outcome],
                begin_age=_length(row.from_age),
                end_age=_length(row.to_age),
            )
            for n, row in enumerate(written.cautions, 1)
        ),
        findings={code: words.vi for code, words in written.findings.items()},
        papers=tuple(model.Paper(id=p.id, on=p.date, title=p.changed.vi, url=p.url) for p in papers),
    )


def last_change(written: source.Source) -> date:
    """The last day on which a row of the schedule begins to hold."""
    days = [row.since for dose in _doses(written) for row in (*dose.give, *dose.interval, *dose.from_age)]
    rest = (written.deferrals, written.contraindications, written.cautions, written.products.values())
    days += [row.since for rows in rest for row in rows]
    return max(day for day in days if day is not None)


def _doses(written: source.Source) -> Iterator[source.Dose]:
    return (dose for series in written.series for dose in series.doses)


def _product(code: str, product: source.Product, group: str) -> model.Product:
    return model.Product(
        code=code,
        name=product.name,
        associations=(model.Association(antigen=group),),
        cvx=product.cvx,
        platform=product.platform,
        codes={"eu": product.eu} if product.eu else {},
        licences=tuple(_licences(code, product)),
    )


def _licences(code: str, product: source.Product) -> Iterator[model.Licence]:
    """One licence for each age row and volume row that have an age in common, not before the product's approval."""
    ends = product.to_age or [source.Age(at="", paper=product.paper)]
    for n, age in enumerate(product.from_age, 1):
        for end in ends:
            for v, volume in enumerate(product.volume_ml, 1):
                begin_age = _latest(_length(age.at), _length(volume.from_age))
                end_age = _earliest(_length(end.at or None), _length(volume.to_age))
                since = max((day for day in (product.since, age.since, end.since, volume.since) if day), default=None)
                until = min((day for day in (product.until, age.until, end.until, volume.until) if day), default=None)
                if _empty(begin_age, end_age) or (since and until and until < since):
                    continue
                yield model.Licence(
                    rule=f"products/{code}/from_age/{n}/volume/{v}",
                    paper=None if age.paper == source.UNKNOWN else age.paper,
                    confidence=age.confidence,
                    since=since,
                    until=until,
                    begin_age=begin_age,
                    end_age=end_age,
                    volume_ml=volume.at,
                    roles=frozenset({volume.role} if volume.role else ()),
                )


def _series(written: source.Source, place: int, provinces: Mapping[str, source.Province]) -> model.Series:
    series = written.series[place]
    group = f"{series.role}-{series.ordinal}" if series.ordinal else str(series.role)
    includes = frozenset(product for needed in series.requires for product in needed.products)
    return model.Series(
        rule=f"series/{series.id}",
        since=min((row.since for row in series.doses[0].give if row.since), default=None)
        if all(row.since for row in series.doses[0].give)
        else None,
        id=series.id,
        name=series.name.vi,
        antigen=written.group,
        vaccine_group=written.group,
        kind=Kind.risk if series.indications else Kind.standard,
        series_group=group,
        preference=place + 1,
        indications=tuple(
            model.Indication(rule=f"series/{series.id}/indications/{n}", finding=finding)
            for n, finding in enumerate(series.indications, 1)
        ),
        role=series.role,
        ordinal=series.ordinal,
        requires=tuple(
            model.Requires(role=needed.role, ordinal=needed.ordinal, if_indicated=needed.if_indicated)
            for needed in series.requires
        ),
        when=When(course=Course(includes=includes)) if includes else None,
        doses=tuple(_dose(written, series, number, dose, provinces) for number, dose in enumerate(series.doses, 1)),
    )


def _dose(
    written: source.Source,
    series: source.Series,
    number: int,
    dose: source.Dose,
    provinces: Mapping[str, source.Province],
) -> model.TargetDose:
    grace = written.grace
    at = f"series/{series.id}/{number}"
    intervals = [_interval(f"{at}/interval/{n}", row, grace) for n, row in enumerate(dose.interval, 1)]
    local = [
        _local(f"{province.place}/{series.id}/{number}/{n}", province.place, row, base, grace)
        for province in provinces.values()
        for n, row in enumerate(province.intervals, 1)
        if (row.series, row.dose) == (series.id, number)
        for base in intervals
        if _meet(row, base)
    ]
    return model.TargetDose(
        number=number,
        ages=tuple(_ages(at, dose) if dose.from_age or len(dose.give) > 1 else _ages_of(at, written, dose.give[0])),
        intervals=(*intervals, *local),
        preferable=tuple(_vaccine(f"{at}/give/{n}", row) for n, row in enumerate(dose.give, 1)),
    )


def _ages(at: str, dose: source.Dose) -> Iterator[rows.Age]:
    """The ages of a dose: below the minimum it does not count, so absolute and minimum are one."""
    end = dose.to_age[0].at if dose.to_age else None
    for n, row in enumerate(dose.from_age, 1):
        minimum = _length(row.at)
        yield rows.Age(
            **_row(f"{at}/from_age/{n}", row), absolute_minimum=minimum, minimum=minimum, maximum=_length(end)
        )


def _ages_of(at: str, written: source.Source, give: source.Give) -> Iterator[rows.Age]:
    """A dose of one product begins and ends at the ages of that product."""
    product = written.products[give.product]
    end = _earliest(_length(product.to_age[0].at if product.to_age else None), _length(give.to_age))
    for n, row in enumerate(product.from_age, 1):
        minimum = _latest(_length(row.at), _length(give.from_age))
        yield rows.Age(**_row(f"{at}/from_age/{n}", row), absolute_minimum=minimum, minimum=minimum, maximum=end)


def _interval(rule: str, row: source.Interval, grace: source.Grace) -> rows.Interval:
    previous = row.after == "previous"
    return rows.Interval(
        **_row(rule, row),
        after=Since.previous if previous else Since.role,
        roles=frozenset() if isinstance(row.after, str) else frozenset(row.after),
        absolute_minimum=_length(row.absolute),
        minimum=_less(parse(row.minimum), grace),
        earliest_recommended=parse(row.recommended or row.minimum),
        latest_recommended=_length(row.past_due),
        floor=_length(row.local.floor) if row.local else None,
    )


def _local(rule: str, place: str, row: source.LocalInterval, base: rows.Interval, grace: source.Grace) -> rows.Interval:
    return rows.Interval(
        **_row(rule, row),
        after=base.after,
        roles=base.roles,
        absolute_minimum=base.absolute_minimum,
        minimum=_less(parse(row.minimum), grace),
        earliest_recommended=_length(row.recommended),
        latest_recommended=_length(row.past_due) or base.latest_recommended,
        place=place,
        replaces=base.rule,
    )


def _vaccine(rule: str, row: source.Give) -> rows.Vaccine:
    when = When(course=Course(only=frozenset(row.basic)) if row.basic else None, previous=frozenset(row.after))
    return rows.Vaccine(
        **_row(rule, row),
        product=row.product,
        begin_age=_length(row.from_age),
        end_age=_length(row.to_age),
        circumstance=row.when,
        consent=row.consent,
        when=when if row.basic or row.after else None,
    )


class _Dated(TypedDict):
    rule: str
    paper: str | None
    confidence: Confidence
    since: date | None
    until: date | None


def _row(rule: str, row: source.Row) -> _Dated:
    paper = None if row.paper == source.UNKNOWN else row.paper
    return {
        "rule": rule,
        "paper": paper,
        "confidence": Confidence(row.confidence),
        "since": row.since,
        "until": row.until,
    }


def _length(text: str | None) -> Duration | None:
    return None if text is None else parse(text)


def _less(minimum: Duration, grace: source.Grace) -> Duration:
    allowed = parse(grace.at)
    return Duration(minimum.months - allowed.months, minimum.days - allowed.days)


def _meet(row: source.Row, base: rows.Row) -> bool:
    return (row.since or date.min) <= (base.until or date.max) and (base.since or date.min) <= (row.until or date.max)


def _latest(one: Duration | None, other: Duration | None) -> Duration | None:
    return max((age for age in (one, other) if age), key=_days, default=None)


def _earliest(one: Duration | None, other: Duration | None) -> Duration | None:
    return min((age for age in (one, other) if age), key=_days, default=None)


def _empty(begin: Duration | None, end: Duration | None) -> bool:
    return begin is not None and end is not None and _days(begin) >= _days(end)


def _days(length: Duration) -> float:
    return length.months * 365.2425 / 12 + length.days
