"""Identifiers: uuid7, made by whoever starts an act, so that a retry is the same row."""

import os
import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VERSION = 7 << 76
_VARIANT = 2 << 62


def uuid7(at: datetime | None = None) -> UUID:
    """A time-ordered id (RFC 9562 §5.7) of this moment, or of the moment `at` for acts that are loaded afterwards."""
    milliseconds = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * 1000)
    random = int.from_bytes(os.urandom(10))
    return UUID(int=(milliseconds << 80) | _VERSION | ((random >> 68) << 64) | _VARIANT | (random & ((1 << 62) - 1)))


def time_of(id_: UUID) -> datetime:
    """The moment a uuid7 was made, to the millisecond."""
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)


def first_uuid7_of(at: datetime) -> UUID:
    """The smallest uuid7 of a moment: the bound of a partition of the event log."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def readable_code(groups: int = 3) -> str:
    """A random code of 4-character groups that people can read out, without I, L, O, U; 20 bits a group."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(groups))


def normal_code(typed: str) -> str:
    """A readable code as it was given out: spaces, dashes and case forgiven, O read as 0, I and L as 1."""
    bare = "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    return "-".join(bare[i : i + 4] for i in range(0, len(bare), 4))
