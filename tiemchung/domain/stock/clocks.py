"""The clock of a handling unit: frozen → minus20 (one budget, which pauses) → thawed; what has thawed is never frozen again."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import vaccines
from tiemchung.domain.stock.errors import BudgetSpent, NeverFreeze, NeverRefreeze, NoSuchStorage, UnitMoved
from tiemchung.domain.vaccines import StorageLimit
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "clocks.sql")

WORDS = {
    "frozen": "Đông sâu, −90…−60 °C",
    "minus20": "Đông, −25…−15 °C",
    "thawed": "Đã rã đông, 2–8 °C",
    "fridge": "Tủ lạnh, 2–8 °C",
}


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit is stored, until when, and how much of its budget at −20 °C is spent."""

    clock: str
    usable_until: datetime | None
    thawed_at: datetime | None
    minus20_since: datetime | None
    minus20_used: timedelta

    @property
    def words(self) -> str:
        """How the unit is stored, in words."""
        return WORDS[self.clock]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A change of storage that happened, and the clock that it started."""

    from_clock: str
    to_clock: str
    usable_until: datetime | None
    at: datetime
    by_name: str | None


class ClockChanged(Event, frozen=True, kw_only=True, tag="stock.clock_changed"):
    """A unit is stored otherwise; its clock with it."""

    unit_id: UUID
    lot_id: UUID
    from_clock: str
    to_clock: str


def changed(clock: Clock, to: str, at: datetime, limits: dict[str, StorageLimit]) -> Clock:
    """The clock after a change of storage.

    Frozen to −20 °C spends a budget once (Comirnaty: 14 days in all); going back pauses it, and a budget that is spent
    does not come back. −20 °C is no budget for a vaccine whose maker stores it so. Thawing starts the days at 2–8 °C.
    Raises `NeverRefreeze`, `NeverFreeze`, `BudgetSpent`, `NoSuchStorage`.
    """
    if clock.clock == "thawed":
        raise NeverRefreeze
    if clock.clock == "fridge":
        raise NeverFreeze
    if to == "thawed" and "fridge" in limits:
        days = limits["fridge"].days
        until = None if days is None else at + timedelta(days=float(days))
        used = clock.minus20_used + _spent(clock, at)
        return Clock(clock=to, usable_until=until, thawed_at=at, minus20_since=None, minus20_used=used)
    if "frozen" in limits and (clock.clock, to) in {("frozen", "minus20"), ("minus20", "frozen")}:
        return _on_budget(clock, to, at, limits)
    raise NoSuchStorage


def next_storages(clock: str, limits: dict[str, StorageLimit]) -> list[str]:
    """Where a unit may go from here: what the page offers."""
    ways = {"frozen": ("minus20", "thawed"), "minus20": ("frozen", "thawed")}.get(clock, ())
    known = {"minus20": "minus20" in limits, "frozen": "frozen" in limits, "thawed": "fridge" in limits}
    return [way for way in ways if known[way]]


async def change(db: Db, place_id: UUID, unit_id: UUID, to: str) -> Clock:
    """Store a unit otherwise: its clock changes and the step is kept.

    Raises as `changed`, `UnitMoved` when somebody else has changed it meanwhile, `NotFound`.
    """
    unit = await db.one(_Unit, queries.unit, place_id=place_id, unit_id=unit_id)
    before = Clock(**{name: getattr(unit, name) for name in Clock.__struct_fields__})
    after = changed(before, to, db.at, await vaccines.storage_limits(db, unit.product))
    done = await db.run(
        queries.set_clock,
        place_id=place_id,
        unit_id=unit_id,
        step_id=uuid7(db.at),
        from_clock=before.clock,
        at=db.at,
        by=db.actor.id,
        **msgspec.structs.asdict(after),
    )
    if not done:
        raise UnitMoved
    await db.happened(
        ClockChanged(
            place_id=place_id, unit_id=unit_id, lot_id=unit.lot_id, from_clock=before.clock, to_clock=after.clock
        )
    )
    return after


async def steps(db: Db, place_id: UUID, unit_id: UUID) -> list[Step]:
    """How a unit was stored, the newest change first."""
    return await db.all(Step, queries.steps, place_id=place_id, unit_id=unit_id)


def _on_budget(clock: Clock, to: str, at: datetime, limits: dict[str, StorageLimit]) -> Clock:
    budget = limits.get("minus20")
    if budget is None or budget.days is None:
        raise NoSuchStorage
    whole, used = timedelta(days=float(budget.days)), clock.minus20_used + _spent(clock, at)
    if used >= whole:
        raise BudgetSpent(days=round(whole / timedelta(days=1)))
    if to == "frozen":
        return Clock(clock=to, usable_until=None, thawed_at=None, minus20_since=None, minus20_used=used)
    return Clock(clock=to, usable_until=at + whole - used, thawed_at=None, minus20_since=at, minus20_used=used)


def _spent(clock: Clock, at: datetime) -> timedelta:
    return timedelta(0) if clock.minus20_since is None else at - clock.minus20_since


class _Unit(Clock, frozen=True, kw_only=True):
    lot_id: UUID
    product: str
