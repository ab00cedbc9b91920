"""Where the person stays and where they would like to go: lists that narrow one another, with or without a script."""

from typing import Any
from uuid import UUID

from tiemchung.domain import geography, registrations, sites
from tiemchung.health_book.register_forms import Home
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.forms import Filled
from tiemchung.web.i18n import Translate

_MOST_SITES = 60


async def lists(db: Db, typed: dict[str, Any]) -> dict[str, object]:
    """Provinces, the districts of the chosen one and the communes of the chosen one of these; or what a search found."""
    on = (await registrations.campaign_of(db)).geography_on
    provinces = await geography.provinces(db, on)
    districts: list[geography.Area] = []
    communes: list[geography.Area] = []
    province = next((area for area in provinces if area.code == typed.get("province")), None)
    if province is not None:
        districts = await geography.children(db, province.area_id, on)
    district = next((area for area in districts if area.code == typed.get("district")), None)
    if district is not None:
        communes = await geography.children(db, district.area_id, on)
    find = str(typed.get("find", ""))[:100]
    found = await geography.search(db, find, on) if typed.get("action") == "search" else []
    choices = [(f.area.code, f"{f.area.short}, {f.within}") for f in found]
    return {
        "provinces": [(area.code, area.name) for area in provinces],
        "districts": [(area.code, area.name) for area in districts],
        "communes": [(area.code, area.name) for area in communes],
        "found": choices,
        "searched": typed.get("action") == "search",
    }


async def picked(db: Db, code: str) -> dict[str, str]:
    """The province, district and commune of a search result that was chosen; nothing for what no search finds."""
    if not code.isdecimal():
        return {}
    on = (await registrations.campaign_of(db)).geography_on
    try:
        area = await geography.by_code(db, code, on)
    except NotFound:
        return {}
    return {part.level: part.code for part in (await geography.lineage(db, area.area_id)).areas}


async def check(db: Db, filled: Filled[Home], _: Translate) -> None:
    """Each must stand in its list, and the commune lie in the district and the province that were chosen."""
    on = (await registrations.campaign_of(db)).geography_on
    home = filled.value
    offered = await lists(db, filled.typed)
    if not offered["districts"]:
        filled.errors["province"] = _("Hãy chọn tỉnh, thành phố trong danh sách.")
        return
    if not offered["communes"]:
        filled.errors["district"] = _("Hãy chọn quận, huyện trong danh sách.")
        return
    try:
        area = await geography.by_code(db, home.commune, on)
    except NotFound:
        filled.errors["commune"] = _("Hãy chọn xã, phường trong danh sách.")
        return
    codes = {part.level: part.code for part in (await geography.lineage(db, area.area_id)).areas}
    if codes.get("district") != home.district or codes.get("province") != home.province:
        filled.errors["commune"] = _("Xã, phường đã chọn không thuộc quận, huyện và tỉnh đã chọn.")


async def sites_near(db: Db, commune: str) -> list[tuple[str, str]]:
    """The sites to wish for: those of the commune first, then those of its district."""
    on = (await registrations.campaign_of(db)).geography_on
    try:
        area = await geography.by_code(db, commune, on)
    except NotFound:
        return []
    return await sites_around(db, area.area_id)


async def sites_around(db: Db, area_id: int) -> list[tuple[str, str]]:
    """The same, of a commune by its id."""
    where = await geography.lineage(db, geography.AreaId(area_id))
    district = where.at("district") or where.areas[-1]
    own = await sites.in_area(db, area_id, limit=_MOST_SITES)
    around = await sites.in_area(db, district.area_id, limit=_MOST_SITES)
    found = {place.place_id: place for place in [*own, *around] if place.tables > 0}
    return [(str(place.place_id), place.name) for place in found.values()][:_MOST_SITES]


async def check_site(
    db: Db, place_id: UUID | None, errors: dict[str, str], _: Translate, *, field: str = "wanted_place"
) -> None:
    """A site that is named must be one that vaccinates."""
    if place_id is None:
        return
    found = (await sites.places(db, [place_id])).get(place_id)
    if found is None or found.tables == 0:
        errors[field] = _("Hãy chọn điểm tiêm trong danh sách.")
