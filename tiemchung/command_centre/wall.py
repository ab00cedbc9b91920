"""The national wall: one board drawn by the server, drawn again for everybody at once when the figures move."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from litestar import Response, get, post
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage
from litestar.types import ControllerRouterHandler
from psycopg_pool import PoolTimeout

from tiemchung.domain import analytics
from tiemchung.domain.analytics import Wall
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.web import drawing, fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.i18n import translator
from tiemchung.web.pages import Web, language, page, render

MANAGERS = ("national_operator", "province_officer")
TICK_SECONDS = 1
# Waiting times and the clock move even when no dose is given: the board is drawn again at least this often.
LONGEST_SECONDS = 15


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an alert ended."""

    outcome: str


OUTCOME = Form(Outcome, outcome=Field("Kết quả xử lý", fields.text(300, 3)))


class Board:
    """The board of a process: drawn once a change, for all who watch."""

    def __init__(self) -> None:
        self._drawn: dict[str, tuple[str, datetime, str]] = {}
        self._lock = asyncio.Lock()

    async def html(self, database: Database, lang: str) -> tuple[str, str]:
        """The board's number and HTML. Raises what the database raises when it is away."""
        async with self._lock:
            now = clock.now()
            kept = self._drawn.get(lang)
            if kept is not None and (now - kept[1]).total_seconds() < TICK_SECONDS:
                return kept[0], kept[2]
            async with database.statement() as db:
                version = await analytics.version(db)
                if kept is not None and kept[0] == version and (now - kept[1]).total_seconds() < LONGEST_SECONDS:
                    return kept[0], kept[2]
                wall = await analytics.wall(db)
            html = render("command_centre/_board.html", lang, **board_context(wall, lang))
            self._drawn[lang] = (version, now, html)
            return version, html


BOARD = Board()


@get("/dieu-hanh", opt=staff(*MANAGERS))
async def wall(request: Web, database: Database) -> Response[bytes]:
    """The wall."""
    _, board = await BOARD.html(database, language(request))
    return page(request, "command_centre/wall.html", board=board)


@get("/dieu-hanh/stream", opt=staff(*MANAGERS))
async def stream(request: Web, database: Database) -> ServerSentEvent:
    """The board, again and again: a message when it has changed, a beat in between."""
    return ServerSentEvent(_follow(database, language(request)), headers={"x-accel-buffering": "no"})


@post("/dieu-hanh/canh-bao/{alert_id:uuid}/nhan", opt=staff(*MANAGERS))
async def claim(db: Db, request: Web, alert_id: UUID) -> Response[Any] | Redirect:
    """Take an alert on."""

    async def act() -> Answer:
        await analytics.claim(db, alert_id)
        return Answer(location="/dieu-hanh/canh-bao")

    return await once(db, request, await command_id(request), "alert.claim", act)


@post("/dieu-hanh/canh-bao/{alert_id:uuid}/xong", opt=staff(*MANAGERS))
async def resolve(db: Db, request: Web, alert_id: UUID) -> Response[Any] | Redirect:
    """Say how an alert ended."""
    form = await read(request, OUTCOME)
    if form.errors:
        return await _alerts(db, request, errors=form.errors, status=422)

    async def act() -> Answer:
        await analytics.resolve(db, alert_id, form.value.outcome)
        return Answer(location="/dieu-hanh/canh-bao")

    return await once(db, request, await command_id(request), "alert.resolve", act)


@get("/dieu-hanh/canh-bao", opt=staff(*MANAGERS))
async def alerts(db: Db, request: Web) -> Response[bytes]:
    """All open alerts, with their owners."""
    return await _alerts(db, request)


async def _alerts(db: Db, request: Web, *, errors: dict[str, str] | None = None, status: int = 200) -> Response[bytes]:
    found = await analytics.open_alerts(db)
    return page(request, "command_centre/alerts.html", status=status, alerts=found, errors=errors or {})


async def _follow(database: Database, lang: str) -> AsyncGenerator[ServerSentEventMessage]:
    shown = ""
    while True:
        try:
            _, board = await BOARD.html(database, lang)
        except (psycopg.OperationalError, PoolTimeout):
            # Nothing is sent: the wall itself says since when it hears nothing.
            await asyncio.sleep(TICK_SECONDS)
            continue
        if board != shown:
            shown = board
            yield ServerSentEventMessage(data=board, event="board")
        else:
            yield ServerSentEventMessage(comment="beat", data="", event="beat")
        await asyncio.sleep(TICK_SECONDS)


def board_context(wall: Wall, lang: str) -> dict[str, object]:
    """What the board's template needs: the figures and the drawn pictures."""
    translate = translator(lang)
    figures = wall.figures
    names = {area.code: area.name if lang == "vi" else area.name_en for area in figures.areas}
    shares = {area.code: area.complete_share for area in figures.areas}
    before = wall.week_before
    return {
        "wall": wall,
        "figures": figures,
        "now": clock.local(figures.at),
        "change": (wall.today.today - before) / before if before else None,
        "map": drawing.province_map(
            shares,
            names,
            link="/tinh/{code}",
            label=translate("Tỷ lệ tiêm đủ liều cơ bản theo tỉnh"),
            named=drawing.cities(shares, names),
            translate=translate,
        ),
        "daily": drawing.daily(
            [(day.day, day.doses) for day in figures.days],
            label=translate("Số mũi tiêm mỗi ngày"),
            width=430,
            height=250,
        ),
        "hours": drawing.bars_by_hour(wall.hours, wall.hours_before, label=translate("Tiêm theo giờ"), width=430),
    }


routes: list[ControllerRouterHandler] = [wall, stream, claim, resolve, alerts]
