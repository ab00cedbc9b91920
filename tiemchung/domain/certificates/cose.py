"""COSE_Sign1 around a CWT, compressed and written as `HC1:` text: made here, and read here with bounds at every stage."""

import io
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

import cbor2
import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tiemchung.domain.certificates import base45
from tiemchung.domain.certificates.keys import SigningKey

PREFIX = "HC1:"
# A QR code holds at most 4,296 alphanumeric characters; a payload is a few hundred bytes.
LONGEST_TEXT, LARGEST_PAYLOAD, DEEPEST = 4_296, 64 * 1024, 8
ES256, PS256 = -7, -37
_ALG, _KID = 1, 4
_TAG_SIGN1, _TAG_CWT = 18, 61
_P256_BYTES = 32
_SHA256 = hashes.SHA256()
_ECDSA = ec.ECDSA(_SHA256)
_PSS = padding.PSS(mgf=padding.MGF1(_SHA256), salt_length=padding.PSS.DIGEST_LENGTH)
# Tags that the decoder would act on (big numbers, fractions, shared values, expressions …). None has a place in a
# certificate, and some make a few bytes cost much. Times (0, 1) do occur.
_REFUSED_TAGS = (2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)


class Unreadable(Exception):
    """A stage that failed, by its verdict: not_hc1, base45, zlib, cbor, not_cose, alg, no_kid."""

    def __init__(self, verdict: str) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class Message(msgspec.Struct, frozen=True):
    """A signed message as it came: the signature covers the received bytes, never re-encoded ones."""

    protected: bytes
    header: Mapping[Any, Any]
    unprotected: Mapping[Any, Any]
    payload: bytes
    signature: bytes
    alg: int
    kid: bytes


def sign(claims: bytes, key: SigningKey) -> str:
    """The `HC1:` text of encoded claims, signed with ES256."""
    return PREFIX + base45.encode(zlib.compress(signed(claims, key), 9))


def signed(claims: bytes, key: SigningKey) -> bytes:
    """The message over encoded claims, signed with ES256."""
    protected = key.header
    der = key.private.sign(to_sign(protected, claims), _ECDSA)
    r, s = decode_dss_signature(der)
    signature = r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")
    # Tag 18, an array of four: protected header, empty unprotected header, claims, signature.
    return b"\xd2\x84" + _bytes(protected) + b"\xa0" + _bytes(claims) + _bytes(signature)


def read(text: str) -> Message:
    """The message in a text. Raises `Unreadable` with the stage that failed; nothing of it is trusted yet."""
    return _message(*parts(text))


def message(raw: bytes) -> Message:
    """The message in bytes that are no certificate's. Raises `Unreadable`; nothing of it is trusted yet."""
    return _message(*_sign1(strict_cbor(raw)))


def _message(protected: bytes, unprotected: Mapping[Any, Any], payload: bytes, signature: bytes) -> Message:
    header = _header(protected) if len(protected) <= _SHORT else _decoded_header(protected)
    # What is signed wins over what anybody may add.
    alg = header.get(_ALG, unprotected.get(_ALG))
    kid = header.get(_KID, unprotected.get(_KID))
    if not isinstance(alg, int) or alg not in {ES256, PS256}:
        raise Unreadable("alg")
    if not isinstance(kid, bytes):
        raise Unreadable("no_kid")
    return Message(protected, header, unprotected, payload, signature, alg, kid)


def _decoded_header(protected: bytes) -> Mapping[Any, Any]:
    header = strict_cbor(protected) if protected else {}
    if not isinstance(header, Mapping):
        raise Unreadable("not_cose")
    return header


# A signer writes the same header into every code.
_SHORT = 64
_header = lru_cache(maxsize=1024)(_decoded_header)


def parts(text: str) -> tuple[bytes, Mapping[Any, Any], bytes, bytes]:
    """Protected header, unprotected header, payload and signature of a text, whatever its algorithm. Raises `Unreadable`."""
    if not text.startswith(PREFIX) or len(text) > LONGEST_TEXT:
        raise Unreadable("not_hc1")
    try:
        packed = base45.decode(text[len(PREFIX) :])
    except base45.BadBase45:
        raise Unreadable("base45") from None
    return _sign1(strict_cbor(_inflated(packed)))


def holds(message: Message, public: object) -> bool:
    """Whether a public key made the message's signature; the key's kind must fit the algorithm."""
    signed = to_sign(message.protected, message.payload)
    try:
        if message.alg == ES256 and isinstance(public, ec.EllipticCurvePublicKey):
            if not isinstance(public.curve, ec.SECP256R1) or len(message.signature) != 2 * _P256_BYTES:
                return False
            r, s = message.signature[:_P256_BYTES], message.signature[_P256_BYTES:]
            public.verify(encode_dss_signature(int.from_bytes(r), int.from_bytes(s)), signed, _ECDSA)
            return True
        if message.alg == PS256 and isinstance(public, rsa.RSAPublicKey):
            public.verify(message.signature, signed, _PSS, _SHA256)
            return True
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return False


def strict_cbor(raw: bytes) -> Any:
    """One CBOR item and nothing after it: no key twice, at most eight deep. Raises `Unreadable`."""
    stream = io.BytesIO(raw)
    decoder = cbor2.CBORDecoder(
        stream,
        max_depth=DEEPEST,
        allow_duplicate_keys=False,
        semantic_decoders=_REFUSALS,
    )
    try:
        value = decoder.decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, RecursionError, OverflowError):
        raise Unreadable("cbor") from None
    if stream.read(1):
        raise Unreadable("cbor")
    return value


def to_sign(protected: bytes, payload: bytes) -> bytes:
    """What the signature covers: `["Signature1", protected, h'', payload]` (RFC 9052 §4.4)."""
    return b"\x84\x6aSignature1" + _bytes(protected) + b"\x40" + _bytes(payload)


def _bytes(raw: bytes) -> bytes:
    size = len(raw)
    if size < 24:
        return bytes((0x40 + size,)) + raw
    if size < 256:
        return bytes((0x58, size)) + raw
    return b"\x59" + size.to_bytes(2, "big") + raw if size < 65536 else b"\x5a" + size.to_bytes(4, "big") + raw


def _refuse(_: Any, __: bool = False) -> NoReturn:
    raise ValueError("a tag without a place here")


_REFUSALS: dict[int, Any] = dict.fromkeys(_REFUSED_TAGS, _refuse)


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
