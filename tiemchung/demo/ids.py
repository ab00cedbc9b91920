"""Ids and times of loaded rows as COPY writes them: the same for the same plan, so that parts loaded apart fit together."""

from datetime import UTC, datetime
from functools import cache
from random import Random

_MASK = (1 << 64) - 1
_RANDOM_B = (1 << 62) - 1
_VERSION, _VARIANT = 7 << 76, 2 << 62


class Ids:
    """Makes uuid7 texts for moments of the campaign: fixed ones by key, and loose ones from a seeded source."""

    def __init__(self, seed: int) -> None:
        self._salt = Random(seed).getrandbits(64)

    def fixed(self, kind: int, key: int, at: int) -> str:
        """The id of a thing that several parts of the load name: the same kind and key give the same id."""
        mixed = _mix((key * 16 + kind) ^ self._salt)
        return _text(at, mixed >> 52, _mix(mixed) & _RANDOM_B)

    def loose(self, chunk: int) -> "Loose":
        """A source of ids that only one chunk of the load names."""
        return Loose(self._salt ^ chunk)


class Loose:
    """Random ids, the same for the same chunk."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._bits = self._random.getrandbits

    def code(self, length: int) -> str:
        """Characters that people can read out to one another."""
        bits = self._bits(5 * length)
        return "".join([_READABLE[bits >> 5 * k & 31] for k in range(length)])

    def __call__(self, at: int) -> str:
        bits = self._bits(74)
        return _text(at, bits >> 62, bits & _RANDOM_B)


_READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PERSON, IMMUNIZATION, SESSION, VIAL, APPOINTMENT, VISIT, REGISTRATION, LOT, ALLOCATION = range(9)


def stamp(at: int) -> str:
    """Unix seconds as PostgreSQL reads them."""
    day, second = divmod(at, 86_400)
    return f"{_day(day)} {_CLOCK[second]}+00"


def wire(at: int) -> str:
    """Unix seconds as events write them."""
    day, second = divmod(at, 86_400)
    return f"{_day(day)}T{_CLOCK[second]}Z"


def moment(at: int) -> datetime:
    """Unix seconds as a datetime."""
    return datetime.fromtimestamp(at, UTC)


@cache
def _day(day: int) -> str:
    return moment(day * 86_400).date().isoformat()


_CLOCK = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(86_400)]


def _text(at: int, a: int, b: int) -> str:
    h = f"{(at * 1000 << 80) | _VERSION | (a << 64) | _VARIANT | b:032x}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def _mix(x: int) -> int:
    """SplitMix64: neighbouring keys become unrelated numbers, different ones stay different."""
    x = (x + 0x9E3779B97F4A7C15) & _MASK
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & _MASK
    return x ^ (x >> 31)
