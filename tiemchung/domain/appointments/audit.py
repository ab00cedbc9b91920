"""The auditor of bookings, always on: places taken = live appointments = live claims, by looking at all of them again."""

from datetime import datetime, timedelta

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "audit.sql")
_KEPT = timedelta(days=7)


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What the auditor found at a moment; everything but the first three is a fault."""

    at: datetime
    half_hours: int
    taken: int
    appointments: int
    oversold: int
    leaked: int
    lost: int
    dangling: int

    @property
    def ok(self) -> bool:
        """Nothing was sold twice, nothing leaked, nothing was lost."""
        return not (self.oversold or self.leaked or self.lost or self.dangling)


async def look(db: Db, *, whole: bool = False) -> Audit:
    """Compare places, appointments and claims of the sessions to come, or of all there ever were."""
    found = await db.one(_Counts, queries.look, whole=whole)
    return Audit(at=db.at, **msgspec.structs.asdict(found))


async def keep_looking(db: Db) -> None:
    """Look and write down what was found; what is older than a week is forgotten."""
    found = await look(db)
    await db.run(queries.keep, audit_id=uuid7(db.at), **msgspec.structs.asdict(found))
    await db.run(queries.forget, before=db.at - _KEPT)


async def newest(db: Db, most: int = 1) -> list[Audit]:
    """What the auditor found last, the newest first."""
    return await db.all(Audit, queries.newest, most=most)


class _Counts(msgspec.Struct):
    half_hours: int
    taken: int
    appointments: int
    oversold: int
    leaked: int
    lost: int
    dangling: int
