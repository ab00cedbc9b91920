"""The EU digital certificate (eHealth Network, schema 1.3.3): its claims from a dose record, and others' claims as they come.

What we issue meets the schema to the letter; what others issued is read as it is met in the world (blanks, floats, nulls).
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import cbor2
import msgspec
from msgspec import Meta

from tiemchung.domain.certificates import names, reading

# A one-word name, common in Viet Nam, is allowed from 1.3.2 on.
VERSION = "1.3.3"
COVID_19 = "840539006"
ISSUER = "VN"
ISSUING_BODY = "Bộ Y tế"
_ISS, _EXP, _IAT, _HCERT, _DCC = 1, 4, 6, -260, 1


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the signer read from the database about one dose and its person.

    `zone` is the name field of a passport's machine-readable zone, which wins over our own transliteration.
    """

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
    country: str = ISSUER
    zone: str | None = None


def numbers(
    number: int | None, course_doses: int, doses_before: int, *, after_recovery: bool = False
) -> tuple[int, int]:
    """The dose number and the doses of the series: never typed, always derived (certificates.md §6).

    `number` is that of a dose of the basic course; one dose after a recovery is a whole course. Others (None) count over all
    doses, foreign ones too: n of n, but n of 1 after a course of one (`course_doses`, or a recovery), so that verifiers tell
    2 of 1 from a basic course.
    """
    if number is not None:
        return (1, 1) if after_recovery else (number, max(number, course_doses))
    number = doses_before + 1
    return (number, 1) if after_recovery or course_doses == 1 else (number, number)


def a_year_after(at: datetime) -> datetime:
    """Twelve months later; 29 February gives 1 March."""
    try:
        return at.replace(year=at.year + 1)
    except ValueError:
        return at.replace(year=at.year + 1, month=3, day=1)


def expires_at(issued_at: datetime, key_ends_at: datetime) -> datetime:
    """Twelve months after signing (QĐ 5772/QĐ-BYT), and never after the signing certificate's end."""
    return min(a_year_after(issued_at), key_ends_at)


def birth(birth_date: date, precision: str) -> str:
    """A birth date no more exact than it is known: a year only is never 1 January."""
    return birth_date.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]


def certificate(record: Record) -> dict[str, Any]:
    """The certificate of a record; parts of a name that are empty are left out."""
    name = names.of(record.name, record.zone)
    return {
        "ver": VERSION,
        "nam": {part: value for part in ("fn", "fnt", "gn", "gnt") if (value := getattr(name, part))},
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
                "co": record.country,
                "is": record.issuing_body,
                "ci": record.uvci,
            }
        ],
    }


def claims(record: Record, issued_at: datetime, until: datetime) -> bytes:
    """The signed content: a CWT with the certificate as its health claim. Raises `msgspec.ValidationError`."""
    content = certificate(record)
    check(content)
    times = {_EXP: int(until.timestamp()), _IAT: int(issued_at.timestamp())}
    return cbor2.dumps({_ISS: ISSUER, **times, _HCERT: {_DCC: content}})


Short = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")]
Zone = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[A-Z]+(<[A-Z]+)*$")]
Positive = Annotated[int, Meta(ge=1, le=99)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Born = Annotated[str, Meta(pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]


class _Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fn: Short | msgspec.UnsetType = msgspec.UNSET
    fnt: Zone | msgspec.UnsetType = msgspec.UNSET
    gn: Short | msgspec.UnsetType = msgspec.UNSET
    gnt: Zone | msgspec.UnsetType = msgspec.UNSET


class _Vaccination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tg: Short
    vp: Short
    mp: Short
    ma: Short
    dn: Positive
    sd: Positive
    dt: date
    co: Country
    is_: Short = msgspec.field(name="is")
    ci: Short


class _Issued(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ver: Annotated[str, Meta(pattern=r"^1\.3\.\d+$")]
    nam: _Name
    dob: Born
    v: Annotated[list[_Vaccination], Meta(min_length=1, max_length=1)]


def check(content: Mapping[str, Any]) -> None:
    """Hold a vaccination certificate to schema 1.3.3 and to what we add.

    No other fields, no nulls, nothing empty, integers, composed letters (NFC), codes that belong together, and no dose before
    birth. Raises `msgspec.ValidationError`, which names the field.
    """
    issued = msgspec.convert(content, _Issued)
    (entry,) = issued.v
    if issued.nam.fnt is msgspec.UNSET and issued.nam.gnt is msgspec.UNSET:
        raise msgspec.ValidationError("A name needs `fnt` or `gnt` - at `$.nam`")
    if not unicodedata.is_normalized("NFC", " ".join((*content["nam"].values(), entry.is_))):
        raise msgspec.ValidationError("Letters are composed (NFC)")
    if not reading.belong_together(entry.mp, entry.ma, entry.vp):
        raise msgspec.ValidationError("The codes do not belong together - at `$.v[0].mp`")
    if entry.dt.isoformat() < issued.dob:
        raise msgspec.ValidationError("A dose before birth - at `$.v[0].dt`")
