"""A session's people with their doses, as a list that goes elsewhere; each of them sees who took it."""

from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.immunizations import prepared
from tiemchung.domain.people import Identifier
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "listed.sql")

PAGE = "Xuất danh sách phiên"


class ListedDose(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that counts: the product's code, the day, the lot's number where it is known, the site's code."""

    product: str
    on: date
    lot_number: str | None
    site: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a session; `group_code` is the number of the priority group, doses the oldest first."""

    person_id: UUID
    name: str
    birth_date: date
    birth_precision: str
    sex: str
    group_code: int | None
    workplace: str | None
    area_id: int
    address: str
    doses: list[ListedDose]
    phone: str | None = None
    identifiers: list[Identifier] = []


async def of_session(db: Db, place_id: UUID, session_id: UUID) -> list[Listed]:
    """Everybody whom a session expects or has received, with numbers and phone, by name."""
    found = await db.all(Listed, queries.people, place_id=place_id, session_id=session_id)
    person_ids = [one.person_id for one in found]
    await prepared.note(db, person_ids, page=PAGE)
    reach = await people.reach(db, person_ids)
    numbers: dict[UUID, list[Identifier]] = {}
    for person_id, number in await people.identifiers_of(db, person_ids):
        numbers.setdefault(person_id, []).append(number)
    return [
        msgspec.structs.replace(
            one,
            phone=reach[one.person_id].phone if one.person_id in reach else None,
            identifiers=numbers.get(one.person_id, []),
        )
        for one in found
    ]
