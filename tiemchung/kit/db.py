"""The database: one connection, one transaction, one actor. Returning commits, raising rolls back."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

from tiemchung.kit import clock
from tiemchung.kit.crypto import Keys
from tiemchung.kit.errors import NotFound, by_constraint
from tiemchung.kit.events import Event, Now, body_of, kind_of
from tiemchung.kit.events import queries as event_sql
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query, literal

Connection: TypeAlias = psycopg.AsyncConnection[dict[str, Any]]

T = TypeVar("T")

set_json_dumps(lambda value: msgspec.json.encode(value).decode())
set_json_loads(msgspec.json.decode)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a citizen, a member of staff, or the system itself; `label` is what an access log shows."""

    kind: str
    id: UUID | None
    label: str
    request_id: str = ""


class ActKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key under which an act is done once, the name of the act, and what it answers: for a statement that keeps them."""

    id: UUID
    kind: str
    answer: msgspec.Struct


SYSTEM = Actor(kind="system", id=None, label="Hệ thống")


class Db:
    """A transaction in which one actor does one act, at one moment `at`."""

    def __init__(self, connection: Connection, *, actor: Actor, at: datetime, keys: Keys, now: Now) -> None:
        self.connection = connection
        self.actor = actor
        self.at = at
        self.keys = keys
        self._now = now

    async def one(self, type_: type[T], query: Query, /, **parameters: object) -> T:
        """The single row of a query. Raises `NotFound` when there is none."""
        found = await self.maybe(type_, query, **parameters)
        if found is None:
            raise NotFound
        return found

    async def maybe(self, type_: type[T], query: Query, /, **parameters: object) -> T | None:
        """The first row of a query, or None."""
        row = await (await self._execute(query, parameters)).fetchone()
        return None if row is None else msgspec.convert(row, type_)

    async def all(self, type_: type[T], query: Query, /, **parameters: object) -> list[T]:
        """All rows of a query; the query bounds how many."""
        rows = await (await self._execute(query, parameters)).fetchall()
        return msgspec.convert(rows, list[type_])

    async def value(self, type_: type[T], query: Query, /, **parameters: object) -> T | None:
        """The first column of the first row, or None."""
        row = await (await self._execute(query, parameters)).fetchone()
        if row is None:
            return None
        (found,) = list(row.values())[:1]
        return None if found is None else msgspec.convert(found, type_)

    async def run(self, query: Query, /, **parameters: object) -> int:
        """Run a statement; how many rows it changed."""
        return (await self._execute(query, parameters)).rowcount

    async def run_many(self, query: Query, rows: Sequence[Mapping[str, object]], /) -> None:
        """Run a statement for many rows in one go over the wire."""
        async with self.connection.cursor() as cursor:
            await cursor.executemany(literal(query), rows)

    async def happened(self, event: Event, *, event_id: UUID | None = None) -> None:
        """Keep an event of this act and do what must commit together with it."""
        await self.run(event_sql.insert_event, **self._row(event, event_id))
        for follow in self._now.get(type(event), ()):
            await follow(self, event)

    async def all_happened(self, events: Sequence[Event]) -> None:
        """Keep many events of one act, and do for each what must commit together with it."""
        await self.run_many(event_sql.insert_event, [self._row(event) for event in events])
        for event in events:
            for follow in self._now.get(type(event), ()):
                await follow(self, event)

    def moved(self, at: datetime) -> "Db":
        """The same transaction and actor at another moment: for what happened earlier and is entered now."""
        return Db(self.connection, actor=self.actor, at=at, keys=self.keys, now=self._now)

    def _row(self, event: Event, event_id: UUID | None = None) -> dict[str, object]:
        return {
            "event_id": event_id or uuid7(self.at),
            "kind": kind_of(type(event)),
            "actor_kind": self.actor.kind,
            "actor_id": self.actor.id,
            "request_id": self.actor.request_id,
            "device_id": None,
            "device_at": None,
            "person_id": event.person_id,
            "place_id": event.place_id,
            "area_id": event.area_id,
            "body": Jsonb(body_of(event)),
        }

    async def _execute(self, query: Query, parameters: dict[str, object]) -> psycopg.AsyncCursor[dict[str, Any]]:
        try:
            return await self.connection.execute(literal(query), parameters)
        except psycopg.errors.IntegrityError as refused:
            named = by_constraint.get(refused.diag.constraint_name or "")
            if named is None:
                raise
            raise named from refused


class Database:
    """The pool of connections of a process, with what every transaction needs."""

    def __init__(self, url: str, keys: Keys, *, now: Now | None = None, connections: int = 12) -> None:
        self.url = url
        self.keys = keys
        self._now: Now = now or {}
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=2,
            max_size=connections,
            timeout=5,
            open=False,
            kwargs={"row_factory": dict_row, "prepare_threshold": 2, "autocommit": True, "options": OPTIONS},
        )

    async def __aenter__(self) -> "Database":
        await self.pool.open(wait=True, timeout=30)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()

    @asynccontextmanager
    async def transaction(self, actor: Actor = SYSTEM, at: datetime | None = None) -> AsyncGenerator[Db]:
        """One transaction: leaving the block commits, an error rolls back."""
        async with self.pool.connection() as connection, connection.transaction():
            yield self.on(connection, actor, at)

    @asynccontextmanager
    async def statement(self, actor: Actor = SYSTEM, at: datetime | None = None) -> AsyncGenerator[Db]:
        """A connection whose every statement commits by itself: for acts that are one statement, and for reads."""
        async with self.pool.connection() as connection:
            yield self.on(connection, actor, at)

    def on(self, connection: Connection, actor: Actor = SYSTEM, at: datetime | None = None) -> Db:
        """An act on a connection whose transaction the caller holds."""
        return Db(connection, actor=actor, at=at or clock.now(), keys=self.keys, now=self._now)


# A statement that runs this long holds a place that others wait for; bulk work uses connections of its own.
OPTIONS = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"


def json(value: object) -> Jsonb:
    """A value for a jsonb column."""
    return Jsonb(msgspec.to_builtins(value))
