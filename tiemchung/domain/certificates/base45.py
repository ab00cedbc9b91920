"""Base45 (RFC 9285): bytes in the alphabet of alphanumeric QR codes."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_CHARACTERS = ALPHABET.encode().ljust(256)
# For all numbers of sixteen bits, n * 46,604 >> 21 is n // 45.
_BY_45 = 46_604
_NONE = 255
_VALUES = bytes(ALPHABET.find(chr(k)) % 256 for k in range(256))


class BadBase45(ValueError):
    """The text is not base45."""


def encode(raw: bytes) -> str:
    """Two bytes become three characters, a last single byte two."""
    count = len(raw) // 2
    # All groups at once: each in eight bytes of one large number, where no product reaches the next group.
    lanes = bytearray(8 * count)
    lanes[6::8], lanes[7::8] = raw[0 : 2 * count : 2], raw[1 : 2 * count : 2]
    numbers, eleven_bits = int.from_bytes(lanes), int.from_bytes(b"\0\0\0\0\0\0\x07\xff" * count)
    over_45 = numbers * _BY_45 >> 21 & eleven_bits
    over_2025 = over_45 * _BY_45 >> 21 & eleven_bits
    digits = bytearray(3 * count)
    for place, digit in enumerate((numbers - 45 * over_45, over_45 - 45 * over_2025, over_2025)):
        digits[place::3] = digit.to_bytes(8 * count)[7::8]
    if len(raw) % 2:
        digits += bytes((raw[-1] % 45, raw[-1] // 45))
    return digits.translate(_CHARACTERS).decode()


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
    raw = _groups(values[: whole * 3], whole)
    if not rest:
        return raw
    last = values[-2] + 45 * values[-1]
    if last > 255:
        raise BadBase45("group")
    return raw + bytes((last,))


def _groups(values: bytes, count: int) -> bytes:
    """All groups at once: each in four bytes of one large number, where no sum reaches the next group."""
    lanes = [bytearray(4 * count) for _ in range(3)]
    for place, lane in enumerate(lanes):
        lane[3::4] = values[place::3]
    first, second, third = map(int.from_bytes, lanes)
    summed = (first + 45 * second + 2025 * third).to_bytes(4 * count)
    if any(summed[0::4]) or any(summed[1::4]):
        raise BadBase45("group")
    raw = bytearray(2 * count)
    raw[0::2], raw[1::2] = summed[2::4], summed[3::4]
    return bytes(raw)
