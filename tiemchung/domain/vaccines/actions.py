"""Looking up vaccines and lots; adding, releasing, recalling lots and changing their expiry by decision."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.vaccines.model import (
    Lot,
    LotAdded,
    LotExpiryChanged,
    LotId,
    LotStatusChanged,
    Pack,
    Product,
    StorageLimit,
)
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def products(db: Db) -> list[Product]:
    """All licensed vaccines by name."""
    return await db.all(Product, queries.products)


async def product(db: Db, code: str) -> Product:
    """A licensed vaccine. Raises `NotFound`."""
    return await db.one(Product, queries.product, code=code)


async def pack(db: Db, code: str, on: date) -> Pack:
    """How a product is packed on a day. Raises `NotFound`."""
    return await db.one(Pack, queries.pack, product=code, on_date=on)


async def codes(db: Db, code: str) -> dict[str, str]:
    """A product's names in other code systems: cvx, eu_mp, eu_ma, eu_vp."""
    return {row.system: row.code for row in await db.all(_Code, queries.codes, product=code)}


async def storage_limits(db: Db, code: str) -> dict[str, StorageLimit]:
    """How long a product keeps, by state."""
    return {limit.state: limit for limit in await db.all(StorageLimit, queries.limits, product=code)}


async def lot(db: Db, lot_id: UUID, on: date) -> Lot:
    """A lot with its expiry in force on a day. Raises `NotFound`."""
    return await db.one(Lot, queries.lots, lot_ids=[lot_id], on_date=on)


async def lots(db: Db, lot_ids: Sequence[UUID], on: date) -> dict[UUID, Lot]:
    """Several lots by id with their expiry in force on a day."""
    return {lot.lot_id: lot for lot in await db.all(Lot, queries.lots, lot_ids=list(lot_ids), on_date=on)}


async def lot_by_number(db: Db, product: str, number: str, on: date) -> Lot | None:
    """The lot of a number, or None."""
    lot_id = await db.value(UUID, queries.lot_by_number, product=product, number=number)
    return None if lot_id is None else await lot(db, lot_id, on)


async def add_lot(
    db: Db, *, product: str, number: str, manufacturer: str, expires_on: date, status: str = "received"
) -> LotId:
    """Make a lot known with its printed expiry. Raises `LotKnown`."""
    lot_id = LotId(uuid7(db.at))
    await db.run(
        queries.insert_lot,
        lot_id=lot_id,
        product=product,
        number=number,
        manufacturer=manufacturer,
        expires_on=expires_on,
        status=status,
    )
    await db.happened(LotAdded(lot_id=lot_id, product=product, number=number))
    return lot_id


async def release(db: Db, lot_id: UUID, *, reason: str) -> None:
    """Quality control has passed the lot. Raises `NotFound`."""
    await _set_status(db, lot_id, "released", reason)


async def recall(db: Db, lot_id: UUID, *, reason: str) -> None:
    """Stop every use of a lot at once. Raises `NotFound`."""
    await _set_status(db, lot_id, "recalled", reason)


async def change_expiry(db: Db, lot_id: UUID, *, from_on: date, expires_on: date, decision: str, reason: str) -> None:
    """Give a lot another last day from a day on, by a decision that is named; the printed date stays."""
    await db.run(
        queries.insert_expiry, lot_id=lot_id, from_on=from_on, expires_on=expires_on, decision=decision, reason=reason
    )
    await db.happened(LotExpiryChanged(lot_id=lot_id, expires_on=expires_on, decision=decision))


async def _set_status(db: Db, lot_id: UUID, status: str, reason: str) -> None:
    if not await db.run(queries.set_status, lot_id=lot_id, status=status):
        raise NotFound
    await db.happened(LotStatusChanged(lot_id=lot_id, status=status, reason=reason))


class _Code(msgspec.Struct):
    system: str
    code: str
