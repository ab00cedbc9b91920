"""Web Push: a message encrypted for one browser (RFC 8291, aes128gcm of RFC 8188), with a signed sender (VAPID, RFC 8292)."""

import base64
import hashlib
import os
import struct
import time
from urllib.parse import urlsplit

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tiemchung.domain.messaging.model import Gone, NotTaken, Waiting
from tiemchung.kit.crypto import Keys

_SECONDS, _KEPT_SECONDS, _RECORD_BYTES = 5, 24 * 3600, 4096
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Subscription(msgspec.Struct, frozen=True):
    """Where a browser wants its messages, as `PushSubscription.toJSON()` says it."""

    endpoint: str
    p256dh: str
    auth: str


class WebPush:
    """Sends to browsers' push services in the name of a contact (`mailto:…`)."""

    name = "web_push"

    def __init__(self, subject: str, keys: Keys) -> None:
        self._subject = subject
        self._key = sender_key(keys)

    async def carry(self, message: Waiting) -> str:
        """Hand a message to the push service. Raises `NotTaken`, or `Gone` for a browser that has unsubscribed."""
        to = msgspec.json.decode(message.address, type=Subscription)
        body = encrypt(message.body.encode(), to, ec.generate_private_key(_CURVE), os.urandom(16))
        headers = {
            "authorization": f"vapid t={self._token(to.endpoint)}, k={public_key(self._key)}",
            "content-encoding": "aes128gcm",
            "ttl": str(_KEPT_SECONDS),
            "topic": base64.urlsafe_b64encode(message.message_id.bytes).decode().rstrip("="),
        }
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, headers=headers) as client:
                answer = await client.post(to.endpoint, content=body)
        except httpx.HTTPError as away:
            raise NotTaken(type(away).__name__) from away
        if answer.status_code in {404, 410}:
            raise Gone(f"HTTP {answer.status_code}")
        if answer.status_code >= 400:
            raise NotTaken(f"HTTP {answer.status_code}")
        return answer.headers.get("location", f"push:{message.message_id}")

    def _token(self, endpoint: str) -> str:
        where = urlsplit(endpoint)
        claims = {"aud": f"{where.scheme}://{where.netloc}", "exp": int(time.time()) + 3600, "sub": self._subject}
        plain = f"{_b64(msgspec.json.encode({'typ': 'JWT', 'alg': 'ES256'}))}.{_b64(msgspec.json.encode(claims))}"
        r, s = decode_dss_signature(self._key.sign(plain.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{plain}.{_b64(r.to_bytes(32) + s.to_bytes(32))}"


def sender_key(keys: Keys) -> ec.EllipticCurvePrivateKey:
    """The sender's key, the same for ever: it follows from a key of the installation."""
    number = int.from_bytes(hashlib.sha512(b"web-push:" + keys.token).digest()) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, _CURVE)


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """A public key as browsers want it (`applicationServerKey`)."""
    return _b64(_point(key.public_key()))


def encrypt(plain: bytes, to: Subscription, once: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """One record for one browser; `once` is a key made for this message alone."""
    theirs, secret, ours = _bytes(to.p256dh), _bytes(to.auth), _point(once.public_key())
    shared = once.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    keyed = _derive(shared, secret, b"WebPush: info\x00" + theirs + ours, 32)
    key = _derive(keyed, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(keyed, salt, b"Content-Encoding: nonce\x00", 12)
    sealed = AESGCM(key).encrypt(nonce, plain + b"\x02", None)
    return salt + struct.pack(">IB", _RECORD_BYTES, len(ours)) + ours + sealed


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
