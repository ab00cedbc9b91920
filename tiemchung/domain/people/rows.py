"""What is kept of a person who is described, as rows: names with their keys, numbers and contacts sealed and found by index."""

import msgspec

from tiemchung.domain.people.model import Contact, Identifier, NewPerson, PersonId
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.vietnamese import search_name, sort_key


class NewRows(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of somebody new, as rows, with the keys that lock who they are."""

    identity_keys: list[str]
    person: dict[str, object]
    identifiers: list[dict[str, object]]
    contacts: list[dict[str, object]]


def new_rows(db: Db, new: NewPerson, person_id: PersonId) -> NewRows:
    """The rows of a description, for an act that writes them with its own in one statement."""
    return NewRows(
        identity_keys=identity_keys(db, new),
        person=person_row(new, person_id),
        identifiers=[identifier_row(db, person_id, number) for number in new.identifiers],
        contacts=[contact_row(db, contact) for contact in new.contacts],
    )


def person_row(new: NewPerson, person_id: PersonId) -> dict[str, object]:
    """Who somebody is and where they stay and work."""
    return {
        "person_id": person_id,
        "name": new.name,
        "search_name": search_name(new.name),
        "sort_key": sort_key(new.name),
        "sex": new.sex,
        "birth_date": new.birth_date,
        "birth_precision": new.birth_precision,
        "nationality": new.nationality,
        "identity_status": _first_status(new),
        **circumstances(new),
    }


def identifier_row(db: Db, person_id: PersonId, number: Identifier) -> dict[str, object]:
    """A number, sealed for this person."""
    return {
        "kind": number.kind,
        "country": number.country,
        "blind_index": blind(db, number),
        "value_sealed": db.keys.seal(number.value, f"person_identifier.value.{person_id}"),
    }


def contact_row(db: Db, contact: Contact) -> dict[str, object]:
    """A phone number or e-mail address, sealed."""
    contact_id = uuid7(db.at)
    return {
        "contact_id": contact_id,
        "kind": contact.kind,
        "relation": contact.relation,
        "holder_name": contact.holder_name,
        "blind_index": db.keys.blind(contact.kind, contact.value),
        "value_sealed": db.keys.seal(contact.value, f"contact.value.{contact_id}"),
    }


def circumstances(new: NewPerson) -> dict[str, object]:
    """What a later description renews: where somebody stays and works."""
    return {
        "area_id": new.area_id,
        "address": new.address,
        "occupation": new.occupation,
        "workplace": new.workplace,
        "priority_group_id": new.priority_group_id,
        "ethnic_group": new.ethnic_group,
        "tags": list(new.tags),
    }


def _first_status(new: NewPerson) -> str:
    if new.nationality != "VN":
        return "foreigner"
    numbered = any(number.kind != "insurance" for number in new.identifiers)
    return "unchecked" if numbered else "no_identifier"


def identity_keys(db: Db, new: NewPerson) -> list[str]:
    """What two descriptions of one human being have in common: they wait for one another on it."""
    name_key = f"{search_name(new.name)}|{new.birth_date}|{new.sex}"
    return [*(index.hex() for index in indexes(db, new)), db.keys.sign("identity", name_key)]


def indexes(db: Db, new: NewPerson) -> list[bytes]:
    """The blind indexes of a description's numbers."""
    return [blind(db, number) for number in new.identifiers]


def blind(db: Db, number: Identifier) -> bytes:
    """The blind index under which a number is found."""
    return db.keys.blind(f"{number.kind}:{number.country}", number.value)
