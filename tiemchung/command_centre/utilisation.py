"""Use and waste for managers: a month by both denominators, waste by reason, what is late on the way, top and bottom."""

from datetime import timedelta

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.domain import stock
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

DAYS, SHOWN = 30, 5


@get("/dieu-hanh/su-dung", opt=staff(*MANAGERS))
async def utilisation(db: Db, request: Web) -> Response[bytes]:
    """The last thirty days of one's reach, shipments on the way to it, and the ranking of provinces."""
    reach = reach_of(request.state.actor)
    until_at = db.at
    from_at = clock.start_of(clock.day_of(db.at) - timedelta(days=DAYS))
    by = request.query_params.get("theo", "")
    by = by if by in stock.utilisation.RANKED_BY else stock.utilisation.RANKED_BY[0]
    ranked = await stock.utilisation.ranking(db, by)
    transit = await stock.utilisation.in_transit(db, path=reach.path)
    return page(
        request,
        "command_centre/utilisation.html",
        period=await stock.utilisation.of_period(db, path=reach.path, from_at=from_at, until_at=until_at),
        waste=await stock.utilisation.waste(db, path=reach.path, from_at=from_at, until_at=until_at),
        waste_words=stock.WASTE_WORDS | {"receive": stock.claims.WORDS["broken"]},
        levels=stock.utilisation.SUPPLY_LEVELS,
        by=by,
        top=ranked[:SHOWN],
        bottom=ranked[max(SHOWN, len(ranked) - SHOWN) :],
        transit=transit,
        overdue=sum(row.level(db.at) == "overdue" for row in transit),
        from_at=from_at,
        at=db.at,
    )


routes: list[ControllerRouterHandler] = [utilisation]
