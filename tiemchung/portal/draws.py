"""Fair draws, in public: what was announced, the list, the seed, and the script with which anybody runs them again."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain.appointments import draw
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page

HERE = "/boc-tham"


@get(HERE, opt=public)
async def draws(db: Db, request: Web) -> Response[bytes]:
    """All draws, the newest first."""
    return page(request, "portal/draws.html", draws=await draw.every(db), at=db.at)


@get(HERE + "/{draw_id:uuid}", opt=public)
async def one(db: Db, request: Web, draw_id: UUID) -> Response[bytes]:
    """One draw with its digests and how to run it again."""
    return page(request, "portal/draw.html", draw=await draw.one(db, draw_id), at=db.at)


@get(HERE + "/{draw_id:uuid}/danh-sach.csv", opt=public)
async def entries(db: Db, draw_id: UUID) -> Response[bytes]:
    """Tier and pseudonym of everybody who takes part, once the window has closed."""
    found = await draw.one(db, draw_id)
    if db.at < found.closes_at:
        raise NotFound
    return Response(await draw.entries_csv(db, draw_id), media_type="text/csv; charset=utf-8")


@get(HERE + "/{draw_id:uuid}/ket-qua.csv", opt=public)
async def winners(db: Db, draw_id: UUID) -> Response[bytes]:
    """The winners in order, once it was drawn."""
    if (await draw.one(db, draw_id)).drawn_at is None:
        raise NotFound
    return Response(await draw.winners_csv(db, draw_id), media_type="text/csv; charset=utf-8")


routes: list[ControllerRouterHandler] = [draws, one, entries, winners]
