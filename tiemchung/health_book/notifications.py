"""Push messages: a browser of the family says that it wants them, for each person."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import messaging
from tiemchung.domain.messaging import Subscription
from tiemchung.health_book import family
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page

HERE = "/so-suc-khoe/thong-bao"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """About whom, and where this browser wants its messages."""

    person_id: UUID
    endpoint: str
    p256dh: str
    auth: str


WANTED = Form(
    Wanted,
    person_id=Field("Người được tiêm", fields.id_),
    endpoint=Field("Địa chỉ nhận", fields.text(1000)),
    p256dh=Field("Khóa", fields.exact(100)),
    auth=Field("Mã", fields.exact(40)),
)


@get(HERE, opt=citizen)
async def show(db: Db, request: Web) -> Response[bytes]:
    """How messages reach the family, and the switch of this browser."""
    members, member = await family.chosen(db, request)
    key = messaging.public_key(messaging.sender_key(db.keys)) if settings().push_subject else ""
    return page(request, "health_book/notifications.html", family=members, member=member, key=key)


@post(HERE, opt=citizen)
async def subscribe(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send messages about a person to this browser. Raises `BadInput` for what no browser sends."""
    form = await read(request, WANTED)
    if form.errors or not form.value.endpoint.startswith("https://"):
        raise BadInput(field="endpoint", rule="PushSubscription")
    wanted = form.value
    await family.opened(db, wanted.person_id, "Nhận thông báo")

    async def act() -> Answer:
        to = Subscription(endpoint=wanted.endpoint, p256dh=wanted.p256dh, auth=wanted.auth)
        await messaging.subscribe(db, wanted.person_id, to)
        return Answer(body={"done": True})

    return await once(db, request, await command_id(request), "push.subscribe", act)


routes: list[ControllerRouterHandler] = [show, subscribe]
