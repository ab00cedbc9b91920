"""Evaluation: doses walk against the target doses of one series (CDSi logic specification 4.6, chapter 6).

Only a valid dose moves on to the next target. A recorded dose is never dropped: it gets a status and a reason.
"""

from collections.abc import Sequence
from datetime import date

from tiemchung.domain.schedule import skips
from tiemchung.domain.schedule.answers import DoseStatus, Flag, Reason
from tiemchung.domain.schedule.compiled import Path, Target
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.history import Case, Given, in_force
from tiemchung.domain.schedule.rows import Age, Interval, Row, Since, Vaccine
from tiemchung.domain.schedule.walk import Others, Outcome, Walk, age_row, is_open, reason, reference, too_soon

SUBSTANDARD = frozenset({"substandard", "expired_lot"})


def walk(case: Case, path: Path, given: Sequence[Given], course: Sequence[Given], others: Others) -> Walk:
    """Evaluate doses, in order, against a series."""
    walked = Walk(path, given, course, others)
    for each in given:
        outcome = _evaluate(case, walked, each)
        walked.outcomes.append(outcome)
        if case.trace is not None:
            _note(case, walked, each, outcome)
        if outcome.status is DoseStatus.valid or outcome.status is DoseStatus.not_valid:
            if outcome.reason is not None and outcome.reason.code == "inadvertent":
                walked.inadvertent.add(each.at)
            elif each.unusable is None:
                walked.previous = each
    return walked


def _evaluate(case: Case, walked: Walk, given: Given) -> Outcome:
    if given.unusable is not None:
        bad = given.unusable.code in SUBSTANDARD
        return Outcome(DoseStatus.substandard if bad else DoseStatus.not_valid, given.unusable)
    series = walked.path.series
    if not in_force(series, given.on):
        return Outcome(DoseStatus.extraneous, reason("not_in_force", series))
    while (target := walked.target) is not None and target.skips:
        skipped = skips.met(case, walked, target.skips, given.on, given)
        if skipped is None:
            break
        case.note("skip", "skipped", skipped.rule, series=series.id, target=target.number, on=given.on)
        walked.position += 1
    if target is None:
        return Outcome(DoseStatus.extraneous, Reason(code="surplus"))
    outcome = _against(case, walked, target, given)
    if outcome.status is DoseStatus.valid:
        walked.satisfy(target, given)
    return outcome


class _Seen:
    """What the checks of one dose have found so far."""

    __slots__ = ("early", "flags", "rows", "vaccine")

    def __init__(self) -> None:
        self.flags: list[Flag] = []
        self.rows: list[Row] = []
        self.early: Reason | None = None
        self.vaccine: Vaccine | None = None

    def is_early(self, why: Reason) -> None:
        """The dose counts, but should have waited."""
        self.early = self.early or why
        if Flag.early not in self.flags:
            self.flags.append(Flag.early)


def _against(case: Case, walked: Walk, target: Target, given: Given) -> Outcome:
    """One dose against one target: the first check that fails says why (chapters 6.3 to 6.9)."""
    if given.product.code in target.inadvertent:
        return Outcome(
            DoseStatus.not_valid, Reason(code="inadvertent", facts={"product": given.product.name}), target.number
        )
    if given.product.code not in target.taken:
        return _refused(case, walked, target, given)
    seen = _Seen()
    for check in CHECKS:
        failed = check(case, walked, target, given, seen)
        if failed is not None:
            failed.target = target.number
            return failed
    outcome = Outcome(DoseStatus.valid, None, target.number, tuple(seen.flags), tuple(seen.rows))
    outcome.early, outcome.vaccine = seen.early, seen.vaccine
    return outcome


def _refused(case: Case, walked: Walk, target: Target, given: Given) -> Outcome:
    """A product that the target takes at no age and on no day: an age that is out of bounds still says more."""
    row = age_row(target, given.on)
    outcome = None if row is None else _out_of_age(case, row, given)
    if outcome is None:
        why = target.refusals.get(given.product.code)
        if why is None:
            why = reason("wrong_product", walked.path.series, product=given.product.name)
            target.refusals[given.product.code] = why
        outcome = Outcome(DoseStatus.not_valid, why)
    outcome.target = target.number
    return outcome


def _age(case: Case, walked: Walk, target: Target, given: Given, seen: _Seen) -> Outcome | None:
    row = age_row(target, given.on)
    if row is None:
        return None
    seen.rows.append(row)
    if row.minimum is not None and given.on < case.age(row.minimum):
        seen.is_early(reason("too_young", row, earliest=case.age(row.minimum)))
    return _out_of_age(case, row, given)


def _out_of_age(case: Case, row: Age, given: Given) -> Outcome | None:
    if row.absolute_minimum is not None and given.on < case.age(row.absolute_minimum):
        return Outcome(DoseStatus.not_valid, reason("too_young", row, earliest=case.age(row.absolute_minimum)))
    if row.maximum is not None and given.on >= case.age(row.maximum):
        return Outcome(DoseStatus.extraneous, reason("too_old", row, latest=case.age(row.maximum)))
    return None


def _same_day(case: Case, walked: Walk, target: Target, given: Given, seen: _Seen) -> Outcome | None:
    """Two doses of one antigen on one day can be one dose only, whatever the intervals say."""
    last = walked.satisfied[-1][1] if walked.satisfied else (walked.course[-1] if walked.course else None)
    if last is not None and last.on == given.on:
        return Outcome(DoseStatus.not_valid, Reason(code="same_day", facts={"on": given.on.isoformat()}))
    return None


