"""Names as a passport's machine-readable zone writes them (ICAO Doc 9303-3 §6), for all Vietnamese letters.

The standard's table has neither Ơ, Ư nor the letters U+1EA0–1EF9: what the table lacks loses its marks instead of
vanishing.
"""

import unicodedata

LONGEST = 80
_TABLE = {
    "Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Æ": "AE", "Ø": "OE", "Œ": "OE", "Þ": "TH", "ẞ": "SS", "ß": "SS",
    "Đ": "D", "Ð": "D", "Ł": "L", "ı": "I", "Ħ": "H", "Ŋ": "N", "Ŧ": "T",
}  # fmt: skip
_SEPARATORS = {"-", ",", "‐", "‑", "‒", "–", "—", "\u00a0"}


def transliterate(name: str) -> str:
    """A name in A–Z and `<`: `Nguyễn Thị Bích Phượng` is `NGUYEN<THI<BICH<PHUONG`."""
    out: list[str] = []
    for character in unicodedata.normalize("NFC", name).upper():
        if character.isspace() or character in _SEPARATORS:
            out.append("<")
        elif character in _TABLE:
            out.append(_TABLE[character])
        else:
            decomposed = unicodedata.normalize("NFD", character)
            out.append("".join(c for c in decomposed if "A" <= c <= "Z"))
    joined = "".join(out)
    return "<".join(part for part in joined.split("<") if part)[:LONGEST].rstrip("<")


def split(name: str) -> tuple[str, str]:
    """Surname and given names as Viet Nam's certificates part them: the first word, then the rest."""
    surname, _, given = " ".join(unicodedata.normalize("NFC", name).split()).partition(" ")
    return surname, given
