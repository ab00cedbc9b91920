"""Trays and boxes with their clocks: how each is stored, until when, and where it may go next."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import stock, vaccines
from tiemchung.domain.access import Staff
from tiemchung.immunization_support.stock import KEEPERS
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE = "/diem-tiem/kho/khay"


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit is stored from now on."""

    to: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its storage in words, where it may go, and how it was stored before."""

    unit: stock.Unit
    words: str
    ways: list[tuple[str, str]]
    steps: list[stock.clocks.Step]


STORED = Form(Stored, to=Field("Bảo quản mới", fields.choice(stock.clocks.WORDS)))


@get(HERE, opt=staff(*KEEPERS))
async def units(db: Db, request: Web) -> Response[bytes]:
    """The units on one's shelf."""
    return await _page(db, request, Filled[Stored]())


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


async def _page(db: Db, request: Web, form: Filled[Stored], *, status: int = 200) -> Response[bytes]:
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
    return page(request, "immunization_support/stock/units.html", status=status, form=form, shown=shown, at=db.at)


routes: list[ControllerRouterHandler] = [units, store]
