"""Forecast: what a series asks for next and when (CDSi logic specification 4.6, chapter 7)."""

from datetime import date, timedelta

from tiemchung.domain.schedule import skips
from tiemchung.domain.schedule.answers import Reason, SeriesStatus
from tiemchung.domain.schedule.compiled import Antigen, Target
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.history import Case
from tiemchung.domain.schedule.precautions import Precautions
from tiemchung.domain.schedule.rows import Row, Since
from tiemchung.domain.schedule.walk import Walk, age_row, reason, reference

DAY = timedelta(days=1)


class Outlook:
    """What comes next in a series: its status and, where a dose is still asked for, that target and its days."""

    __slots__ = ("earliest", "latest", "past_due", "reasons", "recommended", "rows", "status", "target", "walk")

    def __init__(self, walk: Walk, status: SeriesStatus, target: Target | None = None) -> None:
        self.walk = walk
        self.status = status
        self.target = target
        self.earliest: date | None = None
        self.recommended: date | None = None
        self.past_due: date | None = None
        self.latest: date | None = None
        self.reasons: list[Reason] = []
        self.rows: list[Row] = []


def skip_ahead(case: Case, walk: Walk, on: date) -> Target | None:
    """The next target that is not left out on a day, or None when there is none; the walk moves on past those left out."""
    while (target := walk.target) is not None and target.skips:
        skipped = skips.met(case, walk, target.skips, on, None)
        if skipped is None:
            break
        case.note("skip", "skipped", skipped.rule, series=walk.path.series.id, target=target.number, on=on)
        walk.position += 1
    return target


def outlook(case: Case, walk: Walk, antigen: Antigen, precautions: Precautions) -> Outlook:
    """The series' status and the next dose's days."""
    target = skip_ahead(case, walk, case.on)
    while target is not None:
        found = _look(case, walk, antigen, precautions, target)
        if found.earliest is None or not target.skips:
            return found
        # What holds on the earliest day may not hold today (chapter 7.7).
        after = skip_ahead(case, walk, found.earliest)
        if after is target:
            return found
        target = after
    return Outlook(walk, SeriesStatus.complete if walk.satisfied else SeriesStatus.not_recommended)


def _look(case: Case, walk: Walk, antigen: Antigen, precautions: Precautions, target: Target) -> Outlook:
    series = walk.path.series
    if precautions.immune is not None:
        found = Outlook(walk, SeriesStatus.immune, target)
        found.reasons.append(precautions.immune)
        return found
    forbidden = _forbidden(case, precautions, target)
    if forbidden is not None:
        found = Outlook(walk, SeriesStatus.contraindicated, target)
        found.reasons.append(forbidden)
        return found
    ages = age_row(target, case.on)
    maximum = case.age(ages.maximum) if ages is not None and ages.maximum is not None else None
    season = target.season
    if season is not None and season.end is not None and case.on > season.end:
        found = Outlook(walk, SeriesStatus.not_recommended, target)
        found.reasons.append(reason("season_over", season, ended=season.end))
        return found
    found = Outlook(walk, SeriesStatus.not_complete, target)
    _set_days(case, found, target)
    if maximum is not None and (case.on >= maximum or (found.earliest is not None and found.earliest >= maximum)):
        aged = Outlook(walk, SeriesStatus.aged_out, target)
        aged.reasons.append(reason("aged_out", ages or series, latest=maximum))
        return aged
    found.latest = None if maximum is None else maximum - DAY
    return found


def _forbidden(case: Case, precautions: Precautions, target: Target) -> Reason | None:
    """Contraindicated for the whole antigen, or in every preferable vaccine that would suit the age."""
    if precautions.forbidden is not None:
        return precautions.forbidden
    if not precautions.products:
        return None
    suited = [
        row.product for row in target.dose.preferable if case.is_aged(case.on, row.begin_age, row.end_age)
    ] or list(target.preferable)
    reasons = [precautions.products.get(product) for product in suited]
    return reasons[0] if reasons and all(reasons) else None


def _set_days(case: Case, found: Outlook, target: Target) -> None:
    """Earliest, recommended and past due (chapter 7.5): each is never before the earliest."""
    walk, ages = found.walk, age_row(target, case.on)
    candidates: list[date] = []
    recommended: list[date] = []
    late: list[date] = []
    if ages is not None:
        found.rows.append(ages)
        if ages.minimum is not None:
            candidates.append(case.age(ages.minimum))
    for row in target.intervals:
        since = reference(case, walk, row, case.on, None)
        if since is None:
            continue
        found.rows.append(row)
        if row.minimum is not None:
            candidates.append(add(since, row.minimum))
        if row.earliest_recommended is not None:
            recommended.append(add(since, row.earliest_recommended))
        if row.latest_recommended is not None:
            late.append(add(since, row.latest_recommended))
    if walk.given:
        candidates.append(walk.given[-1].on)
    if target.season is not None and target.season.start is not None:
        candidates.append(target.season.start)
    candidates += _conflict_ends(case, target)
    earliest = max(candidates, default=case.born)
    by_age = None if ages is None or ages.earliest_recommended is None else case.age(ages.earliest_recommended)
    late_by_age = None if ages is None or ages.latest_recommended is None else case.age(ages.latest_recommended)
    wanted = by_age or max(recommended, default=earliest)
    overdue = late_by_age or max(late, default=None)
    found.earliest = earliest
    found.recommended = max(earliest, wanted)
    found.past_due = None if overdue is None else max(earliest, overdue - DAY)


def _conflict_ends(case: Case, target: Target) -> list[date]:
    """The days on which live vaccines given before stop standing in the way of the target's own."""
    compiled = case.compiled
    if not compiled.conflicts_before:
        return []
    return [
        add(given.on, row.end)
        for given in case.doses
        if given.product.code in compiled.conflicts_before
        for product in target.preferable
        if (row := compiled.conflicts.get((given.product.code, product))) is not None
    ]


def finish(case: Case, found: Outlook) -> date | None:
    """The day on which the series could be finished, each dose at its earliest, or None when it is too late for that."""
    if found.earliest is None:
        return None
    walk, day = found.walk, found.earliest
    days = {target.number: given.on for target, given in walk.satisfied}
    for target in walk.targets[walk.position :]:
        if target is not found.target and skips.met(case, walk, target.skips, day, None) is not None:
            continue
        ages = age_row(target, case.on)
        candidates = [day]
        if target is not found.target:
            if ages is not None and ages.minimum is not None:
                candidates.append(case.age(ages.minimum))
            for row in target.intervals:
                since = day if row.after is Since.previous else days.get(row.target or 0)
                if since is not None and row.minimum is not None and row.after in {Since.previous, Since.target}:
                    candidates.append(add(since, row.minimum))
        day = max(candidates)
        days[target.number] = day
        if ages is not None and ages.maximum is not None and day >= case.age(ages.maximum):
            return None
    return day
