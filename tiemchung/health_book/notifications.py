"""Push messages: a browser in which somebody is signed in says that it wants them instead of SMS."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import access, messaging
from tiemchung.domain.messaging import Subscription
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput
from tiemchung.settings import settings
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, Invalid, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page

HERE = "/so-suc-khoe/thong-bao"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Where this browser wants its messages."""

    endpoint: str
    p256dh: str
    auth: str


def _endpoint(typed: str) -> str:
    """An address of a push service."""
    if not re.fullmatch(r"https://[!-~]{3,990}", typed):
        raise Invalid("{label} không đúng.")
    return typed


def _key(size: int) -> Callable[[str], str]:
    """A key of a browser of so many bytes, in base64 for addresses (RFC 8291)."""
    shape = re.compile(rf"[A-Za-z0-9_-]{{{-(-size * 4 // 3)}}}={{0,2}}")

    def read(typed: str) -> str:
        if not shape.fullmatch(typed):
            raise Invalid("{label} không đúng.")
        return typed

    return read


WANTED = Form(
    Wanted,
    endpoint=Field("Địa chỉ nhận", _endpoint),
    p256dh=Field("Khóa", _key(65)),
    auth=Field("Mã", _key(16)),
)


async def offer(db: Db, me: access.Citizen) -> str:
    """The sender's key for a page that may ask for push messages now; empty where there are none, or they come already."""
    if not settings().push_subject or await messaging.is_subscribed(db, me.sign_in_id):
        return ""
    return messaging.public_key(messaging.sender_key(db.keys))


@get(HERE, opt=citizen)
async def show(db: Db, request: Web) -> Response[bytes]:
    """How messages reach the family, the switch of this browser, and how the book gets onto the home screen."""
    me: access.Citizen = request.state.actor
    return page(
        request,
        "health_book/notifications.html",
        push_key=await offer(db, me),
        subscribed=await messaging.is_subscribed(db, me.sign_in_id),
    )


@post(HERE, opt=citizen)
async def subscribe(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send messages about the family to this browser. Raises `BadInput` for what no browser sends."""
    form = await read(request, WANTED)
    for field in form.errors:
        raise BadInput(field=field, rule="PushSubscription")
    wanted = form.value
    me: access.Citizen = request.state.actor

    async def act() -> Answer:
        to = Subscription(endpoint=wanted.endpoint, p256dh=wanted.p256dh, auth=wanted.auth)
        await messaging.subscribe(db, me.sign_in_id, to)
        return Answer(body={"done": True})

    return await once(db, request, await command_id(request), "push.subscribe", act)


@post(f"{HERE}/tat", opt=citizen)
async def unsubscribe(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send them by SMS again."""
    me: access.Citizen = request.state.actor

    async def act() -> Answer:
        await messaging.unsubscribe(db, me.sign_in_id)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "push.unsubscribe", act)


routes: list[ControllerRouterHandler] = [show, subscribe, unsubscribe]
