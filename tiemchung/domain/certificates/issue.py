"""Signing what is due: from ids of dose records alone, in batches, each certificate with its audit row."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from tiemchung.domain import people, recommendations
from tiemchung.domain.certificates import cose, dcc, uvci
from tiemchung.domain.certificates.keyring import Ring
from tiemchung.domain.certificates.keys import SigningKey
from tiemchung.domain.certificates.model import CertificateId, CertificateIssued
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "issue.sql")
log = structlog.get_logger()
BATCH = 500
# A code is renewed a month before it ends, so that nobody travels with one that ends on the way.
RENEWAL = timedelta(days=30)
OLDEST_YEARS = 120


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says of one dose whose certificate is due, and the schedule in force of its person's basic course.

    `complete`, `number` and `doses_before` are those of `recommendations.Step`, `course_doses` is the length of the course; what
    was given elsewhere counts there, what a person only declared does not. Until the schedule was asked nothing is complete.
    """

    person_id: UUID
    immunization_id: UUID
    version: int
    status: str
    source: str
    occurred_at: datetime
    dose_role: str
    ordinal: int
    has_session: bool
    has_lot: bool
    name: str
    zone: str | None
    birth_date: date
    birth_precision: str
    identity_status: str
    province: str
    medicinal_product: str | None
    holder: str | None
    prophylaxis: str | None
    signed: bool
    live_renewal: int | None
    live_until: datetime | None
    complete: bool = False
    number: int | None = None
    course_doses: int = 0
    doses_before: int = 0


def missing(facts: Facts, at: datetime) -> str | None:
    """What keeps a dose from being signed, in the order in which it is asked (QĐ 5772/QĐ-BYT); None when nothing does.

    record: not given, declared by the person alone, or without session or lot · plausible: a date that cannot be · course: the
    basic course is not complete · identity: neither matched nor a foreigner · signature: the site has not signed this version ·
    product: no codes for verifiers.
    """
    if facts.status != "completed" or facts.source == "self_declared" or not facts.has_session or not facts.has_lot:
        return "record"
    on, today = clock.day_of(facts.occurred_at), clock.day_of(at)
    if on < facts.birth_date or on > today or people.age(facts.birth_date, today) > OLDEST_YEARS:
        return "plausible"
    if not facts.complete:
        return "course"
    if facts.identity_status not in {"matched", "foreigner"}:
        return "identity"
    if not facts.signed:
        return "signature"
    return None if facts.medicinal_product else "product"


async def sign_due(db: Db, ring: Ring, *, at_most: int = BATCH) -> tuple[int, int]:
    """Take doses from the queue and sign what may be signed: how many were taken, how many certificates were made.

    What may not be signed leaves the queue and comes back with the fact that was missing. Nothing is taken while no key may sign.
    """
    if not ring.can_sign(db.at):
        return 0, 0
    taken = await db.all(_Taken, queries.take, at_most=at_most)
    if not taken:
        return 0, 0
    ids = {"people": [one.person_id for one in taken], "doses": [one.immunization_id for one in taken]}
    wanted = await _evaluated(
        db, [facts for facts in await db.all(Facts, queries.facts, **ids) if _wanted(facts, db.at)]
    )
    keys = {province: ring.of_province(province, db.at) for province in {facts.province for facts in wanted}}
    made = [_signed(db, keys[facts.province], facts) for facts in wanted if missing(facts, db.at) is None]
    rows = [row for row in made if row is not None]
    await db.run_many(queries.insert, rows)
    await db.all_happened([_issued(row) for row in rows])
    return len(taken), len(rows)


def code_place(certificate_id: UUID) -> str:
    """Where a certificate's code is sealed for."""
    return f"certificate.code.{certificate_id}"


def record(facts: Facts, identifier: str) -> dcc.Record:
    """What a certificate says of these facts; the dose number is derived here and nowhere typed."""
    number, series = dcc.numbers(facts.number, facts.course_doses, facts.doses_before)
    return dcc.Record(
        name=facts.name,
        birth_date=facts.birth_date,
        birth_precision=facts.birth_precision,
        occurred_on=clock.day_of(facts.occurred_at),
        medicinal_product=facts.medicinal_product or "",
        holder=facts.holder or "",
        prophylaxis=facts.prophylaxis or "",
        dose_number=number,
        doses_in_series=series,
        uvci=identifier,
        zone=facts.zone,
    )


async def _evaluated(db: Db, wanted: list[Facts]) -> list[Facts]:
    """The same facts with what the schedule in force says of each dose, from the records as they are at this moment."""
    courses = await recommendations.courses(db, list({facts.person_id for facts in wanted}))
    found: list[Facts] = []
    for facts in wanted:
        course = courses[facts.person_id]
        step = course.steps.get(facts.immunization_id)
        if step is not None:
            facts = msgspec.structs.replace(  # noqa: PLW2901
                facts,
                complete=step.complete,
                number=step.number,
                course_doses=course.doses,
                doses_before=step.before,
            )
        found.append(facts)
    return found


def _wanted(facts: Facts, at: datetime) -> bool:
    return facts.live_until is None or facts.live_until <= at + RENEWAL


def _signed(db: Db, key: SigningKey | None, facts: Facts) -> dict[str, object] | None:
    if key is None:
        raise LookupError("no signing key may sign now")
    identifier, certificate_id = uvci.new(), CertificateId(uuid7(db.at))
    until = dcc.expires_at(db.at, key.ends_at)
    try:
        code = cose.sign(dcc.claims(record(facts, identifier), db.at, until), key)
    except msgspec.ValidationError as broken:
        # A name that leaves no letter for a passport, say: one record must not keep all others waiting.
        log.warning("not signable", immunization_id=str(facts.immunization_id), rule=str(broken))
        return None
    return {
        "person_id": facts.person_id,
        "certificate_id": certificate_id,
        "immunization_id": facts.immunization_id,
        "version": facts.version,
        "renewal": 0 if facts.live_renewal is None else facts.live_renewal + 1,
        "uvci": identifier,
        "kid": key.kid,
        "at": db.at,
        "expires_at": until,
        "code_sealed": db.keys.seal(code, code_place(certificate_id)),
    }


def _issued(row: dict[str, object]) -> CertificateIssued:
    kid = row["kid"]
    return msgspec.convert(
        {**{name: row[name] for name in ("person_id", "certificate_id", "immunization_id", "version", "renewal")},
         "kind": "certificate.issued", "kid": kid.hex() if isinstance(kid, bytes) else ""},
        CertificateIssued,
    )  # fmt: skip


class _Taken(msgspec.Struct):
    person_id: UUID
    immunization_id: UUID
