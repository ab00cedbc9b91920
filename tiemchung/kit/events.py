"""The event log: what happened, kept in the same transaction as the fact; and the followers that read it by cursor.

An event is a frozen Struct whose tag is its kind. `person_id`, `place_id` and `area_id` become columns of their own; the
other fields are its body. Followers read in order of commit: `tx` below the oldest running transaction is complete,
so nothing can appear behind the watermark (a long transaction holds all followers back: see the lag metric).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from tiemchung.kit import clock, sql
from tiemchung.kit.ids import first_uuid7_of

if TYPE_CHECKING:
    from tiemchung.kit.db import Database, Db

queries = sql.load(__name__, "events.sql")
BATCH = 5_000


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Base of all events; a subclass gives `tag="package.happened"`."""

    person_id: UUID | None = None
    place_id: UUID | None = None
    area_id: int | None = None


E = TypeVar("E", bound=Event)


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """An event as a follower reads it from the log."""

    event_id: UUID
    kind: str
    person_id: UUID | None
    place_id: UUID | None
    area_id: int | None
    actor_id: UUID | None
    body: dict[str, object]
    recorded_at: datetime

    def as_(self, type_: type[E]) -> E:
        """The event in its own type."""
        columns = {"person_id": self.person_id, "place_id": self.place_id, "area_id": self.area_id}
        return msgspec.convert(self.body | columns | {"kind": self.kind}, type_)


Now: TypeAlias = Mapping[type[Event], Sequence[Callable[["Db", Any], Awaitable[None]]]]


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """A reader of the event log: its name keeps its place, `handle` gets each batch with its transaction."""

    name: str
    kinds: tuple[str, ...]
    handle: Callable[["Db", list[Logged]], Awaitable[None]]


def kind_of(event: type[Event]) -> str:
    """An event type's name in the log."""
    return str(event.__struct_config__.tag)


def body_of(event: Event) -> dict[str, object]:
    """What the log keeps of an event beside its columns."""
    body = msgspec.to_builtins(event)
    for column in ("kind", "person_id", "place_id", "area_id"):
        body.pop(column)
    return body


async def advance(database: "Database", follower: Follower) -> bool:
    """Hand a follower its next batch and move its watermark in the same transaction; whether more waits behind it.

    A stretch without any event moves nothing, so that an idle log costs no write.
    """
    async with database.transaction() as db:
        watermark = await db.value(str, queries.lock_follower, name=follower.name)
        if watermark is None:
            return False
        window = await db.one(_Window, queries.window, watermark=watermark, batch=BATCH)
        if not window.any:
            return False
        until = window.until
        logged = await db.all(Logged, queries.batch, watermark=watermark, until=until, kinds=list(follower.kinds))
        if logged:
            await follower.handle(db, logged)
        await db.run(queries.move_follower, name=follower.name, watermark=until, at=db.at)
        return window.more


async def register(database: "Database", followers: Sequence[Follower]) -> None:
    """Give each follower its place at the beginning of the log, once."""
    async with database.transaction() as db:
        for follower in followers:
            await db.run(queries.register_follower, name=follower.name, at=db.at)


async def lag_seconds(db: "Db") -> dict[str, float]:
    """How far each follower is behind the newest event, in seconds."""
    rows = await db.all(_Lag, queries.lag)
    return {row.name: row.seconds for row in rows}


async def ensure_partitions(db: "Db", first: date, last: date) -> None:
    """Make the monthly partitions of the log from one month to another; those that exist are left alone."""
    month = first.replace(day=1)
    while month <= last:
        after = (month + timedelta(days=32)).replace(day=1)
        await db.run(
            sql.Query(
                f"create table if not exists event_{month:%Y_%m} partition of event "
                f"for values from ('{_bound(month)}') to ('{_bound(after)}')"
            )
        )
        month = after


def _bound(month: date) -> UUID:
    return first_uuid7_of(clock.start_of(month).astimezone(UTC))


class _Window(msgspec.Struct):
    until: str
    more: bool
    any: bool


class _Lag(msgspec.Struct):
    name: str
    seconds: float
