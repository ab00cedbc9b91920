"""The demonstration's telephone: messages that went to a number, read on a page instead of a phone."""

import msgspec
from litestar import Response, get

from tiemchung.domain import messaging
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.forms import Field, Filled, Form, parse
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page, words


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """Whose messages to read."""

    phone: str


NUMBER = Form(Number, phone=Field("Số điện thoại", fields.phone))


@get("/demo/tin-nhan", opt=public)
async def inbox(db: Db, request: Web) -> Response[bytes]:
    """The messages of a number. Raises `NotFound` outside the demonstration."""
    if not settings().demo:
        raise NotFound
    asked = "phone" in request.query_params
    form = parse(dict(request.query_params), NUMBER, words(request)) if asked else Filled[Number]()
    found = await messaging.inbox(db, form.value.phone) if asked and not form.errors else []
    status = 422 if form.errors else 200
    return page(request, "demo_inbox.html", status=status, form=form, asked=asked, messages=found)
