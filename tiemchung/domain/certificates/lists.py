"""Our signed lists for verifiers: made by the signing process, kept in the database, served as they are."""

import base64
import hashlib
from array import array
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.domain.certificates import jws, keyring, revoke, rotation, trust
from tiemchung.domain.certificates.keyring import CERTIFICATES, LISTS, SESSIONS, Ring
from tiemchung.domain.certificates.keys import Private
from tiemchung.domain.certificates.revoke import Entry, Revocations
from tiemchung.domain.certificates.rotation import Rotation
from tiemchung.domain.certificates.trust import Signer, Trust
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "lists.sql")
TYP = "tiemchung-trust+jws"
TRUST, REVOCATIONS, DELTA = "trust", "revocations", "revocations_delta"
# A list says the same for a day at most before it is signed anew, and is past its end a week after.
REFRESH = timedelta(days=1)
# What keys of a use may sign, in a list's letters.
_USES = {CERTIFICATES: "v", SESSIONS: "s"}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it is served: `text` is a compact JWS."""

    seq: int
    issued_at: datetime
    expires_at: datetime
    text: str


class OpenedTrust(msgspec.Struct, frozen=True, kw_only=True):
    """A trust list that was read: verdict ok, stale, seq, signature or format (`jws.Read`)."""

    verdict: str
    seq: int = 0
    expires_at: datetime | None = None
    trust: Mapping[bytes, list[Signer]] = {}
    removed: frozenset[bytes] = frozenset()


async def published(db: Db, kind: str) -> Published | None:
    """The newest list of a kind: `trust` or `revocations`."""
    return await db.maybe(Published, queries.newest, kind=kind)


async def delta(db: Db, base: int) -> Published | None:
    """The change from the list numbered `base` to the next; None when there is none, and the whole list is to be fetched."""
    return await db.maybe(Published, queries.delta, seq=base + 1)


async def list_key(db: Db) -> dict[str, str] | None:
    """The public key that signs our lists, as a JWK; verifiers pin it."""
    mine = [key for key in await keyring.published(db) if key.use == LISTS]
    return jwk(x509.load_der_x509_certificate(mine[-1].certificate)) if mine else None


async def trusted(db: Db) -> Trust:
    """Our own signers that a check at this moment trusts, of certificates and of sessions."""
    return trust.by_kid(
        _signer(key) for key in await keyring.published(db) if key.use in _USES and rotation.listed(key, db.at)
    )


async def jwks(db: Db) -> bytes:
    """Our listed signers as a JWK Set (RFC 7517), each with its certificate."""
    return msgspec.json.encode({"keys": await _jwks(db)})


async def did(db: Db, controller: str) -> bytes:
    """Our listed signers as a DID document, as the GDHCN's trust list has them: a method a key, named by its identifier.

    It carries no proof of its own: whoever reads it trusts the connection that it came by, or our signed list.
    """
    methods = [
        {"id": f"{controller}#{key['kid']}", "type": "JsonWebKey2020", "controller": controller, "publicKeyJwk": key}
        for key in await _jwks(db)
    ]
    context = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]
    return msgspec.json.encode({"@context": context, "id": controller, "verificationMethod": methods})


async def publish(db: Db, ring: Ring) -> list[str]:
    """Sign the lists anew whose content has changed or is a day old; the kinds. One process at a time; again is harmless."""
    key = ring.of_lists(db.at)
    if key is None:
        return []
    await db.run(queries.lock)
    done: list[str] = []
    if await _publish_trust(db, ring.published, key.private):
        done.append(TRUST)
    if await _publish_revocations(db, key.private):
        done.append(REVOCATIONS)
    await db.run(queries.forget, before=db.at - 4 * jws.LONGEST_LIFE)
    return done


def read(text: str, key: ec.EllipticCurvePublicKey | None, *, at: datetime, last_seq: int = 0) -> OpenedTrust:
    """Open a trust list against the pinned key. A signer counts only in the days that the list gives it."""
    opened = jws.read(TYP, text, key, at=at, last_seq=last_seq)
    if opened.frame is None:
        return OpenedTrust(verdict=opened.verdict)
    try:
        body = msgspec.json.decode(opened.body, type=_Body)
        signers = [_listed_signer(one) for one in body.dsc]
        removed = frozenset(base64.b64decode(kid, validate=True) for kid in body.removed)
    except (msgspec.MsgspecError, ValueError):
        return OpenedTrust(verdict="format")
    return OpenedTrust(
        verdict=opened.verdict,
        seq=opened.frame.seq,
        expires_at=jws.seconds(opened.frame.exp),
        trust=trust.by_kid(signers),
        removed=removed,
    )


def body(keys: Iterable[Rotation], at: datetime) -> dict[str, Any]:
    """What the trust list of a moment says."""
    own = [key for key in keys if key.use in _USES]
    return {
        "dsc": [
            {
                "kid": base64.b64encode(key.kid).decode(),
                "cert": base64.b64encode(key.certificate).decode(),
                "use": [_USES[key.use]],
                "from": int(key.published_at.timestamp()),
                "until": int(key.listed_until.timestamp()),
            }
            for key in own
            if rotation.listed(key, at)
        ],
        "removed": [
            base64.b64encode(key.kid).decode() for key in own if key.withdrawn_at is not None and key.withdrawn_at <= at
        ],
    }


def jwk(certificate: x509.Certificate) -> dict[str, Any]:
    """A certificate's key as a JWK; coordinates have 32 bytes (RFC 7518 §6.2.1.2), which not all published lists keep to."""
    one = trust.signer(certificate)
    if not isinstance(one.public, ec.EllipticCurvePublicKey):
        raise TypeError("our own keys are on P-256")
    numbers = one.public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": jws.encode(numbers.x.to_bytes(32)),
        "y": jws.encode(numbers.y.to_bytes(32)),
        "kid": base64.b64encode(one.kid).decode(),
        "alg": "ES256",
        "use": "sig",
        "x5c": [base64.b64encode(trust.der(certificate)).decode()],
    }


