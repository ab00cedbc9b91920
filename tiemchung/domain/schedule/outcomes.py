"""What a filled screening form comes to under a schedule: the gravest outcome of its findings and vital signs, with papers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from tiemchung.domain.schedule.dates import add, parse
from tiemchung.domain.schedule.source import Caution, Deferral, Row, Source

OUTCOMES = ("eligible", "caution", "hospital", "delay", "contraindicated")  # from light to grave


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one finding or vital sign means, and the paper that says so; `unknown` where none was seen."""

    what: str
    outcome: str
    paper: str


def of(
    written: Source,
    *,
    born_on: date,
    on: date,
    findings: Iterable[str],
    signs: Mapping[str, Decimal | float],
    products: Sequence[str] = (),
) -> list[Found]:
    """What findings and measured signs of today mean, the gravest first. `products`: what is about to be given.

    Without products, a contraindication of some of them alone is left to the gate.
    """
    found: list[Found] = []
    for finding in findings:
        for row in written.contraindications:
            if row.finding == finding and _holds(row, on) and (row.same or set(products) & set(row.products)):
                found.append(Found(what=finding, outcome="contraindicated", paper=row.paper))
        for row in written.deferrals:
            if row.finding == finding and row.role is None and _holds(row, on) and _aged(row, born_on, on):
                found.append(Found(what=finding, outcome="delay", paper=row.paper))
        for row in written.cautions:
            if row.finding == finding and _holds(row, on) and _aged(row, born_on, on):
                found.append(Found(what=finding, outcome=row.outcome, paper=row.paper))
    for row in written.vital_signs:
        value = signs.get(row.sign)
        if value is not None and _holds(row, on) and not _normal(Decimal(str(value)), row.least, row.most):
            found.append(Found(what=row.sign, outcome=row.outcome, paper=row.paper))
    return sorted(found, key=lambda each: OUTCOMES.index(each.outcome), reverse=True)


def gravest(found: Sequence[Found]) -> str:
    """The conclusion of a screening."""
    return found[0].outcome if found else OUTCOMES[0]


def _normal(value: Decimal, least: float | None, most: float | None) -> bool:
    return (least is None or value >= Decimal(str(least))) and (most is None or value <= Decimal(str(most)))


def _holds(row: Row, on: date) -> bool:
    return (row.since is None or row.since <= on) and (row.until is None or on <= row.until)


def _aged(row: Deferral | Caution, born_on: date, on: date) -> bool:
    begins = row.from_age is None or on >= add(born_on, parse(row.from_age))
    return begins and (row.to_age is None or on < add(born_on, parse(row.to_age)))
