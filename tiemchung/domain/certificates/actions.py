"""Issuing from dose records, showing, retiring. Nothing here takes a name, a date or a product from outside."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain import messaging
from tiemchung.domain.certificates import cose, dcc, jws, revoke, uvci
from tiemchung.domain.certificates.keys import SigningKey
from tiemchung.domain.certificates.model import Card, CertificateId, CertificateIssued, CertificateRetired, Passport
from tiemchung.domain.certificates.revoke import Revocations
from tiemchung.domain.immunizations import Dose, DoseUndone
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def sign_session(db: Db, key: SigningKey, *, place_id: UUID, session_id: UUID) -> int:
    """Issue what a signed session allows; how many certificates."""
    due = await db.all(_Due, queries.to_sign_of_session, place_id=place_id, session_id=session_id)
    return sum([await _issue(db, key, one) for one in due])


async def sign_person(db: Db, key: SigningKey, person_id: UUID) -> int:
    """Issue what a matched identity allows now; how many certificates."""
    due = await db.all(_Due, queries.to_sign_of_person, person_id=person_id)
    return sum([await _issue(db, key, one) for one in due])


async def passports(db: Db, person_id: UUID) -> list[Passport]:
    """A person's live passports, the newest first; whoever calls has opened the record."""
    return [
        Passport(
            certificate_id=row.certificate_id,
            person_id=row.person_id,
            immunization_id=row.immunization_id,
            uvci=row.uvci,
            kid=row.kid,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            code=db.keys.open(row.code_sealed, f"certificate.code.{row.certificate_id}"),
        )
        for row in await db.all(_Sealed, queries.passports, person_id=person_id)
    ]


async def revocations(db: Db) -> Revocations:
    """What is withdrawn now, for a check that can ask us."""
    rows = await db.all(_Withdrawn, queries.withdrawn, at=db.at)
    entries = [revoke.of_identifier(row.kid, row.uvci) for row in rows]
    return revoke.gathered(entries, seq=0, issued_at=db.at, expires_at=db.at + jws.LONGEST_LIFE)


async def retire(db: Db, event: DoseUndone) -> None:
    """A corrected dose takes its certificate with it, in the same transaction."""
    retired = await db.all(
        _Id,
        queries.retire,
        person_id=event.person_id,
        immunization_id=event.immunization_id,
        at=db.at,
        reason=event.reason,
    )
    for row in retired:
        await db.happened(
            CertificateRetired(person_id=event.person_id, certificate_id=row.certificate_id, reason=event.reason)
        )


def card_of(doses: Sequence[Dose], passports: Sequence[Passport]) -> Card:
    """The card for a person's doses: yellow after one of two, green when the basic course is complete.

    Domain fact 39; `waits_for` says what the passport still needs.
    """
    basic = [dose for dose in doses if dose.dose_role == "basic" and dose.source != "self_declared"]
    complete = any(dose.ordinal == dose.course_doses for dose in basic)
    waits_for = None
    if complete and not passports:
        waits_for = "passport" if all(dose.signed for dose in basic) else "signature"
    return Card(
        colour="green" if complete else "yellow" if basic else "none",
        doses=len(doses),
        course_doses=max((dose.course_doses for dose in basic), default=None),
        waits_for=waits_for,
    )


async def _issue(db: Db, key: SigningKey, due: "_Due") -> int:
    record = await db.one(
        _Record,
        queries.record,
        person_id=due.person_id,
        immunization_id=due.immunization_id,
        version=due.version,
    )
    if not record.complete or record.medicinal_product is None:
        return 0
    number, series = dcc.numbers(record.dose_role, record.ordinal, record.course_doses, record.doses_before)
    identifier, certificate_id = uvci.new(), CertificateId(uuid7(db.at))
    until = dcc.expires_at(db.at, key.ends_at)
    content = dcc.Record(
        name=record.name,
        birth_date=record.birth_date,
        birth_precision=record.birth_precision,
        occurred_on=clock.day_of(record.occurred_at),
        medicinal_product=record.medicinal_product,
        holder=record.holder,
        prophylaxis=record.prophylaxis,
        dose_number=number,
        doses_in_series=series,
        uvci=identifier,
    )
    code = cose.sign(dcc.claims(content, db.at, until), key)
    kept = await db.run(
        queries.insert,
        person_id=due.person_id,
        certificate_id=certificate_id,
        immunization_id=due.immunization_id,
        version=due.version,
        uvci=identifier,
        kid=key.kid,
        at=db.at,
        expires_at=until,
        code_sealed=db.keys.seal(code, f"certificate.code.{certificate_id}"),
    )
    if not kept:
        return 0
    await db.happened(
        CertificateIssued(
            person_id=due.person_id,
            certificate_id=certificate_id,
            immunization_id=due.immunization_id,
            version=due.version,
            kid=key.kid.hex(),
        )
    )
    await messaging.tell(db, due.person_id, "passport_ready")
    return 1


class _Due(msgspec.Struct):
    person_id: UUID
    immunization_id: UUID
    version: int


class _Record(msgspec.Struct):
    person_id: UUID
    immunization_id: UUID
    version: int
    name: str
    birth_date: date
    birth_precision: str
    occurred_at: datetime
    dose_role: str
    ordinal: int
    course_doses: int
    medicinal_product: str | None
    holder: str
    prophylaxis: str
    doses_before: int
    complete: bool


class _Sealed(msgspec.Struct):
    certificate_id: CertificateId
    person_id: UUID
    immunization_id: UUID
    uvci: str
    kid: bytes
    issued_at: datetime
    expires_at: datetime
    code_sealed: bytes


class _Withdrawn(msgspec.Struct):
    kid: bytes
    uvci: str


class _Id(msgspec.Struct):
    certificate_id: UUID
