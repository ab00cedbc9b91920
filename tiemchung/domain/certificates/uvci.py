"""Certificate identifiers: `URN:UVCI:01:VN:` + 26 base-32 characters (130 random bits) + `#` + check character."""

import base64
import re
import secrets

PREFIX = "URN:UVCI:01:VN:"
_CHECKED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_SIZE = len(_CHECKED)
_VALUES = {character: value for value, character in enumerate(_CHECKED)}
# A character that counts double adds the sum of the digits of its double, written to the base of the alphabet.
_DOUBLES = {character: 2 * value // _SIZE + 2 * value % _SIZE for character, value in _VALUES.items()}
_OURS = re.compile(r"URN:UVCI:01:VN:[A-Z2-7]{26}#[A-Z0-9/:]")


def new() -> str:
    """A new identifier; nothing in it comes from the person, so that published hashes of it cannot be reversed."""
    body = PREFIX + base64.b32encode(secrets.token_bytes(17))[:26].decode()
    return f"{body}#{check_character(body)}"


def check_character(text: str) -> str:
    """Luhn modulo N over the alphabet of identifiers (EU eHealth Network, Annex 2 of the UVCI guidelines)."""
    total = sum(map(_DOUBLES.__getitem__, text[::-2])) + sum(map(_VALUES.__getitem__, text[-2::-2]))
    return _CHECKED[-total % _SIZE]


def ours(text: str) -> bool:
    """Whether this is an identifier as we write them, check character included.

    Only for what people type to us: others' identifiers mostly carry no check character, or a wrong one.
    """
    return _OURS.fullmatch(text) is not None and check_character(text[:-2]) == text[-1]
