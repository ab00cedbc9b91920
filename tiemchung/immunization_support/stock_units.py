"""Trays and boxes with their clocks: how each is stored, until when, and where it may go next."""

import functools
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import stock, vaccines
from tiemchung.domain.access import Staff
from tiemchung.immunization_support import stock_papers
from tiemchung.immunization_support.stock_desk import KEEPERS, done, keeper
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web import datamatrix, fields, paper
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE, SCAN = "/diem-tiem/kho/khay", "/diem-tiem/kho/quet"


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit is stored from now on."""

    to: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its storage in words, where it may go, and how it was stored before."""

    unit: stock.Unit
    words: str
    ways: list[tuple[str, str]]
    steps: list[stock.clocks.Step]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the vial monitors of a unit show."""

    stage: int


SEEN = Form(Seen, stage=Field("Mức VVM", fields.whole(1, 4)))
STORED = Form(Stored, to=Field("Bảo quản mới", fields.choice(stock.clocks.WORDS)))


@get(HERE, opt=staff(*KEEPERS))
async def units(db: Db, request: Web) -> Response[bytes]:
    """The units on one's shelf."""
    return await _page(db, request, Filled[Stored]())


@post(HERE + "/{unit_id:uuid}/vvm", opt=staff(*KEEPERS))
async def look(db: Db, request: Web, unit_id: UUID) -> Response[Any] | Redirect:
    """Note what the vial monitors of a unit show."""
    form = await read(request, SEEN)
    if form.errors:
        return await _page(db, request, form, status=422)

    async def act() -> str:
        await stock.monitors.look(db, keeper(request).place_id, unit_id, stage=form.value.stage)
        return HERE

    again = functools.partial(_again, db, request, form)
    return await done(db, request, "stock.monitor", act, form=form, again=again)


@post(HERE + "/{unit_id:uuid}", opt=staff(*KEEPERS))
async def store(db: Db, request: Web, unit_id: UUID) -> Response[Any] | Redirect:
    """Store a unit otherwise."""
    member: Staff = request.state.actor
    form = await read(request, STORED)
    if form.errors:
        return await _page(db, request, form, status=422)

    async def act() -> Answer:
        await stock.clocks.change(db, member.place_id, unit_id, form.value.to)
        return Answer(location=HERE)

    try:
        return await once(db, request, await command_id(request), "stock.clock", act)
    except DomainError as refused:
        if refused.field is None:
            raise
        form.errors[refused.field] = sentence(refused, language(request))
        return await _page(db, request, form, status=refused.status)


async def _again(db: Db, request: Web, form: Filled[Any], status: int) -> Response[bytes]:
    return await _page(db, request, form, status=status)


async def _page(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    member: Staff = request.state.actor
    held = [unit for unit in await stock.units(db, member.place_id) if unit.on_hand or unit.quarantined]
    limits = {product: await vaccines.storage_limits(db, product) for product in {unit.product for unit in held}}
    shown = [
        Shown(
            unit=unit,
            words=stock.clocks.WORDS[unit.clock],
            ways=[
                (way, stock.clocks.WORDS[way]) for way in stock.clocks.next_storages(unit.clock, limits[unit.product])
            ],
            steps=await stock.clocks.steps(db, member.place_id, unit.unit_id),
        )
        for unit in held[:200]
    ]
    return page(
        request,
        "immunization_support/stock/units.html",
        status=status,
        form=form,
        shown=shown,
        stages=stock.monitors.STAGES,
        at=db.at,
    )


@get(SCAN, opt=staff(*KEEPERS, "nurse"))
async def scan(db: Db, request: Web) -> Response[bytes]:
    """What a scanned or typed code means, or why it may not be used; without a code, the form."""
    typed = request.query_params.get("code", "")
    errors: dict[str, str] = {}
    found = None
    try:
        found = await stock.gs1.scan(db, typed) if typed else None
    except DomainError as refused:
        errors["code"] = sentence(refused, language(request))
    return page(
        request,
        "immunization_support/stock/scan.html",
        status=422 if errors else 200,
        form=Filled[Stored](errors=errors),
        typed=typed,
        found=found,
    )


@get(HERE + "/{unit_id:uuid}/nhan.pdf", opt=staff(*KEEPERS))
async def label(db: Db, request: Web, unit_id: UUID) -> Response[bytes]:
    """A tray's label with a GS1 DataMatrix: product, lot, last day, and the tray as its serial number."""
    member: Staff = request.state.actor
    held = next((unit for unit in await stock.units(db, member.place_id) if unit.unit_id == unit_id), None)
    package = (await stock.gs1.by_product(db)).get(held.product) if held else None
    if held is None or package is None:
        raise NotFound
    elements = stock.gs1.elements(package.gtin, held.number, held.expires_on, unit_id.hex[-12:].upper())
    return paper.answer(
        stock_papers.label(held, member.place_name, datamatrix.svg(elements), db.at), db.at, "nhan-khay"
    )


routes: list[ControllerRouterHandler] = [units, look, store, scan, label]
