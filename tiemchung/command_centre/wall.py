"""The walls: the nation's, and a province's; drawn by the server, then kept fresh by a stream."""

import re

from litestar import Response, get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.live import Live, live
from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.kit.db import Database
from tiemchung.kit.errors import Forbidden, NotFound
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

_CODE = re.compile(r"\d\d")


@get("/dieu-hanh", opt=staff(*MANAGERS))
async def wall(request: Web, database: Database) -> Response[bytes]:
    """The wall of one's own reach."""
    return await _page(request, database, reach_of(request.state.actor).code)


@get("/dieu-hanh/tinh/{code:str}", opt=staff(*MANAGERS))
async def province_wall(request: Web, database: Database, code: str) -> Response[bytes]:
    """A province's wall. Raises `Forbidden` outside one's own province, `NotFound`."""
    return await _page(request, database, _reached(request, code))


@get("/dieu-hanh/stream", opt=staff(*MANAGERS))
async def stream(request: Web, database: Database) -> Stream:
    """Fresh panels of the wall of one's own reach."""
    return _stream(live(request.app.state, database, reach_of(request.state.actor).code, language(request)))


@get("/dieu-hanh/tinh/{code:str}/stream", opt=staff(*MANAGERS))
async def province_stream(request: Web, database: Database, code: str) -> Stream:
    """Fresh panels of a province's wall. Raises `Forbidden`, `NotFound`."""
    view = live(request.app.state, database, _reached(request, code), language(request))
    await view.panels()
    return _stream(view)


async def _page(request: Web, database: Database, code: str | None) -> Response[bytes]:
    view = live(request.app.state, database, code, language(request))
    panels = await view.panels()
    own = reach_of(request.state.actor).code
    return page(
        request,
        "command_centre/wall.html",
        panels=panels,
        age=view.age,
        province=view.province,
        stream=f"/dieu-hanh/tinh/{code}/stream" if code else "/dieu-hanh/stream",
        up=code is not None and own is None,
    )


def _reached(request: Web, code: str) -> str:
    if not _CODE.fullmatch(code):
        raise NotFound
    if not reach_of(request.state.actor).holds(code):
        raise Forbidden
    return code


def _stream(view: Live) -> Stream:
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(view.stream(), media_type="text/event-stream", headers=headers)


routes: list[ControllerRouterHandler] = [wall, province_wall, stream, province_stream]
