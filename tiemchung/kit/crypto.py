"""Secrets of people and of the house: envelope encryption, blind indexes, digests. Keys live in files outside the database.

Sealed value: version (1 byte) · wrapped data key (12 + 32 + 16) · nonce (12) · ciphertext and tag. Each value has a data
key of its own, wrapped by the key-encryption key; the place of the value (table, column, row) is authenticated with it,
so that a sealed value moved to another row does not open.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tiemchung.kit.letters import Letterbox

_VERSION = 1


class Keys:
    """The installation's secret keys: `kek` opens sealed values, `index` makes blind indexes, `token` signs our own tokens,
    `letters` opens what devices seal to the server.
    """

    def __init__(self, folder: Path) -> None:
        self.kek = _key(folder / "kek")
        self.index = _key(folder / "blind-index")
        self.token = _key(folder / "token")
        self.letters = Letterbox(folder / "letters")
        self._wrap = AESGCM(self.kek)

    def seal(self, value: str, where: str) -> bytes:
        """Encrypt a text for one place, `where` = "table.column.row-id"."""
        data_key, outer, inner = os.urandom(32), os.urandom(12), os.urandom(12)
        aad = where.encode()
        wrapped = self._wrap.encrypt(outer, data_key, aad)
        return bytes([_VERSION]) + outer + wrapped + inner + AESGCM(data_key).encrypt(inner, value.encode(), aad)

    def open(self, sealed: bytes, where: str) -> str:
        """Decrypt what `seal` made for the same place. Raises `InvalidTag` for another place or a changed byte."""
        aad = where.encode()
        data_key = self._wrap.decrypt(sealed[1:13], sealed[13:61], aad)
        return AESGCM(data_key).decrypt(sealed[61:73], sealed[73:], aad).decode()

    def blind(self, kind: str, value: str) -> bytes:
        """The blind index of a normalised value: equal values of a kind have equal indexes, and nobody can go back."""
        return hmac.digest(self.index, f"{kind}:{value}".encode(), "sha256")

    def sign(self, purpose: str, text: str) -> str:
        """A short MAC over a text for one purpose, in hex."""
        return hmac.digest(self.token, f"{purpose}:{text}".encode(), "sha256").hex()[:32]


def digest(text: str) -> bytes:
    """SHA-256, for random tokens that need no salt."""
    return hashlib.sha256(text.encode()).digest()


def digest_of_files(texts: Mapping[str, str]) -> bytes:
    """SHA-256 over texts with their names, in the order of names: one file renamed or changed is another digest."""
    whole = hashlib.sha256()
    for name in sorted(texts):
        whole.update(f"{name}\0{texts[name]}\0".encode())
    return whole.digest()


@cache
def _key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
        # Of two processes that start together, the first link wins and both read the same key.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
