"""Knowing people: registering without doubling, opening a record through the gate, families, identity checks."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain import access, geography
from tiemchung.domain.access import Purpose
from tiemchung.domain.people.model import (
    Candidate,
    Contact,
    Identifier,
    IdentifierTaken,
    IdentityChecked,
    Look,
    NewPerson,
    Person,
    PersonId,
    PersonRegistered,
    PersonUpdated,
    Registered,
)
from tiemchung.domain.people.rows import (
    circumstances,
    contact_row,
    identifier_row,
    identity_keys,
    indexes,
    person_row,
)
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.vietnamese import search_name

queries = sql.load(__name__)


async def register_person(db: Db, new: NewPerson) -> Registered:
    """Make a person known, or renew one who is known: same number, or same name, birth date, sex and phone.

    Raises `IdentifierTaken` when the number belongs to somebody described otherwise.
    """
    found = await recognise(db, new)
    if found is not None:
        await renew(db, found, new)
        return Registered(person_id=found, is_new=False)
    return Registered(person_id=await introduce(db, new), is_new=True)


async def introduce(db: Db, new: NewPerson, person_id: PersonId | None = None) -> PersonId:
    """Make somebody known whom `recognise` did not find; their id."""
    person_id = person_id or PersonId(uuid7(db.at))
    await db.run(queries.insert_person, **person_row(new, person_id), at=db.at)
    await keep(db, person_id, new.identifiers, new.contacts)
    await db.happened(PersonRegistered(person_id=person_id, area_id=new.area_id))
    return person_id


async def renew(db: Db, person_id: PersonId, new: NewPerson) -> None:
    """Take over where a known person stays and works now, and numbers and contacts that are new."""
    await db.run(queries.refresh_person, person_id=person_id, **circumstances(new))
    await supplement(db, person_id, new)
    await db.happened(PersonUpdated(fields=["address", "contact"], person_id=person_id, area_id=new.area_id))


async def supplement(db: Db, person_id: PersonId, new: NewPerson) -> None:
    """Keep numbers and contacts of a known person that are new; a number that contradicts one held is left out."""
    held = await identifiers(db, person_id)
    fresh = [number for number in new.identifiers if not any(_contradict(number, other) for other in held)]
    await keep(db, person_id, fresh, new.contacts)


async def recognise(db: Db, new: NewPerson) -> PersonId | None:
    """The person that a description means, if known. Raises `IdentifierTaken`. Holds the identity until the act ends."""
    await db.run(queries.lock_identity, keys=identity_keys(db, new))
    candidates = await _candidates(db, new)
    for candidate in candidates:
        if candidate.same_identifier and candidate.search_name == search_name(new.name) and candidate.sex == new.sex:
            return candidate.person_id
    if any(candidate.same_identifier for candidate in candidates):
        raise IdentifierTaken
    exact = [c for c in candidates if c.same_phone and c.birth_date == new.birth_date]
    return exact[0].person_id if exact else None


async def suspects(db: Db, new: NewPerson, besides: PersonId | None = None) -> list[Candidate]:
    """Other people with the same name and sex and a birth date that does not contradict: somebody decides."""
    found = await _candidates(db, new)
    return [candidate for candidate in found if candidate.person_id != besides]


async def open_record(db: Db, person_id: UUID, *, purpose: Purpose, page: str) -> Person:
    """Open a person's record: the one way to it. Raises `NotFound` for who may not see this person."""
    await access.permit(db, person_id, purpose=purpose, page=page)
    row = await db.one(_PersonRow, queries.person, person_id=person_id)
    where = await geography.lineage(db, geography.AreaId(row.area_id))
    return Person(
        **msgspec.structs.asdict(row),
        area_words=where.words,
        identifiers=await identifiers(db, row.person_id),
        contacts=await _contacts(db, row.person_id),
    )


async def masked_documents(db: Db, person_ids: Sequence[UUID]) -> dict[UUID, Identifier]:
    """The document to show for each person of a list; the list shows it masked."""
    rows = await db.all(_IdentifierRow, queries.identifiers, person_ids=list(person_ids))
    shown: dict[UUID, Identifier] = {}
    for row in rows:
        if row.kind != "insurance":
            shown.setdefault(row.person_id, _opened(db, row))
    return shown


async def identifiers_of(db: Db, person_ids: Sequence[UUID]) -> list[tuple[PersonId, Identifier]]:
    """The numbers of several people, for what compares them without showing them."""
    rows = await db.all(_IdentifierRow, queries.identifiers, person_ids=list(person_ids))
    return [(row.person_id, _opened(db, row)) for row in rows]


async def looks(db: Db, person_id: UUID) -> list[Look]:
    """Who opened a person's record, newest first; the caller has opened it too."""
    return await db.all(Look, queries.looks, person_id=person_id)


