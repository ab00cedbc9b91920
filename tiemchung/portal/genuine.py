"""Whether a session is genuine: what the code on its poster leads to."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain.sites import poster
from tiemchung.kit.db import Db
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page


@get("/kiem-tra/phien/{place_id:uuid}/{session_id:uuid}/{mark:str}", opt=public)
async def genuine(db: Db, request: Web, place_id: UUID, session_id: UUID, mark: str) -> Response[bytes]:
    """Where, when and with which vaccine the session is held; or that it is none of ours."""
    found = await poster.genuine(db, place_id, session_id, mark)
    return page(request, "portal/genuine.html", session=found, status=200 if found else 404)


routes: list[ControllerRouterHandler] = [genuine]
