"""Withdrawn certificates: exact signed lists and their changes, looked up without a network.

An entry is a hash that cannot be evaded by touching bytes that are not signed: of the identifier, of the issuer with the
identifier, or of the signature, of which only the first half counts for ES256, since (r, n - s) is as good as (r, s).
"""

import base64
import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta

from tiemchung.domain.certificates import jws
from tiemchung.domain.certificates.cose import ES256, Message
from tiemchung.domain.certificates.keys import Private

TYP, TYP_DELTA = "tiemchung-revocations+jws", "tiemchung-revocations-delta+jws"
UCI, COUNTRY_UCI, SIGNATURE = "UCI", "COUNTRYCODEUCI", "SIGNATURE"
KINDS = (UCI, COUNTRY_UCI, SIGNATURE)
# The EU's hash is 16 bytes; of the withdrawn ones eight tell a hundred thousand from any other with 5 in 10^15.
HASH_BYTES, PREFIX_BYTES = 16, 8


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One withdrawn certificate, under the key that signed it."""

    kid: bytes
    kind: str
    hash: bytes


class Revocations(msgspec.Struct, frozen=True, kw_only=True):
    """A list in force: sorted prefixes as numbers, by key and kind of hash."""

    seq: int
    issued_at: datetime
    expires_at: datetime
    prefixes: Mapping[tuple[bytes, str], "array[int]"]

    def __len__(self) -> int:
        return sum(map(len, self.prefixes.values()))


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was read: verdict ok, stale, seq, signature or format (`jws.Read`); `base` when a change does not fit."""

    verdict: str
    revocations: Revocations | None = None


def of_identifier(kid: bytes, identifier: str) -> Entry:
    """The entry of one certificate by its identifier, as single certificates and fraudulent sessions are withdrawn."""
    return Entry(kid=kid, kind=UCI, hash=_hash(identifier.encode()))


def of_issuer_and_identifier(kid: bytes, issuer: str, identifier: str) -> Entry:
    """The entry of one certificate by its issuer and identifier, for issuers whose identifiers may meet others'."""
    return Entry(kid=kid, kind=COUNTRY_UCI, hash=_hash((issuer + identifier).encode()))


def of_signature(message: Message) -> Entry:
    """The entry of one code by its signature: its first half for ES256, the whole for PS256."""
    part = message.signature[:32] if message.alg == ES256 else message.signature
    return Entry(kid=message.kid, kind=SIGNATURE, hash=_hash(part))


def is_revoked(revocations: Revocations, message: Message, issuer: str | None, identifier: str) -> bool:
    """Whether the list names this code, in any of the three ways."""
    known = revocations.prefixes
    if not known:
        return False
    kid = message.kid
    made = {
        UCI: lambda: of_identifier(kid, identifier),
        COUNTRY_UCI: lambda: of_issuer_and_identifier(kid, issuer or "", identifier),
        SIGNATURE: lambda: of_signature(message),
    }
    return any((kid, kind) in known and _has(known[kid, kind], make().hash) for kind, make in made.items())


def gathered(entries: Iterable[Entry], *, seq: int, issued_at: datetime, expires_at: datetime) -> Revocations:
    """Entries as a list in force, as `read` gives one that was signed."""
    prefixes: dict[tuple[bytes, str], array[int]] = {}
    for entry in entries:
        prefixes.setdefault((entry.kid, entry.kind), array("Q")).append(int.from_bytes(entry.hash[:PREFIX_BYTES]))
    held = {pair: array("Q", sorted(values)) for pair, values in prefixes.items()}
    return Revocations(seq=seq, issued_at=issued_at, expires_at=expires_at, prefixes=held)


def sign(entries: Iterable[Entry], key: Private, *, seq: int, issued_at: datetime, expires_at: datetime) -> str:
    """The whole list, signed. Un-revoking is leaving an entry out of the next list."""
    return jws.sign(TYP, frame(seq, issued_at, expires_at) | {"revoked": _written(entries)}, key)


def sign_delta(
    added: Iterable[Entry],
    removed: Iterable[Entry],
    key: Private,
    *,
    base: int,
    seq: int,
    issued_at: datetime,
    expires_at: datetime,
) -> str:
    """What changed since the list numbered `base`; what is removed is no longer withdrawn."""
    body = {"base": base, "added": _written(added), "removed": _written(removed)}
    return jws.sign(TYP_DELTA, frame(seq, issued_at, expires_at) | body, key)


