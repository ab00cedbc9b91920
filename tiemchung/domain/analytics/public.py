"""What everybody may read: areas without small numbers, a district, the way to the goals, reactions, revisions.

The same rollups as the command centre's walls; what is added here is what must not be told (`rules.withheld`).
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from tiemchung.domain import aefi
from tiemchung.domain.analytics import areas
from tiemchung.domain.analytics.actions import last_day
from tiemchung.domain.analytics.model import Area, Day, Totals, share
from tiemchung.domain.analytics.rules import every_day, withheld
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "public.sql")

_REVISIONS = 60
_MILLION = 1_000_000


class OpenArea(msgspec.Struct, frozen=True, kw_only=True):
    """A province, district or commune for everybody: None stands for a number that is withheld."""

    code: str
    name: str
    name_en: str
    adults: int
    doses: int | None
    first: int | None
    complete: int | None
    first_share: float | None
    complete_share: float | None
    region: str = ""


class OpenGoals(msgspec.Struct, frozen=True, kw_only=True):
    """How far a province is to both goals: courses per adult and per inhabitant; None where nobody is known or it is withheld."""

    row: areas.AreaRow
    adults: float | None
    people: float | None


class OpenDay(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of one day; None where they are withheld."""

    day: date
    doses: int | None


class District(msgspec.Struct, frozen=True, kw_only=True):
    """A district and the province that it lies in."""

    code: str
    name: str
    name_en: str
    path: str
    adults: int
    province_code: str
    province_name: str
    province_name_en: str


class DistrictFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A district up to a day, with its communes."""

    district: District
    as_of: date
    totals: Totals
    days: list[OpenDay]
    communes: list[OpenArea]

    @property
    def first_share(self) -> float | None:
        """First doses per person of 18 and older."""
        return share(self.totals.adults_first, self.district.adults)

    @property
    def complete_share(self) -> float | None:
        """Completed basic courses per person of 18 and older."""
        return share(self.totals.adults_complete, self.district.adults)


class ProductDoses(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a product by their place in the course."""

    code: str
    name: str
    first: int
    later: int
    additional: int
    booster: int
    doses: int


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a month, named by its first day, and all doses by its end."""

    month: date
    doses: int
    until: int


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of reactions and cases, and what the councils concluded on."""

    reports: int
    dangers: int
    cases: int
    serious: int
    open: int
    vaccine: int
    error: int
    anxiety: int
    indeterminate: int
    coincidental: int
    unclassified: int


class Safety(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of reactions; small numbers are None within each column. `signs` are words and reports."""

    doses: int
    counts: dict[str, int | None]
    concluded: dict[str, int | None]
    signs: list[tuple[str, int | None]]

    def a_million(self, name: str) -> float | None:
        """So many per million doses; None where the number is withheld or no dose was given."""
        count = self.counts[name]
        return None if count is None or self.doses <= 0 else count * _MILLION / self.doses


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which figures of earlier days changed: doses that came late, corrected ones, those taken back."""

    recorded_on: date
    from_day: date
    until_day: date
    late: int
    corrected: int
    taken_back: int


def open_areas(rows: Sequence[Area]) -> list[OpenArea]:
    """Areas whose sum is public, region by region: numbers under five and what would give them away are withheld."""
    open_: dict[str, OpenArea] = {}
    for region in {row.region for row in rows}:
        own = [row for row in rows if row.region == region]
        columns = {name: withheld([getattr(row, name) for row in own]) for name in ("doses", "first", "complete")}
        for k, row in enumerate(own):
            doses, first, complete = (columns[name][k] for name in ("doses", "first", "complete"))
            open_[row.code] = OpenArea(
                code=row.code,
                name=row.name,
                name_en=row.name_en,
                adults=row.adults,
                doses=doses,
                first=first,
                complete=complete,
                first_share=None if first is None else row.first_share,
                complete_share=None if complete is None else row.complete_share,
                region=region,
            )
    return [open_[row.code] for row in rows]


def open_goals(rows: Sequence[areas.AreaRow], regions: Mapping[str, str]) -> list[OpenGoals]:
    """Shares of both goals by province, without those of fewer than five people and what would give them away.

    `regions` tells each province's region, whose sum is public.
    """
    told: dict[str, OpenGoals] = {}
    for region in set(regions.values()):
        own = [row for row in rows if regions[row.code] == region]
        adults, people = withheld([row.complete for row in own]), withheld([row.complete_all for row in own])
        for row, of_adults, of_people in zip(own, adults, people, strict=True):
            told[row.code] = OpenGoals(
                row=row,
                adults=None if of_adults is None else row.complete_share,
                people=None if of_people is None else share(of_people, row.people),
            )
    return [told[row.code] for row in rows]


def open_days(days: Sequence[Day]) -> list[OpenDay]:
    """Days whose sum is public, without those of fewer than five doses and what would give them away."""
    return [
        OpenDay(day=each.day, doses=doses)
        for each, doses in zip(days, withheld([each.doses for each in days]), strict=True)
    ]


async def district(db: Db, code: str) -> DistrictFigures | None:
    """A district's figures with its communes; None for a code that is none."""
    own = await db.maybe(District, queries.district, code=code)
    if own is None:
        return None
    day = await last_day(db)
    below = await areas.below(db, await areas.area(db, code), day=day)
    return DistrictFigures(
        district=own,
        as_of=day,
        totals=await db.one(Totals, queries.district_totals, code=code, day=day),
        days=open_days(every_day(await db.all(Day, queries.district_days, code=code, day=day))),
        communes=open_areas([_area(row) for row in below]),
    )


async def products(db: Db, *, day: date) -> list[ProductDoses]:
    """Doses of each product by their place in the course, up to a day; the most first."""
    return await db.all(ProductDoses, queries.products, day=day)


async def months(db: Db, *, day: date) -> list[Month]:
    """The months of the campaign, in order."""
    return await db.all(Month, queries.months, day=day)


async def revisions(db: Db) -> list[Revision]:
    """The last days on which figures of earlier days changed, the newest first."""
    return await db.all(Revision, queries.revisions, most=_REVISIONS)


async def safety(db: Db, *, doses: int) -> Safety:
    """Reactions that were reported after so many doses."""
    found = await db.one(Reported, queries.reported)
    names = ("reports", "dangers", "cases", "serious", "open")
    # None of these is a sum of the others: each small one is withheld by itself.
    counts = {name: withheld([getattr(found, name)])[0] for name in names}
    causes = ("vaccine", "error", "anxiety", "indeterminate", "coincidental", "unclassified")
    concluded: dict[str, int | None] = dict(
        zip(causes, withheld([getattr(found, name) for name in causes]), strict=True)
    )
    words = {sign.code: sign.words for sign in (*aefi.SIGNS, *aefi.DANGERS)}
    rows = await db.all(_Sign, queries.reactions)
    signs = [(words[row.code], cell) for row, cell in zip(rows, withheld([row.reports for row in rows]), strict=True)]
    return Safety(doses=doses, counts=counts, concluded=concluded, signs=signs)


def _area(row: areas.AreaRow) -> Area:
    names = ("code", "name", "name_en", "adults", "doses", "first", "complete", "booster")
    return Area(**{name: getattr(row, name) for name in names})


class _Sign(msgspec.Struct):
    code: str
    reports: int
