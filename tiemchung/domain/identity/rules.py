"""What to ask the registry, and what its answers mean. It answers match or no match, so a difference is found by asking again."""

import re
import unicodedata
from datetime import date

from tiemchung.domain.identity.model import Finding
from tiemchung.domain.people import national_id_doubts
from tiemchung.kit.vietnamese import search_name

_TONES = "\u0300\u0301\u0303\u0309\u0323"
# hòa and hoà, khỏe and khoẻ, thúy and thuý are one word: the mark stood on the first vowel until it moved to the second.
_OLD = re.compile(rf"(o)([{_TONES}])([ae])(?![\w\u0300-\u036f])|(?<!q)(u)([{_TONES}])(y)(?![\w\u0300-\u036f])", re.I)
_NEW = re.compile(rf"(o)([ae])([{_TONES}])(?![\w\u0300-\u036f])|(?<!q)(u)(y)([{_TONES}])(?![\w\u0300-\u036f])", re.I)


def birth_asked(birth_date: date, precision: str) -> str:
    """A birth date as the registry is asked: as far as it is known."""
    return birth_date.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]


def spellings(name: str) -> list[str]:
    """Other spellings of the same name: with the tone marks of oa, oe and uy where they stood before or stand now."""
    parts = unicodedata.normalize("NFD", name)
    others = [_OLD.sub(_moved, parts), _NEW.sub(_moved, parts)]
    composed = [unicodedata.normalize("NFC", other) for other in others]
    return [other for other in dict.fromkeys(composed) if other != unicodedata.normalize("NFC", name)]


def swapped(birth_date: date, precision: str) -> date | None:
    """The birth date with day and month the other way round, where that is another day of the calendar."""
    if precision != "day" or birth_date.day > 12 or birth_date.day == birth_date.month:
        return None
    return birth_date.replace(month=birth_date.day, day=birth_date.month)


def without_marks(name: str) -> str:
    """A name as the registry compares it when spelling does not count."""
    return search_name(name).upper()


def finding(number: str, birth_date: date, sex: str, *, known_without_marks: bool) -> Finding:
    """What a no match means: a number that contradicts the record says so itself."""
    if known_without_marks:
        return Finding.spelling
    return Finding.wrong_number if national_id_doubts(number, birth_date, sex) else Finding.unknown


def _moved(match: re.Match[str]) -> str:
    first, second, third = (part for part in match.groups() if part is not None)
    return first + third + second
