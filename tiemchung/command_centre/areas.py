"""From the nation down to the rows: provinces, districts, communes, sites, sessions, doses; each within one's reach."""

from datetime import timedelta
from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS, reach_of
from tiemchung.domain import analytics
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import Forbidden
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/vung"
# In a province the busiest sites; each site stands with its commune.
SITES = {"province": 20, "district": 50, "commune": 500}
SITE = "/dieu-hanh/diem"


@get(HERE, opt=staff(*MANAGERS))
async def nation(db: Db, request: Web, geography: str = "63") -> Response[bytes]:
    """The provinces, the 63 of the campaign or the 34 since 01/07/2025; an officer's own alone."""
    day = await analytics.last_day(db)
    own = reach_of(request.state.actor).code
    campaign = await analytics.areas.provinces(db, day=day, code=own)
    newer = geography == "34" and own is None
    return page(
        request,
        "command_centre/area.html",
        area=None,
        above=[],
        rows=await analytics.areas.provinces_since_2025(db, day=day) if newer else campaign,
        sites=[],
        newer=newer,
        whole=own is None,
        goals=await analytics.areas.goals(db, campaign, day=day, province=own),
        supply=await analytics.areas.supply(db, day=day, province=own, path=reach_of(request.state.actor).path),
        day=day,
    )


@get(HERE + "/{code:str}", opt=staff(*MANAGERS))
async def area(db: Db, request: Web, code: str) -> Response[bytes]:
    """A province with its districts, a district with its communes, a commune with its sites. Raises `Forbidden`, `NotFound`."""
    found = await analytics.areas.area(db, code)
    _within(request, found.path)
    day = await analytics.last_day(db)
    is_province = found.level == "province"
    own = await analytics.areas.provinces(db, day=day, code=code) if is_province else []
    return page(
        request,
        "command_centre/area.html",
        area=found,
        above=await analytics.areas.above(db, found.path),
        rows=await analytics.areas.below(db, found, day=day),
        sites=await analytics.areas.sites(db, found.path, day=day, most=SITES[found.level]),
        newer=False,
        whole=reach_of(request.state.actor).path is None,
        goals=await analytics.areas.goals(db, own, day=day, province=code) if is_province else None,
        supply=await analytics.areas.supply(db, day=day, province=code, path=found.path) if is_province else [],
        day=day,
    )


@get(SITE + "/{place_id:uuid}", opt=staff(*MANAGERS))
async def site(db: Db, request: Web, place_id: UUID) -> Response[bytes]:
    """A site's month: its sessions, what was drawn and what was recorded. Raises `Forbidden`, `NotFound`."""
    found = await analytics.areas.site(db, place_id)
    _within(request, found.path)
    return page(
        request,
        "command_centre/site.html",
        site=found,
        above=await analytics.areas.above(db, found.path),
        sessions=await analytics.areas.sessions(db, place_id),
        until=clock.day_of(db.at),
        since=clock.day_of(db.at) - timedelta(days=31),
    )


@get(SITE + "/{place_id:uuid}/phien/{session_id:uuid}", opt=staff(*MANAGERS))
async def session(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """A session's doses, row by row, without their people. Raises `Forbidden`, `NotFound`."""
    found = await analytics.areas.site(db, place_id)
    _within(request, found.path)
    held, doses = await analytics.areas.session(db, place_id, session_id)
    return page(request, "command_centre/session.html", site=found, session=held, doses=doses)


def _within(request: Web, path: str) -> None:
    own = reach_of(request.state.actor).path
    if own is not None and not f"{path}.".startswith(f"{own}."):
        raise Forbidden


routes: list[ControllerRouterHandler] = [nation, area, site, session]
