"""The gate: may this product be given to this person now? What would not count stops, what needs a thought warns.

The dose in hand is tried at the end of the history, against the series that the person is on; one that would only count by
throwing away doses that counted before does not pass.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from tiemchung.domain.schedule import groups, options, precautions
from tiemchung.domain.schedule.answers import (
    Allow,
    Dose,
    DoseStatus,
    Finding,
    Flag,
    Lot,
    Reason,
    SeriesStatus,
    Stop,
    Subject,
    Verdict,
    Warn,
)
from tiemchung.domain.schedule.compiled import Compiled, Target
from tiemchung.domain.schedule.courses import Beside, Course, Standing, is_meant, stand
from tiemchung.domain.schedule.history import Case, in_force
from tiemchung.domain.schedule.model import Group
from tiemchung.domain.schedule.walk import Outcome, Walk, is_open, reason


class Trial:
    """The dose in hand as one series sees it. `keeps`: the doses that counted before still count in it.

    `number`: which dose it would be, of all that count.
    """

    __slots__ = ("keeps", "number", "outcome", "walk")

    def __init__(self, walk: Walk, outcome: Outcome, keeps: bool, number: int) -> None:
        self.walk, self.outcome, self.keeps, self.number = walk, outcome, keeps, number

    def passes(self, grace: bool) -> bool:
        """Whether the dose would count here, in its time, beside those that counted before."""
        return self.keeps and self.outcome.status is DoseStatus.valid and (grace or self.outcome.early is None)


class Hand:
    """What is about to be given, and the case with and without it."""

    __slots__ = ("after", "before", "dose", "given")

    def __init__(
        self,
        compiled: Compiled,
        subject: Subject,
        doses: Sequence[Dose],
        findings: Sequence[Finding],
        product: str,
        on: date,
        place: str | None,
    ) -> None:
        self.dose = Dose(on=on, product=product)
        self.before = Case(compiled, subject, doses, findings, on, place)
        self.after = Case(compiled, subject, [*doses, self.dose], findings, on, place)
        self.given = next(each for each in self.after.doses if each.index == len(doses))


def decide(hand: Hand, wanted: Sequence[Group], lot: Lot | None) -> Verdict:
    """Allow, warn or stop."""
    stops = [*_lot(lot, hand.before.on), *_same_day(hand)]
    warnings: list[Reason] = []
    chosen: list[Trial] = []
    for group in wanted:
        found = _group(hand, group)
        stops += found.stops
        warnings += found.warnings
        if found.trial is not None:
            chosen.append(found.trial)
    if not chosen and not stops:
        stops = [Reason(code="no_dose_due")]
    if stops:
        named = [each.rule for each in stops if each.rule is not None]
        return Stop(reasons=_once(stops), earliest=_earliest(stops), rules=tuple(dict.fromkeys(named)))
    series, number, rules = chosen[0].walk.path.series, chosen[0].number, _rules(chosen)
    if warnings:
        return Warn(
            reasons=_once(warnings),
            role=series.role,
            ordinal=series.ordinal,
            number=number,
            series=series.id,
            rules=rules,
        )
    return Allow(role=series.role, ordinal=series.ordinal, number=number, series=series.id, rules=rules)


class _Found:
    """What one vaccine group says."""

    __slots__ = ("stops", "trial", "warnings")

    def __init__(self) -> None:
        self.stops: list[Reason] = []
        self.warnings: list[Reason] = []
        self.trial: Trial | None = None


def _group(hand: Hand, group: Group) -> _Found:
    """A group's word: its findings first, then whether the dose counts for one of its antigens at least."""
    found = _Found()
    names = [each for each in group.antigens if _holds(hand, each)]
    standings = [stand(hand.before, hand.before.compiled.antigens[name]) for name in names]
    failed: list[Reason] = []
    for standing in standings:
        forbidden = standing.precautions.forbidden or standing.precautions.products.get(hand.dose.product)
        if forbidden is not None:
            found.stops.append(forbidden)
            continue
        if standing.precautions.immune is not None:
            found.warnings.append(standing.precautions.immune)
        trial, why = _best_trial(hand, standing)
        if trial is None:
            failed += why
            continue
        found.trial = found.trial or trial
        found.stops += _in_the_way(hand, standing, trial)
        found.warnings += _to_think_of(hand, standing, trial)
    if found.trial is None:
        found.stops += failed
    else:
        found.warnings += [each for each in failed if each.code != "no_dose_due"]
        found.stops += _would_not_count(hand, group)
    return found


def _holds(hand: Hand, antigen: str) -> bool:
    return any(
        each.antigen == antigen and hand.before.is_aged(hand.dose.on, each.begin_age, each.end_age)
        for each in hand.given.product.associations
    )


def _best_trial(hand: Hand, standing: Standing) -> tuple[Trial | None, list[Reason]]:
    """The first open course that takes the dose, or why none does: what the course says that is to be done next."""
    grace = hand.before.compiled.rules.grace
    why: list[Reason] = []
    for course in standing.courses:
        if all(one.target is None for one in course.best):
            continue
        trials = _trials(hand, standing, course)
        passing = [trial for trial in trials if trial.passes(grace)]
        if passing:
            return min(passing, key=lambda trial: len(trial.outcome.flags)), []
        why = why or _why_not(hand, course, trials)
    return None, why or [Reason(code="no_dose_due")]


