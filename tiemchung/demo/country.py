"""The country as the campaign needs it: districts with their people by age band, communes and sites."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from tiemchung.demo.curve import shares
from tiemchung.schema.load import rows

SITE_KINDS = ("station", "hospital", "clinic", "mobile_team")
REFORM = "2025-07-01"
PEOPLE_A_SITE = 150


class Site(msgspec.Struct, frozen=True, gc=False):
    """A vaccination site of the reference data."""

    code: str
    kind: str
    name: str
    commune: str
    centre: str
    tables: int


class Commune(msgspec.Struct, frozen=True, gc=False):
    """A commune (or an island district without communes) in which people live."""

    code: str
    name: str
    urban: bool


class District(msgspec.Struct, frozen=True, gc=False):
    """A district: people of the demonstration by band, its communes, and its sites (by number); the first `working` ones work."""

    code: str
    name: str
    province: str
    province_name: str
    region: str
    adults: int
    teens: int
    children: int
    communes: list[Commune]
    sites: list[int]
    working: int


class Country(msgspec.Struct, frozen=True):
    """All districts and sites; `provinces` lists the districts of each by number."""

    districts: list[District]
    sites: list[Site]
    provinces: dict[str, list[int]]

    def near(self, district: int, start: int | None, turn: int) -> Iterator[int]:
        """Sites for a district's people: `start` or the one whose turn it is, then the others, then the province's."""
        own = self.districts[district]
        if start is None:
            at = turn % own.working
            yield from own.sites[at : own.working]
            yield from own.sites[:at]
            yield from own.sites[own.working :]
        else:
            yield start
            yield from own.sites
        for k in self.provinces[own.province]:
            yield from self.districts[k].sites

    def province_of(self, site: int) -> str:
        """The province in which a site works: its code begins with the province's."""
        return self.sites[site].code[:2]


def load(people: int, featured: str) -> Country:
    """The country of 2021 with that many people (largest remainder over districts and bands).

    Where few people live, few sites work: the `featured` one first, then stations and hospitals in turn.
    """
    population = {
        (r["area_code"], r["band"]): int(str(r["people"])) for r in rows("area_population.csv") if r["year"] == "2021"
    }
    areas = [r for r in rows("area.csv.gz") if r["valid_to"] == REFORM]
    provinces = {str(r["code"]): r for r in areas if r["level"] == "province"}
    communes: dict[str, list[Commune]] = defaultdict(list)
    for r in areas:
        if r["level"] == "commune":
            urban = r["kind"] in ("phuong", "thi-tran")
            communes[str(r["parent_code"])].append(Commune(str(r["code"]), str(r["name"]), urban))
    sites, sites_of = _sites(featured)
    found = [r for r in areas if r["level"] == "district"]
    weights: list[int] = []
    for r in found:
        every, adults, teens = (population[r["code"], band] for band in ("all", "18+", "12-17"))
        weights += [adults, teens, every - adults - teens]
    counts = shares(people, weights)
    first = {r["parent_code"]: r["code"] for r in reversed(found)}
    districts: list[District] = []
    for k, r in enumerate(found):
        code, province = str(r["code"]), provinces[str(r["parent_code"])]
        adults, teens, children = counts[3 * k : 3 * k + 3]
        # An island without communes has no site of its own: its people go to the province's first district.
        own = sites_of[f"TT{code}"] or sites_of[f"TT{first[province['code']]}"]
        here = communes[code] or [Commune(code, str(r["name"]), urban=False)]
        districts.append(
            District(
                code, str(r["name"]), str(province["code"]), str(province["name"]), str(province["parent_code"]),
                adults, teens, children, here, own, max(1, min(len(own), (adults + teens) // PEOPLE_A_SITE)),
            )
        )  # fmt: skip
    numbers: dict[str, list[int]] = defaultdict(list)
    for k, district in enumerate(districts):
        numbers[district.province].append(k)
    return Country(districts, sites, dict(numbers))


def _sites(featured: str) -> tuple[list[Site], dict[str, list[int]]]:
    sites: list[Site] = []
    of: dict[str, list[int]] = defaultdict(list)
    for r in rows("place.csv.gz"):
        if r["kind"] in SITE_KINDS:
            of[str(r["parent_code"])].append(len(sites))
            columns = (str(r[c]) for c in ("code", "kind", "name", "area_code", "parent_code"))
            sites.append(Site(*columns, tables=int(str(r["tables"]))))
    for centre, own in of.items():
        of[centre] = _in_turn(own, sites, featured)
    return sites, of


def _in_turn(own: Sequence[int], sites: list[Site], featured: str) -> list[int]:
    fixed = [s for s in own if sites[s].kind == "station"]
    others = [s for s in own if sites[s].kind != "station"]
    mixed = [s for pair in zip(fixed, others, strict=False) for s in pair]
    mixed += fixed[len(others) :] + others[len(fixed) :]
    return sorted(mixed, key=lambda s: sites[s].code != featured)
