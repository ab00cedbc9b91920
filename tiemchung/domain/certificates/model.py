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
    course_doses: int | None
    waits_for: str | None


class CertificateIssued(Event, frozen=True, kw_only=True, tag="certificate.issued"):
    """A certificate was signed."""

    certificate_id: UUID
    immunization_id: UUID
    version: int
    kid: str


class CertificateRetired(Event, frozen=True, kw_only=True, tag="certificate.retired"):
    """A certificate no longer holds, because its dose was corrected."""

    certificate_id: UUID
    reason: str
