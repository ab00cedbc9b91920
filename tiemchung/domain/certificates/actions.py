"""Queueing for the signer, showing, retiring. Nothing here takes a name, a date or a product from outside, or signs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import messaging
from tiemchung.domain.certificates import cose, lists, reading
from tiemchung.domain.certificates.errors import NameZoneWrong, NotLive
from tiemchung.domain.certificates.issue import RENEWAL, code_place
from tiemchung.domain.certificates.model import (
    Card,
    CertificateId,
    CertificateIssued,
    CertificateRetired,
    Link,
    Passport,
)
from tiemchung.domain.certificates.names import BadZone, of
from tiemchung.domain.certificates.render import Sheet, Words
from tiemchung.domain.certificates.rules import Rule
from tiemchung.domain.certificates.trust import Trust
from tiemchung.domain.certificates.verify import SKEW, Verdict, verify
from tiemchung.domain.immunizations import Dose, DoseAmended, DoseUndone, SessionSigned
from tiemchung.domain.people import IdentityChecked, PersonCorrected
from tiemchung.domain.recommendations import Course, CourseCompleted
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Logged

queries = sql.load(__name__)


async def session_signed(db: Db, event: SessionSigned) -> None:
    """The doses of a session that its site has signed for are due, committed with the signature."""
    await db.run(queries.queue_session, place_id=event.place_id, session_id=event.session_id, at=db.at)


async def identity_checked(db: Db, event: IdentityChecked) -> None:
    """A person whose identity is now known may have doses that waited for it."""
    if event.person_id is not None:
        await queue_person(db, event.person_id)


async def person_corrected(db: Db, event: PersonCorrected) -> None:
    """Certificates that say what a record said wrongly of a person no longer hold, and are made anew."""
    if event.person_id is not None:
        await reissue(db, event.person_id, "identity_corrected")


async def dose_changed(db: Db, event: DoseUndone | DoseAmended) -> None:
    """A corrected dose takes its certificate with it, and those of later doses, whose numbers rest on it; all are due again.

    In the transaction of the correction. The new version waits for a site's signature of its own.
    """
    if event.person_id is None:
        return
    changed = {"person_id": event.person_id, "immunization_id": event.immunization_id}
    await _retired(
        db,
        event.person_id,
        await db.all(_Id, queries.retire_from, **changed, at=db.at, reason=event.reason),
        event.reason,
    )
    await queue_person(db, event.person_id)


async def course_completed(db: Db, event: CourseCompleted) -> None:
    """Doses that sites signed before the course was complete by the schedule may be signed now: an earlier one came to light."""
    if event.person_id is not None:
        await db.run(queries.queue_signed, person_id=event.person_id, at=db.at)


async def reissue(db: Db, person_id: UUID, reason: str) -> None:
    """Retire a person's certificates and make them due again: after a name or a birth date was put right."""
    await _retired(
        db, person_id, await db.all(_Id, queries.retire_all, person_id=person_id, at=db.at, reason=reason), reason
    )
    await queue_person(db, person_id)


async def queue_person(db: Db, person_id: UUID) -> None:
    """A person's doses are due; those that have a certificate already lose nothing."""
    await db.run(queries.queue_person, person_id=person_id, at=db.at)


async def renew(db: Db) -> None:
    """Certificates that end within a month are due again: the same dose with a new identifier (QĐ 5772/QĐ-BYT). Periodic."""
    await db.run(queries.queue_renewals, before=db.at + RENEWAL, at=db.at)


async def tell_issued(db: Db, events: list[Logged]) -> None:
    """Tell people of their first certificate for a dose; a renewal says nothing."""
    for event in events:
        issued = event.as_(CertificateIssued)
        if issued.person_id is not None and issued.renewal == 0:
            await messaging.tell(db, issued.person_id, "passport_ready")


