"""Finding administrative units as they were valid on a day."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from tiemchung.domain.geography.model import Area, AreaId, Found, Lineage
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.vietnamese import search_name, text_sort_key

queries = sql.load(__name__)


async def provinces(db: Db, on: date) -> list[Area]:
    """The provinces valid on a day, in Vietnamese order."""
    return _in_order(await db.all(Area, queries.provinces, on_date=on))


async def children(db: Db, parent_id: AreaId, on: date) -> list[Area]:
    """The units directly under another one on a day, in Vietnamese order."""
    return _in_order(await db.all(Area, queries.children, parent_id=parent_id, on_date=on))


async def communes_in(db: Db, area_id: AreaId, on: date) -> list[Area]:
    """The communes within a unit on a day, in Vietnamese order."""
    return _in_order(await db.all(Area, queries.communes_in, area_id=area_id, on_date=on))


async def communes_by_code(db: Db, codes: Sequence[str], on: date) -> list[Area]:
    """The communes that bore some codes on a day, of the whole country."""
    return await db.all(Area, queries.communes_by_code, codes=list(codes), on_date=on)


async def by_code(db: Db, code: str, on: date) -> Area:
    """The unit that bore a code on a day. Raises `NotFound`."""
    return await db.one(Area, queries.by_code, code=code, on_date=on)


async def by_id(db: Db, area_id: AreaId) -> Area:
    """A unit by its own id, whenever it was valid. Raises `NotFound`."""
    return await db.one(Area, queries.by_id, area_id=area_id)


async def search(db: Db, typed: str, on: date, *, limit: int = 20) -> list[Found]:
    """Communes whose name, typed with or without marks, fits; with the district typed too, fewer."""
    words = re.findall(r"[a-z0-9]+", search_name(typed))
    if sum(map(len, words)) < 2:
        return []
    patterns = [f"%{word}%" for word in words]
    first = await db.all(_Hit, queries.search, words=" ".join(words), patterns=patterns, on_date=on, most=limit)
    return [Found(area=hit.area, within=", ".join(area.short for area in hit.within)) for hit in first]


async def lineage(db: Db, area_id: AreaId) -> Lineage:
    """A unit and what it lies in, up to the province. Raises `NotFound`."""
    areas = await db.all(Area, queries.lineage, area_ids=[area_id])
    if not areas:
        await by_id(db, area_id)
    return Lineage(areas=areas)


async def lineages(db: Db, area_ids: Sequence[int]) -> dict[int, Lineage]:
    """The lineages of several units by their ids, in one query."""
    rows = await db.all(_Member, queries.lineages, area_ids=list(set(area_ids)))
    grouped: dict[int, list[Area]] = {}
    for row in rows:
        grouped.setdefault(row.of_area, []).append(row.area)
    return {area_id: Lineage(areas=areas) for area_id, areas in grouped.items()}


def _in_order(areas: list[Area]) -> list[Area]:
    return sorted(areas, key=lambda area: text_sort_key(area.name))


class _Hit(msgspec.Struct):
    area: Area
    within: list[Area]


class _Member(msgspec.Struct):
    of_area: int
    area: Area
