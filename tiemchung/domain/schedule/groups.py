"""From antigens to vaccine groups: one forecast a group and course, one evaluation a dose (CDSi 4.6, chapter 9)."""

from collections.abc import Sequence
from datetime import date

from tiemchung.domain.schedule import precautions
from tiemchung.domain.schedule.answers import DoseStatus, Evaluation, Forecast, Reason, SeriesStatus
from tiemchung.domain.schedule.courses import Course, Standing
from tiemchung.domain.schedule.forecast import Outlook
from tiemchung.domain.schedule.history import Case, Given, in_force
from tiemchung.domain.schedule.model import Group, Spec
from tiemchung.domain.schedule.options import options
from tiemchung.domain.schedule.walk import Outcome, Walk

DONE = frozenset({SeriesStatus.complete, SeriesStatus.immune})
# With no dose due, the status that says most about why comes first.
AT_REST = (
    SeriesStatus.complete,
    SeriesStatus.immune,
    SeriesStatus.contraindicated,
    SeriesStatus.aged_out,
    SeriesStatus.not_recommended,
)
# Of several opinions on one dose: it counts if it counts anywhere, and a mistake says more than a surplus.
WORTH = (DoseStatus.valid, DoseStatus.not_valid, DoseStatus.extraneous, DoseStatus.substandard)


class Part:
    """One antigen's course within a group's forecast, with the outlook that speaks for it."""

    __slots__ = ("course", "one", "standing")

    def __init__(self, standing: Standing, course: Course) -> None:
        self.standing, self.course = standing, course
        self.one = _spokesman(course.best)

    def number(self, spec: Spec) -> int:
        """The number of the dose that is next: one after all that counted, in any course, or after the season's own."""
        season = self.one.target.season if self.one.target is not None else None
        since = season.start if spec is Spec.season and season is not None else None
        counted = {each.at: each for course in self.standing.courses for each in course.valid}
        return 1 + sum(1 for each in counted.values() if since is None or each.on >= since)


def forecasts(case: Case, group: Group, standings: Sequence[Standing]) -> list[Forecast]:
    """What comes next in a group, a course each, in the order in which the courses open."""
    by_course: dict[object, list[Part]] = {}
    for standing in standings:
        for course in standing.courses:
            by_course.setdefault((course.stage.role, course.stage.ordinal), []).append(Part(standing, course))
    return [_forecast(case, group, parts) for parts in by_course.values()]


def _spokesman(best: list[Outlook]) -> Outlook:
    """Of several series that speak for an antigen, the one that asks for a dose first; without any, by what it says."""
    due = [each for each in best if each.status is SeriesStatus.not_complete]
    if due:
        return min(due, key=lambda each: each.recommended or date.max)
    return min(best, key=lambda each: AT_REST.index(each.status))


def _status(group: Group, statuses: Sequence[SeriesStatus]) -> SeriesStatus:
    """Contraindicated if all antigens are, or one where all are given together; then not complete if one is."""
    if len(statuses) == 1:
        return statuses[0]
    forbidden = statuses.count(SeriesStatus.contraindicated)
    if forbidden == len(statuses) or (forbidden and group.full):
        return SeriesStatus.contraindicated
    if SeriesStatus.not_complete in statuses:
        return SeriesStatus.not_complete
    if all(status is SeriesStatus.immune for status in statuses):
        return SeriesStatus.immune
    if all(status in DONE for status in statuses):
        return SeriesStatus.complete
    return max(statuses, key=AT_REST.index)


def _forecast(case: Case, group: Group, parts: list[Part]) -> Forecast:
    status = _status(group, [part.one.status for part in parts])
    due = [part for part in parts if part.one.status is status] or parts
    first = min(due, key=lambda part: part.one.recommended or date.max)
    if status is not SeriesStatus.not_complete or first.one.earliest is None:
        return Forecast(
            vaccine_group=group.name,
            antigens=tuple(part.standing.antigen.name for part in parts),
            status=status,
            series=first.one.walk.path.series.id,
            role=first.course.stage.role,
            ordinal=first.course.stage.ordinal,
            reasons=tuple(first.one.reasons),
        )
    return _due(case, group, parts, [part for part in due if part.one.earliest is not None], first)


