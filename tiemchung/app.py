"""The web process: five doors behind one guard, one transaction a request, raw handlers for what is hottest."""

import gc
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache

import structlog
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from prometheus_client import Gauge, generate_latest

from tiemchung import command_centre, exchange, follow_ups, health_book, immunization_support, portal
from tiemchung.demo import pages as demo_pages
from tiemchung.domain import appointments
from tiemchung.domain.appointments.opening import Mode
from tiemchung.health_book.take_place import ADDRESS, TakePlace
from tiemchung.kit import clock, events
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import SYSTEM, Actor, Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.logs import set_up_logs
from tiemchung.kit.sql import Query
from tiemchung.portal import waiting_room
from tiemchung.portal.shelf import Shelf, send_kept
from tiemchung.settings import settings
from tiemchung.web import assets
from tiemchung.web.asgi import App, Message, Receive, Scope, Send
from tiemchung.web.commands import keep_refusal
from tiemchung.web.guards import deny_by_default, public
from tiemchung.web.limits import LIMITED_BURST, LIMITED_PER_MINUTE, Limit
from tiemchung.web.pages import Web, language, see_other
from tiemchung.web.problems import HANDLERS
from tiemchung.web.security import LARGEST_BODY_BYTES, guarded
from tiemchung.web.service import Watch, answer_only_reading

log = structlog.get_logger()
BOOKINGS_WRONG = Gauge("tiemchung_bookings_wrong", "Places the auditor found oversold, leaked or lost", ["fault"])
FOLLOWER_LAG = Gauge("tiemchung_follower_lag_seconds", "Age of the oldest event a follower has not read", ["follower"])


async def provide_database(state: State) -> Database:
    """The process's pool, for handlers that commit in steps or stream."""
    return state.database


async def provide_db(request: Web, state: State) -> AsyncGenerator[Db]:
    """One transaction for one request: it commits before the answer is sent, an error rolls it back."""
    refused: DomainError | None = None
    try:
        async with state.database.transaction(actor_of(request), at=clock.now()) as db:
            try:
                yield db
            except DomainError as error:
                if not error.keeps:
                    raise
                refused = error
    except DomainError as error:
        await keep_refusal(state.database, request, error)
        raise
    if refused is not None:
        raise refused


def actor_of(request: Web) -> Actor:
    """Whoever the guard let in; on public pages, the system on behalf of somebody unknown."""
    found: Actor | None = request.state.get("actor")
    return found or Actor(kind=SYSTEM.kind, id=None, label=SYSTEM.label, request_id=request.scope.get("request_id", ""))


@get("/healthz", opt=public)
async def healthz() -> str:
    """The process answers."""
    return "ok"


@get("/readyz", opt=public)
async def readyz(database: Database) -> str:
    """The process and its database answer. A database that does not is a 503."""
    async with database.statement() as db:
        await db.value(int, Query("select 1 as one"))
    return "ready"


@get("/metrics", opt=public)
async def metrics(database: Database) -> Response[bytes]:
    """Counters for Prometheus, how far each follower of the event log is behind, and what the auditor of bookings found."""
    async with database.statement() as db:
        for name, seconds in (await events.lag_seconds(db)).items():
            FOLLOWER_LAG.labels(follower=name).set(seconds)
        for found in await appointments.audit.newest(db):
            for fault in ("oversold", "leaked", "lost", "dangling"):
                BOOKINGS_WRONG.labels(fault=fault).set(getattr(found, fault))
    return Response(generate_latest(), media_type="text/plain; version=0.0.4")


@get("/ngon-ngu/{lang:str}", opt=public)
async def choose_language(lang: str, request: Web) -> Response[None]:
    """Remember the reader's language and go back to the page."""
    back = request.query_params.get("ve", "/")
    answer = see_other(back if back.startswith("/") and not back.startswith("//") else "/")
    answer.set_cookie("lang", lang if lang in {"vi", "en"} else language(request), max_age=31_536_000, samesite="lax")
    return answer  # type: ignore[return-value]


@cache
def assembled() -> Litestar:
    """Every route behind the one guard, put together once a process: each start says which database they serve."""
    return Litestar(
        route_handlers=[
            healthz,
            readyz,
            metrics,
            choose_language,
            *portal.routes,
            *health_book.routes,
            *immunization_support.routes,
            *command_centre.routes,
            *exchange.routes,
            *demo_pages.routes,
        ],
        dependencies={"db": Provide(provide_db), "database": Provide(provide_database)},
        guards=[deny_by_default],
        exception_handlers=HANDLERS,
        lifespan=[serving],
        openapi_config=None,
        request_max_body_size=LARGEST_BODY_BYTES,
    )


@asynccontextmanager
async def serving(litestar: Litestar) -> AsyncGenerator[None]:
    """From start to stop: the database that was given, or the one that the settings name."""
    state = litestar.state
    state.limit = Limit(per_minute=LIMITED_PER_MINUTE, burst=LIMITED_BURST)
    if state.given is not None:
        state.database = state.given
        yield
        return
    async with Database(settings().database_url, Keys(settings().keys_folder), now=follow_ups.NOW) as own:
        state.database = own
        yield


def create(database: Database | None = None) -> App:
    """The application, on a database of one's own or on the one that the settings name; one at a time in a process."""
    litestar = assembled()
    shelf, watch = Shelf(), Watch()
    take_place = TakePlace(watch)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            litestar.state.clear()
            litestar.state.given = database
        if scope["type"] == "http" and scope["path"].startswith("/s/"):
            await assets.serve(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == ADDRESS:
            await take_place.serve(litestar.state.database, scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == waiting_room.ADDRESS and scope["method"] in {"GET", "HEAD"}:
            await waiting_room.serve(watch, litestar.state.database, scope, send)
            return
        personal = scope["type"] == "http" and scope["path"].startswith("/so-suc-khoe")
        if personal and watch.mode(litestar.state.database) is Mode.static:
            await answer_only_reading(scope, send)
            return
        if _reads(scope) and await shelf.serve(litestar.state.database, scope, send):
            return
        await litestar(scope, receive, logged(send))  # type: ignore[arg-type]

    guard = guarded(front)

    async def at_once(scope: Scope, receive: Receive, send: Send) -> None:
        now = clock.now()
        if _reads(scope) and (kept := shelf.fresh(scope, now)) is not None:
            await send_kept(kept, now, scope, send, guard=kept.guard)
            return
        await guard(scope, receive, send)

    return at_once


def _reads(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}


def logged(send: Send) -> Send:
    """One line a request: its status and how long it took; its id and path are bound to the log already."""
    began = time.perf_counter()

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            log.info("request", status=message["status"], ms=round((time.perf_counter() - began) * 1000, 1))
        await send(message)

    return telling


def served() -> App:
    """What the server process imports: settings come from its environment."""
    set_up_logs()
    app = create()
    # Routes and templates stay for good: walking them again made everybody wait a tenth of a second, now and then.
    gc.collect()
    gc.freeze()
    return app
