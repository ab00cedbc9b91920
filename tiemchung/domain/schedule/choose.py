"""Series choice: which of the series beside one another speaks for the person (CDSi logic specification 4.6, chapter 8)."""

from collections.abc import Callable, Sequence
from datetime import date

from tiemchung.domain.schedule.answers import DoseStatus, SeriesStatus
from tiemchung.domain.schedule.compiled import Path, Target
from tiemchung.domain.schedule.forecast import Outlook, finish
from tiemchung.domain.schedule.history import Case, Given
from tiemchung.domain.schedule.model import Kind
from tiemchung.domain.schedule.walk import Walk


def contenders(case: Case, paths: Sequence[Path], given: Sequence[Given], walk: Callable[[Path], Walk]) -> list[Walk]:
    """The series that can still be chosen when nothing contraindicates: in each group those with a valid dose, if any.

    Only they are worth the time; the choice comes out the same as among all.
    """
    products = {each.product.code for each in given}
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(path.series.series_group, []).append(path)
    found: list[Walk] = []
    for members in groups.values():
        top = _top_priority(members)
        walked = [walk(path) for path in members if not products.isdisjoint(path.taken)]
        started = [each for each in walked if each.satisfied and _is_of_use(case, each, top)]
        found += started or [walk(path) for path in members]
    return found


def first_choices(case: Case, outlooks: Sequence[Outlook]) -> list[Outlook]:
    """The first choice of each series group."""
    groups: dict[str, list[Outlook]] = {}
    for each in outlooks:
        groups.setdefault(each.walk.path.series.series_group, []).append(each)
    return [one for members in groups.values() if (one := _first_choice(case, members)) is not None]


def best(chosen: Sequence[Outlook]) -> list[Outlook]:
    """The series that speak for an antigen: the first choices, less those that an equivalent one silences."""
    return [each for each in chosen if not any(_silences(other, each) for other in chosen if other is not each)]


def _silences(other: Outlook, each: Outlook) -> bool:
    """A complete series silences those that name its group their equivalent, and a risk series the standard ones (8.7)."""
    mine, theirs = each.walk.path.series, other.walk.path.series
    if theirs.series_group not in mine.equivalent_groups:
        return False
    if (each.status is SeriesStatus.complete) is not (other.status is SeriesStatus.complete):
        return other.status is SeriesStatus.complete
    return theirs.kind is Kind.risk and mine.kind is Kind.standard


def _first_choice(case: Case, members: list[Outlook]) -> Outlook | None:
    candidates = _candidates(case, members)
    if not candidates:
        return next((each for each in members if each.walk.path.series.default), None)
    if len(candidates) == 1:
        return candidates[0]
    complete = [each for each in candidates if each.status is SeriesStatus.complete]
    if len(complete) == 1:
        return complete[0]
    if complete:
        doses = [len(each.walk.satisfied) for each in complete]
        return _most_points(complete, _alone(doses, highest=True, points=(1, 0, -1)))
    started = [each for each in candidates if each.walk.satisfied]
    if len(started) == 1:
        return started[0]
    if started:
        return _most_points(started, _when_started(case, started))
    default = next((each for each in candidates if each.walk.path.series.default), None)
    return default or _most_points(candidates, _when_not_begun(case, candidates))


def _candidates(case: Case, members: list[Outlook]) -> list[Outlook]:
    """Those that may be chosen at all (8.1)."""
    kept = [each for each in members if each.status is not SeriesStatus.contraindicated] or members
    top = _top_priority([each.walk.path for each in kept])
    return [
        each
        for each in kept
        if _is_of_use(case, each.walk, top)
        and (each.walk.path.series.kind is not Kind.evaluation_only or each.status is SeriesStatus.complete)
    ]


def _top_priority(paths: Sequence[Path]) -> str:
    return min((each.series.priority for each in paths if each.series.kind is Kind.risk), default="")


def _is_of_use(case: Case, walk: Walk, top: str) -> bool:
    """A risk series of the top priority; a standard one that was not begun too late."""
    series = walk.path.series
    if series.kind is Kind.risk:
        return series.priority == top
    if series.kind is Kind.evaluation_only or not walk.satisfied or series.max_age_to_start is None:
        return True
    return walk.satisfied[0][1].on < case.age(series.max_age_to_start)


def _most_points(candidates: list[Outlook], points: list[int]) -> Outlook:
    """The most points; among equals the preferred one, and among equally preferred the one finished first."""
    ranked = sorted(
        zip(points, candidates, strict=True),
        key=lambda each: (-each[0], each[1].walk.path.series.preference, _last(each[1])),
    )
    return ranked[0][1]


def _last(each: Outlook) -> date:
    return each.walk.satisfied[-1][1].on if each.walk.satisfied else date.max


def _when_started(case: Case, candidates: list[Outlook]) -> list[int]:
    """Points among series with a valid dose: product path, completable, most valid, closest, earliest finish."""
    ends = [finish(case, each) for each in candidates]
    left = [sum(1 for target in _left(each) if not target.recurring) for each in candidates]
    rows = [
        [2 if _is_one_product(each) else -2 for each in candidates],
        [3 if end is not None else -3 for end in ends],
        _alone([len(each.walk.satisfied) for each in candidates], highest=True, points=(2, 0, -2)),
        _alone(left, highest=False, points=(2, 0, -2)),
        _alone([(end or date.max).toordinal() for end in ends], highest=False, points=(1, 0, -1)),
    ]
    return [sum(column) for column in zip(*rows, strict=True)]


def _when_not_begun(case: Case, candidates: list[Outlook]) -> list[int]:
    """Points among series without a valid dose: earliest start, completable, not of one product."""
    starts = [(each.earliest or date.max).toordinal() for each in candidates]
    rows = [
        _alone(starts, highest=False, points=(1, 0, -1)),
        [1 if finish(case, each) is not None else -1 for each in candidates],
        [-1 if each.walk.path.series.product_path else 1 for each in candidates],
    ]
    return [sum(column) for column in zip(*rows, strict=True)]


def _alone(values: list[int], *, highest: bool, points: tuple[int, int, int]) -> list[int]:
    """Points for the one with the best value, for those that share it, and for the rest."""
    top = max(values) if highest else min(values)
    for_best = points[0] if values.count(top) == 1 else points[1]
    return [for_best if value == top else points[2] for value in values]


def _left(each: Outlook) -> list[Target]:
    return each.walk.targets[each.walk.position :]


def _is_one_product(each: Outlook) -> bool:
    return each.walk.path.series.product_path and all(
        outcome.status is DoseStatus.valid for outcome in each.walk.outcomes
    )
