"""Vials at the tables of a session: opened with a clock, closed with what is left counted as waste.

**Giving a dose** is written by `immunizations` inside its one statement; this is the contract. The entry's id is the
immunization's id, its reason is `dose`, and it has two lines in this order, both of the vial's place, lot and unit:
`opened` −1, `administered` +1. In the same statement the vial gives one dose:

    vial as (
        update vial set doses_left = doses_left - 1
         where place_id = :place_id and vial_id = :vial_id and closed_at is null and use_by > :at
        returning place_id, lot_id, unit_id),
    posted as (
        select stock_post(:immunization_id, 'dose', :actor_id, :device_at, :at, null,
                          array[place_id, place_id], array[lot_id, lot_id], array[unit_id, unit_id],
                          array['opened', 'administered'], array[-1, 1]) as entry_id
          from vial),

The main query must read `posted` (join it, or select from it): PostgreSQL runs a `select` that nobody reads not at all.
No row from `vial` means closed or past its hours (`VialIsClosed`, and `use_by` says which); `vial_never_overdrawn`
becomes `VialUsedUp`, `stock_never_negative` becomes `NotEnoughDoses`. A real dose without known stock posts from
`unexplained` instead of `opened`, with the lot and, for its unit, the lot's own id. To take a dose back after an error:
`stock.hold(db, place_id, vial_id)`, `stock.reverse(db, immunization_id, place_ids=[place_id], reason=…)`, then
`stock.put_back(db, place_id, vial_id)`.
"""

from uuid import UUID

from tiemchung.domain import sites, vaccines
from tiemchung.domain.stock import escrow, rules
from tiemchung.domain.stock.actions import move, queries
from tiemchung.domain.stock.errors import NotEnoughDoses, TableNotThere, VialIsClosed, WrongProduct
from tiemchung.domain.stock.events import ExtraDeclared, VialClosed, VialOpened
from tiemchung.domain.stock.model import Reason, State, Vial, Waste
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7


async def open_vial(
    db: Db,
    place_id: UUID,
    session_id: UUID,
    *,
    lot_id: UUID,
    vial_id: UUID | None = None,
    device_id: UUID | None = None,
    table: int | None = None,
    late: bool = False,
) -> Vial:
    """Open a vial of a lot for an open session, from the unit that must be used first; its hours begin.

    `vial_id` is the id that a device gave the vial, so that it can go on without a line; a device's own doses go first,
    and `late`, after work without a line, they alone.
    Raises `SessionNotThere`, `TableNotThere`, `WrongProduct`, `LotUnusable`, `NotEnoughDoses`, `NotFound`.
    """
    # Held before all else, as closing does: vials are numbered one after the other, and none opens while it closes.
    await db.run(queries.lock_session, place_id=place_id, session_id=session_id)
    session = await sites.session(db, place_id, session_id)
    if session.status != "open":
        raise sites.SessionNotThere(status=session.status_words)
    if table is not None and table > session.tables:
        raise TableNotThere(tables=session.tables)
    today = clock.day_of(db.at)
    lot = await vaccines.lot(db, lot_id, today)
    if lot.product != session.product:
        raise WrongProduct(lot=lot.number, product=session.product_name)
    if not lot.usable(today):
        raise vaccines.LotUnusable(lot=lot.number, expires_on=f"{lot.expires_on:%d/%m/%Y}")
    doses = (await vaccines.pack(db, lot.product, today)).doses_per_vial
    may = await escrow.openable(db, place_id, session_id, product=lot.product, device_id=device_id, late=late)
    unit = next((unit for unit in may if unit.lot_id == lot_id and unit.on_hand >= doses), None)
    if unit is None:
        raise NotEnoughDoses
    await move(
        db,
        Reason.open,
        place_id=place_id,
        lot_id=lot_id,
        unit_id=unit.unit_id,
        doses=doses,
        from_=State.on_hand,
        to=State.opened,
    )
    product = await vaccines.product(db, lot.product)
    vial_id, use_by = vial_id or uuid7(db.at), rules.vial_use_by(db.at, product.open_hours, unit.use_before)
    await db.run(
        queries.insert_vial,
        place_id=place_id,
        vial_id=vial_id,
        session_id=session_id,
        unit_id=unit.unit_id,
        lot_id=lot_id,
        at=db.at,
        opened_by=db.actor.id,
        use_by=use_by,
        doses=doses,
        table_number=table or (1 if session.tables == 1 else None),
    )
    await db.happened(
        VialOpened(place_id=place_id, vial_id=vial_id, session_id=session_id, lot_id=lot_id, doses=doses, use_by=use_by)
    )
    return await vial(db, place_id, vial_id)


