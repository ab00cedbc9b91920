"""The signing process's keys: made under the authority, published in the database, chosen by province and moment."""

import itertools
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog
from cryptography import x509

from tiemchung.domain.certificates import keys, rotation, trust
from tiemchung.domain.certificates.keys import SigningKey
from tiemchung.domain.certificates.rotation import Rotation
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "keyring.sql")
log = structlog.get_logger()
# Narrow keys: the withdrawal of one voids the certificates of a third of the provinces, not of the country.
SCOPES = 3
CERTIFICATES, SESSIONS, LISTS = "certificates", "sessions", "lists"
# What rotates: the beginning of the keys' names, and what their certificates say they may sign.
_ROTATING = {CERTIFICATES: ("dsc", keys.VACCINATION), SESSIONS: ("session", keys.SESSION)}


class Store(Protocol):
    """Where private keys lie: files by default, or a security module."""

    def make(self, name: str, at: datetime, use: x509.ObjectIdentifier = keys.VACCINATION) -> SigningKey:
        """A new key under the authority for a use, or the one of that name when it exists already."""
        ...

    def load(self, name: str) -> SigningKey:
        """A key by its name. Raises `LookupError`."""
        ...


class Files:
    """Keys as files that their owner alone may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, name: str, at: datetime, use: x509.ObjectIdentifier = keys.VACCINATION) -> SigningKey:
        """A new key under the authority, which the first call makes."""
        if not (self.folder / "authority.key").exists():
            keys.make_authority(self.folder, at)
        if (self.folder / f"{name}.pem").exists():
            return keys.load(self.folder, name)
        return keys.make_signer(self.folder, name, at, (use,))

    def load(self, name: str) -> SigningKey:
        """A key by its name. Raises `LookupError`, `PermissionError`."""
        if not (self.folder / f"{name}.key").exists():
            raise LookupError(f"the key {name} is not here")
        return keys.load(self.folder, name)


class Ring:
    """The keys that a process has opened, with what is published of them: read again with `refresh`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: dict[str, SigningKey] = {}
        self.published: Sequence[Rotation] = ()

    async def refresh(self, db: Db) -> None:
        """Learn what is published and withdrawn now."""
        self.published = await published(db)

    def can_sign(self, at: datetime) -> bool:
        """Whether any key may sign certificates at a moment."""
        return rotation.signing(self.published, 1, at) is not None

    def of_province(self, province: str, at: datetime, *, use: str = CERTIFICATES) -> SigningKey | None:
        """The key that signs for a province at a moment; None while no key may sign."""
        chosen = rotation.signing(self.published, scope_of(province), at, use=use)
        return self._opened(chosen.name) if chosen else None

    def of_lists(self, at: datetime) -> SigningKey | None:
        """The key that signs lists."""
        able = [key for key in self.published if key.use == LISTS and key.withdrawn_at is None and key.signs_from <= at]
        return self._opened(max(able, key=lambda key: key.published_at).name) if able else None

    def _opened(self, name: str) -> SigningKey:
        if name not in self._open:
            self._open[name] = self._store.load(name)
        return self._open[name]


def scope_of(province: str) -> int:
    """The share of the provinces that a province belongs to: the same in every process."""
    return zlib.crc32(province.encode()) % SCOPES + 1


async def published(db: Db) -> list[Rotation]:
    """All keys that were ever published."""
    return await db.all(Rotation, queries.published)


async def tend(db: Db, store: Store) -> list[str]:
    """Make and publish the keys that are due; their names. One process at a time; again is harmless.

    The list key is pinned in verifiers and does not rotate by itself: it is made once. Only the keys of a new installation sign
    at once: nobody can hold an older list.
    """
    await db.run(queries.lock)
    known, made = await published(db), list[str]()
    if not any(key.use == LISTS for key in known):
        made.append(await _publish(db, store, "list-1", LISTS, 1, opening=True))
    for use, scope in itertools.product(_ROTATING, range(1, SCOPES + 1)):
        mine = [key for key in known if key.use == use and key.scope == scope]
        if rotation.wants_successor(mine, use, scope, db.at):
            name = f"{_ROTATING[use][0]}-{scope}-{len(mine) + 1}"
            made.append(await _publish(db, store, name, use, scope, opening=not known))
    return made


async def _publish(db: Db, store: Store, name: str, use: str, scope: int, *, opening: bool) -> str:
    key = store.make(name, db.at, _ROTATING[use][1]) if use in _ROTATING else store.make(name, db.at)
    await db.run(
        queries.insert,
        kid=key.kid,
        name=name,
        use=use,
        scope=scope,
        certificate=trust.der(key.certificate),
        ends_at=key.ends_at,
        opening=opening,
        at=db.at,
        signs_from=rotation.first_signature(db.at, opening=opening),
    )
    log.warning("signing key published", name=name, kid=key.kid.hex(), use=use, scope=scope)
    return name
