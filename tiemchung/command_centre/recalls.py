"""Recalls for managers: how far each has come, and place by place what is still to be locked away."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.domain import stock
from tiemchung.kit.db import Db
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/thu-hoi"


@get(HERE, opt=staff(*MANAGERS))
async def recalls(db: Db, request: Web) -> Response[bytes]:
    """Every recall with its figures."""
    return page(request, "command_centre/recalls.html", recalls=await stock.recalls.recalls(db))


@get(HERE + "/{recall_id:uuid}", opt=staff(*MANAGERS))
async def recall(db: Db, request: Web, recall_id: UUID) -> Response[bytes]:
    """One recall, place by place within one's reach."""
    reach = reach_of(request.state.actor)
    return page(
        request,
        "command_centre/recall.html",
        recall=await stock.recalls.recall(db, recall_id),
        places=await stock.recalls.at_places(db, recall_id, path=reach.path),
        at=db.at,
    )


routes: list[ControllerRouterHandler] = [recalls, recall]
