"""Finding a vaccination site by the name of a place, with or without marks, and of the district or province it lies in."""

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import geography, registrations, sites
from tiemchung.domain.sites import Place
from tiemchung.kit.db import Db
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page

_COMMUNES, _SHOWN = 5, 30


class Site(msgspec.Struct, frozen=True):
    """A site and where it lies, in words."""

    place: Place
    where: str


@get("/tim-diem-tiem", opt=public)
async def find(db: Db, request: Web) -> Response[bytes]:
    """The sites of the communes, and those by a name, that fit what was typed."""
    typed = request.query_params.get("q", "").strip()[:100]
    return page(request, "portal/finder.html", typed=typed, found=await _find(db, typed), most=_SHOWN)


async def _find(db: Db, typed: str) -> list[Site]:
    campaign = await registrations.campaign_of(db)
    communes = await geography.search(db, typed, campaign.geography_on, limit=_COMMUNES)
    places = {
        place.place_id: place for each in communes for place in await sites.in_area(db, each.area.area_id, limit=_SHOWN)
    }
    places |= {place.place_id: place for place in await sites.find(db, typed, limit=_SHOWN)}
    open_ones = [place for place in places.values() if place.tables > 0][:_SHOWN]
    lineages = await geography.lineages(db, [place.area_id for place in open_ones])
    return [Site(place, lineages[place.area_id].words) for place in open_ones]


routes: list[ControllerRouterHandler] = [find]
