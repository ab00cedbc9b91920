"""The people of an account, and which of them the page is about."""

from uuid import UUID

from tiemchung.domain import access, people
from tiemchung.domain.access import Purpose
from tiemchung.domain.people import Member, Person
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.pages import Web


async def chosen(db: Db, request: Web, person_id: UUID | None = None) -> tuple[list[Member], Member | None]:
    """The family and the member whom the caller or the address names (`nguoi`), else the first. Raises `NotFound`."""
    me: access.Citizen = request.state.actor
    family = await people.members(db, me.id)
    asked = str(person_id) if person_id else request.query_params.get("nguoi")
    if asked is None:
        return family, family[0] if family else None
    for member in family:
        if str(member.person_id) == asked:
            return family, member
    raise NotFound


async def opened(db: Db, person_id: UUID, page: str) -> Person:
    """A member's record, opened through the gate; the gate tells oneself from family."""
    return await people.open_record(db, person_id, purpose=Purpose.family, page=page)
