"""What an SMS provider tells us: what was delivered, and what people replied. It shows the token that it was given."""

import secrets
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import messaging
from tiemchung.kit.db import Db
from tiemchung.kit.errors import Forbidden, NotFound
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.forms import Field, Form, read
from tiemchung.web.guards import public
from tiemchung.web.pages import Web


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message."""

    receipt: str
    status: str


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answered."""

    sender: str
    text: str


REPORT = Form(
    Report,
    receipt=Field("Mã biên nhận", fields.text(200)),
    status=Field("Kết quả phát", fields.choice({"delivered", "failed"})),
)
REPLY = Form(Reply, sender=Field("Số điện thoại", fields.phone), text=Field("Nội dung", fields.text(500)))


@post("/api/tin-nhan/bao-phat", opt=public)
async def report(db: Db, request: Web) -> Response[Any]:
    """A delivery report. The same report again changes nothing."""
    _check(request)
    form = await read(request, REPORT)
    if form.errors:
        return Response({"errors": form.errors}, status_code=422)
    if not await messaging.received(db, form.value.receipt, delivered=form.value.status == "delivered"):
        raise NotFound
    return Response({"done": True}, status_code=200)


@post("/api/tin-nhan/tra-loi", opt=public)
async def reply(db: Db, request: Web) -> Response[Any]:
    """A reply: STOP, START or "not me" in both languages; anything else is let pass."""
    _check(request)
    form = await read(request, REPLY)
    if form.errors:
        return Response({"errors": form.errors}, status_code=422)
    return Response({"understood": await messaging.replied(db, form.value.sender, form.value.text)}, status_code=200)


def _check(request: Web) -> None:
    """Raises `Forbidden` for who does not show the provider's token; without one, for everybody."""
    file = settings().provider_token_file
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not file or not secrets.compare_digest(shown, Path(file).read_text(encoding="ascii").strip()):
        raise Forbidden


routes: list[ControllerRouterHandler] = [report, reply]
