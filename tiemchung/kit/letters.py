"""Letters to the server: what a device without a line keeps is sealed so that only the server opens it, and signed by it.

A letter is one byte of version, the sender's ephemeral P-256 key (65 bytes, uncompressed), a nonce (12) and AES-256-GCM
ciphertext with its tag; the key is HKDF-SHA256 of the shared secret (RFC 9180's shape with its parts from WebCrypto), and
the letter's id is authenticated with it. Signatures are ECDSA P-256 with SHA-256, as WebCrypto writes them: r and s.
"""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = 1
_POINT = 65
_INFO = b"tiem-chung letter 1"


class Unreadable(Exception):
    """The letter was not sealed to this server, or was changed on its way."""


class Letterbox:
    """The server's key for letters; the private half is a file beside the other keys and never leaves the server."""

    def __init__(self, file: Path) -> None:
        self._private = _private(file)
        self.public = point_of(self._private.public_key())

    def open(self, letter: bytes, about: bytes) -> bytes:
        """What a letter says. `about` is what was authenticated with it. Raises `Unreadable`."""
        if len(letter) < 1 + _POINT + 12 + 16 or letter[0] != _VERSION:
            raise Unreadable
        ephemeral, nonce, sealed = letter[1:66], letter[66:78], letter[78:]
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ephemeral)
            return AESGCM(self._key(sender, ephemeral)).decrypt(nonce, sealed, about)
        except (ValueError, InvalidTag) as wrong:
            raise Unreadable from wrong

    def _key(self, sender: ec.EllipticCurvePublicKey, ephemeral: bytes) -> bytes:
        shared = self._private.exchange(ec.ECDH(), sender)
        return HKDF(hashes.SHA256(), 32, salt=None, info=_INFO + ephemeral + self.public).derive(shared)


def is_signed(text: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the holder of a key (an uncompressed P-256 point) signed a text."""
    if len(signature) != 64:
        return False
    whole = utils.encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
        known.verify(whole, text, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def is_point(key: bytes) -> bool:
    """Whether these bytes are a public key of the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        return False
    return len(key) == _POINT


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as an uncompressed point."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _private(file: Path) -> ec.EllipticCurvePrivateKey:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(fresh)
        # Of two processes that start together, the first link wins and both read the same key.
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    found = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file} holds no P-256 key")
    return found
