"""Live walls: each wall is drawn once a change for all who watch it, at most twice a second."""

import asyncio
from collections.abc import AsyncGenerator

import psycopg
import structlog
from litestar.datastructures import State
from psycopg_pool import PoolTimeout

from tiemchung.command_centre import panels
from tiemchung.domain import analytics
from tiemchung.domain.analytics import Area
from tiemchung.kit.db import Database
from tiemchung.kit.errors import NotFound
from tiemchung.web.i18n import translator

log = structlog.get_logger()

TICK_SECONDS = 0.5
# Queues, shelves and the clock move even when no dose is recorded.
REDRAW_SECONDS = 5.0
BEAT_SECONDS = 2.0
# A stream ends now and then, so that the browser asks again and its sign-in is looked at again.
LONGEST_SECONDS = 600.0
# A stream that has had nothing to say for so long ends too: the browser asks again until the database is back.
SILENT_SECONDS = 20.0


class Live:
    """One wall of one process: the nation's or a province's, in one language."""

    def __init__(self, database: Database, code: str | None, lang: str) -> None:
        self.drawn: dict[str, str] = {}
        self.province: Area | None = None
        self.behind = 0.0
        self.watchers = 0
        self._database = database
        self._code = code
        self._lang = lang
        self._version = -1
        self._drawn_at = 0.0
        self._beat_at = 0.0
        # Messages are numbered; the newest is enough for whoever has seen the last change of panels before it.
        self._number = 0
        self._frame = b""
        self._enough_from = 0
        self._changed_at = 0
        self._moved = asyncio.Condition()
        self._drawing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def panels(self) -> dict[str, str]:
        """The panels as they are now. Raises `NotFound` for a province that is none."""
        if self._task is None or not self.drawn:
            await self._look()
        return self.drawn

    @property
    def age(self) -> str:
        """How far the figures are behind what was recorded, in words."""
        return translator(self._lang)("trễ {seconds} giây").format(seconds=round(self.behind))

    async def stream(self) -> AsyncGenerator[bytes]:
        """All panels, then those that change, with a beat in between; what a slow reader has missed comes as a whole."""
        self.watchers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            until, seen = _time() + LONGEST_SECONDS, -1
            while _time() < until and await self._moves_past(seen):
                enough = seen >= self._enough_from
                seen = self._number
                yield self._frame if enough else _message("panels", "".join(self.drawn.values()))
        finally:
            self.watchers -= 1

    async def _moves_past(self, seen: int) -> bool:
        """Wait for a message after the one seen; False when there was none for too long."""
        try:
            async with asyncio.timeout(SILENT_SECONDS), self._moved:
                await self._moved.wait_for(lambda: self._number > seen and bool(self.drawn))
        except TimeoutError:
            return False
        return True

    async def _run(self) -> None:
        try:
            while self.watchers:
                await self._tick()
                await asyncio.sleep(TICK_SECONDS)
        finally:
            self._task = None

    async def _tick(self) -> None:
        try:
            frame, changed = await self._look()
        except (psycopg.OperationalError, PoolTimeout) as away:
            # Nothing is sent: the wall itself says since when it hears nothing.
            log.warning("wall waits for the database", error=type(away).__name__)
            return
        if frame:
            async with self._moved:
                self._number += 1
                self._frame, self._enough_from = frame, max(1, self._changed_at)
                self._changed_at = self._number if changed else self._changed_at
                self._moved.notify_all()

    async def _look(self) -> tuple[bytes, bool]:
        """Draw what has changed and say it; a beat when nothing has, nothing between two beats."""
        async with self._drawing:
            now = _time()
            async with self._database.statement() as db:
                version, self.behind = await analytics.version(db), await analytics.behind_seconds(db)
                stale = version != self._version or now - self._drawn_at >= REDRAW_SECONDS or not self.drawn
                wall = await analytics.wall(db, self._code) if stale else None
            if stale and wall is None:
                raise NotFound
            changed = ""
            if wall is not None:
                fresh = panels.draw(wall, self._lang)
                changed = "".join(html for name, html in fresh.items() if self.drawn.get(name) != html)
                self.drawn, self.province = fresh, wall.province
                self._version, self._drawn_at = version, now
            if changed:
                self._beat_at = now
                return _message("panels", changed), True
            if now - self._beat_at < BEAT_SECONDS:
                return b"", False
            self._beat_at = now
            return _message("beat", self.age), False


def live(state: State, database: Database, code: str | None, lang: str) -> Live:
    """The one live wall of this application for a view."""
    views: dict[tuple[str | None, str], Live] = state.setdefault("live_walls", {})
    return views.setdefault((code, lang), Live(database, code, lang))


def _time() -> float:
    return asyncio.get_running_loop().time()


def _message(event: str, text: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: {event}\n{lines}\n".encode()
