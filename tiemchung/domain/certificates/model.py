"""Certificates as the platform keeps them."""

from datetime import datetime
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.kit.events import Event

CertificateId = NewType("CertificateId", UUID)


class Passport(msgspec.Struct, frozen=True, kw_only=True):
    """A live passport of a person, with its code opened for whoever may see the record."""

    certificate_id: CertificateId
    person_id: UUID
    immunization_id: UUID
    uvci: str
    kid: bytes
    issued_at: datetime
    expires_at: datetime
    code: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The card of the health book: none, yellow after a first dose, green when the basic course is complete.

    `doses` counts those that are recorded; what a person only declared never colours a card.
    """

    colour: str
    doses: int
    waits_for: str | None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """How a certificate came about, shown to its holder: who answers for the dose, for the person, and for the code.

    Times are moments; `site_digest` and `kid` are what can be compared with the site's and the ministry's own papers.
    """

    certificate_id: UUID
    immunization_id: UUID
    version: int
    product: str
    lot: str | None
    place: str
    occurred_at: datetime
    recorded_at: datetime
    site_signed_at: datetime | None
    site_digest: bytes | None
    identity: str
    identity_registry: str | None
    identity_answered_at: datetime | None
    uvci: str
    kid: bytes
    issued_at: datetime
    expires_at: datetime
    retired_at: datetime | None
    retired_reason: str | None


class CertificateIssued(Event, frozen=True, kw_only=True, tag="certificate.issued"):
    """A certificate was signed: the audit row of a signature. `renewal` counts codes for the same dose."""

    certificate_id: UUID
    immunization_id: UUID
    version: int
    renewal: int
    kid: str


class PosterSigned(Event, frozen=True, kw_only=True, tag="certificate.poster_signed"):
    """The code of a session's poster was signed: the audit row of a signature."""

    session_id: UUID
    kid: str


class CertificateRetired(Event, frozen=True, kw_only=True, tag="certificate.retired"):
    """A certificate no longer holds: its dose was corrected, or it was withdrawn."""

    certificate_id: UUID
    reason: str


class CertificateRestored(Event, frozen=True, kw_only=True, tag="certificate.restored"):
    """A withdrawn certificate holds again."""

    certificate_id: UUID
    reason: str


class WithdrawalProposed(Event, frozen=True, kw_only=True, tag="certificate.withdrawal_proposed"):
    """Somebody asked for a withdrawal or its undoing; another person decides."""

    revocation_id: UUID
    act: str
    scope: str


class WithdrawalDecided(Event, frozen=True, kw_only=True, tag="certificate.withdrawal_decided"):
    """A second person approved or refused; `certificates` is how many it touched."""

    revocation_id: UUID
    approved: bool
    certificates: int
