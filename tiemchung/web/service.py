"""How this process serves bookings now: what the operator set, and what it does by itself when the database is slow or away.

Read again each second, never on the way of a request.
"""

import asyncio
import time
from collections import Counter

import psycopg
import structlog
from psycopg_pool import PoolClosed, PoolTimeout

from tiemchung.domain.appointments import opening, room
from tiemchung.domain.appointments.opening import Mode, Service
from tiemchung.domain.appointments.room import Order, Ticket
from tiemchung.kit.db import Database
from tiemchung.web import raw
from tiemchung.web.answers import sentence
from tiemchung.web.asgi import Scope, Send
from tiemchung.web.pages import render

TICKET_COOKIE = "tc_ve"
EVERY_SECONDS = 1.0
# When a batch of bookings takes this long, new ones are taken on for later; after a while the next batch shows how it is.
SLOW_SECONDS, LATER_FOR_SECONDS = 2.0, 5.0
log = structlog.get_logger()


class Watch:
    """The mode and the waiting room as one process knows them, with the arrivals that it has counted since it last told."""

    def __init__(self) -> None:
        self.service = Service()
        self.order = Order([])
        self.away = False
        self._counted: Counter[int] = Counter()
        self._later_until = 0.0
        self._looked_at = 0.0
        self._looking: asyncio.Task[None] | None = None

    def mode(self, database: Database) -> Mode:
        """The mode of this moment; the operator's word counts, unless it lets the process decide."""
        self.look(database)
        if self.service.mode is not Mode.normal or not self.service.by_itself:
            return self.service.mode
        if self.away:
            return Mode.read_only
        return Mode.accept_and_queue if time.monotonic() < self._later_until else Mode.normal

    def took(self, seconds: float, *, at: float | None = None) -> None:
        """A batch of bookings took so long, and ended at that reading of the monotonic clock, or now."""
        if seconds > SLOW_SECONDS:
            self._later_until = (time.monotonic() if at is None else at) + LATER_FOR_SECONDS

    def count(self, ticket: Ticket) -> None:
        """Somebody arrived at the waiting room."""
        self._counted[room.tenth_of(ticket)] += 1

    def look(self, database: Database) -> None:
        """Ask the database again when a second has passed; the answer is there for the next request."""
        if time.monotonic() - self._looked_at > EVERY_SECONDS and (self._looking is None or self._looking.done()):
            self._looked_at = time.monotonic()
            self._looking = asyncio.create_task(self.look_now(database))

    async def look_now(self, database: Database) -> None:
        """Read what is set, tell what was counted, read what all have counted."""
        counted, self._counted = self._counted, Counter()
        try:
            async with database.statement() as db:
                self.service = await opening.service(db)
                if self.service.room is not None:
                    self.order = await opening.count_arrivals(db, self.service.room, counted)
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as away:
            log.warning("database unavailable", error=type(away).__name__)
            self._counted += counted
            self.away = True
            return
        self.away = False


async def answer_only_reading(scope: Scope, send: Send) -> None:
    """The page of a service that shows its public pages only; made without the database."""
    lang = scope.get("lang", "vi")
    refused = opening.OnlyReading()
    html = render(
        "problem.html",
        lang,
        here=scope["path"],
        told=sentence(refused, lang),
        code="",
        reference=scope.get("request_id", ""),
    )
    await raw.answer(send, refused.status, html.encode(), [(b"content-type", b"text/html; charset=utf-8")])