def _trials(hand: Hand, standing: Standing, course: Course) -> list[Trial]:
    """The dose in hand against every series of a course, the person's own first."""
    after = {each.index: each for each in hand.after.doses}
    given = [after[each.index] for each in course.given] + [hand.given]
    given.sort(key=lambda each: each.at)
    before = [after[each.index] for each in course.before]
    hand.after.roles = {role: after[each.index] for role, each in hand.before.roles.items()}
    paths = [path for path in course.stage.paths if is_meant(hand.after, path, before)]
    beside = Beside(hand.after, paths, given, before)
    own = {one.walk.path for one in course.best}
    counted = {given.index for one in course.best for _, given in one.walk.satisfied}
    number = 1 + len({each.index for one in standing.courses for each in one.valid})
    found: list[Trial] = []
    for path in sorted(paths, key=lambda path: (path not in own, path.series.preference)):
        walk = beside.walk(path)
        keeps = counted <= {each.index for _, each in walk.satisfied}
        outcome = walk.outcomes[given.index(hand.given)]
        found.append(Trial(walk, outcome, keeps, number))
    return found


def _why_not(hand: Hand, course: Course, trials: list[Trial]) -> list[Reason]:
    """What to say of a dose that no series takes, the person's own series first.

    A series that asks for this product now says best what is wrong with it; then comes the product's licence, and only then
    that the course asks for other products or for nothing. What a series of other products thinks of the age tells nothing.
    """
    kept = [trial for trial in trials if trial.keeps] or trials
    code = hand.dose.product
    said = [
        each
        for trial in kept
        if (target := _target(trial)) is not None and code in target.taken
        if (each := trial.outcome.reason or trial.outcome.early) is not None and each.code != "wrong_product"
    ]
    licence = options.unlicensed(hand.before, hand.given.product, course.stage.role, hand.before.on)
    at_rest = [each for one in course.best if one.status is not SeriesStatus.not_complete for each in one.reasons]
    its_own = [trial for trial in kept if code in trial.walk.path.taken] or kept
    return said[:1] or ([licence] if licence is not None else []) or at_rest[:1] or [_other(hand, course, its_own)]


def _other(hand: Hand, course: Course, trials: list[Trial]) -> Reason:
    """That no series takes the product yet, or that the dose is given with others; the paper is that of the first of them."""
    day, product = hand.dose.on, hand.given.product.name
    for path in course.stage.paths:
        closed = [row for target in path.targets for row in target.preferable.get(hand.dose.product, ())]
        if closed and not in_force(path.series, day):
            return reason("not_in_force", closed[0])
    products = hand.before.compiled.products
    rows = {
        row.product: row
        for trial in trials
        if (target := _target(trial)) is not None
        for row in target.dose.preferable
        if is_open(hand.after, trial.walk, row, day)
        and row.product in products
        and options.unlicensed(hand.before, products[row.product], course.stage.role, day) is None
    }
    if not rows:
        return reason("wrong_product", trials[0].walk.path.series, product=product)
    names = ", ".join(products[code].name for code in rows)
    return reason("other_products", next(iter(rows.values())), product=product, products=names)


def _target(trial: Trial) -> Target | None:
    return next((each for each in trial.walk.path.targets if each.number == trial.outcome.target), None)


def _in_the_way(hand: Hand, standing: Standing, trial: Trial) -> list[Reason]:
    """A licence that does not reach, and what delays."""
    series, case = trial.walk.path.series, hand.before
    product = hand.given.product
    licence = options.unlicensed(case, product, series.role, case.on)
    delays = precautions.delays(case, standing.antigen, case.on, series.role, series.ordinal, product.code)
    return [*([licence] if licence is not None else []), *(each.reason for each in delays)]


def _to_think_of(hand: Hand, standing: Standing, trial: Trial) -> list[Reason]:
    """What does not forbid: a product off the policy, a circumstance, a consent, care."""
    found = precautions.cares(hand.before, standing.antigen, hand.before.on, hand.dose.product)
    row = trial.outcome.vaccine
    if row is not None:
        conditions = options.conditions(hand.before, row, hand.before.on)
        found += conditions
        if Flag.off_policy in trial.outcome.flags and row.circumstance is None:
            found.append(reason("off_policy", row))
    if trial.outcome.early is not None:
        found.append(trial.outcome.early)
    return found


def _would_not_count(hand: Hand, group: Group) -> list[Reason]:
    """The last word: the whole history is assessed again with the dose in it, and what would not be valid stops."""
    standings = [stand(hand.after, hand.after.compiled.antigens[name]) for name in group.antigens]
    for each in groups.evaluations(hand.after, group, standings):
        if each.index == hand.given.index and each.status is not DoseStatus.valid:
            return list(each.reasons)
    return []


def _lot(lot: Lot | None, on: date) -> list[Reason]:
    if lot is None:
        return []
    found: list[Reason] = []
    if on > lot.expires_on:
        found.append(Reason(code="lot_expired", facts={"lot": lot.number, "expired_on": lot.expires_on.isoformat()}))
    if lot.recalled:
        found.append(Reason(code="lot_recalled", facts={"lot": lot.number}))
    if not lot.released:
        found.append(Reason(code="lot_not_released", facts={"lot": lot.number}))
    return found


def _same_day(hand: Hand) -> list[Reason]:
    """A dose of one of the product's antigens was given today already."""
    antigens = {each.antigen for each in hand.given.product.associations}
    today = [
        each
        for each in hand.before.doses
        if each.on == hand.dose.on and not antigens.isdisjoint(one.antigen for one in each.product.associations)
    ]
    return [Reason(code="same_day", facts={"on": hand.dose.on.isoformat()})] if today else []


def _earliest(stops: Sequence[Reason]) -> date | None:
    """The day from which it may be given, if every reason ends some day."""
    days = [each.facts.get("earliest") for each in stops]
    return max(date.fromisoformat(day) for day in days if day is not None) if all(days) else None


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple({(each.code, each.rule): each for each in reasons}.values())


def _rules(trials: Sequence[Trial]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.rule for trial in trials for row in trial.outcome.rows))
