"""Many people at once: equal histories are assessed once and the answer is shared.

Histories are equal when doses, findings and, where the rules ask for it, sex are, and when every age that the rules name was
reached on the same side of every dose and of today. Within such a group birth dates may still show in the answer (a first dose
is due on a birthday); days move with the birth date and never back, so when the oldest and the youngest get one answer, all do.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import Generic, TypeVar

import msgspec

from tiemchung.domain.schedule.answers import Assessment, Dose, Finding, Subject
from tiemchung.domain.schedule.dates import add
from tiemchung.domain.schedule.engine import Schedule

K = TypeVar("K", bound=Hashable)


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
    """Each distinct answer with the keys of those whom it concerns; every key comes once. Raises `UnknownProduct`."""

    def ask(one: Person[K]) -> Assessment:
        return schedule.assess(one.subject, one.doses, one.findings, on=on, place=place, vaccine_group=vaccine_group)

    for alike in _alike(schedule, people, on):
        eldest, youngest = alike[min(alike)], alike[max(alike)]
        answer = ask(eldest[0])
        if eldest is youngest or ask(youngest[0]) == answer:
            yield answer, [each.key for same in alike.values() for each in same]
            continue
        for same in alike.values():
            yield ask(same[0]), [each.key for each in same]


def _alike(schedule: Schedule, people: Iterable[Person[K]], on: date) -> Iterable[dict[date, list[Person[K]]]]:
    """People whose answers differ by birth date at most, by birth date."""
    ages = schedule.thresholds.ages
    by_sex = any(series.genders for series in schedule.rules.series)
    reached: dict[date, list[date]] = {}
    groups: dict[Hashable, dict[date, list[Person[K]]]] = {}
    for person in people:
        born = person.subject.born_on
        days = reached.get(born)
        if days is None:
            days = reached[born] = sorted({born, *(add(born, age) for age in ages)})
        key = _key(person, days, on, by_sex)
        groups.setdefault(key, {}).setdefault(born, []).append(person)
    return groups.values()


def _key(person: Person[K], days: Sequence[date], on: date, by_sex: bool) -> Hashable:
    subject = person.subject
    bands = tuple(bisect_right(days, dose.on) for dose in person.doses)
    return (
        person.doses,
        person.findings,
        bands,
        bisect_right(days, on),
        subject.sex if by_sex else None,
        # A birth date known by its year only is read at both ends: it is alike to nobody but its own kind.
        (subject.born_on, subject.born_by) if subject.born_by is not None else None,
    )
