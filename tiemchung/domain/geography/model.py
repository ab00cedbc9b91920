"""What an administrative unit is, and how its name is written in an address."""

from typing import NewType

import msgspec

from tiemchung.domain.geography import rules

AreaId = NewType("AreaId", int)


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as it was valid from a day on; `path` holds the codes from the country down."""

    area_id: AreaId
    code: str
    level: str
    kind: str
    name: str
    name_en: str
    parent_id: AreaId | None
    path: str

    @property
    def short(self) -> str:
        """The name in an address: "P. Thuận Hòa", "TP Huế", "Thừa Thiên Huế"."""
        return rules.short_name(self.level, self.kind, self.name)


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with the units that it lies in, the smallest first."""

    areas: list[Area]

    @property
    def words(self) -> str:
        """The address line: "P. Thuận Hòa, TP Huế, Thừa Thiên Huế"."""
        return ", ".join(area.short for area in self.areas)

    def at(self, level: str) -> Area | None:
        """The unit of a level, or None: since July 2025 there are no districts."""
        return next((area for area in self.areas if area.level == level), None)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A commune that a search found, with the names of what it lies in."""

    area: Area
    within: str
