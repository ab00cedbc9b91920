"""How long a place's stock lasts: doses a day, the level at which to order, the most to hold, days without any.

The reorder point is the demand while an order is on its way and a safety stock; the maximum adds the demand until the next
supply. The safety stock is a share of that demand (25 % where nothing else is set).
"""

from datetime import timedelta
from fractions import Fraction
from math import ceil
from uuid import UUID

import msgspec

from tiemchung.domain.stock import rules
from tiemchung.domain.stock.actions import units
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "levels.sql")

# What was used is looked at over four weeks: whole ones, so that days without a session weigh alike.
LOOKED_AT_DAYS = 28


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """A product at a place: usable doses on its shelf, coming and used, and between which levels it should lie."""

    product: str
    product_name: str
    doses_per_vial: int
    on_hand: int
    coming: int
    used: int
    days: int
    days_without: int
    lead_days: int
    interval_days: int
    safety_percent: int

    @property
    def a_day(self) -> Fraction:
        """Doses used a day."""
        return Fraction(self.used, self.days)

    @property
    def used_a_day(self) -> int:
        """Doses used a day, rounded up."""
        return ceil(self.a_day)

    @property
    def days_left(self) -> int | None:
        """For how many whole days the shelf lasts; None where nothing is used."""
        return int(self.on_hand / self.a_day) if self.used else None

    @property
    def safety(self) -> int:
        """Doses in reserve: a share of the demand between two supplies."""
        return ceil(self.a_day * self.interval_days * self.safety_percent / 100)

    @property
    def reorder_point(self) -> int:
        """Doses at which to order: the demand while an order is on its way, and the reserve."""
        return ceil(self.a_day * self.lead_days) + self.safety

    @property
    def maximum(self) -> int:
        """The most to hold: the reorder point and the demand until the next supply."""
        return self.reorder_point + ceil(self.a_day * self.interval_days)

    @property
    def to_order(self) -> int:
        """Doses to ask for now, in whole vials: up to the maximum once the reorder point is reached."""
        if self.on_hand + self.coming > self.reorder_point or not self.used:
            return 0
        missing = self.maximum - self.on_hand - self.coming
        return ceil(Fraction(missing, self.doses_per_vial)) * self.doses_per_vial


async def levels(db: Db, place_id: UUID) -> list[Level]:
    """The products that a place has, awaits or used in the last four weeks, or since it has had them, by name."""
    until_on = clock.day_of(db.at)
    period = {"from_on": until_on - timedelta(days=LOOKED_AT_DAYS - 1), "until_on": until_on}
    supply = await db.one(_Supply, queries.supply, place_id=place_id)
    usable: dict[str, int] = {}
    for unit in await units(db, place_id):
        if unit.usable(db.at):
            usable[unit.product] = usable.get(unit.product, 0) + unit.on_hand
    found = [
        Level(
            product=row.product,
            product_name=row.product_name,
            doses_per_vial=row.doses_per_vial,
            on_hand=usable.get(row.product, 0),
            coming=row.coming,
            used=row.used,
            days=row.days,
            days_without=row.days_without,
            lead_days=rules.delivery_days(supply.supplier_kind or ""),
            interval_days=supply.interval_days,
            safety_percent=supply.safety_percent,
        )
        for row in await db.all(_Used, queries.levels, place_id=place_id, **period)
    ]
    return [level for level in found if level.on_hand or level.coming or level.used]


class _Used(msgspec.Struct):
    product: str
    product_name: str
    doses_per_vial: int
    coming: int
    used: int
    days: int
    days_without: int


class _Supply(msgspec.Struct):
    interval_days: int
    safety_percent: int
    supplier_kind: str | None
