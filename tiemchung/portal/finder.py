"""Finding a vaccination site by the name of a place, with or without marks."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import sites
from tiemchung.kit.db import Db
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page


@get("/tim-diem-tiem", opt=public)
async def find(db: Db, request: Web) -> Response[bytes]:
    """The sites whose name fits what was typed."""
    typed = request.query_params.get("q", "").strip()[:100]
    found = await sites.find(db, typed, limit=30)
    places = [place for place in found if place.tables > 0]
    return page(request, "portal/finder.html", typed=typed, places=places)


routes: list[ControllerRouterHandler] = [find]
