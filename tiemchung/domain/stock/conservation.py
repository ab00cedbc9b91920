"""What became of every dose that was received: for a place, for a lot at each place, and for the nation, as it is now."""

from uuid import UUID

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "conservation.sql")


class Conservation(msgspec.Struct, frozen=True, kw_only=True):
    """The sentence that must add up. `received` and `delivered` come from the entries, the rest from the balances."""

    received: int
    on_hand: int
    opened: int
    quarantined: int
    in_transit: int
    delivered: int
    administered: int
    wasted: int
    lost: int
    unexplained: int

    @property
    def shelf(self) -> int:
        """Still in the store: closed, opened and set aside."""
        return self.on_hand + self.opened + self.quarantined

    @property
    def moved(self) -> int:
        """Sent on: signed for by others, or on the way."""
        return self.delivered + self.in_transit

    @property
    def spoiled(self) -> int:
        """Wasted (thrown away, destroyed, given back to the maker) or lost."""
        return self.wasted + self.lost

    @property
    def adds_up(self) -> bool:
        """Received = in the store + moved + given + spoiled; doses given without stock count on the left."""
        return self.difference == 0

    @property
    def difference(self) -> int:
        """Doses by which the two sides differ."""
        return self.received - self.unexplained - self.shelf - self.moved - self.administered - self.spoiled


class OfLot(Conservation, frozen=True, kw_only=True):
    """The sentence for one lot in the whole nation, where nothing is sent on: what is on the way is somebody's."""

    lot_id: UUID
    number: str
    product: str
    product_name: str
    manufacturer: str
    status: str
    places: int


class AtPlace(Conservation, frozen=True, kw_only=True):
    """The sentence for one lot at one place."""

    place_id: UUID
    place_name: str
    place_kind: str
    province_code: str
    province_name: str


class InProvince(msgspec.Struct, frozen=True, kw_only=True):
    """Where a lot's doses are, summed over the places of a province; the nation's own stores have no province."""

    province_code: str
    province_name: str
    places: int
    on_hand: int
    opened: int
    quarantined: int
    in_transit: int
    administered: int
    wasted: int
    lost: int
    unexplained: int


async def conservation(db: Db, place_id: UUID) -> Conservation:
    """What became of every dose that a place received."""
    return await db.one(Conservation, queries.of_place, place_id=place_id)


async def of_lots(db: Db) -> list[OfLot]:
    """What became of every dose of every lot, in the whole nation: the newest lots first."""
    return await db.all(OfLot, queries.of_lots)


async def of_lot(db: Db, lot_id: UUID) -> OfLot | None:
    """What became of every dose of a lot in the whole nation; None for a lot that never came."""
    return next((row for row in await of_lots(db) if row.lot_id == lot_id), None)


async def where_is(db: Db, lot_id: UUID) -> list[InProvince]:
    """Where every dose of a lot is now, by province: from the balances alone, so that it answers at once."""
    return await db.all(InProvince, queries.where_is, lot_id=lot_id)


async def at_places(db: Db, lot_id: UUID, *, path: str | None) -> list[AtPlace]:
    """What became of a lot's doses at each place of an area, or of the nation; the largest shelves first."""
    return await db.all(AtPlace, queries.at_places, lot_id=lot_id, path=path)
