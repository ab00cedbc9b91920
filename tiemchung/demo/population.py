"""Made-up people: plausible names, ages, numbers and addresses, the same for the same seed, and nobody real.

Every number has a valid form and cannot be anybody's:
- national id and personal code (12 digits: province, century and sex, year, tail): the tail starts with 9; real tails
  count the registrations of one sex in one province and year, which stay far below 900,000.
- old identity card (9 digits): starts with 9; real ones start with a province code from 01 to 38.
- insurance card: the ten digits of the social-insurance number start with 99.
- phone: prefix 095, whose network (S-Fone) closed in 2012.
- passport: starts with XX.
"""

from bisect import bisect
from collections import defaultdict
from datetime import date, timedelta
from random import Random

import msgspec

from tiemchung.demo.country import Commune, District
from tiemchung.demo.plan import Cohort
from tiemchung.demo.words import Words

BEGINS, ENDS = date(2021, 3, 8), date(2022, 3, 6)
TEENS_BY = date(2021, 10, 14)
PHONES = 10_000_000


class Person(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A made-up person; `group` is the priority group's code, `phone_of` says whose phone it is."""

    index: int
    name: str
    sex: str
    born: date
    precision: str
    nationality: str
    ethnic_group: str | None
    occupation: str
    workplace: str | None
    group: int
    area_code: str
    address: str
    identity_status: str
    numbers: tuple[tuple[str, str, str], ...]
    phone: str
    phone_of: str
    guardian: str | None


class People:
    """Makes people one cohort after another; remembers how many numbers of each kind were given out."""

    def __init__(self, seed: int) -> None:
        self._words = Words()
        self._tails: dict[str, int] = defaultdict(int)
        self._cards = 0
        self._random = Random(seed)
        self._holders: dict[str, tuple[str, str]] = {}

    def of(self, cohort: Cohort, district: District, begins: date | None, first_index: int) -> list[Person]:
        """The people of a cohort, whose first dose (if any) is on `begins`."""
        made: list[Person] = []
        for k in range(cohort.people):
            made.append(self._person(cohort, district, begins, first_index + k))
        return made

    def _person(self, cohort: Cohort, district: District, begins: date | None, index: int) -> Person:
        r, words = self._random, self._words
        sex = "male" if r.random() < 0.498 else "female"
        early = begins is not None and begins < date(2021, 7, 8)
        born = self._born(cohort, early)
        age = 2021 - born.year
        precision = "day"
        if age >= 60 and r.random() < 0.12:
            born, precision = born.replace(month=1, day=1), "year"
        commune = district.communes[int(r.random() * len(district.communes))]
        if cohort.band == "adult" and not early and age < 60 and r.random() < words.foreign_share(district.province):
            return self._foreigner(index, sex, born, commune)
        name, ethnic = words.name(r, sex, age, district)
        occupation, group, workplace = words.work(r, sex, age, early=early)
        own_phone = 18 <= age < 70 or (15 <= age < 85 and r.random() < 0.5)
        phone, holder = _phone(index), None
        if own_phone and age >= 18:
            self._holders[district.code] = (name, phone)
        if not own_phone:
            holder, phone = self._holders.get(district.code) or (words.name(r, "female", 40, district)[0], phone)
        numbers, status = self._numbers(r, sex, born, age, precision, district, group, index)
        return Person(
            index=index,
            name=name,
            sex=sex,
            born=born,
            precision=precision,
            nationality="VN",
            ethnic_group=ethnic,
            occupation=occupation,
            workplace=workplace,
            group=group,
            area_code=commune.code,
            address=words.address(r, commune),
            identity_status=status,
            numbers=numbers,
            phone=phone,
            phone_of="self" if own_phone else "guardian" if age < 18 else "registrant",
            guardian=holder,
        )

    def _born(self, cohort: Cohort, early: bool) -> date:
        """A birth date that fits the band on every day of the campaign, and the ages of the course."""
        r = self._random
        if cohort.band == "teen":  # the older came first
            youngest, oldest = _years_before(TEENS_BY, 12), _years_before(BEGINS, 18) + timedelta(days=1)
            span = (youngest - oldest).days
            at = cohort.started + r.gauss(0, 0.08) if cohort.doses else r.random()
            return oldest + timedelta(days=int(span * min(max(at, 0.0), 0.999)))
        if cohort.band == "child":
            return _years_before(TEENS_BY, 12) + timedelta(
                days=1 + int(r.random() * (BEGINS - _years_before(BEGINS, 11)).days)
            )
        low, high = (22, 58) if early else (20, 63) if cohort.course == "ABD" else (18, 99)
        ages = self._words.ages
        while True:
            step = bisect(ages, r.random() * ages[-1])
            age = 5 * step + r.random() * 5
            if low < age < high:
                return BEGINS - timedelta(days=int(age * 365.25) + 1)

    def _numbers(
        self, r: Random, sex: str, born: date, age: int, precision: str, district: District, group: int, index: int
    ) -> tuple[tuple[tuple[str, str, str], ...], str]:
        chance = r.random()
        insurance = ("insurance", "VN", _insurance(r, age, group, district.province, index))
        insured: tuple[tuple[str, str, str], ...] = (insurance,) if r.random() < 0.9 else ()
        if age < 14:
            if chance < 0.6:
                return (("personal_code", "VN", self._national_id(r, sex, born, district)), *insured), "unchecked"
            return insured, "no_identifier"
        if age >= 45 and chance < 0.09:
            self._cards += 1
            return (("national_id", "VN", f"9{(self._cards * 7_654_321) % 100_000_000:08}"), *insured), "unchecked"
        if chance > 0.985:
            return insured, "no_identifier"
        status = "matched" if chance < 0.75 else "mismatched" if chance < 0.8 or precision == "year" else "unchecked"
        return (("national_id", "VN", self._national_id(r, sex, born, district)), *insured), status

    def _national_id(self, r: Random, sex: str, born: date, district: District) -> str:
        """Province of birth, century and sex, year, and a tail that nobody real has."""
        province = district.province if r.random() < 0.8 else self._words.another_province(r)
        century = (0 if born.year < 2000 else 2) + (sex == "female")
        head = f"0{province}{century}{born.year % 100:02}"
        count = self._tails[head]
        self._tails[head] = count + 1
        if count >= 100_000:
            raise OverflowError(f"more made-up numbers {head} than there are")
        return f"{head}{900_000 + count * 61_463 % 100_000}"

    def _foreigner(self, index: int, sex: str, born: date, commune: Commune) -> Person:
        r, words = self._random, self._words
        country, name = words.foreigner(r)
        return Person(
            index=index,
            name=name,
            sex=sex,
            born=born,
            precision="day",
            nationality=country,
            ethnic_group=None,
            occupation="Chuyên gia nước ngoài",
            workplace=None,
            group=12,
            area_code=commune.code,
            address=words.address(r, commune),
            identity_status="foreigner",
            numbers=(("passport", country, f"XX{index:08}"),),
            phone=_phone(index),
            phone_of="self",
            guardian=None,
        )


def _phone(index: int) -> str:
    """A number of the closed prefix 095; beyond ten million people numbers are shared, as phones are."""
    return f"+8495{index * 7_919_161 % PHONES:07}"


def _insurance(r: Random, age: int, group: int, province: str, index: int) -> str:
    if age < 18:
        kind = "TE1" if age < 6 else "HS4"
    elif age > 60:
        kind = "HT3"
    elif group == 13:
        kind = "DN4"
    else:
        kind = "HN2" if r.random() < 0.05 else "GD4"
    return f"{kind}{province}99{index % 100_000_000:08}"


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years)
