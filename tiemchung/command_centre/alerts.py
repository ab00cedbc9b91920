"""Alerts: what is open, who takes it on, how it ended."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.domain import analytics
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/canh-bao"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an alert ended."""

    outcome: str


OUTCOME = Form(Outcome, outcome=Field("Kết quả xử lý", fields.text(300, 3)))


@get(HERE, opt=staff(*MANAGERS))
async def alerts(db: Db, request: Web) -> Response[bytes]:
    """The open alerts of one's reach, with their owners."""
    return await _page(db, request)


@post(HERE + "/{alert_id:uuid}/nhan", opt=staff(*MANAGERS))
async def claim(db: Db, request: Web, alert_id: UUID) -> Response[Any] | Redirect:
    """Take an alert on."""

    async def act() -> Answer:
        await analytics.alerts.claim(db, alert_id, path=reach_of(request.state.actor).path)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "alert.claim", act)


@post(HERE + "/{alert_id:uuid}/xong", opt=staff(*MANAGERS))
async def resolve(db: Db, request: Web, alert_id: UUID) -> Response[Any] | Redirect:
    """Say how an alert ended."""
    form = await read(request, OUTCOME)
    if form.errors:
        return await _page(db, request, wrong=alert_id, error=form.errors["outcome"], typed=form.typed["outcome"])

    async def act() -> Answer:
        await analytics.alerts.resolve(db, alert_id, form.value.outcome)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "alert.resolve", act)


async def _page(
    db: Db, request: Web, *, wrong: UUID | None = None, error: str = "", typed: str = ""
) -> Response[bytes]:
    reach = reach_of(request.state.actor)
    return page(
        request,
        "command_centre/alerts.html",
        status=422 if wrong else 200,
        alerts=await analytics.alerts.every_open(db, reach.path),
        counts=await analytics.alerts.counts(db, reach.path),
        wrong=wrong,
        error=error,
        typed=typed,
    )


routes: list[ControllerRouterHandler] = [alerts, claim, resolve]
