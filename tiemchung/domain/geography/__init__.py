"""Administrative units with the days they were valid, so that old addresses keep their old names."""

from tiemchung.domain.geography.actions import (
    by_code,
    by_id,
    children,
    communes_by_code,
    communes_in,
    lineage,
    lineages,
    provinces,
    search,
)
from tiemchung.domain.geography.model import Area, AreaId, Found, Lineage

__all__ = [
    "Area",
    "AreaId",
    "Found",
    "Lineage",
    "by_code",
    "by_id",
    "children",
    "communes_by_code",
    "communes_in",
    "lineage",
    "lineages",
    "provinces",
    "search",
]
