"""Findings that speak against a dose: immunity, contraindications (CDSi 4.6, chapters 7.2 and 7.3), deferrals, care."""

from collections.abc import Iterable
from datetime import date

from tiemchung.domain.schedule.answers import Finding, Reason
from tiemchung.domain.schedule.compiled import Antigen
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.history import Case, in_force
from tiemchung.domain.schedule.model import Care, Contraindication, Deferral
from tiemchung.domain.schedule.rows import Role
from tiemchung.domain.schedule.walk import reason

CARE = {Care.careful: "needs_care", Care.hospital: "needs_hospital"}


class Precautions:
    """What findings say about one antigen on one day. `products`: why each product that may not be given may not."""

    __slots__ = ("forbidden", "immune", "products")

    def __init__(self) -> None:
        self.immune: Reason | None = None
        self.forbidden: Reason | None = None
        self.products: dict[str, Reason] = {}


def look(case: Case, antigen: Antigen, on: date) -> Precautions:
    """Immunity and contraindications. What is not known is not applied."""
    found = Precautions()
    found.immune = _immune(case, antigen, on)
    if not case.findings:
        return found
    for row in antigen.contraindications:
        finding = case.finding(row.finding, on)
        if finding is None or not in_force(row, on) or not case.is_aged(on, row.begin_age, row.end_age):
            continue
        why = reason("contraindicated", row, finding=_title(case, row.finding))
        if row.same_product or row.products:
            for product in _products(case, row, finding):
                found.products.setdefault(product, why)
        elif found.forbidden is None:
            found.forbidden = why
    return found


def unasked(case: Case, antigen: Antigen) -> tuple[Reason, ...]:
    """The findings that would forbid a dose or ask for another one, and of which nothing is known: shown, never applied."""
    return tuple(reason for code, reason in antigen.asked.items() if code not in case.findings)


class Delay:
    """A deferral that holds: until a day, or until the finding has ended, which nobody knows yet."""

    __slots__ = ("reason", "until")

    def __init__(self, why: Reason, until: date | None) -> None:
        self.reason, self.until = why, until


def delays(
    case: Case, antigen: Antigen, on: date, role: Role | None, ordinal: int | None, product: str | None = None
) -> list[Delay]:
    """The deferrals that hold on a day for a dose of a role; without a product, those that hold for every product."""
    found: list[Delay] = []
    if not case.findings:
        return found
    for row in antigen.deferrals:
        if not _concerns(row, role, ordinal, product):
            continue
        if not in_force(row, on) or not case.is_aged(on, row.begin_age, row.end_age):
            continue
        if row.wait is None:
            finding = case.finding(row.finding, on)
            if finding is not None:
                why = reason("deferred_until_over", row, finding=_title(case, row.finding))
                found.append(Delay(why, None))
            continue
        since = case.observed(row.finding, on)
        until = None if since is None else add(since, row.wait)
        if since is not None and until is not None and on < until:
            why = reason("deferred", row, finding=_title(case, row.finding), since=since, earliest=until)
            found.append(Delay(why, until))
    return found


def cares(case: Case, antigen: Antigen, on: date, product: str | None = None) -> list[Reason]:
    """What needs care, or a hospital, on a day."""
    found: list[Reason] = []
    if not case.findings:
        return found
    for row in antigen.cautions:
        finding = case.finding(row.finding, on)
        if finding is None or not in_force(row, on) or not case.is_aged(on, row.begin_age, row.end_age):
            continue
        if row.products and product not in row.products:
            continue
        if row.wait is not None and finding.on is not None and on < add(finding.on, row.wait):
            continue
        found.append(reason(CARE[row.care], row, finding=_title(case, row.finding)))
    return found


def _immune(case: Case, antigen: Antigen, on: date) -> Reason | None:
    immunity = antigen.immunity
    if immunity is None:
        return None
    for code in immunity.findings:
        if case.finding(code, on) is not None:
            return Reason(code="immune", facts={"finding": _title(case, code)})
    for row in immunity.births:
        if not _is_born_in(case, row.country):
            continue
        if case.born < row.before and not any(case.finding(code, on) for code in row.exclusions):
            return Reason(code="immune_by_birth", facts={"before": row.before.isoformat()})
    return None


def _is_born_in(case: Case, country: str | None) -> bool:
    """A schedule speaks of its own country's people unless a place says otherwise."""
    place = case.place
    if country is None or place is None:
        return True
    return place.split("-")[0].upper() == "".join(letter for letter in country.upper() if letter.isalpha())


def _concerns(row: Deferral, role: Role | None, ordinal: int | None, product: str | None) -> bool:
    return (
        (not row.roles or role in row.roles)
        and row.ordinal in {None, ordinal}
        and (not row.products or product in row.products)
    )


def _products(case: Case, row: Contraindication, finding: Finding) -> Iterable[str]:
    if not row.same_product:
        return row.products
    if finding.product is not None:
        return [finding.product]
    return {given.product.code for given in case.doses if finding.on is None or given.on <= finding.on}


def _title(case: Case, code: str) -> str:
    return case.compiled.rules.findings.get(code) or code
