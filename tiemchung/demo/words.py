"""Words of made-up people: names.toml as tables to draw from."""

import tomllib
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import TypeAlias

import msgspec

from tiemchung.demo.country import Commune, District

# People by age at the campaign's start, in thousands: five years a step from 0, after the census of 2019 (rounded).
PYRAMID = (
    7800, 7900, 7200, 6500, 6900, 8300, 8000, 7500, 6700, 6200, 5800, 5100, 4300, 3000, 1700, 1200, 900, 500, 200, 60,
)  # fmt: skip
STUDENT, UNDER_SIX, RETIRED = "Học sinh", "Trẻ em", "Hưu trí, người cao tuổi"
INDUSTRIAL = {"01", "27", "31", "48", "74", "75", "79"}
Draw: TypeAlias = Callable[[Random], str]


class Words:
    """The file, with what a maker of people asks it."""

    def __init__(self) -> None:
        text = (files("tiemchung.demo") / "names.toml").read_text(encoding="utf-8")
        file = msgspec.convert(tomllib.loads(text), _File)
        self._surnames = {where: _weighted(names) for where, names in file.surnames.items()}
        self._middle = {who: _weighted(names) for who, names in file.middle.items()}
        self._given = {who: _even(names) for who, names in file.given.items()}
        self._ethnic: dict[str, list[tuple[float, _Ethnic]]] = defaultdict(list)
        for group in file.ethnic:
            for province, share in group.provinces.items():
                before = self._ethnic[province][-1][0] if self._ethnic[province] else 0.0
                self._ethnic[province].append((before + share / 100, group))
        self._foreign = [(f.country, name) for f in file.foreign for name in f.names]
        self._occupations = {o.name: o for o in file.occupation}
        self._work = {
            sex: _weighted({o.name: o.male if sex == "male" else o.female for o in file.occupation})
            for sex in ("male", "female")
        }
        self._early = _weighted(file.early.occupations)
        self._streets, self._hamlets = _even(file.places.streets), _even(file.places.hamlets)
        self._origins = _even(file.places.origins)
        self.ages = list(accumulate(PYRAMID))

    def another_province(self, r: Random) -> str:
        """A province in which somebody was born who lives elsewhere now."""
        return self._origins(r)

    def foreign_share(self, province: str) -> float:
        """The part of adults who are foreigners."""
        return 0.004 if province in INDUSTRIAL else 0.0006

    def foreigner(self, r: Random) -> tuple[str, str]:
        """A foreigner's country and name."""
        return self._foreign[int(r.random() * len(self._foreign))]

    def name(self, r: Random, sex: str, age: int, district: District) -> tuple[str, str]:
        """A name and the ethnic group it goes with."""
        chance = r.random()
        era = f"{sex}_old" if age >= 50 else sex
        for share, group in self._ethnic.get(district.province, ()):
            if chance < share:
                surname = group.surnames[int(r.random() * len(group.surnames))]
                own = group.male if sex == "male" else group.female
                given = own[int(r.random() * len(own))] if own else f"{self._middle[era](r)} {self._given[era](r)}"
                return group.form.format(s=surname, g=given), group.code
        where = (
            "south" if district.region in {"SE", "MKD"} else "centre" if district.region in {"NCC", "CHL"} else "north"
        )
        return f"{self._surnames[where](r)} {self._middle[era](r)} {self._given[era](r)}", "01"

    def work(self, r: Random, sex: str, age: int, *, early: bool) -> tuple[str, int, str | None]:
        """Occupation, priority group and workplace."""
        if age < 18:
            return (UNDER_SIX if age < 6 else STUDENT), (16 if age < 6 else 8), None
        if age >= 60:
            return RETIRED, 9 if age > 65 or r.random() < 0.4 else 16, None
        name = self._early(r) if early else self._work[sex](r)
        if name == "Sinh viên" and age > 25:
            name = "Lao động tự do"
        occupation = self._occupations[name]
        group = 9 if occupation.group in {15, 16} and r.random() < 0.08 else occupation.group
        places = occupation.workplaces
        return name, group, places[int(r.random() * len(places))] if places else None

    def address(self, r: Random, commune: Commune) -> str:
        """A street address in a town, a hamlet in the country."""
        if commune.urban:
            return f"Số {1 + int(r.random() * 320)}, đường {self._streets(r)}"
        return (
            f"Thôn {self._hamlets(r)}"
            if r.random() < 0.8
            else f"Tổ {1 + int(r.random() * 14)}, thôn {self._hamlets(r)}"
        )


class _Ethnic(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    provinces: dict[str, float]
    surnames: list[str]
    form: str = "{s} {g}"
    male: list[str] = []
    female: list[str] = []


class _Foreign(msgspec.Struct, frozen=True):
    country: str
    names: list[str]


class _Occupation(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    group: int
    male: float
    female: float
    workplaces: list[str] = []


class _Early(msgspec.Struct, frozen=True):
    occupations: dict[str, float]


class _Places(msgspec.Struct, frozen=True):
    streets: list[str]
    hamlets: list[str]
    origins: list[str]


class _File(msgspec.Struct, frozen=True):
    surnames: dict[str, dict[str, float]]
    middle: dict[str, dict[str, float]]
    given: dict[str, list[str]]
    ethnic: list[_Ethnic]
    foreign: list[_Foreign]
    occupation: list[_Occupation]
    early: _Early
    places: _Places


def _weighted(weights: dict[str, float]) -> Draw:
    words, sums = list(weights), list(accumulate(weights.values()))
    return lambda r: words[bisect(sums, r.random() * sums[-1])]


def _even(words: list[str]) -> Draw:
    return lambda r: words[int(r.random() * len(words))]
