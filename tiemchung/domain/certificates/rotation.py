"""When a signing key may sign, and how long its certificate stays published: dates only, no key is touched.

GDHCN: a key signs for six months and its documents last a year, so its certificate stays listed for eighteen; shell model: no
document outlives the certificate of its signer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tiemchung.domain.certificates.dcc import a_year_after

# Verifiers fetch the trust list daily; two days let every one of them learn a key before its first signature.
GATE = timedelta(hours=48)
ALARM = timedelta(days=30)
SIGNING_MONTHS = 6


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """The life of one key. `scope` is the share of the provinces whose certificates it signs."""

    kid: bytes
    name: str
    use: str
    scope: int
    certificate: bytes
    ends_at: datetime
    published_at: datetime
    signs_from: datetime
    withdrawn_at: datetime | None

    @property
    def signs_until(self) -> datetime:
        """Six months after the first possible signature, never past the certificate's end."""
        return min(_months_after(self.signs_from, SIGNING_MONTHS), self.ends_at)

    @property
    def listed_until(self) -> datetime:
        """The end of the last document it may have signed: until then its certificate stays published."""
        return min(a_year_after(self.signs_until), self.ends_at)


def first_signature(published_at: datetime, *, opening: bool) -> datetime:
    """48 hours after publication; the first key of a scope at once, since nobody can hold an older list."""
    return published_at if opening else published_at + GATE


def may_sign(key: Rotation, at: datetime) -> bool:
    """Past its gate, not withdrawn, and still in its six months."""
    return not _withdrawn(key, at) and key.signs_from <= at < key.signs_until


def listed(key: Rotation, at: datetime) -> bool:
    """Whether the trust list of a moment carries the key: never after its withdrawal."""
    return not _withdrawn(key, at) and key.published_at <= at < key.listed_until


def signing(keys: Sequence[Rotation], scope: int, at: datetime, *, use: str = "certificates") -> Rotation | None:
    """The key of a use that signs for a scope: of its own that may, the one published last; without any, the next scope's.

    So a withdrawn key stops nobody's certificate while its successor waits for its gate.
    """
    able = [key for key in keys if key.use == use and may_sign(key, at)]
    shares = max((key.scope for key in able), default=1)
    return min(able, key=lambda key: ((key.scope - scope) % shares, -key.published_at.timestamp()), default=None)


def wants_successor(keys: Sequence[Rotation], use: str, scope: int, at: datetime) -> bool:
    """Whether a scope needs a new key now: 30 days before the last signature of its last key, or when that was withdrawn."""
    mine = [key for key in keys if key.use == use and key.scope == scope and not _withdrawn(key, at)]
    return all(at >= key.signs_until - ALARM for key in mine)


def _withdrawn(key: Rotation, at: datetime) -> bool:
    return key.withdrawn_at is not None and key.withdrawn_at <= at


def _months_after(at: datetime, months: int) -> datetime:
    year, month = divmod(at.month - 1 + months, 12)
    # The 28th exists in every month: a key that starts on the 31st stops a little early, never late.
    return at.replace(year=at.year + year, month=month + 1, day=min(at.day, 28))
