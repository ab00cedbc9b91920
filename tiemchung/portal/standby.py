"""An offer by its link, without an account: yes or no, within its minutes."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments
from tiemchung.domain.appointments import standby
from tiemchung.domain.appointments.standby import LINK, NotOffered
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, language, page

ONE = LINK + "/{token:str}"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Yes or no to an offer."""

    answer: str


REPLY = Form(Reply, answer=Field("Trả lời", fields.choice({"yes", "no"})))


@get(ONE, opt=public)
async def show(db: Db, request: Web, token: str) -> Response[bytes]:
    """The offer: when and where, and until when it stands; no name is shown."""
    return await _page(db, request, token, "")


@post(ONE, opt=public)
async def answer(db: Db, request: Web, token: str) -> Response[Any] | Redirect:
    """Accept, or let the next in line have it."""
    form = await read(request, REPLY)
    if form.errors:
        return await _page(db, request, token, form.errors["answer"], status=422)
    offer = await standby.found(db, token)

    async def act() -> Answer:
        await (standby.accept if form.value.answer == "yes" else standby.decline)(db, offer)
        return Answer(location=f"{LINK}/{token}")

    try:
        return await once(db, request, await command_id(request), "standby.answer", act)
    except NotOffered as refused:
        return await _page(db, request, token, sentence(refused, language(request)), status=refused.status)


async def _page(db: Db, request: Web, token: str, error: str, *, status: int = 200) -> Response[bytes]:
    offer = await standby.found(db, token)
    kept = await appointments.one(db, offer.person_id, offer.appointment_id)
    waits = offer.status == "offered" and offer.offered_until > db.at
    return page(
        request, "portal/standby.html", status=status, offer=offer, a=kept, waits=waits, token=token, error=error
    )


routes: list[ControllerRouterHandler] = [show, answer]
