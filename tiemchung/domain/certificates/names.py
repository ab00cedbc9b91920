"""Names as a passport's machine-readable zone writes them (ICAO Doc 9303-3 §6), for all Vietnamese letters.

The standard's table has neither Ơ, Ư nor the letters U+1EA0–1EF9: what the table lacks loses its marks instead of
vanishing.
"""

import re
import unicodedata

import msgspec

LONGEST = 80
_TABLE = {
    "Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Æ": "AE", "Ø": "OE", "Œ": "OE", "Þ": "TH", "ẞ": "SS", "ß": "SS",
    "Đ": "D", "Ð": "D", "Ł": "L", "ı": "I", "Ħ": "H", "Ŋ": "N", "Ŧ": "T", "Ĳ": "IJ", "ĸ": "Q", "Ŀ": "L",
}  # fmt: skip
_SEPARATORS = "-,‐‑‒–—―−﹘﹣－"
_MRZ = re.compile(r"[A-Z<]+")


class BadZone(ValueError):
    """The text is no name field of a machine-readable zone."""


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A name as a certificate carries it; a part that is empty is left out there."""

    fn: str
    fnt: str
    gn: str
    gnt: str


def of(name: str, zone: str | None = None) -> Name:
    """The four parts of a name; `zone` is the name field of a passport's machine-readable zone and wins.

    The zone decides both where the surname ends and how the parts are written: compound surnames, foreigners and the names
    of many ethnic groups follow no rule. Raises `BadZone`.
    """
    if zone is None:
        surname, given = split(name)
        return Name(fn=surname, fnt=transliterate(surname), gn=given, gnt=transliterate(given))
    if not _MRZ.fullmatch(zone):
        raise BadZone(zone)
    primary, _, secondary = zone.strip("<").partition("<<")
    fnt, gnt = (_tidied(part)[:LONGEST] for part in (primary, secondary))
    words = _composed(name).split(" ")
    count = len(fnt.split("<"))
    # The zone puts the surname first; people may write it last. The visible words follow where they agree.
    for surname, given in ((words[:count], words[count:]), (words[-count:], words[:-count])):
        if transliterate(" ".join(surname)) == fnt:
            return Name(fn=" ".join(surname)[:LONGEST], fnt=fnt, gn=" ".join(given)[:LONGEST], gnt=gnt)
    return Name(fn=fnt.replace("<", " "), fnt=fnt, gn=gnt.replace("<", " "), gnt=gnt)


def transliterate(name: str) -> str:
    """A name in A–Z and `<`: `Nguyễn Thị Bích Phượng` is `NGUYEN<THI<BICH<PHUONG`; at most 80 characters."""
    return _tidied(unicodedata.normalize("NFC", name).upper().translate(_LETTERS))[:LONGEST].rstrip("<")


def split(name: str) -> tuple[str, str]:
    """Surname and given names as Viet Nam's certificates part them: the first word, then the rest."""
    surname, _, given = _composed(name).partition(" ")
    return surname[:LONGEST], given[:LONGEST].rstrip()


def _composed(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def _tidied(written: str) -> str:
    return "<".join(part for part in written.split("<") if part)


class _Letters(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace() or character in _SEPARATORS or character == "<":
            written = "<"
        elif character in _TABLE:
            written = _TABLE[character]
        else:
            written = "".join(c for c in unicodedata.normalize("NFD", character) if "A" <= c <= "Z")
        self[code] = written
        return written


_LETTERS = _Letters()