def _due(case: Case, group: Group, parts: list[Part], due: list[Part], first: Part) -> Forecast:
    """The days of the antigens that are due, joined."""
    earliest = _earliest(case, group, due)
    wanted = min(part.one.recommended for part in due if part.one.recommended is not None)
    past_due = min((part.one.past_due for part in due if part.one.past_due is not None), default=None)
    stage, antigen = first.course.stage, first.standing.antigen
    waits = precautions.delays(case, antigen, case.on, stage.role, stage.ordinal)
    until = max((wait.until for wait in waits if wait.until is not None), default=None)
    if until is not None:
        earliest = max(earliest, until)
    suited = options(case, first.standing, first.one, max(earliest, case.on))
    return Forecast(
        vaccine_group=group.name,
        antigens=tuple(part.standing.antigen.name for part in parts),
        status=SeriesStatus.not_complete,
        series=first.one.walk.path.series.id,
        role=stage.role,
        ordinal=stage.ordinal,
        # FORECASTDN-2: the least number where all antigens are given together, otherwise the greatest.
        number=(min if group.full else max)(part.number(case.compiled.rules.spec) for part in due),
        earliest=earliest,
        recommended=max(earliest, wanted),
        past_due=None if past_due is None else max(earliest, past_due),
        latest=min((part.one.latest for part in due if part.one.latest is not None), default=None),
        preferred=tuple(suited.preferred),
        allowed=tuple(suited.allowed),
        excluded=tuple(suited.excluded),
        deferred_until=until,
        reasons=(*first.one.reasons, *(wait.reason for wait in waits)),
        notices=(*precautions.cares(case, antigen, case.on), *precautions.unasked(case, antigen)),
        rules=tuple(dict.fromkeys(row.rule for part in due for row in part.one.rows)),
    )


def _earliest(case: Case, group: Group, due: list[Part]) -> date:
    """The latest of the antigens' days, as one vaccine is to serve them all (MULTIANTVG-1).

    Where an antigen's own interval has priority the first day counts, though not before the last dose of the group.
    """
    starts = [part.one.earliest for part in due if part.one.earliest is not None]
    if not any(_has_priority(case, part.one) for part in due):
        return max(starts)
    last = [
        given.on
        for given in case.doses
        if given.on <= case.on and any(each.antigen in group.antigens for each in given.product.associations)
    ]
    return max([min(starts), *last])


def _has_priority(case: Case, one: Outlook) -> bool:
    rows = [] if one.target is None else [row for row in one.target.intervals if in_force(row, case.on)]
    return bool(rows) and all(row.overrides for row in rows)


def evaluations(case: Case, group: Group, standings: Sequence[Standing]) -> list[Evaluation]:
    """What each dose of a group was worth, in the order of their days."""
    found: dict[Given, list[Evaluation]] = {}
    for standing in standings:
        for course in standing.courses:
            for one in course.chosen:
                for given, outcome in zip(one.walk.given, one.walk.outcomes, strict=True):
                    found.setdefault(given, []).append(_evaluation(group, standing, one.walk, given, outcome))
    return [min(found[given], key=lambda each: WORTH.index(each.status)) for given in case.doses if given in found]


def _evaluation(group: Group, standing: Standing, walk: Walk, given: Given, outcome: Outcome) -> Evaluation:
    series = walk.path.series
    reasons: tuple[Reason, ...] = () if outcome.reason is None else (outcome.reason,)
    return Evaluation(
        index=given.index,
        on=given.on,
        product=given.product.code,
        antigen=standing.antigen.name,
        vaccine_group=group.name,
        status=outcome.status,
        reasons=reasons,
        series=series.id,
        target=outcome.target,
        role=series.role,
        ordinal=series.ordinal,
        flags=outcome.flags,
        rules=tuple(dict.fromkeys(row.rule for row in outcome.rows)),
    )
