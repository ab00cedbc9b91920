"""Whether the service works, from what it measures at this moment: never from memory, never a promise."""

import asyncio
import time

import msgspec
import psycopg
from litestar import Response, get
from litestar.types import ControllerRouterHandler
from psycopg_pool import PoolTimeout

from tiemchung.domain import certificates
from tiemchung.kit import clock, events
from tiemchung.kit.db import Database
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page

# A probe that takes longer has found out what it wanted to know.
PATIENCE_SECONDS = 3.0
LATE_SECONDS, STOPPED_SECONDS = 60, 900
# What each follower of the event log is for, in people's words; its name is what operators know it by.
SERVICES = (
    ("figures", "Số liệu công khai và trung tâm điều hành"),
    ("messages", "Tin nhắn và mã xác nhận"),
)
SIGNING = "Ký chứng nhận"


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """A service and what was found: ok, late or down; `seconds` is how long its oldest work has waited."""

    words: str
    state: str
    seconds: float | None = None


@get("/trang-thai", opt=public)
async def status(database: Database, request: Web) -> Response[bytes]:
    """What works now. It answers with 200 also when something does not: this page works."""
    probes = await probe(database)
    return page(request, "portal/status.html", probes=probes, measured_at=clock.now())


async def probe(database: Database) -> list[Probe]:
    """Ask the database, how far each follower of its log is behind, and how long a dose has waited for the signer."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.statement() as db:
            behind = await events.lag_seconds(db)
            unsigned = await certificates.waiting_seconds(db)
    except (psycopg.OperationalError, PoolTimeout, TimeoutError):
        unknown = [Probe(words=words, state="down") for words in (*(words for _, words in SERVICES), SIGNING)]
        return [Probe(words="Đăng ký, tra cứu và ghi mũi tiêm", state="down"), *unknown]
    took = time.perf_counter() - began
    answers = Probe(words="Đăng ký, tra cứu và ghi mũi tiêm", state="ok", seconds=took)
    return [answers, *(_of(words, behind.get(name)) for name, words in SERVICES), _of(SIGNING, unsigned)]


def _of(words: str, seconds: float | None) -> Probe:
    # A follower that has never run has no place in the log: nothing of its work is done.
    if seconds is None or seconds > STOPPED_SECONDS:
        return Probe(words=words, state="down", seconds=seconds)
    return Probe(words=words, state="late" if seconds > LATE_SECONDS else "ok", seconds=seconds)


routes: list[ControllerRouterHandler] = [status]
