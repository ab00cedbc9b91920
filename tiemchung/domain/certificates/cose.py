"""COSE_Sign1 around a CWT, compressed and written as `HC1:` text: made here, and read here with bounds at every stage."""

import io
import zlib
from collections.abc import Mapping
from typing import Any

import cbor2
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tiemchung.domain.certificates import base45
from tiemchung.domain.certificates.keys import SigningKey

PREFIX = "HC1:"
LONGEST_TEXT, LARGEST_PAYLOAD = 4_296, 64 * 1024
ES256, PS256 = -7, -37
_ALG, _KID = 1, 4
_TAG_SIGN1, _TAG_CWT = 18, 61
_P256_BYTES = 32


class Unreadable(Exception):
    """A stage that failed, by its verdict: not_hc1, base45, zlib, cbor, not_cose, alg, no_kid."""

    def __init__(self, verdict: str) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class Message(msgspec.Struct, frozen=True):
    """A signed message as it came: the signature covers the received bytes, never re-encoded ones."""

    protected: bytes
    header: dict[Any, Any]
    payload: bytes
    signature: bytes
    alg: int
    kid: bytes


def sign(claims: bytes, key: SigningKey) -> str:
    """The `HC1:` text of encoded claims, signed with ES256."""
    protected = cbor2.dumps({_ALG: ES256, _KID: key.kid})
    der = key.private.sign(_to_sign(protected, claims), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    signature = r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")
    message = cbor2.dumps(cbor2.CBORTag(_TAG_SIGN1, [protected, {}, claims, signature]))
    return PREFIX + base45.encode(zlib.compress(message, 9))


def read(text: str) -> Message:
    """The message in a text. Raises `Unreadable` with the stage that failed; nothing of it is trusted yet."""
    if not text.startswith(PREFIX) or len(text) > LONGEST_TEXT:
        raise Unreadable("not_hc1")
    try:
        packed = base45.decode(text[len(PREFIX) :])
    except base45.BadBase45:
        raise Unreadable("base45") from None
    parts = _sign1(strict_cbor(_inflated(packed)))
    protected, unprotected, payload, signature = parts
    header = strict_cbor(protected) if protected else {}
    if not isinstance(header, dict):
        raise Unreadable("not_cose")
    alg, kid = header.get(_ALG, unprotected.get(_ALG)), header.get(_KID, unprotected.get(_KID))
    if alg not in {ES256, PS256}:
        raise Unreadable("alg")
    if not isinstance(kid, bytes):
        raise Unreadable("no_kid")
    return Message(protected, header, payload, signature, alg, kid)


def holds(message: Message, public: object) -> bool:
    """Whether a public key made the message's signature; the key's kind must fit the algorithm."""
    signed = _to_sign(message.protected, message.payload)
    try:
        if message.alg == ES256 and isinstance(public, ec.EllipticCurvePublicKey):
            if not isinstance(public.curve, ec.SECP256R1) or len(message.signature) != 2 * _P256_BYTES:
                return False
            r, s = (int.from_bytes(message.signature[k : k + _P256_BYTES]) for k in (0, _P256_BYTES))
            public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
            return True
        if message.alg == PS256 and isinstance(public, rsa.RSAPublicKey):
            scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
            public.verify(message.signature, signed, scheme, hashes.SHA256())
            return True
    except InvalidSignature:
        return False
    return False


def strict_cbor(raw: bytes) -> Any:
    """One CBOR item and nothing after it. Raises `Unreadable`."""
    stream = io.BytesIO(raw)
    try:
        value = cbor2.CBORDecoder(stream).decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, RecursionError, OverflowError):
        raise Unreadable("cbor") from None
    if stream.read(1):
        raise Unreadable("cbor")
    return value


def _inflated(packed: bytes) -> bytes:
    if packed[:1] != b"\x78":
        raise Unreadable("zlib")
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(packed, LARGEST_PAYLOAD)
    except zlib.error:
        raise Unreadable("zlib") from None
    if not inflater.eof or inflater.unused_data:
        raise Unreadable("zlib")
    return raw


def _sign1(value: Any) -> tuple[bytes, Mapping[Any, Any], bytes, bytes]:
    if isinstance(value, cbor2.CBORTag) and value.tag == _TAG_CWT:
        value = value.value
    if isinstance(value, cbor2.CBORTag) and value.tag == _TAG_SIGN1:
        value = value.value
    match value:
        case [bytes() as protected, Mapping() as unprotected, bytes() as payload, bytes() as signature]:
            return protected, unprotected, payload, signature
        case _:
            raise Unreadable("not_cose")


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])
