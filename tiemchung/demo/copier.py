"""The process that copies: one makes rows, another hands them to the database, so that neither waits for the other's Python."""

import asyncio
import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Self

import msgspec
import psycopg
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from tiemchung.demo.sheet import COLUMNS, Detail, Sheet
from tiemchung.kit import sql

queries = sql.load(__name__, "load.sql")
# Bulk work: no time-out, and no wait for the disk at each of the parts; the last part makes all of them durable.
OPTIONS = "-c statement_timeout=0 -c synchronous_commit=off -c timezone=UTC"


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a database holds of the demonstration: how far a load has come, and of which size it is."""

    people: int
    doses: int
    detail: Detail
    seed: int
    parts: int = 0
    rows: int = 0
    finished: bool = False


class Stopped(Exception):
    """The process that copies ended before its work did; it has written why."""


class Copier:
    """Copies part after part into a database, one copier at a time: entering waits for another one to end, leaving for all parts.

    It ends with the process that made it, after the parts that it holds whole; a part that it does not hold whole is as
    if it had never been sent.
    """

    def __init__(self, url: str) -> None:
        # A start of its own, not a fork of a process that has threads and open connections.
        anew = multiprocessing.get_context("spawn")
        self._parts, theirs = anew.Pipe()
        self._process = anew.Process(target=_copy_all, args=(theirs, url), daemon=True)
        self._process.start()
        theirs.close()

    async def __aenter__(self) -> Self:
        try:
            await asyncio.to_thread(self._parts.recv_bytes)
        except EOFError as ended:
            raise Stopped from ended
        return self

    async def copy(self, sheet: Sheet, loaded: Loaded) -> None:
        """Hand over a part, to be committed with how far the load has come; return when it is taken. Raises `Stopped`."""
        tables = [(table, text.encode()) for table, text in sheet.tables()]
        try:
            await asyncio.to_thread(self._parts.send, (tables, loaded))
        except OSError as ended:
            raise Stopped from ended

    async def __aexit__(self, *_: object) -> None:
        self._parts.close()
        await asyncio.to_thread(self._process.join)
        if self._process.exitcode:
            raise Stopped


def _copy_all(parts: Connection, url: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever sends hears it, and closes the pipe
    with psycopg.connect(url, options=OPTIONS, autocommit=True) as connection:
        connection.execute(sql.literal(queries.alone))
        parts.send_bytes(b"")
        seen: set[str] = set()
        for tables, loaded in _received(parts):
            with connection.transaction(), connection.cursor() as cursor:
                for table, lines in tables:
                    columns = pg.SQL(", ").join(map(pg.Identifier, COLUMNS[table].split(", ")))
                    with cursor.copy(pg.SQL("copy {} ({}) from stdin").format(pg.Identifier(table), columns)) as copy:
                        copy.write(lines)
                if loaded.finished:
                    cursor.execute("set local synchronous_commit = on")
                cursor.execute(sql.literal(queries.remember), {"value": Jsonb(msgspec.to_builtins(loaded))})
            # The checks of foreign keys keep the plan that they made first: on an empty table it is a bad one.
            for table in COLUMNS if loaded.finished else {table for table, _ in tables} - seen:
                connection.execute(pg.SQL("analyze {}").format(pg.Identifier(table)))
                seen.add(table)


def _received(parts: Connection) -> Iterator[tuple[list[tuple[str, bytes]], Loaded]]:
    """Parts as they come: the next one is read while the database takes this one."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(parts.recv)
        while True:
            try:
                part = coming.result()
            except (EOFError, OSError):  # no part more, or one that was cut off
                return
            coming = reader.submit(parts.recv)
            yield part
