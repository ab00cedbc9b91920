"""Doses that no stock explains: the storekeeper says where they came from, or that nobody knows."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import stock
from tiemchung.domain.access import Staff
from tiemchung.immunization_support.stock_desk import KEEPERS
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE = "/diem-tiem/kho/doi-chieu"


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Where the doses came from: this shelf, or nobody knows; and what was found out."""

    outcome: str
    note: str


EXPLAINED = Form(
    Explained,
    outcome=Field("Kết quả", fields.choice(("found", "unknown"))),
    note=Field("Đã tìm hiểu được", fields.text(300, 5)),
)


@get(HERE, opt=staff(*KEEPERS))
async def reviews(db: Db, request: Web) -> Response[bytes]:
    """What waits for an explanation at one's place."""
    return await _page(db, request, Filled[Explained]())


@post(HERE + "/{review_id:uuid}", opt=staff(*KEEPERS))
async def explain(db: Db, request: Web, review_id: UUID) -> Response[Any] | Redirect:
    """Say where the doses came from."""
    member: Staff = request.state.actor
    form = await read(request, EXPLAINED)
    if form.errors:
        return await _page(db, request, form, wrong=review_id, status=422)

    async def act() -> Answer:
        say = stock.explain_from_shelf if form.value.outcome == "found" else stock.leave_unexplained
        await say(db, member.place_id, review_id, note=form.value.note)
        return Answer(location=HERE)

    try:
        return await once(db, request, await command_id(request), "stock.explain", act)
    except DomainError as refused:
        form.errors["outcome"] = sentence(refused, language(request))
        return await _page(db, request, form, wrong=review_id, status=refused.status)


async def _page(
    db: Db, request: Web, form: Filled[Explained], *, wrong: UUID | None = None, status: int = 200
) -> Response[bytes]:
    member: Staff = request.state.actor
    return page(
        request,
        "immunization_support/stock/reviews.html",
        status=status,
        form=form,
        wrong=wrong,
        reviews=await stock.open_reviews(db, place_id=member.place_id),
    )


routes: list[ControllerRouterHandler] = [reviews, explain]
