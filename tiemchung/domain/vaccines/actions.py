"""Looking up vaccines and lots; adding, releasing, recalling lots and changing their expiry by decision."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.vaccines import rules
from tiemchung.domain.vaccines.model import (
    Consumable,
    Expiry,
    Lot,
    LotAdded,
    LotEarmarked,
    LotExpiryChanged,
    LotId,
    LotStatusChanged,
    Needed,
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


async def lots_numbered(db: Db, number: str, on: date, *, disease: str) -> list[Lot]:
    """The lots that bear a number, of any vaccine against a disease: two makers may use the same number."""
    found = await db.all(_Numbered, queries.lots_numbered, number=number, disease=disease)
    return list((await lots(db, [row.lot_id for row in found], on)).values())


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
    """Give a lot another last day from a day on, by a decision that is named; the printed date stays.

    Raises `ExpiryDecided` when a decision counts from that day already.
    """
    await db.run(
        queries.insert_expiry,
        lot_id=lot_id,
        from_on=from_on,
        expires_on=expires_on,
        decision=decision,
        reason=reason,
        by=db.actor.id,
        at=db.at,
    )
    await db.happened(LotExpiryChanged(lot_id=lot_id, expires_on=expires_on, decision=decision))


async def earmark(db: Db, lot_id: UUID, group: str | None, *, reason: str) -> None:
    """Keep a lot for a target group, or (None) for everybody again. Raises `NotFound`."""
    if not await db.run(queries.set_earmark, lot_id=lot_id, earmark=group):
        raise NotFound
    await db.happened(LotEarmarked(lot_id=lot_id, earmark=group, reason=reason))


async def expiries(db: Db, lot_id: UUID) -> list[Expiry]:
    """Every decision on a lot's last day, the newest first."""
    return await db.all(Expiry, queries.expiries, lot_id=lot_id)


async def find_lots(db: Db, typed: str, on: date, *, limit: int = 100) -> list[Lot]:
    """Lots whose number begins with what was typed, whatever the case."""
    return await db.all(Lot, queries.find_lots, typed=typed.strip(), on_date=on, most=limit)


async def bundle(db: Db, code: str, doses: int, on: date) -> list[Needed]:
    """What so many doses of a product need beside the vaccine on a day; only its own maker's diluent. Raises `NotFound`."""
    known = await db.all(Consumable, queries.consumables, product=code)
    vials = -(-doses // (await pack(db, code, on)).doses_per_vial)
    diluted = any(consumable.kind == "diluent" for consumable in known)
    needed = [
        Needed(
            code=consumable.code,
            name=consumable.name,
            kind=consumable.kind,
            pieces=rules.pieces(consumable.kind, doses=doses, vials=vials, diluted=diluted),
        )
        for consumable in known
    ]
    return [each for each in needed if each.pieces]


async def _set_status(db: Db, lot_id: UUID, status: str, reason: str) -> None:
    if not await db.run(queries.set_status, lot_id=lot_id, status=status):
        raise NotFound
    await db.happened(LotStatusChanged(lot_id=lot_id, status=status, reason=reason))


class _Code(msgspec.Struct):
    system: str
    code: str


class _Numbered(msgspec.Struct):
    lot_id: UUID
