"""Pages of figures, kept in memory compressed: made again when the figures have changed, served on when the database is away.

A raw handler in front of the framework: a page costs what sending it costs.
"""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
import psycopg
import structlog
from psycopg_pool import PoolTimeout

from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.portal import figures
from tiemchung.web.asgi import Receive, Scope, Send

# A number on the portal is never older than this while the database answers.
FRESH = timedelta(seconds=5)
log = structlog.get_logger()

Make = Callable[[Db, str, str], Awaitable[str | None]]
PAGES: tuple[tuple[re.Pattern[str], Make], ...] = (
    (re.compile(r"/"), figures.home),
    (re.compile(r"/tinh/(\d\d)"), figures.province),
    (re.compile(r"/so-lieu/cach-tinh"), figures.definitions),
    (re.compile(r"/tro-giup"), figures.help_page),
)


class Kept(msgspec.Struct):
    """A made page: its bytes, the version of the figures in it, when it was made and last found to be true."""

    body: bytes
    gzipped: bytes
    etag: str
    version: str
    made_at: datetime
    checked_at: datetime


class Shelf:
    """The pages of one process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Kept] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def page(self, database: Database, path: str, lang: str) -> Kept | None:
        """A page as fresh as it may be; the last one when the database is away; None for what is no page of figures."""
        found = next(((match, make) for pattern, make in PAGES if (match := pattern.fullmatch(path))), None)
        if found is None:
            return None
        match, make = found
        key = (path, lang)
        kept = self._kept.get(key)
        if kept is not None and clock.now() - kept.checked_at < FRESH:
            return kept
        lock = self._locks.setdefault(key, asyncio.Lock())
        if kept is not None and lock.locked():
            return kept
        async with lock:
            try:
                return await self._renew(database, key, match, make)
            except (psycopg.OperationalError, PoolTimeout) as away:
                log.warning("portal serves its last page", error=type(away).__name__)
                kept = self._kept.get(key)
                if kept is None:
                    raise
                return kept

    async def _renew(self, database: Database, key: tuple[str, str], match: re.Match[str], make: Make) -> Kept | None:
        kept = self._kept.get(key)
        now = clock.now()
        if kept is not None and now - kept.checked_at < FRESH:
            return kept
        async with database.statement() as db:
            version = await figures.version(db)
            if kept is not None and kept.version == version:
                kept.checked_at = now
                return kept
            html = await make(db, key[1], match[1] if match.re.groups else "")
        if html is None:
            return None
        body = html.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        self._kept[key] = Kept(body, gzip.compress(body, 6, mtime=0), etag, version, now, now)
        return self._kept[key]


async def send_page(kept: Kept, scope: Scope, _: Receive, send: Send) -> None:
    """Answer with a kept page: 304 when the reader has it."""
    given = dict(scope["headers"])
    age = int((clock.now() - kept.checked_at).total_seconds())
    headers = [
        (b"etag", kept.etag.encode()),
        (b"age", str(max(0, age)).encode()),
        (b"cache-control", b"public, max-age=5"),
        (b"vary", b"accept-encoding"),
        (b"content-type", b"text/html; charset=utf-8"),
    ]
    if given.get(b"if-none-match") == kept.etag.encode():
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    body = kept.body
    if b"gzip" in given.get(b"accept-encoding", b""):
        body = kept.gzipped
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