async def declare_extra(db: Db, place_id: UUID, vial_id: UUID, *, doses: int, reason: str) -> None:
    """A vial held more than its nominal doses: they enter the country's stock here, with why. Raises `VialIsClosed`."""
    opened = await vial(db, place_id, vial_id)
    if not await db.run(queries.add_extra, place_id=place_id, vial_id=vial_id, doses=doses):
        raise VialIsClosed
    await move(
        db,
        Reason.extra,
        place_id=place_id,
        lot_id=opened.lot_id,
        unit_id=opened.unit_id,
        doses=doses,
        from_=State.external,
        to=State.opened,
    )
    await db.happened(ExtraDeclared(place_id=place_id, vial_id=vial_id, doses=doses, reason=reason))


async def hold(db: Db, place_id: UUID, vial_id: UUID) -> None:
    """Keep a vial for this act. Who takes a dose back holds the vial before the accounts, as who gives one does."""
    await db.run(queries.hold_vial, place_id=place_id, vial_id=vial_id)


async def put_back(db: Db, place_id: UUID, vial_id: UUID) -> None:
    """After a dose record was taken back: the dose is in the vial again or, when that is closed, waste."""
    taken = await vial(db, place_id, vial_id)
    if await db.run(queries.put_back, place_id=place_id, vial_id=vial_id):
        return
    await db.run(queries.waste_one, place_id=place_id, vial_id=vial_id)
    await move(
        db,
        Waste.other,
        place_id=place_id,
        lot_id=taken.lot_id,
        unit_id=taken.unit_id,
        doses=1,
        from_=State.opened,
        to=State.wasted,
    )


async def close_vial(db: Db, place_id: UUID, vial_id: UUID, *, reason: Waste) -> int:
    """Put a vial away; how many doses in it became waste. Raises `VialIsClosed`, `NotFound`."""
    closing = await vial(db, place_id, vial_id)
    wasted = await db.value(int, queries.close_vial, place_id=place_id, vial_id=vial_id, at=db.at)
    if wasted is None:
        raise VialIsClosed
    if wasted:
        await move(
            db,
            reason,
            place_id=place_id,
            lot_id=closing.lot_id,
            unit_id=closing.unit_id,
            doses=wasted,
            from_=State.opened,
            to=State.wasted,
        )
    await db.happened(VialClosed(place_id=place_id, vial_id=vial_id, wasted=wasted, reason=reason))
    return wasted


async def vial(db: Db, place_id: UUID, vial_id: UUID) -> Vial:
    """A vial. Raises `NotFound`."""
    (found,) = await _vials(db, place_id, vial_id=vial_id) or [None]
    if found is None:
        raise NotFound
    return found


async def vials(db: Db, place_id: UUID, session_id: UUID, *, open_only: bool = False) -> list[Vial]:
    """The vials of a session in the order in which they were opened."""
    return await _vials(db, place_id, session_id=session_id, open_only=open_only)


async def _vials(
    db: Db, place_id: UUID, *, session_id: UUID | None = None, vial_id: UUID | None = None, open_only: bool = False
) -> list[Vial]:
    return await db.all(
        Vial, queries.vials, place_id=place_id, session_id=session_id, vial_id=vial_id, open_only=open_only
    )
