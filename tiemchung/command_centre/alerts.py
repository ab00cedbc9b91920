"""Alerts: what is open, who takes it on, what is said about it, how it ended."""

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
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/canh-bao"
TOPICS = {
    "operations": "Vận hành",
    "logistics": "Vắc xin",
    "safety": "An toàn",
    "quality": "Chất lượng dữ liệu",
    "fraud": "Dấu hiệu gian lận",
}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an alert ended."""

    outcome: str


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about an alert."""

    comment: str


OUTCOME = Form(Outcome, outcome=Field("Kết quả xử lý", fields.text(300, 3)))
COMMENT = Form(Comment, comment=Field("Ghi chú", fields.text(500, 3)))


@get(HERE, opt=staff(*MANAGERS))
async def alerts(db: Db, request: Web, topic: str = "") -> Response[bytes]:
    """The open alerts of one's reach, of all topics or of one, with their owners and what was said."""
    return await _page(db, request, topic=topic)


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
        return await _page(db, request, wrong=(alert_id, "outcome"), form=form)

    async def act() -> Answer:
        await analytics.alerts.resolve(db, alert_id, form.value.outcome)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "alert.resolve", act)


@post(HERE + "/{alert_id:uuid}/ghi-chu", opt=staff(*MANAGERS))
async def comment(db: Db, request: Web, alert_id: UUID) -> Response[Any] | Redirect:
    """Say something about an alert."""
    form = await read(request, COMMENT)
    if form.errors:
        return await _page(db, request, wrong=(alert_id, "comment"), form=form)

    async def act() -> Answer:
        await analytics.alerts.comment(db, alert_id, form.value.comment, path=reach_of(request.state.actor).path)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "alert.comment", act)


async def _page(
    db: Db, request: Web, *, topic: str = "", wrong: tuple[UUID, str] | None = None, form: Filled[Any] | None = None
) -> Response[bytes]:
    reach = reach_of(request.state.actor)
    return page(
        request,
        "command_centre/alerts.html",
        status=422 if wrong else 200,
        alerts=await analytics.alerts.every_open(db, reach.path, topic=topic if topic in TOPICS else None),
        counts=await analytics.alerts.counts(db, reach.path),
        settled=await analytics.alerts.settled(db, reach.path),
        topics=TOPICS,
        topic=topic,
        wrong=wrong,
        form=form,
    )


routes: list[ControllerRouterHandler] = [alerts, claim, comment, resolve]
