"""Base45 (RFC 9285): bytes in the alphabet of alphanumeric QR codes."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class BadBase45(ValueError):
    """The text is not base45."""


def encode(raw: bytes) -> str:
    """Two bytes become three characters, a last single byte two."""
    out: list[str] = []
    for k in range(0, len(raw) - 1, 2):
        value = raw[k] * 256 + raw[k + 1]
        value, first = divmod(value, 45)
        third, second = divmod(value, 45)
        out += (ALPHABET[first], ALPHABET[second], ALPHABET[third])
    if len(raw) % 2:
        second, first = divmod(raw[-1], 45)
        out += (ALPHABET[first], ALPHABET[second])
    return "".join(out)


def decode(text: str) -> bytes:
    """The bytes of a text. Raises `BadBase45` for other characters, lengths and groups past the largest value."""
    try:
        values = [_VALUES[character] for character in text]
    except KeyError as other:
        raise BadBase45(f"character {other}") from None
    if len(values) % 3 == 1:
        raise BadBase45("length")
    out = bytearray()
    for k in range(0, len(values) - 2, 3):
        value = values[k] + 45 * values[k + 1] + 2025 * values[k + 2]
        if value > 0xFFFF:
            raise BadBase45("group")
        out += value.to_bytes(2, "big")
    if len(values) % 3 == 2:
        value = values[-2] + 45 * values[-1]
        if value > 0xFF:
            raise BadBase45("group")
        out.append(value)
    return bytes(out)
