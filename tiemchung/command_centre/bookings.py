"""The auditor of bookings: what it found last, minute by minute."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS
from tiemchung.domain.appointments import audit
from tiemchung.kit.db import Db
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/dat-lich"
_SHOWN = 60


@get(HERE, opt=staff(*MANAGERS))
async def bookings(db: Db, request: Web) -> Response[bytes]:
    """Places taken, live appointments and live claims agree, or where they do not."""
    return page(request, "command_centre/bookings.html", found=await audit.newest(db, _SHOWN))


routes: list[ControllerRouterHandler] = [bookings]
