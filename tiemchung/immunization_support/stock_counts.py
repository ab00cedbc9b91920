"""Stocktakes: frozen at their moment, counted unit by unit, verified by a second person."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import stock
from tiemchung.immunization_support import stock_papers
from tiemchung.immunization_support.stock_desk import KEEPERS, MOST, STORE, done, keeper
from tiemchung.kit.db import Db
from tiemchung.web import fields, paper
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = STORE + "/kiem-ke"
COUNT = HERE + "/{stocktake_id:uuid}"


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """An act without fields."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Doses by unit, as they were counted."""

    unit: list[UUID]
    counted: list[int]


NOTHING = Form(Nothing)
COUNTED = Form(
    Counted,
    unit=Field("Khay", fields.id_, many=True),
    counted=Field("Số liều đếm được", fields.whole(0, MOST), many=True),
)


@get(HERE, opt=staff(*KEEPERS))
async def counts(db: Db, request: Web) -> Response[bytes]:
    """The counts of one's store."""
    return await _list(db, request, Filled[Any]())


@post(HERE, opt=staff(*KEEPERS))
async def freeze(db: Db, request: Web) -> Response[Any] | Redirect:
    """Begin a count: its moment is now."""
    form = await read(request, NOTHING)

    async def act() -> str:
        return f"{HERE}/{await stock.counts.freeze(db, keeper(request).place_id)}"

    return await done(
        db, request, "stock.freeze", act, form=form, again=lambda status: _list(db, request, form, status=status)
    )


@get(COUNT, opt=staff(*KEEPERS))
async def count(db: Db, request: Web, stocktake_id: UUID) -> Response[bytes]:
    """A count: what to count, or what was counted against the ledger of its moment."""
    return await _page(db, request, stocktake_id, Filled[Any]())


@post(COUNT, opt=staff(*KEEPERS))
async def keep(db: Db, request: Web, stocktake_id: UUID) -> Response[Any] | Redirect:
    """Keep what was counted."""
    form = await read(request, COUNTED)
    if form.errors:
        return await _page(db, request, stocktake_id, form, status=422)

    async def act() -> str:
        counted = dict(zip(form.value.unit, form.value.counted, strict=False))
        await stock.counts.count(db, keeper(request).place_id, stocktake_id, counted)
        return f"{HERE}/{stocktake_id}"

    return await done(
        db,
        request,
        "stock.count",
        act,
        form=form,
        again=lambda status: _page(db, request, stocktake_id, form, status=status),
    )


@post(COUNT + "/xac-nhan", opt=staff(*KEEPERS))
async def verify(db: Db, request: Web, stocktake_id: UUID) -> Response[Any] | Redirect:
    """Agree to a count; its differences are posted."""
    form = await read(request, NOTHING)

    async def act() -> str:
        await stock.counts.verify(db, keeper(request).place_id, stocktake_id)
        return f"{HERE}/{stocktake_id}"

    return await done(
        db,
        request,
        "stock.verify",
        act,
        form=form,
        again=lambda status: _page(db, request, stocktake_id, form, status=status),
    )


@get(COUNT + "/bien-ban.pdf", opt=staff(*KEEPERS))
async def protocol(db: Db, request: Web, stocktake_id: UUID) -> Response[bytes]:
    """The count, to be printed."""
    member = keeper(request)
    found = await stock.counts.one(db, member.place_id, stocktake_id)
    lines = await stock.counts.lines(db, member.place_id, stocktake_id)
    return paper.answer(stock_papers.count(found, lines, member.place_name), db.at, "bien-ban-kiem-ke")


async def _list(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "immunization_support/stock/counts.html",
        status=status,
        form=form,
        counts=await stock.counts.of_place(db, keeper(request).place_id),
    )


async def _page(db: Db, request: Web, stocktake_id: UUID, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    place_id = keeper(request).place_id
    typed = form.typed.get("counted") or []
    return page(
        request,
        "immunization_support/stock/count.html",
        status=status,
        form=form,
        typed=typed if isinstance(typed, list) else [typed],
        count=await stock.counts.one(db, place_id, stocktake_id),
        lines=await stock.counts.lines(db, place_id, stocktake_id),
    )


routes: list[ControllerRouterHandler] = [counts, freeze, count, keep, verify, protocol]
