"""The EU digital certificate of a vaccination: its claims from a dose record, never from typed text."""

from datetime import date, datetime
from typing import Any

import cbor2
import msgspec

from tiemchung.domain.certificates import names

VERSION = "1.3.0"
COVID_19 = "840539006"
ISSUER = "VN"
ISSUING_BODY = "Bộ Y tế"
_ISS, _EXP, _IAT, _HCERT, _DCC = 1, 4, 6, -260, 1


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the signer read from the database about one dose and its person."""

    name: str
    birth_date: date
    birth_precision: str
    occurred_on: date
    medicinal_product: str
    holder: str
    prophylaxis: str
    dose_number: int
    doses_in_series: int
    uvci: str
    issuing_body: str = ISSUING_BODY


def numbers(dose_role: str, ordinal: int, course_doses: int, doses_before: int) -> tuple[int, int]:
    """The dose number and the doses of the series: never typed, always derived (certificates.md §6).

    Basic doses count within their course. Every further dose is n of n with n at least 2, counted over all doses:
    after a course of one dose the first further one is 2 of 1, so that verifiers tell it from a basic course.
    """
    if dose_role == "basic":
        return ordinal, course_doses
    number = doses_before + 1
    return (2, 1) if number == 2 else (number, number)


def expires_at(issued_at: datetime, key_ends_at: datetime) -> datetime:
    """Twelve months after signing (QĐ 5772/QĐ-BYT), and never after the signing certificate's end."""
    try:
        year_later = issued_at.replace(year=issued_at.year + 1)
    except ValueError:  # 29 February
        year_later = issued_at.replace(year=issued_at.year + 1, month=3, day=1)
    return min(year_later, key_ends_at)


def birth(birth_date: date, precision: str) -> str:
    """A birth date no more exact than it is known: a year only is never 1 January."""
    return birth_date.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]


def claims(record: Record, issued_at: datetime, until: datetime) -> bytes:
    """The signed content: a CWT with the certificate as its health claim."""
    surname, given = names.split(record.name)
    name = {"fn": surname, "fnt": names.transliterate(surname)}
    if given:
        name |= {"gn": given, "gnt": names.transliterate(given)}
    certificate: dict[str, Any] = {
        "ver": VERSION,
        "nam": name,
        "dob": birth(record.birth_date, record.birth_precision),
        "v": [
            {
                "tg": COVID_19,
                "vp": record.prophylaxis,
                "mp": record.medicinal_product,
                "ma": record.holder,
                "dn": record.dose_number,
                "sd": record.doses_in_series,
                "dt": record.occurred_on.isoformat(),
                "co": ISSUER,
                "is": record.issuing_body,
                "ci": record.uvci,
            }
        ],
    }
    content = {
        _ISS: ISSUER,
        _EXP: int(until.timestamp()),
        _IAT: int(issued_at.timestamp()),
        _HCERT: {_DCC: certificate},
    }
    return cbor2.dumps(content)


class Vaccination(msgspec.Struct, frozen=True):
    """A vaccination entry, as strict as it is issued and as loose as others' codes are read."""

    tg: str
    vp: str
    mp: str
    ma: str
    dn: int
    sd: int
    dt: str
    co: str
    is_: str = msgspec.field(name="is")
    ci: str


class Name(msgspec.Struct, frozen=True):
    """A name: one of the transliterated parts is enough (1.3.2 and later)."""

    fn: str | None = None
    fnt: str | None = None
    gn: str | None = None
    gnt: str | None = None


class Certificate(msgspec.Struct, frozen=True):
    """What verifiers read of a certificate."""

    ver: str
    nam: Name
    dob: str
    v: list[Vaccination] | None = None
    t: list[dict[str, Any]] | None = None
    r: list[dict[str, Any]] | None = None


class Claims(msgspec.Struct, frozen=True):
    """The signed content, parted."""

    issuer: str | None
    issued_at: float
    expires_at: float
    certificate: dict[str, Any]


def read_claims(content: Any) -> Claims | None:
    """The claims of a signed payload, or None when it carries no certificate. Others write times as floats."""
    match content:
        case {-260: {1: dict() as certificate}}:
            issued, expires = content.get(_IAT, 0), content.get(_EXP, 0)
            if not isinstance(issued, int | float) or not isinstance(expires, int | float):
                return None
            issuer = content.get(_ISS)
            return Claims(issuer if isinstance(issuer, str) else None, float(issued), float(expires), certificate)
        case _:
            return None
