"""The code on a session's poster: signed from a session's id alone, and checked offline as a certificate is.

A COSE_Sign1 message in URL-safe base64, at the end of an address of the portal. Its claims are issuer (1), the session's end (4),
the time of signing (6) and, under a private claim (RFC 8392: below −65536), where, when and with what is vaccinated. It is
signed by a key that may sign nothing else, under the same trust list, and falls with its session through the same list of
withdrawn ones.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import cbor2
import msgspec

from tiemchung.domain.certificates import cose, jws, lists, reading, revoke
from tiemchung.domain.certificates.cose import Unreadable
from tiemchung.domain.certificates.dcc import ISSUER
from tiemchung.domain.certificates.keyring import SESSIONS, Ring
from tiemchung.domain.certificates.keys import SigningKey
from tiemchung.domain.certificates.model import PosterSigned
from tiemchung.domain.certificates.revoke import Revocations
from tiemchung.domain.certificates.trust import Trust
from tiemchung.domain.certificates.verify import SKEW, signer_of
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "posters.sql")
CLAIM = -70_001
# The letter of this kind beside v, t and r.
KIND = "s"
BATCH = 200
LONGEST = 2_000


class Poster(msgspec.Struct, frozen=True, kw_only=True):
    """What a poster's code says of its session."""

    place_id: UUID
    session_id: UUID
    site: str
    address: str
    starts_at: datetime
    ends_at: datetime
    product: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of a poster found: the words of a certificate's verdict, or not_poster; `poster` once the signature holds.

    In order: not_poster, cbor, not_cose, alg, no_kid, unknown_key, key_expired, signature, not_poster (signed, but something
    else), not_yet_valid, expired, key_usage, revoked (the session was cancelled), valid.
    """

    verdict: str
    poster: Poster | None = None

    @property
    def ok(self) -> bool:
        """Whether the session is one of ours, and still to come or under way."""
        return self.verdict == "valid"


async def sign_due(db: Db, ring: Ring) -> int:
    """Sign the codes of approved sessions that have none; how many. Killed or doubled, it is harmless."""
    made = [row for due in await db.all(_Due, queries.due, at=db.at, at_most=BATCH) if (row := _row(db, ring, due))]
    await db.run_many(queries.insert, made)
    await db.all_happened(
        [PosterSigned(place_id=row["place_id"], session_id=row["session_id"], kid=row["kid"].hex()) for row in made]
    )
    return len(made)


async def of_session(db: Db, place_id: UUID, session_id: UUID) -> str | None:
    """The code for a session's poster; None until the signing process has made it."""
    return await db.value(str, queries.of_session, place_id=place_id, session_id=session_id)


async def check(db: Db, text: str) -> Checked:
    """Check a code against our own keys and the session as it stands now. Never raises on a code."""
    found = verify_poster(text, await lists.trusted(db), at=db.at, skew=SKEW)
    if found.poster is None or not found.ok:
        return found
    where = {"place_id": found.poster.place_id, "session_id": found.poster.session_id}
    cancelled = await db.value(bool, queries.cancelled, **where)
    return msgspec.structs.replace(found, verdict="revoked") if cancelled else found


def sign(poster: Poster, key: SigningKey, at: datetime) -> str:
    """A poster's code."""
    said = {
        "place": poster.place_id.bytes,
        "id": poster.session_id.bytes,
        "site": poster.site,
        "address": poster.address,
        "from": int(poster.starts_at.timestamp()),
        "to": int(poster.ends_at.timestamp()),
        "vaccine": poster.product,
    }
    claims = {1: ISSUER, 4: int(poster.ends_at.timestamp()), 6: int(at.timestamp()), CLAIM: said}
    return jws.encode(cose.signed(cbor2.dumps(claims), key))


def verify_poster(
    text: str,
    trust: Trust,
    *,
    at: datetime,
    revocations: Revocations | None = None,
    skew: timedelta = timedelta(0),
) -> Checked:
    """Check a poster's code against trusted signers at a moment. Never raises, whatever the text."""
    try:
        message = cose.message(_raw(text))
    except Unreadable as failed:
        return Checked(verdict=failed.verdict)
    signer, failed = signer_of(message, trust, at, skew)
    if signer is None:
        return Checked(verdict=failed)
    try:
        content = cose.strict_cbor(message.payload)
    except Unreadable:
        return Checked(verdict="not_poster")
    claims = reading.claims(content)
    poster = _poster(content.get(CLAIM)) if claims is not None else None
    if claims is None or poster is None:
        return Checked(verdict="not_poster")
    if claims.issued_at > at + skew:
        return Checked(verdict="not_yet_valid", poster=poster)
    if claims.expires_at < at:
        return Checked(verdict="expired", poster=poster)
    if KIND not in signer.uses:
        return Checked(verdict="key_usage", poster=poster)
    if revocations is not None and revoke.is_revoked(revocations, message, claims.issuer, str(poster.session_id)):
        return Checked(verdict="revoked", poster=poster)
    return Checked(verdict="valid", poster=poster)


def _row(db: Db, ring: Ring, due: "_Due") -> dict[str, Any] | None:
    key = ring.of_province(due.province, db.at, use=SESSIONS)
    if key is None:
        return None
    return {
        "place_id": due.place_id,
        "session_id": due.session_id,
        "kid": key.kid,
        "code": sign(due, key, db.at),
        "at": db.at,
        "expires_at": due.ends_at,
    }


def _raw(text: str) -> bytes:
    try:
        return jws.decode(text) if len(text) <= LONGEST else b""
    except ValueError:
        raise Unreadable("not_poster") from None


def _poster(said: Any) -> Poster | None:
    if not isinstance(said, Mapping):
        return None
    try:
        read = msgspec.convert(said, _Said)
        return Poster(
            place_id=UUID(bytes=read.place),
            session_id=UUID(bytes=read.id),
            site=read.site,
            address=read.address,
            starts_at=jws.seconds(read.from_),
            ends_at=jws.seconds(read.to),
            product=read.vaccine,
        )
    except (msgspec.ValidationError, ValueError, OverflowError, OSError):
        return None


class _Said(msgspec.Struct, frozen=True):
    place: bytes
    id: bytes
    site: str
    address: str
    to: int
    vaccine: str
    from_: int = msgspec.field(name="from")


class _Due(Poster, frozen=True, kw_only=True):
    province: str
