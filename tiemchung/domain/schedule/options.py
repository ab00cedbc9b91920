"""Which products suit the next dose on a day, in order of preference, and which are ruled out and why (CDSi 4.6, chapter 7.6)."""

from datetime import date

from tiemchung.domain.schedule import precautions
from tiemchung.domain.schedule.answers import Option, Reason
from tiemchung.domain.schedule.compiled import Target
from tiemchung.domain.schedule.courses import Standing
from tiemchung.domain.schedule.forecast import Outlook
from tiemchung.domain.schedule.history import Case, in_force
from tiemchung.domain.schedule.model import Licence, Product
from tiemchung.domain.schedule.rows import Role, Vaccine
from tiemchung.domain.schedule.walk import Walk, is_open, reason


class Options:
    """Products for the next dose: preferred ones in order, others that would count, and those ruled out with reasons."""

    __slots__ = ("allowed", "excluded", "preferred")

    def __init__(self) -> None:
        self.preferred: list[Option] = []
        self.allowed: list[Option] = []
        self.excluded: list[Option] = []


def options(case: Case, standing: Standing, one: Outlook, on: date) -> Options:
    """What may be given for the target of an outlook on a day."""
    found = Options()
    target = one.target
    if target is None:
        return found
    seen: set[str] = set()
    unnamed: list[Option] = []
    for row in target.dose.preferable:
        if row.product in seen or not in_force(row, on):
            continue
        if is_open(case, one.walk, row, on):
            seen.add(row.product)
            why = against(case, standing, one.walk, row.product, on)
            if why:
                found.excluded.append(Option(product=row.product, reasons=tuple(why)))
            else:
                (found.preferred if row.forecast else unnamed).append(_option(case, row, on))
    # Where the schedule names no product, every preferable one is as good as another.
    (found.allowed if found.preferred else found.preferred).extend(unnamed)
    for row in target.dose.allowable:
        if row.product not in seen and is_open(case, one.walk, row, on):
            seen.add(row.product)
            why = against(case, standing, one.walk, row.product, on)
            option = Option(product=row.product, reasons=tuple(why) or (reason("off_policy", row),))
            (found.excluded if why else found.allowed).append(option)
    found.excluded += [
        Option(product=product, reasons=(_closed(case, target, product, on),))
        for product in target.preferable
        if product not in seen
    ]
    return found


def against(case: Case, standing: Standing, walk: Walk, product: str, on: date) -> list[Reason]:
    """What rules a product out on a day, apart from the series itself: licence, contraindication, deferral of it alone."""
    found: list[Reason] = []
    series = walk.path.series
    licence = unlicensed(case, case.compiled.products.get(product), series.role, on)
    if licence is not None:
        found.append(licence)
    forbidden = standing.precautions.products.get(product)
    if forbidden is not None:
        found.append(forbidden)
    if not case.findings:
        return found
    general = {each.reason.rule for each in precautions.delays(case, standing.antigen, on, series.role, series.ordinal)}
    found += [
        each.reason
        for each in precautions.delays(case, standing.antigen, on, series.role, series.ordinal, product)
        if each.reason.rule not in general
    ]
    return found


def unlicensed(case: Case, product: Product | None, role: Role | None, on: date) -> Reason | None:
    """Why a product may not be used at this age, for this role or on this day; None when it may."""
    if product is None or not product.licences:
        return None
    rows = [row for row in product.licences if _suits(row, role, on)]
    if not rows:
        return Reason(code="not_licensed", facts={"product": product.name})
    if any(case.is_aged(on, row.begin_age, row.end_age) for row in rows):
        return None
    youngest = min((case.age(row.begin_age) for row in rows if row.begin_age is not None), default=None)
    if youngest is not None and on < youngest:
        return reason("too_young_for_product", rows[0], product=product.name, earliest=youngest)
    return reason("too_old_for_product", rows[0], product=product.name)


def volume(case: Case, product: str, role: Role | None, on: date) -> float | None:
    """The volume of a dose in ml, by age, role and day; None where the schedule says none."""
    for row in case.compiled.products[product].licences:
        if row.volume_ml is not None and _suits(row, role, on) and case.is_aged(on, row.begin_age, row.end_age):
            return row.volume_ml
    return None


def _suits(row: Licence, role: Role | None, on: date) -> bool:
    return in_force(row, on) and (not row.roles or role in row.roles)


def _option(case: Case, row: Vaccine, on: date) -> Option:
    return Option(product=row.product, reasons=tuple(conditions(case, row, on)))


def conditions(case: Case, row: Vaccine, on: date) -> list[Reason]:
    """What must be so, or be answered, for a product that suits: a circumstance, a consent."""
    found: list[Reason] = []
    if row.circumstance is not None and case.finding(row.circumstance, on) is None:
        title = case.compiled.rules.findings.get(row.circumstance) or row.circumstance
        found.append(reason("only_when", row, finding=title))
    if row.consent and case.finding("consent", on) is None:
        found.append(reason("consent_needed", row))
    return found


def _closed(case: Case, target: Target, product: str, on: date) -> Reason:
    rows = target.preferable[product]
    name = case.compiled.products[product].name if product in case.compiled.products else product
    for row in rows:
        if in_force(row, on) and not case.is_aged(on, row.begin_age, row.end_age):
            return reason("wrong_age_for_product", row, product=name)
    return reason("not_in_force", rows[0], product=name)
