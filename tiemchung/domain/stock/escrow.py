"""Escrow: whole vials that a device takes from the shelf for a session, so that two devices without a line never overspend.

Held doses stay on hand, in a unit of their own that names its device: nobody else opens, sends or picks them. What the
device did without a line is opened from what it holds and, when that is spent, from nothing else: a dose beyond it is
`unexplained` and asked about. What was not opened returns when the device says so, when the session closes, or when the
device is revoked.
"""

from uuid import UUID

import msgspec

from tiemchung.domain import access, sites, vaccines
from tiemchung.domain.access import DeviceUnknown
from tiemchung.domain.stock.actions import post, units, usable_units
from tiemchung.domain.stock.actions import queries as ledger
from tiemchung.domain.stock.errors import NotEnoughDoses
from tiemchung.domain.stock.model import Line, Reason, State, Unit
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "escrow.sql")

# What a device takes when it prepares, if every table of the session could take as much.
VIALS_AT_FIRST = 2


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Closed doses that a device holds for a session, by unit."""

    unit_id: UUID
    lot_id: UUID
    lot_number: str
    session_id: UUID
    device_id: UUID
    device_name: str
    held_from: UUID
    same_clock: bool
    doses: int


class EscrowTaken(Event, frozen=True, kw_only=True, tag="stock.escrow_taken"):
    """A device holds doses for its session."""

    session_id: UUID
    device_id: UUID
    lot_id: UUID
    doses: int


class EscrowReturned(Event, frozen=True, kw_only=True, tag="stock.escrow_returned"):
    """Doses that a device did not open lie on the shelf for all again."""

    session_id: UUID
    device_id: UUID
    doses: int


async def take(db: Db, place_id: UUID, session_id: UUID, *, device_id: UUID, lot_id: UUID, vials: int) -> int:
    """Hold so many whole vials of a lot for a device; the doses in them.

    Raises `SessionNotThere`, `DeviceUnknown`, `NotEnoughDoses`.
    """
    session = await _open_session(db, place_id, session_id)
    if (await access.devices.device(db, device_id)).place_id != place_id:
        raise DeviceUnknown
    size = (await vaccines.pack(db, session.product, clock.day_of(db.at))).doses_per_vial
    shelf = [unit for unit in await usable_units(db, place_id, session.product, db.at) if unit.lot_id == lot_id]
    wanted = vials * size
    for unit in shelf:
        if part := min(wanted, unit.on_hand // size * size):
            await _hold(db, unit, session_id, device_id, part)
            wanted -= part
    if wanted:
        raise NotEnoughDoses
    await db.happened(
        EscrowTaken(place_id=place_id, session_id=session_id, device_id=device_id, lot_id=lot_id, doses=vials * size)
    )
    return vials * size


async def prepare(db: Db, place_id: UUID, session_id: UUID, *, device_id: UUID) -> int:
    """What a device takes when it prepares a session: two vials of what must be used first, less where vials are scarce.

    The doses; none where the device has held some before, or where not every table could have one. Raises as `take`.
    """
    session = await _open_session(db, place_id, session_id)
    if await holds(db, place_id, session_id, device_id):
        return 0
    shelf = await usable_units(db, place_id, session.product, db.at)
    vials = min(VIALS_AT_FIRST, sum(unit.vials for unit in shelf) // (2 * session.tables))
    first = next((unit for unit in shelf if unit.vials >= vials), None)
    if not vials or first is None:
        return 0
    return await take(db, place_id, session_id, device_id=device_id, lot_id=first.lot_id, vials=vials)


async def give_back(db: Db, place_id: UUID, *, session_id: UUID | None = None, device_id: UUID | None = None) -> int:
    """Put what a device or a whole session holds unopened back on the shelf; the doses. Nothing held is nothing returned."""
    sessions = {one.session_id for one in await _held(db, place_id, session_id, device_id)}
    for each in sorted(sessions):
        await db.run(ledger.lock_session, place_id=place_id, session_id=each)
    held = await _held(db, place_id, session_id, device_id)
    for one in held:
        # A shelf whose clock went on meanwhile is another clock: then the doses stay a unit of their own.
        if one.doses and one.same_clock:
            await _move(db, place_id, one.lot_id, one.unit_id, one.held_from, one.doses, Reason.escrow_back)
    await db.run(queries.let_go, place_id=place_id, session_id=session_id, device_id=device_id)
    for each, device in sorted({(one.session_id, one.device_id) for one in held if one.doses}):
        doses = sum(one.doses for one in held if (one.session_id, one.device_id) == (each, device))
        await db.happened(EscrowReturned(place_id=place_id, session_id=each, device_id=device, doses=doses))
    return sum(one.doses for one in held)


async def holds(db: Db, place_id: UUID, session_id: UUID, device_id: UUID) -> bool:
    """Whether a device holds doses for a session, be they all opened."""
    return bool(await _held(db, place_id, session_id, device_id))


async def held_at(db: Db, place_id: UUID, session_id: UUID) -> list[Held]:
    """What the devices of a session hold unopened."""
    return [one for one in await _held(db, place_id, session_id, None) if one.doses]


async def units_of(db: Db, place_id: UUID, product: str, device_id: UUID) -> list[Unit]:
    """The units of a product that a device holds and may open now, in the order of use."""
    found = await units(db, place_id, product=product)
    return [unit for unit in found if unit.on_hand and unit.held_by == str(device_id) and unit.usable(db.at)]


async def openable(
    db: Db, place_id: UUID, session_id: UUID, *, product: str, device_id: UUID | None, late: bool
) -> list[Unit]:
    """The units that a vial may be opened from: a device's own first, then the shelf's.

    A device that held doses and worked without a line (`late`) has its own alone: it could not see what others took.
    """
    if device_id is None:
        return await usable_units(db, place_id, product, db.at)
    own = await units_of(db, place_id, product, device_id)
    if late and await holds(db, place_id, session_id, device_id):
        return own
    return [*own, *await usable_units(db, place_id, product, db.at)]


async def _open_session(db: Db, place_id: UUID, session_id: UUID) -> sites.Session:
    await db.run(ledger.lock_session, place_id=place_id, session_id=session_id)
    session = await sites.session(db, place_id, session_id)
    if session.status != "open":
        raise sites.SessionNotThere(status=session.status_words)
    return session


async def _hold(db: Db, unit: Unit, session_id: UUID, device_id: UUID, doses: int) -> None:
    held_id = uuid7(db.at)
    await db.run(
        queries.insert_held,
        place_id=unit.place_id,
        unit_id=held_id,
        held_from=unit.unit_id,
        session_id=session_id,
        device_id=device_id,
    )
    await _move(db, unit.place_id, unit.lot_id, unit.unit_id, held_id, doses, Reason.escrow)


async def _move(db: Db, place_id: UUID, lot_id: UUID, from_: UUID, to: UUID, doses: int, reason: Reason) -> None:
    out = Line(place_id=place_id, lot_id=lot_id, unit_id=from_, state=State.on_hand, doses=-doses)
    await post(db, reason, [out, msgspec.structs.replace(out, unit_id=to, doses=doses)])


async def _held(db: Db, place_id: UUID, session_id: UUID | None, device_id: UUID | None) -> list[Held]:
    return await db.all(Held, queries.held, place_id=place_id, session_id=session_id, device_id=device_id)
