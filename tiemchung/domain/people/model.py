"""A person: one stable id; names, numbers and phones are attributes that may change or be shared."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.people import rules
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

PersonId = NewType("PersonId", UUID)

RELATIONS = {"self": "Tôi", "child": "Con", "parent": "Cha, mẹ", "relative": "Người thân"}
PROOF_WORDS = {
    "phone_code": "Xác nhận bằng mã gửi đến điện thoại",
    "guardianship": "Người giám hộ",
    "staff": "Cán bộ y tế xác nhận",
}
SEXES = {"male": "Nam", "female": "Nữ", "other": "Khác"}
IDENTITY_STATUSES = {
    "unchecked": "Chưa đối chiếu",
    "matched": "Đã khớp",
    "mismatched": "Không khớp",
    "foreigner": "Người nước ngoài",
    "no_identifier": "Chưa có giấy tờ",
}
IDENTIFIER_KINDS = {
    "national_id": "CCCD, CMND",
    "passport": "Hộ chiếu",
    "insurance": "Thẻ BHYT",
    "personal_code": "Mã định danh",
}


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a document. `verified_at` is set when a registry or a member of staff has confirmed it."""

    kind: str
    country: str
    value: str
    verified_at: datetime | None = None

    @property
    def masked(self) -> str:
        """As a list shows it."""
        return rules.masked_number(self.value)

    @property
    def label(self) -> str:
        """What kind of document it is."""
        if self.kind == "national_id":
            return "CCCD" if len(self.value) == 12 else "CMND"
        return IDENTIFIER_KINDS[self.kind]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """How a person is reached, and whose phone or address it is."""

    kind: str
    relation: str
    holder_name: str | None
    value: str

    @property
    def masked(self) -> str:
        """As a list shows it."""
        if self.kind == "phone":
            return rules.masked_phone(self.value)
        return f"{self.value[:2]}•••@{self.value.rpartition('@')[2]}"

    @property
    def shown(self) -> str:
        """In full, a phone as it is dialled in the country."""
        return rules.local_phone(self.value) if self.kind == "phone" else self.value


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says about a person who is to be known to the platform."""

    name: str
    sex: str
    birth_date: date
    birth_precision: str = "day"
    nationality: str = "VN"
    ethnic_group: str | None = None
    occupation: str | None = None
    workplace: str | None = None
    area_id: int
    address: str
    priority_group_id: int | None = None
    tags: Sequence[str] = ()
    identifiers: Sequence[Identifier] = ()
    contacts: Sequence[Contact] = ()


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person's record, opened: identifiers and contacts are readable in it."""

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
    area_words: str
    address: str
    priority_group_id: int | None
    tags: list[str]
    identity_status: str
    created_at: datetime
    identifiers: list[Identifier]
    contacts: list[Contact]

    @property
    def birth_words(self) -> str:
        """The birth date as far as it is known."""
        return rules.birth_words(self.birth_date, self.birth_precision)

    @property
    def initials(self) -> str:
        """Two letters for a badge."""
        return rules.initials(self.name)

    @property
    def phone(self) -> str | None:
        """The number to reach the person at: their own before a registrant's."""
        phones = [contact for contact in self.contacts if contact.kind == "phone"]
        phones.sort(key=lambda contact: contact.relation != "self")
        return phones[0].value if phones else None

    def age(self, on: date) -> int:
        """Full years on a day."""
        return rules.age(self.birth_date, on)

    def document(self) -> Identifier | None:
        """The number to show for the person: citizen card, then passport, then the rest."""
        order = list(IDENTIFIER_KINDS)
        return min(self.identifiers, key=lambda number: order.index(number.kind), default=None)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person whom an account may open, as the member switch shows them."""

    person_id: PersonId
    name: str
    relation: str
    proof: str

    @property
    def initials(self) -> str:
        """Two letters for a badge."""
        return rules.initials(self.name)

    @property
    def short_name(self) -> str:
        """The given name, as a family calls people."""
        return self.name.split()[-1]

    @property
    def relation_words(self) -> str:
        """What the person is to the holder of the account."""
        return RELATIONS[self.relation]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody known already who may be the same person, and why."""

    person_id: PersonId
    name: str
    search_name: str
    sex: str
    birth_date: date
    birth_precision: str
    area_name: str
    same_identifier: bool
    same_phone: bool


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """Who a new person turned out to be."""

    person_id: PersonId
    is_new: bool


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a person's record."""

    at: datetime
    actor_kind: str
    actor_label: str
    purpose: str
    page: str


class PersonRegistered(Event, frozen=True, kw_only=True, tag="people.registered"):
    """A person became known."""


class PersonUpdated(Event, frozen=True, kw_only=True, tag="people.updated"):
    """What is known about a person changed; `fields` names what."""

    fields: list[str]


class PersonErased(Event, frozen=True, kw_only=True, tag="people.erased"):
    """What no law keeps about a person is gone; `fields` names what kinds of things."""

    fields: list[str]


class PersonCorrected(Event, frozen=True, kw_only=True, tag="people.corrected"):
    """A record said something wrong about who a person is; what it said is kept. Certificates that say it no longer hold."""

    fields: list[str]
    cause: str


class FamilyLinked(Event, frozen=True, kw_only=True, tag="people.family_linked"):
    """An account may open a person's record."""

    account_id: UUID
    relation: str
    proof: str


class FamilyUnlinked(Event, frozen=True, kw_only=True, tag="people.family_unlinked"):
    """An account may no longer open a person's record."""

    account_id: UUID


class IdentityChecked(Event, frozen=True, kw_only=True, tag="people.identity_checked"):
    """A population registry answered about a person."""

    registry: str
    answer: str


class IdentifierTaken(DomainError):
    """The number belongs to somebody with another name, birth date or sex."""

    sentence = (
        "Số giấy tờ này đã có trong hệ thống với họ tên, ngày sinh hoặc giới tính khác. Hãy kiểm tra lại số;"
        " nếu số đúng, hãy đến trạm y tế hoặc gọi 1900 9095 để được đối chiếu."
    )
    field = "number"
    rule = "one_person_per_number"


class NumberClaimed(DomainError, constraint="identity_claim_pkey"):
    """A verified number belongs to one person."""

    sentence = "Số giấy tờ này đã được xác minh cho một người khác."
    field = "number"
    rule = "one_person_per_number"
