"""Our signed lists: compact JWS (RFC 7515, ES256) with a rising number and an end, pinned to one offline key."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tiemchung.domain.certificates.keys import Private

# A list that is older than a week is not trusted to be complete.
LONGEST_LIFE = timedelta(days=7)
# A hundred thousand entries of eight bytes are 1.4 MB in this form; a million still is read.
LARGEST = 32 * 1024 * 1024
_ECDSA = ec.ECDSA(hashes.SHA256())


class Header(msgspec.Struct, frozen=True):
    """The JWS header; `typ` keeps one kind of list from passing for another."""

    alg: str
    typ: str


class Frame(msgspec.Struct, frozen=True):
    """What every list carries: version, seconds of issue and end, and a number that only rises."""

    v: int
    iat: int
    exp: int
    seq: int


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was read: `verdict` is ok, stale, seq, signature or format; the body stands for ok and stale alone.

    Stale means past its end: usable, but what rests on it is amber and not green.
    """

    verdict: str
    body: bytes = b""
    frame: Frame | None = None


def sign(typ: str, body: dict[str, Any], key: Private) -> str:
    """A body as a compact JWS. Raises `ValueError` for a life longer than seven days."""
    frame = msgspec.convert(body, Frame)
    if not timedelta(0) < timedelta(seconds=frame.exp - frame.iat) <= LONGEST_LIFE:
        raise ValueError("a list lives at most seven days")
    head = encode(msgspec.json.encode(Header(alg="ES256", typ=typ)))
    signed = f"{head}.{encode(msgspec.json.encode(body))}"
    r, s = decode_dss_signature(key.sign(signed.encode(), _ECDSA))
    return f"{signed}.{encode(r.to_bytes(32) + s.to_bytes(32))}"


def read(typ: str, text: str, key: ec.EllipticCurvePublicKey | None, *, at: datetime, last_seq: int = 0) -> Read:
    """Open a list against the pinned key; a number below `last_seq` is refused, so that nobody can play an old one back.

    Without a key the signature is not looked at: for a file that its holder vouches for.
    """
    parts = text.strip().split(".") if len(text) <= LARGEST else []
    try:
        head, body, signature = (decode(part) for part in parts)
        header, frame = msgspec.json.decode(head, type=Header), msgspec.json.decode(body, type=Frame)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return Read(verdict="format")
    if header.typ != typ or header.alg != "ES256" or frame.v != 1 or len(signature) != 64:
        return Read(verdict="format")
    if key is not None and not _holds(f"{parts[0]}.{parts[1]}".encode(), signature, key):
        return Read(verdict="signature")
    if frame.seq < last_seq:
        return Read(verdict="seq")
    end = min(frame.exp, frame.iat + int(LONGEST_LIFE.total_seconds()))
    return Read(verdict="ok" if at.timestamp() <= end else "stale", body=body, frame=frame)


def seconds(at: int) -> datetime:
    """A moment from its seconds."""
    return datetime.fromtimestamp(at, UTC)


def encode(raw: bytes) -> str:
    """URL-safe base64 without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of URL-safe base64 with or without padding. Raises `ValueError`."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _holds(signed: bytes, signature: bytes, key: ec.EllipticCurvePublicKey) -> bool:
    try:
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        key.verify(der, signed, _ECDSA)
    except InvalidSignature:
        return False
    return True
