"""The schedule engine under Vietnam's schedule: persons a second, the gate's p99, a rule change for a million people."""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from bench.harness import ROUNDS, Figure
from tiemchung.domain.schedule import read
from tiemchung.domain.schedule.answers import Dose, Finding, Subject
from tiemchung.domain.schedule.dates import add, parse
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.grouping import Person, assess_groups

GROUP = "COVID-19"
ON = date(2022, 3, 1)
PERSONS, GATES, MILLION, COHORT = 5_000, 2_000, 1_000_000, 150
COURSES = [("AZ", 56), ("AZ", 63), ("PF", 21), ("PF", 28), ("MOD", 28), ("VC", 21)]
MARKS = [parse(text) for text in ("18 years", "65 years", "28 days", "8 weeks", "3 months", "6 months")]


async def run() -> list[Figure]:
    """schedule.assess, schedule.gate, schedule.groups; each beside what Python must do at least for the same people."""
    schedule = read.from_texts(read.shipped("vn-covid19")).schedule
    return [_assess(schedule), _gate(schedule), _groups(schedule)]


def _assess(schedule: Schedule) -> Figure:
    people = list(_people(PERSONS, random.Random(1)))
    lines = [msgspec.json.encode(each) for each in people]
    decoder = msgspec.json.Decoder(Person[int])

    def assess() -> float:
        return _rate(lambda: [_ask(schedule, each) for each in people], PERSONS)

    def floor() -> float:
        return _rate(lambda: [_marks(decoder.decode(line)) for line in lines], PERSONS)

    figure, limit, ratio = _interleaved(assess, floor)
    return Figure(
        name="schedule.assess",
        figure=round(figure, 1),
        unit="persons/s",
        limit=round(limit, 1),
        limit_is="reading the same persons from JSON and adding six lengths of time to every date of theirs",
        ratio=round(ratio, 3),
        target=">= 3000 persons/s on one core",
        rounds=ROUNDS,
    )


def _gate(schedule: Schedule) -> Figure:
    people = list(_people(GATES, random.Random(2)))

    def slowest(act: Callable[[Person[int]], object]) -> float:
        return statistics.quantiles([_seconds(lambda each=each: act(each)) for each in people], n=100)[98] * 1000

    def gate(each: Person[int]) -> object:
        return schedule.gate(each.subject, each.doses, each.findings, "PF", on=ON, vaccine_group=GROUP)

    figure, limit, ratio = _interleaved(lambda: slowest(gate), lambda: slowest(lambda each: _ask(schedule, each)))
    return Figure(
        name="schedule.gate",
        figure=round(figure, 3),
        unit="ms, p99",
        limit=round(limit, 3),
        limit_is="p99 of assessing the same persons once",
        ratio=round(ratio, 2),
        target="<= 5 ms",
        rounds=ROUNDS,
    )


def _groups(schedule: Schedule) -> Figure:
    lines = [msgspec.json.encode(each) for each in _people(MILLION, random.Random(3))]
    decoder = msgspec.json.Decoder(Person[int])
    told = 0

    def assess() -> None:
        nonlocal told
        people = (decoder.decode(line) for line in lines)
        told = sum(len(keys) for _, keys in assess_groups(schedule, people, on=ON, vaccine_group=GROUP))

    limit = _seconds(lambda: [decoder.decode(line) for line in lines])
    figure = _seconds(assess)
    if told != MILLION:
        raise RuntimeError(f"{told} of {MILLION} people were answered")
    return Figure(
        name="schedule.groups",
        figure=round(figure, 1),
        unit="s for a million people",
        limit=round(limit, 1),
        limit_is="reading the same million from JSON",
        ratio=round(figure / limit, 1),
        target="<= 60 s",
        rounds=1,
    )


def _ask(schedule: Schedule, each: Person[int]) -> object:
    return schedule.assess(each.subject, each.doses, each.findings, on=ON, vaccine_group=GROUP)


def _marks(each: Person[int]) -> list[date]:
    return [add(day, mark) for day in (each.subject.born_on, *(dose.on for dose in each.doses)) for mark in MARKS]


def _people(number: int, chance: random.Random) -> Iterator[Person[int]]:
    """Cohorts as sessions make them: people share a product and a day, return on one of three, and part for the third."""
    key = 0
    while key < number:
        product, gap = chance.choice(COURSES)
        first = date(2021, 6, 1) + timedelta(days=chance.randrange(150))
        returns = [first + timedelta(days=gap + days) for days in range(3)]
        thirds = [returns[-1] + timedelta(days=chance.randrange(90, 150)) for _ in range(4)]
        given = chance.choices([0, 1, 2, 3], [5, 10, 45, 40], k=COHORT)
        for doses in given[: number - key]:
            days = [first, chance.choice(returns), chance.choice(thirds)][:doses]
            born = date(1935, 1, 1) + timedelta(days=chance.randrange(365 * 68))
            ill = (Finding(code="covid-infection", on=first + timedelta(days=10)),) if chance.random() < 0.03 else ()
            history = tuple(Dose(on=day, product=product if n < 2 else "PF") for n, day in enumerate(days) if day <= ON)
            yield Person(key=key, subject=Subject(born_on=born), doses=history, findings=ill)
            key += 1


def _interleaved(figure: Callable[[], float], limit: Callable[[], float]) -> tuple[float, float, float]:
    pairs: Sequence[tuple[float, float]] = [(limit(), figure()) for _ in range(ROUNDS)]
    return (
        statistics.median(f for _, f in pairs),
        statistics.median(m for m, _ in pairs),
        statistics.median(f / m for m, f in pairs),
    )


def _rate(work: Callable[[], object], number: int) -> float:
    return number / _seconds(work)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
