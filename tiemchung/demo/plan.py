"""The campaign in whole groups: who goes where on which day. Pure: numbers in, groups out.

A cohort is a group of people of one district who get the same products at the same places on the same days. Its size is a
session's, so that sessions look like sessions at any scale; planning costs by the number of cohorts, not of people.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from heapq import heapify, heappop, heappush
from random import Random

import msgspec

from tiemchung.demo import country, lots
from tiemchung.demo.country import Country, District
from tiemchung.demo.courses import MONTHS_3, Courses
from tiemchung.demo.curve import Day, curve
from tiemchung.demo.lots import Lot, Packs, Session

TEENS_FROM = date(2021, 10, 27)
ADULTS_FIRST = 1.4  # how much sooner what was left of the adults came than teenagers did
PEOPLE_A_TABLE_AND_DAY = 108  # six in half an hour, nine hours
LUMP_MIN, LUMP_MAX, LUMPS = 10, 100, 10_000


class TooManyDoses(ValueError):
    """More doses than these people may get under the rules of their days."""


class Given(msgspec.Struct, frozen=True, gc=False):
    """One dose of a cohort: `session` by number, `first` is the first member's number in that session."""

    role: str
    ordinal: int
    product: str
    session: int
    first: int


class Cohort(msgspec.Struct, gc=False):
    """People of one district who go the same way together. `band` is adult, teen or child."""

    district: int
    band: str
    course: str
    people: int
    doses: list[Given]
    last: date
    started: float = 0.0  # how far the band's first doses had come, 0 to 1: older teenagers came first


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole campaign; `cohorts` hold everybody, those without doses too."""

    people: int
    days: list[Day]
    country: Country
    cohorts: list[Cohort]
    sessions: list[Session]
    lots: list[Lot]
    seed: int


def plan(people: int, doses: int, *, seed: int = 2021, featured: str = "46005") -> Plan:
    """Plan a campaign of that many doses for that many people. Raises `TooManyDoses`."""
    return _Planner(people, doses, seed, featured).run()


class _Planner:
    def __init__(self, people: int, doses: int, seed: int, featured: str) -> None:
        self.people, self.doses, self.seed = people, doses, seed
        self.random = Random(seed)
        self.lump = max(LUMP_MIN, min(LUMP_MAX, doses // LUMPS))
        self.courses = Courses()
        self.packs = Packs()
        self.country = country.load(people, featured)
        self.teens = [round(d.teens * self.courses.reached["teens"]) for d in self.country.districts]
        self.adults = [round(d.adults * self.courses.reached[d.region]) for d in self.country.districts]
        self.spare = {
            "adult": [d.adults - n for d, n in zip(self.country.districts, self.adults, strict=True)],
            "teen": [d.teens - n for d, n in zip(self.country.districts, self.teens, strict=True)],
        }
        self.teens_total = sum(self.teens)
        self.claims = {p: self.random.random() for p in self.country.provinces}
        self.wishes: dict[tuple[str, str], float] = defaultdict(lambda: self.random.random() * self.lump)
        self.cohorts: list[Cohort] = []
        self.sessions: list[Session] = []
        self.open: dict[tuple[int, date], list[int]] = defaultdict(list)
        self.later = _Queue()
        self.third = _Queue()

    def run(self) -> Plan:
        days = curve(self.doses)
        for day in days:
            self._day(day)
        self._without_doses()
        return Plan(
            people=self.people,
            days=days,
            country=self.country,
            cohorts=self.cohorts,
            sessions=self.sessions,
            lots=lots.assign(self.sessions, self.country.province_of),
            seed=self.seed,
        )

    def _day(self, day: Day) -> None:
        """What one kind of dose cannot take that day, the others do: a day's sum is never changed."""
        short = self._from_queue(self.third, day.day, day.third)
        short = self._from_queue(self.later, day.day, day.later + short)
        short = self._first(day.day, day.first + short)
        short = self._from_queue(self.later, day.day, short)
        if self._from_queue(self.third, day.day, short):
            raise TooManyDoses(f"{self.doses} doses are too many for {self.people} people")

    def _first(self, day: date, doses: int) -> int:
        teens, adults = sum(self.teens) if day >= TEENS_FROM else 0, sum(self.adults)
        young = min(teens, int(doses * teens / (teens + ADULTS_FIRST * adults))) if teens else 0
        short = self._first_of("adult", self.adults, day, doses - young)
        short = self._first_of("teen", self.teens, day, young + short) if teens else short
        if short:  # nearly everybody has come: those who held back do
            short = self._first_of("adult", self.spare["adult"], day, short)
        if short and day >= TEENS_FROM:
            short = self._first_of("teen", self.spare["teen"], day, short)
        return short

    def _first_of(self, band: str, left: list[int], day: date, doses: int) -> int:
        """First doses in lumps: the province furthest behind its claim is next, there the least served district."""
        remaining = {p: sum(left[k] for k in ks) for p, ks in self.country.provinces.items()}
        weights = {p: n * self.courses.speed(p, day) for p, n in remaining.items() if n}
        total = sum(weights.values())
        for p, weight in weights.items():
            self.claims[p] += doses * weight / total
        behind = [(-self.claims[p], p) for p in weights]
        heapify(behind)
        while doses and behind:
            _, p = heappop(behind)
            k = max(
                self.country.provinces[p], key=lambda k: left[k] / self.country.districts[k].adults if left[k] else -1
            )
            n = self._begin(band, k, day, min(self.lump, doses, left[k]))
            left[k] -= n
            remaining[p] -= n
            doses -= n
            self.claims[p] -= n
            if remaining[p]:
                heappush(behind, (-self.claims[p], p))
        return doses

    def _begin(self, band: str, k: int, day: date, people: int) -> int:
        """A cohort gets its first dose: whole vials of people where there are as many; how many came."""
        province = self.country.districts[k].province
        course = "TEEN" if band == "teen" else self._course(province, day, people)
        product = self.courses[course].products[0]
        a_vial = self.packs.doses(product, day)
        people -= people % a_vial if people > a_vial else 0
        started = 1 - sum(self.teens) / self.teens_total if band == "teen" else 0.0
        cohort = Cohort(k, band, course, people, [], day, started)
        self.cohorts.append(cohort)
        self._give(cohort, "basic", 1, product, day)
        return people

    def _course(self, province: str, day: date, people: int) -> str:
        mix = self.courses.mix(day)
        for course, share in mix.items():
            self.wishes[province, course] += people * share
        best = max(mix, key=lambda course: self.wishes[province, course])
        self.wishes[province, best] -= people
        return best

    def _from_queue(self, queue: "_Queue", day: date, doses: int) -> int:
        """Give next doses to those who are due longest; a cohort that is larger than what is left is split."""
        while doses:
            cohort = queue.next(day)
            if cohort is None:
                break
            if cohort.people > doses:
                queue.put(self._split(cohort, doses), *self._dates(cohort))
            doses -= cohort.people
            role, ordinal, product = self._next(cohort, day)
            self._give(cohort, role, ordinal, product, day)
        return doses

    def _split(self, cohort: Cohort, people: int) -> Cohort:
        """Keep `people` in the cohort; the others, with the same past, are a cohort of their own."""
        past = [Given(g.role, g.ordinal, g.product, g.session, g.first + people) for g in cohort.doses]
        others = msgspec.structs.replace(cohort, people=cohort.people - people, doses=past)
        cohort.people = people
        self.cohorts.append(others)
        return others

    def _next(self, cohort: Cohort, day: date) -> tuple[str, int, str]:
        course, count = self.courses[cohort.course], len(cohort.doses)
        if count < len(course.products):
            return "basic", count + 1, self.courses.second(course, cohort, day, count)
        role = "additional" if course.additional and day - cohort.last < MONTHS_3 else "booster"
        last = cohort.doses[-1].product
        if last != course.products[-1]:  # a mixed course goes on with an mRNA product (10722/BYT-DP)
            return role, 1, last
        province = self.country.districts[cohort.district].province
        for product, share in course.then.items():
            self.wishes[province, f"+{course.code}{product}"] += cohort.people * share
        best = max(course.then, key=lambda product: self.wishes[province, f"+{course.code}{product}"])
        self.wishes[province, f"+{course.code}{best}"] -= cohort.people
        return role, 1, best

    def _give(self, cohort: Cohort, role: str, ordinal: int, product: str, day: date) -> None:
        session = self._session(cohort, product, day)
        cohort.doses.append(Given(role, ordinal, product, session, self.sessions[session].people))
        self.sessions[session].people += cohort.people
        cohort.last = day
        dates = self._dates(cohort)
        if len(cohort.doses) < len(self.courses[cohort.course].products):
            self.later.put(cohort, *dates)
        elif role == "basic" and cohort.band == "adult":
            self.third.put(cohort, *dates)

    def _dates(self, cohort: Cohort) -> tuple[date, date]:
        """From when the next dose is allowed, and when it is due."""
        return self.courses.dates(self.courses[cohort.course], len(cohort.doses), cohort.last)

    def _session(self, cohort: Cohort, product: str, day: date) -> int:
        """A session of that product at the cohort's site; a site that is full or busy that day sends on to the next."""
        start = self.sessions[cohort.doses[0].session].site if cohort.doses else None
        for site in self.country.near(cohort.district, start, len(self.cohorts)):
            for s in self.open[site, day]:
                most = min(2 * self.lump, PEOPLE_A_TABLE_AND_DAY * self.country.sites[site].tables)
                if self.sessions[s].product == product and self.sessions[s].people + cohort.people <= most:
                    return s
            if not self.open[site, day]:
                return self._open(site, day, product)
        raise TooManyDoses(f"no site of the province has room on {day}")

    def _open(self, site: int, day: date, product: str) -> int:
        self.sessions.append(Session(site, day, product, 0))
        self.open[site, day].append(len(self.sessions) - 1)
        return len(self.sessions) - 1

    def _without_doses(self) -> None:
        for k, district in enumerate(self.country.districts):
            for band, left in _left(
                district, self.adults[k] + self.spare["adult"][k], self.teens[k] + self.spare["teen"][k]
            ):
                for n in _lumps(left, self.lump):
                    self.cohorts.append(Cohort(k, band, "", n, [], date.min))


class _Queue:
    """Cohorts that wait for their next dose: first until it is allowed, then by the day on which it is due."""

    def __init__(self) -> None:
        self._waiting: list[tuple[date, int, date, Cohort]] = []
        self._ready: list[tuple[date, int, Cohort]] = []
        self._count = 0

    def put(self, cohort: Cohort, allowed: date, due: date) -> None:
        self._count += 1
        heappush(self._waiting, (allowed, self._count, due, cohort))

    def next(self, day: date) -> Cohort | None:
        while self._waiting and self._waiting[0][0] <= day:
            _, count, due, cohort = heappop(self._waiting)
            heappush(self._ready, (due, count, cohort))
        return heappop(self._ready)[2] if self._ready else None


def _left(district: District, adults: int, teens: int) -> Iterable[tuple[str, int]]:
    return (("adult", adults), ("teen", teens), ("child", district.children))


def _lumps(people: int, lump: int) -> Iterator[int]:
    while people > 0:
        yield min(people, lump)
        people -= lump
