"""Public figures and sites for programs: read only, by the same definitions as the portal's pages, within a limit."""

import time
from typing import Any

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import analytics, geography, registrations, sites
from tiemchung.domain.analytics import Area, Figures
from tiemchung.domain.analytics.public import OpenArea, open_areas, open_days
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput, NotFound
from tiemchung.web.guards import public
from tiemchung.web.limits import PUBLIC_BURST, PUBLIC_PER_MINUTE, Limit
from tiemchung.web.pages import Web

_LIMIT = Limit(per_minute=PUBLIC_PER_MINUTE, burst=PUBLIC_BURST)
_SITES = 50
_SHORTEST, _LONGEST = 2, 100
# Anybody's page may read what is open to everybody.
_OPEN = {"access-control-allow-origin": "*", "cache-control": "public, max-age=30"}


@get("/api/v1/so-lieu", opt=public)
async def nation(db: Db, request: Web) -> Response[bytes]:
    """The nation: doses, people of each step, and shares with their numerators and denominators."""
    _once_more(request)
    figures = await analytics.national(db)
    return _answer(_told(figures) | {"indicators": await _indicators(db, figures)})


@get("/api/v1/tinh", opt=public)
async def provinces(db: Db, request: Web) -> Response[bytes]:
    """Every province up to the last day with doses."""
    _once_more(request)
    figures = await analytics.national(db)
    return _answer({"as_of": figures.as_of, "provinces": [_area(area) for area in open_areas(figures.areas)]})


@get("/api/v1/tinh/{code:str}", opt=public)
async def province(db: Db, request: Web, code: str) -> Response[bytes]:
    """A province (two digits, the codes of 2021) with its days and districts."""
    _once_more(request)
    found = await analytics.province(db, code)
    if found is None:
        raise NotFound
    own, figures = found
    districts = {"districts": [_area(area) for area in open_areas(figures.areas)], "days": open_days(figures.days)}
    return _answer(_area(own) | _told(figures) | districts)


@get("/api/v1/diem-tiem", opt=public)
async def find_sites(db: Db, request: Web) -> Response[bytes]:
    """Up to fifty sites whose commune or name fits `q`, with or without marks."""
    _once_more(request)
    typed = request.query_params.get("q", "").strip()
    if not _SHORTEST <= len(typed) <= _LONGEST:
        raise BadInput(field="q", rule=f"{_SHORTEST}–{_LONGEST}")
    campaign = await registrations.campaign_of(db)
    found = {place.place_id: place for place in await sites.find(db, typed, limit=_SITES)}
    for each in await geography.search(db, typed, campaign.geography_on, limit=5):
        found |= {place.place_id: place for place in await sites.in_area(db, each.area.area_id, limit=_SITES)}
    names = ("code", "name", "kind", "address", "tables", "opening", "lat", "lon", "generated")
    return _answer(
        {"sites": [{name: getattr(place, name) for name in names} for place in list(found.values())[:_SITES]]}
    )


def _once_more(request: Web) -> None:
    _LIMIT.take(request.client.host if request.client else "", time.monotonic())


def _answer(told: dict[str, Any]) -> Response[bytes]:
    return Response(msgspec.json.encode(told), media_type="application/json", headers=_OPEN)


def _told(figures: Figures) -> dict[str, Any]:
    people = {"population": figures.people, "population_18_plus": figures.adults}
    return {"as_of": figures.as_of, "counted_at": figures.counted_at, "totals": figures.totals} | people


def _area(area: Area | OpenArea) -> dict[str, Any]:
    names = ("code", "name", "name_en", "adults", "doses", "first", "complete", "first_share", "complete_share")
    return {name: getattr(area, name) for name in names}


async def _indicators(db: Db, figures: Figures) -> dict[str, Any]:
    return {
        code: await analytics.measure(db, indicator, day=figures.as_of)
        for code, indicator in analytics.INDICATORS.items()
    }


routes: list[ControllerRouterHandler] = [nation, provinces, province, find_sites]
