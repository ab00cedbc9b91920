"""Opening day, for its operator: the waiting room, the mode of service, and what waits."""

from datetime import date, datetime, time
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain.appointments import opening
from tiemchung.domain.appointments.opening import MODE_WORDS, Mode
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/ngay-mo"


class NewMode(msgspec.Struct, frozen=True, kw_only=True):
    """The mode that an operator sets; with a tick, the system may change it by itself."""

    mode: str
    by_itself: str | None


class NewRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting room: when it opens (nothing: none), and its rate."""

    opens_on: date | None
    opens: time | None
    rate: int


MODE = Form(
    NewMode,
    mode=Field("Chế độ", fields.choice({mode.value for mode in Mode})),
    by_itself=Field("Tự chuyển", fields.choice({"1"}), required=False),
)
ROOM = Form(
    NewRoom,
    opens_on=Field("Ngày mở", fields.day, required=False),
    opens=Field("Giờ mở", fields.hour, required=False),
    rate=Field("Số người mỗi giây", fields.whole(1, 10_000)),
)


@get(HERE, opt=staff("national_operator"))
async def look(db: Db, request: Web) -> Response[bytes]:
    """What is set, and what waits."""
    return await _page(db, request, Filled[Any]())


@post(f"{HERE}/che-do", opt=staff("national_operator"))
async def set_mode(db: Db, request: Web) -> Response[Any] | Redirect:
    """Serve in another mode."""
    form = await read(request, MODE)
    if form.errors:
        return await _page(db, request, form, status=422)

    async def act() -> Answer:
        await opening.set_mode(db, Mode(form.value.mode), by_itself=form.value.by_itself is not None)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "opening.mode", act)


@post(f"{HERE}/phong-cho", opt=staff("national_operator"))
async def set_room(db: Db, request: Web) -> Response[Any] | Redirect:
    """Open a waiting room, or end it."""
    form = await read(request, ROOM)
    if form.errors:
        return await _page(db, request, form, status=422)
    given = form.value
    opens_at = datetime.combine(given.opens_on, given.opens or time(8), clock.VIETNAM) if given.opens_on else None

    async def act() -> Answer:
        await opening.set_room(db, opens_at, float(given.rate))
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "opening.room", act)


async def _page(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    service = await opening.service(db)
    order = await opening.count_arrivals(db, service.room, {}) if service.room else None
    return page(
        request,
        "command_centre/opening.html",
        status=status,
        service=service,
        modes=MODE_WORDS,
        form=form,
        arrived=order.everybody if order else 0,
        let_in=min(order.let_in(service.room, db.at), order.everybody) if order and service.room else 0,
        backlog=await opening.backlog(db),
    )


routes: list[ControllerRouterHandler] = [look, set_mode, set_room]
