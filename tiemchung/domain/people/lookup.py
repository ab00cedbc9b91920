"""Finding oneself by a number and the phone on file: the only look-up that needs no account."""

from uuid import UUID

import msgspec

from tiemchung.domain.people.actions import queries
from tiemchung.domain.people.model import PersonId
from tiemchung.kit.db import Db

# Numbers of the country stand under either kind; those of a passport under its country.
_KINDS = (("national_id", "VN"), ("personal_code", "VN"))


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Who was found, and what the owner of the phone is to them."""

    person_id: PersonId
    relation: str


async def find_by_number_and_phone(db: Db, number: str, country: str, phone: str) -> Found | None:
    """The person who has this number and is reached at this phone; None alike for a number of others and of nobody.

    Whoever calls has proven the phone with a code.
    """
    kinds = (*_KINDS, ("passport", country)) if country == "VN" else (("passport", country),)
    row = await db.maybe(
        _Row,
        queries.by_number_and_phone,
        indexes=[db.keys.blind(f"{kind}:{where}", number) for kind, where in kinds],
        phone_index=db.keys.blind("phone", phone),
    )
    if row is None:
        return None
    return Found(person_id=PersonId(row.person_id), relation="self" if row.relation == "self" else "relative")


class _Row(msgspec.Struct):
    person_id: UUID
    relation: str
