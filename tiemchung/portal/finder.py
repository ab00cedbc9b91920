"""Finding a vaccination site: by the name of a place, or near where one stands; by vaccine, and those with places left first.

The list stands first; how old each number is, is said beside it.
"""

from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import geography, registrations, sites, vaccines
from tiemchung.domain.sites import Availability, Place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.guards import limited
from tiemchung.web.pages import Web, language, page, words

HERE = "/tim-diem-tiem"
_COMMUNES, _SHOWN = 5, 30
_PAGE, _LAST = 25, 2_000


class Site(msgspec.Struct, frozen=True):
    """A site, where it lies in words, how far it is, and the sessions that it holds soon."""

    place: Place
    where: str
    kilometres: float | None
    sessions: list[Availability]


@get(HERE, opt=limited)
async def find(db: Db, request: Web) -> Response[bytes]:
    """The sites that fit what was typed, or the nearest to a point; by vaccine, or only those with places left."""
    asked = request.query_params
    typed = asked.get("q", "").strip()[:100]
    point = _point(asked.get("vi-do", ""), asked.get("kinh-do", ""))
    product = asked.get("vac-xin", "")[:20]
    only_open = asked.get("con-cho") == "1"
    found = await _find(db, typed, point)
    if product or only_open:
        found = [site for site in found if _fits(site.sessions, product, only_open)]
    return page(
        request,
        "portal/finder.html",
        typed=typed,
        found=found[:_SHOWN],
        most=_SHOWN,
        near=point is not None,
        product=product,
        only_open=only_open,
        products=[(one.code, words(request)(one.short_name)) for one in await vaccines.products(db)],
        counted_at=db.at,
    )


@get("/danh-ba-diem-tiem", opt=limited)
async def directory(db: Db, request: Web) -> Response[bytes]:
    """All vaccination sites by province, a page of twenty-five at a time: tables, head, hours."""
    asked = request.query_params
    on = (await registrations.campaign_of(db)).geography_on
    provinces = await geography.provinces(db, on)
    chosen = next((area for area in provinces if area.code == asked.get("tinh")), None)
    province = chosen.code if chosen else ""
    typed = asked.get("trang", "1")
    number = min(int(typed), _LAST) if typed.isascii() and typed.isdecimal() and len(typed) < 6 and int(typed) else 1
    count, found = await sites.directory(db, chosen.path if chosen else None, skipped=(number - 1) * _PAGE, limit=_PAGE)
    lineages = await geography.lineages(db, [place.area_id for place in found])
    return page(
        request,
        "portal/directory.html",
        provinces=[(area.code, area.name if language(request) == "vi" else area.name_en) for area in provinces],
        province=province,
        count=count,
        found=[(place, lineages[place.area_id].words) for place in found],
        number=number,
        pages=-(-count // _PAGE),
        url=f"/danh-ba-diem-tiem?tinh={province}&trang=",
    )


@get(HERE + "/{code:str}", opt=limited)
async def site(db: Db, request: Web, code: str) -> Response[bytes]:
    """A site: who answers for it, tables, hours, the next sessions, and the way there."""
    found = await sites.by_code(db, code[:10])
    if found.tables == 0:
        raise NotFound
    held = await sites.availability(db, [found.place_id])
    where = (await geography.lineage(db, geography.AreaId(found.area_id))).words
    return page(
        request, "portal/site.html", site=found, where=where, sessions=held.get(found.place_id, []), counted_at=db.at
    )


def _fits(held: Sequence[Availability], product: str, only_open: bool) -> bool:
    return any((not product or one.product == product) and (not only_open or one.places > 0) for one in held)


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    """A point in or around Viet Nam, to about a kilometre: no more is needed, so no more is used."""
    try:
        lat, lon = round(float(latitude), 2), round(float(longitude), 2)
    except ValueError:
        return None
    return (lat, lon) if 5 <= lat <= 25 and 100 <= lon <= 120 else None


async def _find(db: Db, typed: str, point: tuple[float, float] | None) -> list[Site]:
    if point is not None:
        near = await sites.near(db, *point, limit=_SHOWN)
        places = [place for place, _ in near]
        distances = {place.place_id: kilometres for place, kilometres in near}
    else:
        places, distances = await _named(db, typed), {}
    lineages = await geography.lineages(db, [place.area_id for place in places])
    held = await sites.availability(db, [place.place_id for place in places])
    return [
        Site(place, lineages[place.area_id].words, distances.get(place.place_id), held.get(place.place_id, []))
        for place in places
    ]


async def _named(db: Db, typed: str) -> list[Place]:
    campaign = await registrations.campaign_of(db)
    communes = await geography.search(db, typed, campaign.geography_on, limit=_COMMUNES)
    places = {
        place.place_id: place for each in communes for place in await sites.in_area(db, each.area.area_id, limit=_SHOWN)
    }
    places |= {place.place_id: place for place in await sites.find(db, typed, limit=_SHOWN)}
    return [place for place in places.values() if place.tables > 0][:_SHOWN]


routes: list[ControllerRouterHandler] = [find, directory, site]
