"""Keeping the rollups: one follower counts doses on every level at once; what goes on at the sites is counted now and then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.immunizations import DoseRecorded, DoseUndone
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Follower, Logged, kind_of
from tiemchung.kit.ids import time_of

queries = sql.load(__name__, "counting.sql")

_SIGNS = {kind_of(DoseRecorded): 1, kind_of(DoseUndone): -1}


class _Facts(msgspec.Struct):
    """What the rollups need of a dose's event."""

    immunization_id: UUID
    version: int
    occurred_at: datetime
    product: str
    dose_role: str
    ordinal: int
    sex: str
    birth_year: int
    priority_group_id: int | None


class _Counted(_Facts):
    """A dose to add or to take away."""

    person_id: UUID | None
    place_id: UUID | None
    area_id: int | None
    recorded_at: datetime
    sign: int


async def count(db: Db, events: Sequence[Logged]) -> None:
    """Add a batch of the log to the rollups; a dose entered in error is subtracted where it was added."""
    # One text of JSON: eleven arrays of five thousand values take the driver longer than the database counts them.
    doses = msgspec.json.encode([_counted(event) for event in events]).decode()
    await db.run(queries.add, at=db.at, doses=doses)


FOLLOWER = Follower(name="figures", kinds=tuple(_SIGNS), handle=count)


async def forget_minutes(db: Db) -> None:
    """Drop the minutes of yesterday, once in a while."""
    await db.run(queries.forget_minutes, at=db.at)


async def version(db: Db) -> int:
    """How often the figures have changed: what was made from them is compared with it."""
    return await db.value(int, queries.version) or 0


async def behind_seconds(db: Db) -> float:
    """How long the oldest dose that is recorded but not counted has waited; 0 when all are counted."""
    return await db.value(float, queries.behind, at=clock.now(), kinds=list(_SIGNS)) or 0.0


async def count_operations(db: Db) -> None:
    """See what goes on at the sites now, once for all who ask. Periodic."""
    day = clock.start_of(clock.day_of(db.at))
    await db.run(queries.count_operations, at=db.at, starts=day, ends=day + timedelta(days=1))


def _counted(event: Logged) -> _Counted:
    facts = msgspec.convert(event.body, _Facts, strict=False)
    return _Counted(
        **msgspec.structs.asdict(facts),
        person_id=event.person_id,
        place_id=event.place_id,
        area_id=event.area_id,
        recorded_at=time_of(event.event_id),
        sign=_SIGNS[event.kind],
    )
