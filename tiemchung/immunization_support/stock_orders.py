"""Decisions of allocation by round, and requests with the other person's decision."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import sites, stock, vaccines
from tiemchung.immunization_support import stock_papers
from tiemchung.immunization_support.stock_desk import KEEPERS, MOST, STORE, done, keeper, receivers
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields, paper
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

ALLOCATIONS, REQUESTS = STORE + "/phan-bo", STORE + "/de-nghi"


class NewRound(msgspec.Struct, frozen=True, kw_only=True):
    """A decision: who gets how many doses."""

    product: str
    decision: str
    decided_on: date
    finish_by: date | None
    place: list[UUID]
    doses: list[int]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a place asks for, of whom, until when and why."""

    supplier: UUID
    product: str
    doses: int
    needed_on: date
    reason: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """How many doses are approved (0 refuses), and why."""

    doses: int
    note: str


_PRODUCT = Field("Vắc xin", fields.text(10))
ROUND = Form(
    NewRound,
    product=_PRODUCT,
    decision=Field("Số quyết định", fields.text(60, 3)),
    decided_on=Field("Ngày quyết định", fields.day),
    finish_by=Field("Tiêm xong trước ngày", fields.day, required=False),
    place=Field("Nơi nhận", fields.id_, many=True),
    doses=Field("Số liều", fields.whole(0, MOST), many=True),
)
ASK = Form(
    Asked,
    supplier=Field("Hỏi nơi", fields.id_),
    product=_PRODUCT,
    doses=Field("Số liều", fields.whole(1, MOST)),
    needed_on=Field("Cần trước ngày", fields.day),
    reason=Field("Lý do", fields.text(300, 5)),
)
DECIDE = Form(Decided, doses=Field("Số liều duyệt", fields.whole(0, MOST)), note=Field("Ý kiến", fields.text(300, 3)))


@get(ALLOCATIONS, opt=staff(*KEEPERS))
async def rounds(db: Db, request: Web) -> Response[bytes]:
    """The decisions of one's store, decided against received, and a form for the next round."""
    return await _rounds(db, request, Filled[Any]())


@post(ALLOCATIONS, opt=staff(*KEEPERS))
async def allocate(db: Db, request: Web) -> Response[Any] | Redirect:
    """Record a decision as the next round."""
    member, form = keeper(request), await read(request, ROUND)
    if form.errors:
        return await _rounds(db, request, form, status=422)

    async def act() -> str:
        given = form.value
        supplied = {place.place_id for place in await sites.supplied_by(db, member.place_id)}
        shares = dict(zip(given.place, given.doses, strict=False))
        if set(shares) - supplied:
            raise NotFound
        await stock.orders.allocate(
            db,
            member.place_id,
            product=given.product,
            decision=given.decision,
            decided_on=given.decided_on,
            finish_by=given.finish_by,
            shares=shares,
        )
        return ALLOCATIONS

    return await done(
        db, request, "stock.allocate", act, form=form, again=lambda status: _rounds(db, request, form, status=status)
    )


@get(ALLOCATIONS + "/{allocation_id:uuid}/bang.pdf", opt=staff(*KEEPERS))
async def round_paper(db: Db, request: Web, allocation_id: UUID) -> Response[bytes]:
    """The decision's table, to be printed."""
    member = keeper(request)
    for found in await stock.orders.allocations(db, member.place_id):
        if found.allocation_id == allocation_id:
            return paper.answer(stock_papers.allocation(found, member.place_name), db.at, f"phan-bo-dot-{found.round}")
    raise NotFound


@get(REQUESTS, opt=staff(*KEEPERS))
async def requests(db: Db, request: Web) -> Response[bytes]:
    """What one's place asks for and is asked for, and how long its stock lasts; a level's link fills the form in."""
    asked = {name: request.query_params[name] for name in ("product", "doses") if name in request.query_params}
    return await _requests(db, request, Filled[Any](typed=asked))


@post(REQUESTS, opt=staff(*KEEPERS))
async def ask(db: Db, request: Web) -> Response[Any] | Redirect:
    """Ask one's supplier, or a neighbour."""
    member, form = keeper(request), await read(request, ASK)
    if form.errors:
        return await _requests(db, request, form, status=422)

    async def act() -> str:
        given = form.value
        if given.supplier not in await receivers(db, member.place_id):
            raise NotFound
        await vaccines.product(db, given.product)
        await stock.orders.ask(
            db,
            member.place_id,
            given.supplier,
            product=given.product,
            doses=given.doses,
            needed_on=given.needed_on,
            reason=given.reason,
        )
        return REQUESTS

    return await done(
        db, request, "stock.request", act, form=form, again=lambda status: _requests(db, request, form, status=status)
    )


@post(REQUESTS + "/{place_id:uuid}/{request_id:uuid}", opt=staff(*KEEPERS))
async def decide(db: Db, request: Web, place_id: UUID, request_id: UUID) -> Response[Any] | Redirect:
    """Approve or refuse what another place asks for."""
    member, form = keeper(request), await read(request, DECIDE)
    if form.errors:
        return await _requests(db, request, form, status=422)

    async def act() -> str:
        given = form.value
        await stock.orders.decide(db, place_id, request_id, member.place_id, doses=given.doses, note=given.note)
        return REQUESTS

    return await done(
        db, request, "stock.decide", act, form=form, again=lambda status: _requests(db, request, form, status=status)
    )


@get(REQUESTS + "/{place_id:uuid}/{request_id:uuid}/phieu.pdf", opt=staff(*KEEPERS))
async def request_paper(db: Db, request: Web, place_id: UUID, request_id: UUID) -> Response[bytes]:
    """A request, to be printed by either side."""
    for found in await stock.orders.requests(db, keeper(request).place_id):
        if (found.place_id, found.request_id) == (place_id, request_id):
            return paper.answer(stock_papers.request(found), db.at, "phieu-de-nghi")
    raise NotFound


async def _rounds(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    member = keeper(request)
    return page(
        request,
        "immunization_support/stock/allocations.html",
        status=status,
        form=form,
        rounds=await stock.orders.allocations(db, member.place_id),
        coming=await stock.orders.allocated_to(db, member.place_id),
        places=await sites.supplied_by(db, member.place_id),
        products=[(product.code, product.name) for product in await vaccines.products(db)],
        today=clock.day_of(db.at),
    )


async def _requests(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    member = keeper(request)
    suppliers = await receivers(db, member.place_id)
    offered = [(str(key), place.name) for key, (kind, place) in suppliers.items() if kind != "supply"]
    return page(
        request,
        "immunization_support/stock/requests.html",
        status=status,
        form=form,
        requests=await stock.orders.requests(db, member.place_id),
        suppliers=offered,
        products=[(product.code, product.name) for product in await vaccines.products(db)],
        place_id=member.place_id,
        levels=await stock.levels.levels(db, member.place_id),
    )


routes: list[ControllerRouterHandler] = [rounds, allocate, round_paper, requests, ask, decide, request_paper]
