"""Base45 (RFC 9285): bytes in the alphabet of alphanumeric QR codes."""

import struct
from itertools import product

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# First and second character of a group. A table of whole groups would be quicker only while it lies in the cache alone.
_PAIRS = [a + b for b, a in product(ALPHABET, repeat=2)]
_NONE = 255
_VALUES = bytes(ALPHABET.find(chr(k)) % 256 for k in range(256))


class BadBase45(ValueError):
    """The text is not base45."""


def encode(raw: bytes) -> str:
    """Two bytes become three characters, a last single byte two."""
    even = len(raw) & ~1
    groups = struct.unpack(f">{even // 2}H", raw[:even])
    text = "".join([_PAIRS[group % 2025] + ALPHABET[group // 2025] for group in groups])
    if len(raw) > even:
        second, first = divmod(raw[-1], 45)
        text += ALPHABET[first] + ALPHABET[second]
    return text


def decode(text: str) -> bytes:
    """The bytes of a text. Raises `BadBase45` for other characters, lengths and groups past the largest value."""
    try:
        values = text.encode("latin-1").translate(_VALUES)
    except UnicodeEncodeError:
        raise BadBase45("character") from None
    if _NONE in values:
        raise BadBase45("character")
    whole, rest = divmod(len(values), 3)
    if rest == 1:
        raise BadBase45("length")
    end = whole * 3
    pairs = [a + 45 * b + 2025 * c for a, b, c in zip(values[0:end:3], values[1:end:3], values[2:end:3], strict=True)]
    try:
        raw = struct.pack(f">{whole}H", *pairs)
        return raw + bytes((values[-2] + 45 * values[-1],)) if rest else raw
    except (struct.error, ValueError):
        raise BadBase45("group") from None