def _interval(case: Case, walked: Walk, target: Target, given: Given, seen: _Seen) -> Outcome | None:
    """All preferable intervals, otherwise all allowable ones."""
    failed: Outcome | None = None
    for row in target.intervals:
        since = reference(case, walked, row, given.on, given)
        if since is None:
            ahead = _came_later(case, row, given.on)
            if ahead is not None:
                failed = Outcome(DoseStatus.not_valid, reason("before_finding", row, observed=ahead))
                break
            continue
        seen.rows.append(row)
        if row.absolute_minimum is not None and given.on < add(since, row.absolute_minimum):
            failed = Outcome(DoseStatus.not_valid, too_soon(row, since, add(since, row.absolute_minimum)))
            break
        if row.minimum is not None and given.on < add(since, row.minimum):
            seen.is_early(too_soon(row, since, add(since, row.minimum)))
    if failed is None or not target.allowable_intervals:
        return failed
    for row in target.allowable_intervals:
        since = reference(case, walked, row, given.on, given)
        if since is not None and row.absolute_minimum is not None and given.on < add(since, row.absolute_minimum):
            return failed
    if failed.reason is not None:
        seen.is_early(failed.reason)
    return None


def _came_later(case: Case, row: Interval, on: date) -> date | None:
    """The day of a finding that came after a dose, where the row sets no absolute minimum from it.

    Such a row (a transplant, a therapy, a pregnancy) asks for doses because of the finding; one that was given before
    it cannot be one of them. A row with an absolute minimum of its own says nothing about doses before the finding.
    """
    if row.after is not Since.observation or row.absolute_minimum is not None or row.observation is None:
        return None
    observed = case.observed(row.observation, case.on)
    return observed if observed is not None and on < observed and in_force(row, on) else None


def _conflict(case: Case, walked: Walk, target: Target, given: Given, seen: _Seen) -> Outcome | None:
    """A live vaccine too soon after another one, of whatever antigen (chapter 6.7)."""
    conflicts = case.compiled.conflicts
    if not conflicts:
        return None
    for before in case.doses[: given.at]:
        row = conflicts.get((before.product.code, given.product.code))
        if row is None:
            continue
        if given.on < add(before.on, row.begin):
            continue
        why = reason(
            "live_conflict", row, previous=before.product.name, since=before.on, earliest=add(before.on, row.end)
        )
        if given.on < add(before.on, row.end if _was_not_valid(walked, before) else row.end_after_valid):
            return Outcome(DoseStatus.not_valid, why)
        if given.on < add(before.on, row.end):
            seen.is_early(why)
    return None


def _was_not_valid(walked: Walk, before: Given) -> bool:
    pairs = zip(walked.given, walked.outcomes, strict=False)
    return any(given is before and outcome.status is not DoseStatus.valid for given, outcome in pairs)


def _vaccine(case: Case, walked: Walk, target: Target, given: Given, seen: _Seen) -> Outcome | None:
    """A preferable vaccine, otherwise an allowable one (chapters 6.8 and 6.9)."""
    code = given.product.code
    preferable, allowable = target.preferable.get(code, ()), target.allowable.get(code, ())
    for row in preferable:
        if is_open(case, walked, row, given.on) and _is_as_said(given, row):
            seen.rows.append(row)
            seen.vaccine = row
            if row.circumstance is not None and case.finding(row.circumstance, given.on) is None:
                seen.flags.append(Flag.off_policy)
            if row.consent:
                seen.flags.append(Flag.consent_needed)
            return None
    for row in allowable:
        if is_open(case, walked, row, given.on) and _is_as_said(given, row):
            seen.rows.append(row)
            seen.vaccine = row
            seen.flags.append(Flag.off_policy)
            return None
    return Outcome(DoseStatus.not_valid, _closed(case, (*preferable, *allowable), given))


def _closed(case: Case, rows: Sequence[Vaccine], given: Given) -> Reason:
    """Why no row lets this product count here, by the row that says so: its days, its ages, or its own conditions."""
    in_time = [row for row in rows if in_force(row, given.on)]
    if not in_time:
        return reason("not_in_force", rows[0])
    unfit = next((row for row in in_time if not case.is_aged(given.on, row.begin_age, row.end_age)), None)
    if unfit is not None:
        return reason("wrong_age_for_product", unfit, product=given.product.name)
    return reason("wrong_product", in_time[0], product=given.product.name)


CHECKS = (_same_day, _age, _interval, _conflict, _vaccine)


def _is_as_said(given: Given, row: Vaccine) -> bool:
    """The maker, where both the row and the record say one. Less volume than the row's still counts (table 6-29)."""
    dose = given.dose
    return row.mvx is None or dose.mvx is None or row.mvx.upper() == dose.mvx.upper()


def _note(case: Case, walked: Walk, given: Given, outcome: Outcome) -> None:
    rule = outcome.reason.rule if outcome.reason else None
    case.note(
        "dose",
        outcome.status.value,
        rule or ", ".join(row.rule for row in outcome.rows) or None,
        series=walked.path.series.id,
        target=outcome.target,
        on=given.on,
        product=given.product.code,
        why=outcome.reason.code if outcome.reason else None,
    )
