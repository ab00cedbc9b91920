"""Courses of doses with the intervals and mixes of their days, read from campaign.toml."""

import tomllib
from bisect import bisect_right
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tiemchung.demo.plan import Cohort

BOOSTERS_FROM = date(2021, 12, 1)  # 10225/BYT-DP: six months after the last basic dose
BOOSTERS_SOONER_FROM = date(2021, 12, 17)  # 10722/BYT-DP: three months; additional doses after 28 days
MONTHS_3, MONTHS_6, DAYS_28 = timedelta(days=92), timedelta(days=184), timedelta(days=28)  # the longest months count
SPREAD = timedelta(days=7)


class Shortened(msgspec.Struct, frozen=True):
    """A shorter second interval that is allowed from a day on."""

    since: date = msgspec.field(name="from")
    dose_2: int


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A basic course: its products in order, intervals in days, and the weights of what may follow it."""

    code: str = ""
    products: list[str]
    dose_2: int = 0
    due_2: int = 0
    dose_3: int = 0
    shortened: Shortened | None = None
    additional: bool = False
    then: dict[str, float] = {}


class Mixed(msgspec.Struct, frozen=True):
    """A second product for every so-many-th cohort of a course."""

    course: str
    product: str
    since: date = msgspec.field(name="from")
    days: int
    every: int


class Mix(msgspec.Struct, frozen=True):
    """Products of first doses from a day on, by weight."""

    since: date = msgspec.field(name="from")
    weights: dict[str, float]


class Speed(msgspec.Struct, frozen=True):
    """Provinces that were ahead in a time."""

    since: date = msgspec.field(name="from")
    until: date
    factors: dict[str, float]


class _File(msgspec.Struct, frozen=True):
    mix: list[Mix]
    course: dict[str, Course]
    mixed: Mixed
    speed: list[Speed]
    reached: dict[str, float]


class Courses:
    """The file, with what a planner asks it."""

    def __init__(self) -> None:
        text = (files("tiemchung.demo") / "campaign.toml").read_text(encoding="utf-8")
        file = msgspec.convert(tomllib.loads(text), _File)
        self.reached = file.reached
        self.mixed = file.mixed
        self._speed = file.speed
        self._mixes = [(m.since, _shares(m.weights)) for m in file.mix]
        self._courses = {
            code: msgspec.structs.replace(course, code=code, then=_shares(course.then))
            for code, course in file.course.items()
        }
        self._count = 0

    def __getitem__(self, code: str) -> Course:
        return self._courses[code]

    def mix(self, day: date) -> dict[str, float]:
        """Shares of the courses that begin on a day."""
        return self._mixes[bisect_right(self._mixes, day, key=lambda mix: mix[0]) - 1][1]

    def speed(self, province: str, day: date) -> float:
        """How far ahead of the nation a province was on a day."""
        for speed in self._speed:
            if speed.since <= day <= speed.until:
                return speed.factors.get(province, 1.0)
        return 1.0

    def second(self, course: Course, cohort: "Cohort", day: date, index: int) -> str:
        """The product of the next basic dose: the course's own, or the mixed one where it is allowed and its turn."""
        mixed = self.mixed
        if course.code == mixed.course and day >= mixed.since and (day - cohort.last).days >= mixed.days:
            self._count += 1
            if self._count % mixed.every == 0:
                return mixed.product
        return course.products[index]

    def dates(self, course: Course, given: int, last: date) -> tuple[date, date]:
        """From when the next dose after `given` ones is allowed, and when it is due."""
        if given < len(course.products):
            days = course.dose_2 if given == 1 else course.dose_3
            allowed = last + timedelta(days=days)
            due = last + timedelta(days=max(days, course.due_2)) if given == 1 else allowed
            if course.shortened and given == 1:
                allowed = min(allowed, max(last + timedelta(days=course.shortened.dose_2), course.shortened.since))
            return allowed, due
        if course.additional:
            allowed = max(last + DAYS_28, BOOSTERS_SOONER_FROM)
            return allowed, allowed + SPREAD
        allowed = min(max(last + MONTHS_6, BOOSTERS_FROM), max(last + MONTHS_3, BOOSTERS_SOONER_FROM))
        return allowed, allowed


def _shares(weights: dict[str, float]) -> dict[str, float]:
    return {key: weight / sum(weights.values()) for key, weight in weights.items()}
