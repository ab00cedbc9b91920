"""One antigen of one person: its courses in the order in which they open, each with the series that speaks for it.

CDC's data have one course an antigen. Where a schedule has roles, a course with requirements opens when they are complete,
and sees only the doses that came after (schedule extension: `requires`).
"""

from collections.abc import Sequence
from datetime import date

from tiemchung.domain.schedule import choose, precautions
from tiemchung.domain.schedule.answers import SeriesStatus
from tiemchung.domain.schedule.compiled import Antigen, Path, Stage, needed
from tiemchung.domain.schedule.evaluate import walk
from tiemchung.domain.schedule.forecast import Outlook, outlook, skip_ahead
from tiemchung.domain.schedule.history import Case, Given, in_force
from tiemchung.domain.schedule.model import Kind
from tiemchung.domain.schedule.precautions import Precautions
from tiemchung.domain.schedule.walk import Walk


class Course:
    """A stage as one person stands in it: the first choice of each series group, and those of them that speak for it.

    `given`: the doses it looks at, `before`: the valid ones of the courses it required, `valid`: those that count in any
    first choice. `best` is empty when nothing in the stage is meant for the person.
    """

    __slots__ = ("before", "best", "chosen", "given", "stage", "valid")

    def __init__(self, stage: Stage, given: Sequence[Given], before: Sequence[Given], chosen: list[Outlook]) -> None:
        self.stage, self.given, self.before = stage, given, before
        self.chosen, self.best = chosen, choose.best(chosen)
        found = {each.at: each for one in chosen for _, each in one.walk.satisfied}
        self.valid = [found[at] for at in sorted(found)]

    @property
    def is_complete(self) -> bool:
        """Whether a series that speaks for the course is complete."""
        return any(one.status is SeriesStatus.complete for one in self.best)


class Standing:
    """An antigen as one person stands in it."""

    __slots__ = ("antigen", "courses", "precautions")

    def __init__(self, antigen: Antigen, found: Precautions, courses: list[Course]) -> None:
        self.antigen, self.precautions, self.courses = antigen, found, courses


def stand(case: Case, antigen: Antigen) -> Standing:
    """Walk every course of an antigen that is open to the person."""
    found = precautions.look(case, antigen, case.on)
    history = [given for given in case.doses if _contains(case, given, antigen.name)]
    courses: list[Course] = []
    for stage in antigen.stages:
        before = _before(stage, courses)
        if before is None:
            continue
        valid = sorted((given for course in before for given in course.valid), key=lambda given: given.at)
        if stage.requires and not valid:
            continue
        taken = {given.at for course in courses for given in course.valid}
        first = valid[-1].at if valid else -1
        given = [each for each in history if each.at > first and each.at not in taken] if courses else history
        course = _course(case, antigen, found, stage, given, valid)
        if course.best:
            courses.append(course)
            if course.valid and stage.role is not None:
                case.roles[stage.role] = course.valid[-1]
    return Standing(antigen, found, courses)


def _contains(case: Case, given: Given, antigen: str) -> bool:
    """Whether a product counts for an antigen at the age at which it was given."""
    return any(
        each.antigen == antigen and case.is_aged(given.on, each.begin_age, each.end_age)
        for each in given.product.associations
    )


def _before(stage: Stage, courses: list[Course]) -> list[Course] | None:
    """The courses that a stage requires, or None while one of them is missing."""
    found: list[Course] = []
    for requires in stage.requires:
        matching = [course for course in courses if needed(requires, course.stage)]
        complete = [course for course in matching if course.is_complete]
        if not complete and (matching or not requires.if_indicated):
            return None
        found += complete
    return found


def _course(
    case: Case, antigen: Antigen, found: Precautions, stage: Stage, given: Sequence[Given], valid: Sequence[Given]
) -> Course:
    beside = Beside(case, [path for path in stage.paths if is_meant(case, path, valid)], given, valid)
    # A trace tells of every series; otherwise only those are walked that can still be chosen.
    if case.trace is None and found.forbidden is None and not found.products:
        walks = choose.contenders(case, beside.paths, given, beside.walk)
    else:
        walks = [beside.walk(path) for path in beside.paths]
    outlooks = [outlook(case, each, antigen, found) for each in walks]
    course = Course(stage, given, valid, choose.first_choices(case, outlooks))
    # From here on no walk asks about those beside it. Without the way back to it, all of it is gone once nobody holds it.
    beside.forget()
    if case.trace is not None:
        for one in course.best:
            series = one.walk.path.series
            case.note("series", one.status.value, series.rule, antigen=antigen.name, series=series.name)
    return course


def is_meant(case: Case, path: Path, course: Sequence[Given]) -> bool:
    """Whether a series is relevant: in force, of the person's gender, and standard or indicated today (chapter 5)."""
    series = path.series
    if not in_force(series, case.on):
        return False
    if series.genders and series.genders.isdisjoint(case.genders):
        return False
    if series.when is not None and not case.applies(series.when, case.on, course, course[-1] if course else None):
        return False
    if series.kind is not Kind.risk:
        return True
    return any(
        in_force(row, case.on)
        and case.finding(row.finding, case.on) is not None
        and case.is_aged(case.on, row.begin_age, row.end_age)
        for row in series.indications
    )


class Beside:
    """The series of one stage beside one another: each is walked once, when it is asked for."""

    __slots__ = ("_walking", "_walks", "case", "course", "given", "paths")

    def __init__(self, case: Case, paths: list[Path], given: Sequence[Given], course: Sequence[Given]) -> None:
        self.case, self.paths, self.given, self.course = case, paths, given, course
        self._walks: dict[Path, Walk] = {}
        self._walking: set[Path] = set()

    def walk(self, path: Path) -> Walk:
        """The walk of a series."""
        found = self._walks.get(path)
        if found is None:
            self._walking.add(path)
            found = self._walks[path] = walk(self.case, path, self.given, self.course, self)
            self._walking.discard(path)
        return found

    def forget(self) -> None:
        """Let go of the walks."""
        self._walks.clear()

    def is_complete(self, series_groups: frozenset[str], on: date, given: Given | None) -> bool:
        """Whether a series of these groups was complete before a dose, or on a day when there is none.

        A series that is itself being walked has not completed: it cannot wait for itself.
        """
        for path in self.paths:
            if path.series.series_group in series_groups and path not in self._walking:
                walked = self.walk(path)
                self._walking.add(path)
                complete = self._was_complete(walked, on, given)
                self._walking.discard(path)
                if complete:
                    return True
        return False

    def _was_complete(self, walked: Walk, on: date, given: Given | None) -> bool:
        if not walked.satisfied or (given is not None and walked.satisfied[-1][1].at >= given.at):
            return False
        position = walked.position
        complete = skip_ahead(self.case, walked, on) is None
        walked.position = position
        return complete