async def add_identifier(db: Db, person_id: PersonId, number: Identifier) -> None:
    """Attach a number that came later, such as a child's personal code; doses stay with the person."""
    await _keep_identifier(db, person_id, number)
    await db.run(queries.person_no_longer_without_number, person_id=person_id)
    await db.happened(PersonUpdated(fields=["identifier"], person_id=person_id))


async def keep_identity_check(
    db: Db, person_id: PersonId, *, registry: str, matches: bool, finding: str | None = None
) -> None:
    """Keep a registry's answer, and what a no match was found to mean; a match verifies the person's numbers.

    Raises `NumberClaimed`.
    """
    answer = "match" if matches else "no_match"
    await db.run(
        queries.insert_check,
        person_id=person_id,
        check_id=uuid7(db.at),
        registry=registry,
        answer=answer,
        finding=finding,
        at=db.at,
    )
    await db.run(queries.set_identity_status, person_id=person_id, status="matched" if matches else "mismatched")
    if matches:
        await db.run(queries.claim_numbers, person_id=person_id)
        await db.run(queries.verify_numbers, person_id=person_id, at=db.at)
    await db.happened(IdentityChecked(registry=registry, answer=answer, person_id=person_id))


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a reference list."""

    code: str
    name: str
    name_en: str = ""


async def ethnic_groups(db: Db) -> list[Choice]:
    """The 54 ethnic groups."""
    return await db.all(Choice, queries.ethnic_groups)


async def countries(db: Db) -> list[Choice]:
    """Countries by their two letters."""
    return await db.all(Choice, queries.countries)


async def identifiers(db: Db, person_id: PersonId) -> list[Identifier]:
    """The numbers of one person whose record is open."""
    rows = await db.all(_IdentifierRow, queries.identifiers, person_ids=[person_id])
    return [_opened(db, row) for row in rows]


async def _contacts(db: Db, person_id: PersonId) -> list[Contact]:
    rows = await db.all(_ContactRow, queries.contacts, person_ids=[person_id])
    return [
        Contact(
            kind=row.kind,
            relation=row.relation,
            holder_name=row.holder_name,
            value=db.keys.open(row.value_sealed, f"contact.value.{row.contact_id}"),
        )
        for row in rows
    ]


async def _candidates(db: Db, new: NewPerson) -> list[Candidate]:
    phones = [db.keys.blind("phone", contact.value) for contact in new.contacts if contact.kind == "phone"]
    return await db.all(
        Candidate,
        queries.candidates,
        indexes=indexes(db, new),
        phones=phones,
        search_name=search_name(new.name),
        sex=new.sex,
        birth_date=new.birth_date,
        birth_precision=new.birth_precision,
    )


async def keep(db: Db, person_id: PersonId, numbers: Sequence[Identifier], contacts: Sequence[Contact]) -> None:
    """Keep numbers and contacts that are new beside those that are there."""
    for number in numbers:
        await _keep_identifier(db, person_id, number)
    for contact in contacts:
        await _keep_contact(db, person_id, contact)


async def _keep_identifier(db: Db, person_id: PersonId, number: Identifier) -> None:
    await db.run(queries.insert_identifier, person_id=person_id, **identifier_row(db, person_id, number), at=db.at)


async def _keep_contact(db: Db, person_id: PersonId, contact: Contact) -> None:
    await db.run(queries.insert_contact, person_id=person_id, **contact_row(db, contact), at=db.at)


def _contradict(new: Identifier, held: Identifier) -> bool:
    """Two different numbers of one kind and form: which is right, a human decides at the site."""
    return new.kind == held.kind and len(new.value) == len(held.value) and new.value != held.value


def _opened(db: Db, row: "_IdentifierRow") -> Identifier:
    value = db.keys.open(row.value_sealed, f"person_identifier.value.{row.person_id}")
    return Identifier(kind=row.kind, country=row.country, value=value, verified_at=row.verified_at)


class _PersonRow(msgspec.Struct):
    person_id: PersonId
    name: str
    sex: str
    birth_date: date
    birth_precision: str
    nationality: str
    ethnic_group: str | None
    occupation: str | None
    workplace: str | None
    area_id: int
    address: str
    priority_group_id: int | None
    tags: list[str]
    identity_status: str
    created_at: datetime


class _IdentifierRow(msgspec.Struct):
    person_id: PersonId
    kind: str
    country: str
    value_sealed: bytes
    verified_at: datetime | None


class _ContactRow(msgspec.Struct):
    person_id: PersonId
    contact_id: UUID
    kind: str
    relation: str
    holder_name: str | None
    value_sealed: bytes