async def set_passport_name(db: Db, person_id: UUID, zone: str) -> None:
    """Keep a name as the person's passport writes it (SURNAME<<GIVEN<NAMES), and make their certificates anew with it.

    Raises `NameZoneWrong`.
    """
    tidy = zone.strip().upper().strip("<")
    try:
        of("", tidy)
    except BadZone:
        raise NameZoneWrong from None
    await db.run(queries.set_passport_name, person_id=person_id, zone=tidy, by=db.actor.id, at=db.at)
    await reissue(db, person_id, "passport_name")


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
            code=db.keys.open(row.code_sealed, code_place(row.certificate_id)),
        )
        for row in await db.all(_Sealed, queries.passports, person_id=person_id)
    ]


async def sheet(db: Db, person_id: UUID, certificate_id: UUID) -> Sheet:
    """What a live certificate is printed from; whoever calls has opened the record. Raises `NotLive`."""
    row = await db.maybe(_Printed, queries.printed, person_id=person_id, certificate_id=certificate_id)
    if row is None:
        raise NotLive
    code = db.keys.open(row.code_sealed, code_place(certificate_id))
    claims = reading.claims(cose.strict_cbor(cose.read(code).payload))
    if claims is None or claims.certificate is None:
        raise NotLive
    nationality = Words(vi=row.nationality, en=row.nationality_en)
    return Sheet(code=code, payload=claims.certificate, expires_at=row.expires_at, nationality=nationality)


async def check(db: Db, text: str, *, others: Trust, business: Sequence[Rule] = ()) -> Verdict:
    """Check a code with all that we know at this moment: our keys, other issuers' signers, and what is withdrawn until now."""
    trusted = {**others, **await lists.trusted(db)}
    verdict = verify(text, trusted, at=db.at, skew=SKEW, business=business)
    if verdict.verdict in {"valid", "rules"} and verdict.payload is not None:
        (entry,) = (one for kind in "vtr" for one in verdict.payload.get(kind) or ())
        if await db.value(bool, queries.is_retired, uvci=entry["ci"], kid=verdict.kid):
            return msgspec.structs.replace(verdict, verdict="revoked", rules=[])
    return verdict


async def waiting_seconds(db: Db) -> float:
    """How long the dose that has waited longest for the signer has waited, in seconds; 0 when none waits."""
    return await db.value(float, queries.waiting, at=db.at) or 0.0


async def chain(db: Db, person_id: UUID) -> list[Link]:
    """How a person's certificates came about, retired ones too, the newest first; whoever calls has opened the record."""
    return await db.all(Link, queries.chain, person_id=person_id)


def card_of(doses: Sequence[Dose], passports: Sequence[Passport], course: Course) -> Card:
    """The card for a person's doses: yellow after a first one, green when the basic course is complete (domain fact 39).

    `course` is the schedule's word, the same that the passport rests on: what a person only declared is none of its steps.
    `waits_for` says what the passport still needs.
    """
    waits_for = None
    if course.complete and not passports:
        own = [dose for dose in doses if dose.immunization_id in course.steps]
        waits_for = "passport" if all(dose.signed for dose in own) else "signature"
    return Card(
        colour="green" if course.complete else "yellow" if course.steps else "none",
        doses=len(doses),
        waits_for=waits_for,
    )


async def _retired(db: Db, person_id: UUID, rows: Sequence["_Id"], reason: str) -> None:
    await db.all_happened(
        [CertificateRetired(person_id=person_id, certificate_id=row.certificate_id, reason=reason) for row in rows]
    )


class _Sealed(msgspec.Struct):
    certificate_id: CertificateId
    person_id: UUID
    immunization_id: UUID
    uvci: str
    kid: bytes
    issued_at: datetime
    expires_at: datetime
    code_sealed: bytes


class _Printed(msgspec.Struct):
    code_sealed: bytes
    expires_at: datetime
    nationality: str
    nationality_en: str


class _Id(msgspec.Struct):
    certificate_id: UUID
