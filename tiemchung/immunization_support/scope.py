"""How far a worklist of a member of staff reaches: their place, or their area."""

from typing import TypedDict
from uuid import UUID

from tiemchung.domain.access import Staff


class Scope(TypedDict):
    """One of the two is given."""

    place_id: UUID | None
    area_path: str | None


def scope_of(member: Staff) -> Scope:
    """`area_path` for an officer of an area, `place_id` for who works at a site."""
    for role in member.roles:
        if role.area_path is not None:
            return {"place_id": None, "area_path": role.area_path}
    return {"place_id": member.place_id, "area_path": None}


def province_of(member: Staff) -> str | None:
    """The province of an officer; None for who reaches the nation."""
    for role in member.roles:
        if role.role == "province_officer" and role.area_code is not None:
            return role.area_code
    return None
