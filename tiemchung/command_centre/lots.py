"""Lots for managers: received = given + wasted + moved + on hand, for every lot and place, as it is now."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.domain import aefi, stock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/vac-xin"


@get(HERE, opt=staff(*MANAGERS))
async def lots(db: Db, request: Web) -> Response[bytes]:
    """Every lot of the nation's stock, what became of its doses, and what nobody has explained in one's reach."""
    reach = reach_of(request.state.actor)
    found = await stock.of_lots(db)
    reviews = await stock.open_reviews(db, path=reach.path)
    return page(
        request,
        "command_centre/lots.html",
        lots=found,
        wrong=sum(not lot.adds_up for lot in found),
        received=sum(lot.received for lot in found),
        reviews=reviews,
        at=db.at,
    )


@get(HERE + "/{lot_id:uuid}", opt=staff(*MANAGERS))
async def lot(db: Db, request: Web, lot_id: UUID) -> Response[bytes]:
    """Where every dose of a lot is and what followed: by province for the nation, place by place within one's reach."""
    reach = reach_of(request.state.actor)
    told = await stock.of_lot(db, lot_id)
    if told is None:
        raise NotFound
    places = await stock.at_places(db, lot_id, path=reach.path)
    given = {each.lot_id: each.administered for each in await stock.of_lots(db) if each.product == told.product}
    return page(
        request,
        "command_centre/lot.html",
        lot=told,
        provinces=await stock.where_is(db, lot_id) if reach.path is None else [],
        places=places,
        wrong=sum(not place.adds_up for place in places),
        followed=await aefi.among_lots(db, lot_id, product=told.product, given=given),
        at=db.at,
    )


routes: list[ControllerRouterHandler] = [lots, lot]
