"""How many people a session may invite, check-in codes, and who is old enough."""

from datetime import date

from tiemchung.domain.sites import with_margin
from tiemchung.kit.ids import normal_code, readable_code

PREFIX = "VX1:"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 12


def most_to_invite(capacity: int, usable: int, percent: int) -> int:
    """The smaller of places and doses, and some percent more when a part is expected to stay away."""
    return with_margin(min(capacity, max(usable, 0)), percent)


def new_code() -> str:
    """A check-in code: eleven random characters (55 bits) and a check character, read out in groups of four."""
    bare = readable_code(3).replace("-", "")[: _CODE_LENGTH - 1]
    return normal_code(bare + check_character(bare))


def check_character(bare: str) -> str:
    """ISO/IEC 7064's hybrid system with M = 32, over Crockford's alphabet: finds every single mistyped character.

    The same walk as MOD 37,36 of the standard, with the 32 characters that people can tell apart.
    """
    size = len(_ALPHABET)
    rest = size
    for character in bare:
        rest = (rest + _ALPHABET.index(character)) % size or size
        rest = rest * 2 % (size + 1)
    return _ALPHABET[(size + 1 - rest) % size]


def read_code(typed: str) -> str | None:
    """A check-in code as it is kept, from what was typed or scanned with or without `VX1:`; None when mistyped."""
    code = normal_code(typed.strip().upper().removeprefix(PREFIX))
    bare = code.replace("-", "")
    if len(bare) != _CODE_LENGTH or any(character not in _ALPHABET for character in bare):
        return None
    return code if check_character(bare[:-1]) == bare[-1] else None


def full_years(birth_date: date, on: date) -> int:
    """Age on a day; a year-only birth counts from 1 January, the day it is kept as."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
