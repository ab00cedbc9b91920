"""Draws for places of a session: one officer announces, another one draws."""

import re
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import sites
from tiemchung.domain.appointments import draw
from tiemchung.immunization_support.plan import PLAN, planner_of
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

OFFICERS = ("district_officer", "province_officer", "national_operator")
HERE = "/diem-tiem/boc-tham"
NEW = PLAN + "/{place_id:uuid}/{session_id:uuid}/boc-tham"


class NewDraw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw as its form describes it; hours are of Viet Nam's clock."""

    name: str
    places: int
    tiers: list[list[int]]
    opens_on: date
    opens: time
    closes_on: date
    closes: time


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """The public number of the day."""

    beacon: str


def tiers(typed: str) -> list[list[int]]:
    """Groups of each tier: `1,2; 9; 4,8`."""
    if not re.fullmatch(r"\d{1,2}(\s*[,;]\s*\d{1,2})*", typed):
        raise Invalid("{label} phải là mã nhóm 1–16, cách nhau bằng dấu phẩy, các bậc cách nhau bằng dấu chấm phẩy.")
    return [[int(code) for code in part.split(",")] for part in typed.split(";")]


NEW_DRAW = Form(
    NewDraw,
    name=Field("Tên đợt bốc thăm", fields.text(120, 5)),
    places=Field("Số chỗ", fields.whole(1, 100_000)),
    tiers=Field("Các bậc ưu tiên", tiers),
    opens_on=Field("Ngày mở", fields.day),
    opens=Field("Giờ mở", fields.hour),
    closes_on=Field("Ngày đóng", fields.day),
    closes=Field("Giờ đóng", fields.hour),
)
DRAW = Form(Beacon, beacon=Field("Con số công khai trong ngày", fields.text(120, 5)))


@get(HERE, opt=staff(*OFFICERS))
async def look(db: Db, request: Web) -> Response[bytes]:
    """All draws; those that have closed can be drawn by who did not announce them."""
    return await _page(db, request, Filled[Any](), None)


@get(NEW, opt=staff(*OFFICERS))
async def new(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The form of a draw for the places of a session."""
    await planner_of(db, request, place_id)
    session = await sites.session(db, place_id, session_id)
    return page(request, "immunization_support/draw_new.html", session=session, form=Filled[NewDraw]())


@post(NEW, opt=staff(*OFFICERS))
async def announce(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Announce a draw: the digest of its seed is published at once."""
    await planner_of(db, request, place_id)
    form = await read(request, NEW_DRAW)
    session = await sites.session(db, place_id, session_id)
    if form.errors:
        return page(request, "immunization_support/draw_new.html", status=422, session=session, form=form)
    given = form.value

    async def act() -> Answer:
        await draw.announce(
            db,
            name=given.name,
            place_id=place_id,
            session_id=session_id,
            places=given.places,
            tiers=given.tiers,
            opens_at=datetime.combine(given.opens_on, given.opens, clock.VIETNAM),
            closes_at=datetime.combine(given.closes_on, given.closes, clock.VIETNAM),
        )
        return Answer(location=HERE)

    try:
        return await once(db, request, await command_id(request), "draw.announce", act)
    except draw.BadWindow as refused:
        form.errors["closes"] = sentence(refused, language(request))
        return page(request, "immunization_support/draw_new.html", status=422, session=session, form=form)


@post(HERE + "/{draw_id:uuid}/rut", opt=staff(*OFFICERS))
async def hold(db: Db, request: Web, draw_id: UUID) -> Response[Any] | Redirect:
    """Draw, with the public number of the day."""
    await planner_of(db, request, (await draw.one(db, draw_id)).place_id)
    form = await read(request, DRAW)
    if form.errors:
        return await _page(db, request, form, draw_id, status=422)

    async def act() -> Answer:
        await draw.draw(db, draw_id, form.value.beacon)
        return Answer(location=f"/boc-tham/{draw_id}")

    try:
        return await once(db, request, await command_id(request), "draw.draw", act)
    except (draw.NotDrawable, draw.DrawnBySelf) as refused:
        form.errors["beacon"] = sentence(refused, language(request))
        return await _page(db, request, form, draw_id, status=refused.status)


async def _page(db: Db, request: Web, form: Filled[Any], wrong: UUID | None, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "immunization_support/draws.html",
        status=status,
        draws=await draw.every(db),
        at=db.at,
        form=form,
        wrong=wrong,
    )


routes: list[ControllerRouterHandler] = [look, new, announce, hold]
