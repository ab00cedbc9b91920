"""Claims: what a receiver found otherwise, seen at both ends and answered by the sender."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import stock
from tiemchung.immunization_support.stock_desk import KEEPERS, STORE, done, keeper
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = STORE + "/khieu-nai"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender says to a claim."""

    answer: str
    note: str


ANSWER = Form(
    Answered,
    answer=Field("Trả lời", fields.choice(stock.claims.ANSWERS)),
    note=Field("Đã kiểm tra", fields.text(300, 5)),
)


@get(HERE, opt=staff(*KEEPERS))
async def claims(db: Db, request: Web) -> Response[bytes]:
    """The claims that one's place must answer, and those it has opened."""
    return await _page(db, request, Filled[Any]())


@post(HERE + "/{claim_id:uuid}", opt=staff(*KEEPERS))
async def answer(db: Db, request: Web, claim_id: UUID) -> Response[Any] | Redirect:
    """Answer a claim; the ledger follows."""
    form = await read(request, ANSWER)
    if form.errors:
        return await _page(db, request, form, wrong=claim_id, status=422)

    async def act() -> str:
        given = form.value
        await stock.claims.answer(db, keeper(request).place_id, claim_id, answer=given.answer, note=given.note)
        return HERE

    return await done(
        db,
        request,
        "stock.claim",
        act,
        form=form,
        again=lambda status: _page(db, request, form, wrong=claim_id, status=status),
    )


async def _page(
    db: Db, request: Web, form: Filled[Any], *, wrong: UUID | None = None, status: int = 200
) -> Response[bytes]:
    place_id = keeper(request).place_id
    found = await stock.claims.claims(db, place_id)
    return page(
        request,
        "immunization_support/stock/claims.html",
        status=status,
        form=form,
        wrong=wrong,
        to_answer=[claim for claim in found if claim.place_id == place_id and claim.answered_at is None],
        others=[claim for claim in found if claim.place_id != place_id or claim.answered_at is not None],
        at=db.at,
    )


routes: list[ControllerRouterHandler] = [claims, answer]
