"""A lot for everybody: who made it, until when it may be used and why that changed, whether it was recalled."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import vaccines
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.guards import limited
from tiemchung.web.pages import Web, page

MOST = 30


@get("/lo-vac-xin", opt=limited)
async def find(db: Db, request: Web) -> Response[bytes]:
    """The lots whose number begins with what was typed."""
    typed = request.query_params.get("so", "").strip()[:20]
    found = await vaccines.find_lots(db, typed, clock.day_of(db.at), limit=MOST) if len(typed) > 2 else []
    return page(request, "portal/lots.html", typed=typed, found=found)


@get("/lo-vac-xin/{product:str}/{number:str}", opt=limited)
async def lot(db: Db, request: Web, product: str, number: str) -> Response[bytes]:
    """One lot with every decision on its last day."""
    today = clock.day_of(db.at)
    found = await vaccines.lot_by_number(db, product, number, today)
    if found is None:
        raise NotFound
    return page(
        request,
        "portal/lot.html",
        lot=found,
        expiries=await vaccines.expiries(db, found.lot_id),
        usable=found.usable(today),
        today=today,
    )


routes: list[ControllerRouterHandler] = [find, lot]
