"""What numbers of people must look like, what is doubtful about them, and how much of them a list shows."""

import re
from datetime import date
from enum import StrEnum

# Provinces as the first three digits of a citizen number name them: the 63 of before July 2025, also on newer cards.
_PROVINCES = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037
    038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079
    080 082 083 084 086 087 089 091 092 093 094 095 096
    """.split()  # noqa: SIM905 — one reads the list, not its quotes
)


class Doubt(StrEnum):
    """What in a citizen number contradicts the rest: shown and flagged, never a reason to refuse."""

    province = "province"
    sex = "sex"
    birth_year = "birth_year"


def national_id_doubts(number: str, birth_date: date, sex: str) -> list[Doubt]:
    """Contradictions of a 12-digit number: province (3), century and sex (1), birth year (2) (Circular 59/2021/TT-BCA, art. 4).

    The century digit is even for men and odd for women, 0–1 for the 20th century, 2–3 for the 21st and so on.
    """
    if len(number) != 12:
        return []
    doubts: list[Doubt] = []
    if number[:3] not in _PROVINCES:
        doubts.append(Doubt.province)
    century_digit = int(number[3])
    if sex in {"male", "female"} and (century_digit % 2 == 1) != (sex == "female"):
        doubts.append(Doubt.sex)
    if 1900 + century_digit // 2 * 100 + int(number[4:6]) != birth_date.year:
        doubts.append(Doubt.birth_year)
    return doubts


def is_national_id(number: str) -> bool:
    """8 or 9 digits (old identity card) or 12 (citizen card)."""
    return re.fullmatch(r"[0-9]{8,9}|[0-9]{12}", number) is not None


def is_passport(number: str) -> bool:
    """6 to 20 capital letters and digits with at least one digit, as in the machine-readable zone (ICAO 9303)."""
    return re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{6,20}", number) is not None


def is_document(number: str) -> bool:
    """A number of any of these; ten or eleven digits alone are a citizen card's with some left out."""
    return is_national_id(number) or (is_passport(number) and re.fullmatch(r"[0-9]{10,11}", number) is None)


def is_insurance(number: str) -> bool:
    """10 digits, or the old 15 characters: two letters and 13 digits."""
    return re.fullmatch(r"[0-9]{10}|[A-Z]{2}[0-9]{13}", number) is not None


def masked_number(number: str) -> str:
    """A number of a document, enough to recognise one's own: "0461 •••• •306"."""
    if len(number) == 12:
        return f"{number[:4]} •••• •{number[-3:]}"
    if number.isdigit():
        return f"{number[:3]} ••• {number[-2:]}"
    return f"{number[:2]}••••• {number[-2:]}"


def masked_phone(phone: str) -> str:
    """A phone number, enough to recognise one's own: "0905 ••• 218"."""
    local = local_phone(phone)
    return f"{local[:4]} ••• {local[-3:]}"


def masked_name(name: str) -> str:
    """A name, enough to recognise one's own: "Trần T. L."."""
    first, *others = name.split()
    return " ".join([first, *(f"{word[0]}." for word in others)])


def masked_birth(birth_date: date) -> str:
    """A birth date, enough to recognise one's own: "••/••/1954"."""
    return f"••/••/{birth_date.year}"


def local_phone(phone: str) -> str:
    """A number as it is dialled in the country: +84905… is 0905…"""
    return f"0{phone[3:]}" if phone.startswith("+84") else phone


def age(birth_date: date, on: date) -> int:
    """Full years on a day. Of a year-only birth, the most it can be."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def birth_words(birth_date: date, precision: str) -> str:
    """A birth date as far as it is known: "14/05/1951", "05/1951" or "1951"."""
    formats = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}
    return birth_date.strftime(formats[precision])


def initials(name: str) -> str:
    """Two letters for a round badge: the last two words of a name, or the first two letters of a single one."""
    words = name.split()
    return ("".join(word[0] for word in words[-2:]) if len(words) > 1 else name[:2]).upper()
