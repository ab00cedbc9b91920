"""The daily bulletin: the day's figures and the provinces ranked by both utilisations, as they stand when it is made."""

from datetime import date, datetime

import msgspec

from tiemchung.domain import stock
from tiemchung.domain.analytics import areas
from tiemchung.domain.analytics.actions import ledger, national
from tiemchung.domain.analytics.model import ProductFigures, Totals, share
from tiemchung.domain.analytics.rules import withheld
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "bulletin.sql")


class ProvinceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A province: doses that decisions gave it, that its places received and gave; people of 18 and older with a course.

    `complete` and `given` are None where they are withheld from everybody (`for_everybody`).
    """

    code: str
    name: str
    name_en: str
    region: str = ""
    adults: int
    complete: int | None
    allocated: int
    received: int
    given: int | None

    @property
    def of_allocated(self) -> float | None:
        """Utilisation by decision: given per dose allocated (domain fact 54)."""
        return share(self.given, self.allocated)

    @property
    def of_received(self) -> float | None:
        """The alternative: given per dose received."""
        return share(self.given, self.received)

    @property
    def complete_share(self) -> float | None:
        """Completed basic courses per person of 18 and older."""
        return share(self.complete, self.adults)


class Bulletin(msgspec.Struct, frozen=True, kw_only=True):
    """What a bulletin says; `as_of` is the last day with doses, `made_at` when it was read."""

    as_of: date
    made_at: datetime
    totals: Totals
    adults: int
    people: int
    products: list[ProductFigures]
    provinces: list[ProvinceLine]

    def ranked(self) -> list[ProvinceLine]:
        """The provinces by doses given per dose received, the best first; those that received nothing last."""
        return sorted(self.provinces, key=lambda one: (one.of_received is None, -(one.of_received or 0), one.code))

    def ranked_by_decision(self) -> list[ProvinceLine]:
        """The provinces by doses given per dose allocated by decision, the best first; without those that were given none."""
        decided = [one for one in self.provinces if one.of_allocated is not None]
        return sorted(decided, key=lambda one: (-(one.of_allocated or 0), one.code))

    @property
    def allocated(self) -> int:
        """Doses that decisions allocated to all provinces."""
        return sum(one.allocated for one in self.provinces)


def for_everybody(told: Bulletin) -> Bulletin:
    """A bulletin without the small numbers of its provinces and what would give them away.

    Everybody knows the sum of the nation's doses, and of each region's courses (`public.open_areas`).
    """
    given = withheld([one.given or 0 for one in told.provinces])
    complete: dict[str, int | None] = {}
    for region in {one.region for one in told.provinces}:
        own = [one for one in told.provinces if one.region == region]
        cells = withheld([one.complete or 0 for one in own])
        complete |= {one.code: cell for one, cell in zip(own, cells, strict=True)}
    provinces = [
        msgspec.structs.replace(one, given=doses, complete=complete[one.code])
        for one, doses in zip(told.provinces, given, strict=True)
    ]
    return msgspec.structs.replace(told, provinces=provinces)


async def made(db: Db) -> Bulletin:
    """The bulletin as the figures and the ledger are now."""
    figures = await national(db)
    allocated = {row.code: row.doses for row in await db.all(_Allocated, queries.allocated)}
    regions = {area.code: area.region for area in figures.areas}
    held = {row.province_code: row for row in await stock.utilisation.ranking(db)}
    return Bulletin(
        as_of=figures.as_of,
        made_at=db.at,
        totals=figures.totals,
        adults=figures.adults,
        people=figures.people,
        products=(await ledger(db)).products,
        provinces=[
            ProvinceLine(
                code=row.code,
                name=row.name,
                name_en=row.name_en,
                region=regions.get(row.code, ""),
                adults=row.adults,
                complete=row.complete,
                allocated=allocated.get(row.code, 0),
                received=held[row.code].received if row.code in held else 0,
                given=held[row.code].administered if row.code in held else 0,
            )
            for row in await areas.provinces(db, day=figures.as_of)
        ],
    )


class _Allocated(msgspec.Struct):
    code: str
    doses: int
