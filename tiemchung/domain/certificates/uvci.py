"""Certificate identifiers: `URN:UVCI:01:VN:` + 26 base-32 characters (130 random bits) + `#` + check character."""

import secrets

_RANDOM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CHECKED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
PREFIX = "URN:UVCI:01:VN:"


def new() -> str:
    """A new identifier; nothing in it comes from the person."""
    body = PREFIX + "".join(secrets.choice(_RANDOM) for _ in range(26))
    return f"{body}#{check_character(body)}"


def check_character(text: str) -> str:
    """Luhn modulo N over the alphabet of identifiers (EU eHealth Network, Annex 2 of the UVCI guidelines)."""
    size, factor, total = len(_CHECKED), 2, 0
    for character in reversed(text):
        product = factor * _CHECKED.index(character)
        total += product // size + product % size
        factor = 1 if factor == 2 else 2
    return _CHECKED[(size - total % size) % size]
