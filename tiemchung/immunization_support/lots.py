"""Lots: a new one, its release, a decision on its expiry, whom it is kept for."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import vaccines
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE = "/diem-tiem/lo"
LOT = HERE + "/{lot_id:uuid}"
OPERATOR = "national_operator"


class NewLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot as it arrived; its maker is the lot's, never its code's."""

    product: str
    number: str
    manufacturer: str
    expires_on: date


class NewExpiry(msgspec.Struct, frozen=True, kw_only=True):
    """Another last day, by whose decision, why, from when on."""

    from_on: date
    expires_on: date
    decision: str
    reason: str


class Earmark(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a lot is kept for."""

    earmark: str | None
    reason: str


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """The paper that lets a lot be used."""

    reason: str


_WHY = Field("Căn cứ, lý do", fields.text(300, 5))
NEW = Form(
    NewLot,
    product=Field("Vắc xin", fields.text(10)),
    number=Field("Số lô", fields.text(20, 3)),
    manufacturer=Field("Nơi sản xuất của lô", fields.text(120, 3)),
    expires_on=Field("Hạn dùng in trên lọ", fields.day),
)
EXPIRY = Form(
    NewExpiry,
    from_on=Field("Có hiệu lực từ ngày", fields.day),
    expires_on=Field("Hạn dùng mới", fields.day),
    decision=Field("Số quyết định", fields.text(60, 3)),
    reason=Field("Lý do gia hạn", fields.text(300, 5)),
)
EARMARK = Form(Earmark, earmark=Field("Dành cho", fields.choice(vaccines.WORDS), required=False), reason=_WHY)
RELEASE = Form(Released, reason=_WHY)


@get(HERE, opt=staff(OPERATOR))
async def lots(db: Db, request: Web) -> Response[bytes]:
    """The lots, found by their number."""
    return await _list(db, request, Filled[Any]())


@post(HERE, opt=staff(OPERATOR))
async def add(db: Db, request: Web) -> Response[Any] | Redirect:
    """Make a lot known; it waits for quality control."""
    form = await read(request, NEW)
    if form.errors:
        return await _list(db, request, form, status=422)

    async def act() -> Answer:
        new = form.value
        await vaccines.product(db, new.product)
        lot_id = await vaccines.add_lot(
            db, product=new.product, number=new.number, manufacturer=new.manufacturer, expires_on=new.expires_on
        )
        return Answer(location=f"{HERE}/{lot_id}")

    try:
        return await once(db, request, await command_id(request), "lot.add", act)
    except vaccines.LotKnown as refused:
        form.errors["number"] = sentence(refused, language(request))
        return await _list(db, request, form, status=409)


@get(LOT, opt=staff(OPERATOR))
async def lot(db: Db, request: Web, lot_id: UUID) -> Response[bytes]:
    """One lot: its dates with their reasons, and what may be decided on it."""
    return await _page(db, request, lot_id, Filled[Any]())


@post(LOT + "/xuat-xuong", opt=staff(OPERATOR))
async def release(db: Db, request: Web, lot_id: UUID) -> Response[Any] | Redirect:
    """Let a lot be used."""
    return await _act(
        db, request, lot_id, "lot.release", RELEASE, lambda given: vaccines.release(db, lot_id, reason=given.reason)
    )


@post(LOT + "/han-dung", opt=staff(OPERATOR))
async def change_expiry(db: Db, request: Web, lot_id: UUID) -> Response[Any] | Redirect:
    """Give a lot another last day by a decision that everybody can read."""
    return await _act(
        db,
        request,
        lot_id,
        "lot.expiry",
        EXPIRY,
        lambda given: vaccines.change_expiry(db, lot_id, **msgspec.structs.asdict(given)),
    )


@post(LOT + "/danh-rieng", opt=staff(OPERATOR))
async def earmark(db: Db, request: Web, lot_id: UUID) -> Response[Any] | Redirect:
    """Keep a lot for a target group, or for everybody again."""
    return await _act(
        db,
        request,
        lot_id,
        "lot.earmark",
        EARMARK,
        lambda given: vaccines.earmark(db, lot_id, given.earmark, reason=given.reason),
    )


async def _act(
    db: Db, request: Web, lot_id: UUID, kind: str, asked: Form[Any], do: Callable[[Any], Awaitable[object]]
) -> Response[Any] | Redirect:
    form = await read(request, asked)
    if form.errors:
        return await _page(db, request, lot_id, form, wrong=kind, status=422)

    async def act() -> Answer:
        await do(form.value)
        return Answer(location=f"{HERE}/{lot_id}")

    try:
        return await once(db, request, await command_id(request), kind, act)
    except DomainError as refused:
        if refused.field is None:
            raise
        form.errors[refused.field] = sentence(refused, language(request))
        return await _page(db, request, lot_id, form, wrong=kind, status=refused.status)


async def _list(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    typed = request.query_params.get("so", "")[:20]
    return page(
        request,
        "immunization_support/lots.html",
        status=status,
        form=form,
        typed=typed,
        lots=await vaccines.find_lots(db, typed, clock.day_of(db.at)),
        products=[(product.code, product.name) for product in await vaccines.products(db)],
    )


async def _page(
    db: Db, request: Web, lot_id: UUID, form: Filled[Any], *, wrong: str = "", status: int = 200
) -> Response[bytes]:
    return page(
        request,
        "immunization_support/lot.html",
        status=status,
        form=form,
        wrong=wrong,
        lot=await vaccines.lot(db, lot_id, clock.day_of(db.at)),
        expiries=await vaccines.expiries(db, lot_id),
        earmarks=list(vaccines.WORDS.items()),
        today=clock.day_of(db.at),
    )


routes: list[ControllerRouterHandler] = [lots, add, lot, release, change_expiry, earmark]
