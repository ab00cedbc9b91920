"""Many people at once: equal histories are assessed once and the answer is shared.

Histories are equal when doses, findings and, where the rules ask for it, sex are, and when every age that the rules name was
reached on the same side of every dose, of today, and of the last day that today's answer can look ahead to. Within such a group
a birth date can only show in the answer as a day (a first dose is due on a birthday): the day on which the person reaches an age.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, timedelta
from typing import Generic, TypeVar

import msgspec

from tiemchung.domain.schedule.answers import Assessment, Dose, Finding, Reason, Subject
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.engine import Schedule

K = TypeVar("K", bound=Hashable)
DAY = timedelta(days=1)


class Person(msgspec.Struct, Generic[K], frozen=True, kw_only=True):
    """Somebody to assess under a key of the caller's."""

    key: K
    subject: Subject
    doses: tuple[Dose, ...] = ()
    findings: tuple[Finding, ...] = ()


def assess_groups(
    schedule: Schedule,
    people: Iterable[Person[K]],
    *,
    on: date,
    place: str | None = None,
    vaccine_group: str | None = None,
) -> Iterator[tuple[Assessment, list[K]]]:
    """Each distinct history's answer with the keys of those who have it; every key comes once. Raises `UnknownProduct`."""

    def ask(one: Person[K]) -> Assessment:
        return schedule.assess(one.subject, one.doses, one.findings, on=on, place=place, vaccine_group=vaccine_group)

    ages = _Ages(schedule)
    for alike in _alike(schedule, people, ages, on):
        # The youngest reaches every age last: what does not wait for a birthday of hers waits for nobody's.
        youngest = max(alike)
        answer = ask(alike[youngest][0])
        if len(alike) == 1 or (ages.stand_still and not _shows(answer, ages.of(youngest))):
            yield answer, [key for _, keys in alike.values() for key in keys]
            continue
        for one, keys in alike.values():
            yield ask(one), keys


class _Ages:
    """The days on which people reach the ages that a rule set names, remembered by birth date.

    `stand_still`: nothing asks for an age on a day in between, as conditions for leaving out a dose may.
    """

    __slots__ = ("_found", "ages", "stand_still")

    def __init__(self, schedule: Schedule) -> None:
        self.ages = schedule.thresholds.ages
        self.stand_still = not any(dose.skips for series in schedule.rules.series for dose in series.doses)
        self._found: dict[date, list[date]] = {}

    def of(self, born: date) -> list[date]:
        """Every such day, in order, the birth included."""
        days = self._found.get(born)
        if days is None:
            days = self._found[born] = sorted({born, *(add(born, age) for age in self.ages)})
        return days


def _alike(
    schedule: Schedule, people: Iterable[Person[K]], ages: _Ages, on: date
) -> Iterable[dict[date, tuple[Person[K], list[K]]]]:
    """People of equal histories, by birth date: one of them and the keys of all."""
    by_sex = any(series.genders for series in schedule.rules.series)
    ahead = schedule.thresholds.ahead(on)
    groups: dict[Hashable, dict[date, tuple[Person[K], list[K]]]] = {}
    for person in people:
        subject = person.subject
        reached = ages.of(subject.born_on)
        key = (
            person.doses,
            person.findings,
            tuple([bisect_right(reached, dose.on) for dose in person.doses]),
            bisect_right(reached, on),
            bisect_right(reached, ahead),
            subject.sex if by_sex else None,
            # A birth date known by its year only is read at both ends: it is alike to nobody but its own kind.
            None if subject.born_by is None else (subject.born_on, subject.born_by),
        )
        alike = groups.setdefault(key, {})
        if subject.born_on not in alike:
            alike[subject.born_on] = (person, [])
        alike[subject.born_on][1].append(person.key)
    return groups.values()


def _shows(answer: Assessment, ages: list[date]) -> bool:
    """Whether a day of the answer, or the one after it, is one on which the person reaches an age."""
    return any(day in ages or day + DAY in ages for day in set(_days(answer)) if day < date.max)


def _days(answer: Assessment) -> Iterator[date]:
    for each in answer.forecasts:
        days = (each.earliest, each.recommended, each.past_due, each.latest, each.deferred_until)
        yield from (day for day in days if day is not None)
        options = (*each.preferred, *each.allowed, *each.excluded)
        yield from _told((*each.reasons, *each.notices, *(why for option in options for why in option.reasons)))
    yield from _told([why for each in answer.evaluations for why in each.reasons])


def _told(reasons: Iterable[Reason]) -> Iterator[date]:
    """The days among the facts of reasons."""
    for each in reasons:
        for name in ("earliest", "latest", "since", "before"):
            if name in each.facts:
                yield date.fromisoformat(each.facts[name])
