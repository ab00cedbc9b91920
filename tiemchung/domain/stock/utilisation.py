"""Use and waste of a period by WHO's definitions, from the entries alone; transit that ages, and its deadlines.

Used in a period = opening balance + received − closing balance. Usage = given / used, wastage = 1 − usage. A negative
wastage is told as it is: more doses were given than left the stock, as with vials that hold more than their label says.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain.stock import rules
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "utilisation.sql")

RANKED_BY = ("received", "decided")
# The nation's store, an institute, a province, a district: closed vials can be lost at each before they reach a site.
SUPPLY_LEVELS = 4


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """What a place had, got, gave and lost of a product in a period, in doses.

    `in_opened` are doses in vials that were opened, extra ones included; `handled` those that were on the shelf at all.
    """

    opening: int
    received: int
    sent: int
    closing: int
    administered: int
    in_opened: int
    wasted_open: int
    wasted_closed: int

    @property
    def used(self) -> int:
        """Doses used: opening balance + received − sent on − closing balance (WHO)."""
        return self.opening + self.received - self.sent - self.closing

    @property
    def usage(self) -> Decimal | None:
        """Given per dose used; None when nothing was used."""
        return _share(self.administered, self.used)

    @property
    def wastage(self) -> Decimal | None:
        """1 − usage; below zero when more was given than left the stock."""
        usage = self.usage
        return None if usage is None else 1 - usage

    @property
    def wastage_factor(self) -> Decimal | None:
        """1 / (1 − wastage): what a forecast of need multiplies by."""
        usage = self.usage
        return None if not usage else 1 / usage

    @property
    def usage_of_received(self) -> Decimal | None:
        """Given per dose received since then: the other denominator, which stock on shelves lowers."""
        return _share(self.administered, self.opening + self.received - self.sent)

    @property
    def open_wastage(self) -> Decimal | None:
        """(Doses in opened vials − given) / doses in opened vials."""
        return _share(self.in_opened - self.administered, self.in_opened)

    @property
    def closed_wastage(self) -> Decimal | None:
        """Doses thrown away unopened / doses handled."""
        return _share(self.wasted_closed, self.opening + self.received)

    @property
    def combined_wastage(self) -> Decimal | None:
        """Of a dose that leaves the maker, the share that no arm gets: 1 − (1 − closed)ⁿ × (1 − open), n stores (WHO, 2019)."""
        if self.closed_wastage is None or self.open_wastage is None:
            return None
        return 1 - (1 - self.closed_wastage) ** SUPPLY_LEVELS * (1 - self.open_wastage)


class WasteRow(msgspec.Struct, frozen=True, kw_only=True):
    """Doses thrown away for a reason, from opened vials or unopened."""

    reason: str
    opened: int
    closed: int


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A province in the ranking: doses given per dose received or per dose decided for it; `place` counts from 1."""

    place: int
    province_code: str
    province_name: str
    decided: int
    received: int
    administered: int

    @property
    def usage(self) -> Decimal | None:
        """Given per dose received."""
        return _share(self.administered, self.received)

    @property
    def usage_of_decided(self) -> Decimal | None:
        """Given per dose that a decision gave to the province."""
        return _share(self.administered, self.decided)


class InTransit(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment that nobody has signed for, and until when it should have arrived."""

    place_id: UUID
    shipment_id: UUID
    number: str
    from_name: str
    from_kind: str
    to_name: str
    doses: int
    sent_at: datetime
    expected_at: datetime

    @property
    def due_at(self) -> datetime:
        """The last moment: five days from the nation and its institutes, two between others."""
        return self.sent_at + timedelta(days=rules.delivery_days(self.from_kind))

    def age_days(self, at: datetime) -> int:
        """Whole days on the way."""
        return (at - self.sent_at).days

    def level(self, at: datetime) -> str:
        """fine; late (past the hour that was told); overdue (past the deadline: the province hears of it)."""
        if at > self.due_at:
            return "overdue"
        return "late" if at > self.expected_at else "fine"


async def of_period(
    db: Db, *, place_id: UUID | None = None, path: str | None = None, product: str | None = None,
    from_at: datetime, until_at: datetime,
) -> Period:  # fmt: skip
    """A period of a place, of all places of an area together, or of the nation."""
    return await db.one(
        Period, queries.period, place_id=place_id, path=path, product=product, from_at=from_at, until_at=until_at
    )


async def waste(
    db: Db, *, place_id: UUID | None = None, path: str | None = None, from_at: datetime, until_at: datetime
) -> list[WasteRow]:
    """Doses thrown away in a period by reason, the largest first."""
    return await db.all(WasteRow, queries.waste, place_id=place_id, path=path, from_at=from_at, until_at=until_at)


async def ranking(db: Db, by: str = "received") -> list[Ranked]:
    """The provinces by doses given per dose received, or per dose decided, the best first; who had none is not ranked."""
    return await db.all(Ranked, queries.ranking, by=by)


async def in_transit(db: Db, *, path: str | None = None) -> list[InTransit]:
    """Shipments on the way to an area or the nation, the oldest first."""
    return await db.all(InTransit, queries.in_transit, path=path)


def _share(part: int, whole: int) -> Decimal | None:
    return None if whole == 0 else Decimal(part) / Decimal(whole)