def read(text: str, key: ec.EllipticCurvePublicKey | None, *, at: datetime, last_seq: int = 0) -> Opened:
    """Open a whole list against the pinned key."""
    opened = jws.read(TYP, text, key, at=at, last_seq=last_seq)
    if opened.frame is None:
        return Opened(verdict=opened.verdict)
    try:
        body = msgspec.json.decode(opened.body, type=_List)
        prefixes = {pair: array("Q", sorted(values)) for pair, values in _numbers(body.revoked).items()}
    except (msgspec.MsgspecError, ValueError):
        return Opened(verdict="format")
    return Opened(verdict=opened.verdict, revocations=_in_force(opened.frame, prefixes))


def apply(revocations: Revocations, text: str, key: ec.EllipticCurvePublicKey | None, *, at: datetime) -> Opened:
    """The list after a change. A change made for another list gives the verdict `base`: the whole list is fetched then."""
    opened = jws.read(TYP_DELTA, text, key, at=at, last_seq=revocations.seq)
    if opened.frame is None:
        return Opened(verdict=opened.verdict)
    try:
        body = msgspec.json.decode(opened.body, type=_Delta)
        added, removed = _numbers(body.added), _numbers(body.removed)
    except (msgspec.MsgspecError, ValueError):
        return Opened(verdict="format")
    if body.base != revocations.seq:
        return Opened(verdict="base")
    prefixes = dict(revocations.prefixes)
    for pair in {*added, *removed}:
        left = set(prefixes.get(pair, ())) - set(removed.get(pair, ())) | set(added.get(pair, ()))
        prefixes[pair] = array("Q", sorted(left))
    return Opened(verdict=opened.verdict, revocations=_in_force(opened.frame, prefixes))


class _Group(msgspec.Struct, frozen=True):
    kid: str
    kind: Annotated[str, Meta(pattern="^(UCI|COUNTRYCODEUCI|SIGNATURE)$")]
    prefixes: str


class _List(msgspec.Struct, frozen=True):
    revoked: list[_Group]


class _Delta(msgspec.Struct, frozen=True):
    base: int
    added: list[_Group]
    removed: list[_Group]


def _hash(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()[:HASH_BYTES]


def _has(sorted_prefixes: "array[int]", hashed: bytes) -> bool:
    wanted = int.from_bytes(hashed[:PREFIX_BYTES])
    place = bisect_left(sorted_prefixes, wanted)
    return place < len(sorted_prefixes) and sorted_prefixes[place] == wanted


def frame(seq: int, issued_at: datetime, expires_at: datetime) -> dict[str, Any]:
    """What every list carries beside its content (`jws.Frame`)."""
    return {"v": 1, "iat": int(issued_at.timestamp()), "exp": int(expires_at.timestamp()), "seq": seq}


def _in_force(of: jws.Frame, prefixes: Mapping[tuple[bytes, str], "array[int]"]) -> Revocations:
    return Revocations(seq=of.seq, issued_at=jws.seconds(of.iat), expires_at=jws.seconds(of.exp), prefixes=prefixes)


def _written(entries: Iterable[Entry]) -> list[dict[str, str]]:
    groups: dict[tuple[bytes, str], set[bytes]] = {}
    for entry in entries:
        groups.setdefault((entry.kid, entry.kind), set()).add(entry.hash[:PREFIX_BYTES])
    return [
        {"kid": base64.b64encode(kid).decode(), "kind": kind, "prefixes": jws.encode(b"".join(sorted(prefixes)))}
        for (kid, kind), prefixes in sorted(groups.items())
    ]


def _numbers(groups: list[_Group]) -> dict[tuple[bytes, str], "array[int]"]:
    """Prefixes as big-endian numbers. Raises `ValueError` for broken base64 or lengths."""
    found: dict[tuple[bytes, str], array[int]] = {}
    for group in groups:
        values = found.setdefault((base64.b64decode(group.kid, validate=True), group.kind), array("Q"))
        raw = array("Q")
        raw.frombytes(jws.decode(group.prefixes))
        if sys.byteorder == "little":
            raw.byteswap()
        values.extend(raw)
    return found