async def _jwks(db: Db) -> list[dict[str, Any]]:
    shown = [key for key in await keyring.published(db) if key.use == CERTIFICATES and rotation.listed(key, db.at)]
    return [jwk(x509.load_der_x509_certificate(key.certificate)) for key in shown]


async def _publish_trust(db: Db, keys: Iterable[Rotation], private: Private) -> bool:
    said = body(keys, db.at)
    digest = hashlib.sha256(msgspec.json.encode(said)).digest()
    last = await db.maybe(_Last, queries.last, kind=TRUST)
    if last is not None and last.digest == digest and last.issued_at > db.at - REFRESH:
        return False
    seq = last.seq + 1 if last else 1
    await _keep(
        db, TRUST, seq, digest, jws.sign(TYP, revoke.frame(seq, db.at, db.at + jws.LONGEST_LIFE) | said, private)
    )
    return True


async def _publish_revocations(db: Db, private: Private) -> bool:
    entries = {
        revoke.of_identifier(row.kid, row.identifier) for row in await db.all(_Withdrawn, queries.withdrawn, at=db.at)
    }
    digest = hashlib.sha256(b"".join(sorted(entry.kid + entry.hash for entry in entries))).digest()
    last = await db.maybe(_Last, queries.last, kind=REVOCATIONS)
    if last is not None and last.digest == digest and last.issued_at > db.at - REFRESH:
        return False
    seq, times = last.seq + 1 if last else 1, {"issued_at": db.at, "expires_at": db.at + jws.LONGEST_LIFE}
    await _keep(db, REVOCATIONS, seq, digest, revoke.sign(entries, private, seq=seq, **times))
    if last is not None:
        before = revoke.read(last.text, None, at=db.at).revocations
        now = revoke.gathered(entries, seq=seq, **times)
        added, removed = _difference(now, before), _difference(before, now)
        await _keep(db, DELTA, seq, digest, revoke.sign_delta(added, removed, private, base=last.seq, seq=seq, **times))
    return True


def _difference(left: Revocations | None, right: Revocations | None) -> list[Entry]:
    """Entries of one list that another lacks; of a hash the lists keep its first eight bytes."""
    held, other = left.prefixes if left else {}, right.prefixes if right else {}
    nothing = array("Q")
    return [
        Entry(kid=kid, kind=kind, hash=value.to_bytes(revoke.PREFIX_BYTES))
        for (kid, kind), values in held.items()
        for value in set(values) - set(other.get((kid, kind), nothing))
    ]


async def _keep(db: Db, kind: str, seq: int, digest: bytes, text: str) -> None:
    await db.run(
        queries.insert, kind=kind, seq=seq, at=db.at, expires_at=db.at + jws.LONGEST_LIFE, digest=digest, text=text
    )


def _signer(key: Rotation) -> Signer:
    return trust.signer(x509.load_der_x509_certificate(key.certificate))


def _listed_signer(listed: "_Listed") -> Signer:
    one = trust.signer(x509.load_der_x509_certificate(base64.b64decode(listed.cert, validate=True)))
    return msgspec.structs.replace(
        one,
        starts_at=max(one.starts_at, jws.seconds(listed.from_)),
        ends_at=min(one.ends_at, jws.seconds(listed.until)),
        uses=one.uses or frozenset(listed.use),
    )


class _Listed(msgspec.Struct, frozen=True):
    cert: str
    use: list[str]
    until: int
    from_: int = msgspec.field(name="from")


class _Body(msgspec.Struct, frozen=True):
    dsc: list[_Listed]
    removed: list[str]


class _Last(msgspec.Struct):
    seq: int
    issued_at: datetime
    digest: bytes
    text: str


class _Withdrawn(msgspec.Struct):
    kid: bytes
    identifier: str
