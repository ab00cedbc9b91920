"""Reading others' claims as they are met in the world: blanks at ends, floats, times as tags, nulls; each with a warning."""

import base64
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any

import cbor2
import msgspec
import yaml
from msgspec import Meta

_ISS, _EXP, _IAT, _HCERT, _DCC = 1, 4, 6, -260, 1
# Any second that a clock and a `datetime` can tell.
_EARLIEST, _LATEST = 0, 253_402_300_799

ANY_KIND = "28531000087107"

_AS_IT_IS = frozenset({str, int, bool, type(None)})

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d")]
Count = Annotated[int, Meta(ge=1)] | float
Born = Annotated[str, Meta(pattern=r"^$|^(19|20)\d\d(-\d\d(-\d\d(T.*)?)?)?$")]


class Name(msgspec.Struct, frozen=True):
    """A name: one of the transliterated parts is enough."""

    fn: str | None = None
    fnt: str | None = None
    gn: str | None = None
    gnt: str | None = None


class Vaccination(msgspec.Struct, frozen=True):
    """A vaccination."""

    tg: str
    vp: str
    mp: str
    ma: str
    dn: Count
    sd: Count
    dt: Day
    co: str
    is_: str = msgspec.field(name="is")
    ci: str


class Test(msgspec.Struct, frozen=True):
    """A test."""

    tg: str
    tt: str
    sc: Day
    tr: str
    co: str
    is_: str = msgspec.field(name="is")
    ci: str
    nm: str | None = None
    ma: str | None = None
    tc: str | None = None


class Recovery(msgspec.Struct, frozen=True):
    """A recovery."""

    tg: str
    fr: Day
    co: str
    is_: str = msgspec.field(name="is")
    df: Day
    du: Day
    ci: str


class Certificate(msgspec.Struct, frozen=True):
    """A certificate of any issuer: by the schema exactly one of its lists has exactly one entry."""

    ver: Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")]
    nam: Name
    dob: Born
    v: list[Vaccination] | None = None
    t: list[Test] | None = None
    r: list[Recovery] | None = None

    @property
    def entries(self) -> list["Vaccination | Test | Recovery"]:
        """All entries of all kinds."""
        return [*(self.v or ()), *(self.t or ()), *(self.r or ())]

    @property
    def kind(self) -> str:
        """The kind of the only entry: v, t or r."""
        return "v" if self.v else "t" if self.t else "r"


class Claims(msgspec.Struct, frozen=True):
    """The signed content, parted: `certificate` as plain JSON, or None when there is none.

    `remarks` say what was not as the format wants it: `float` times, `tagged_time`.
    """

    issuer: str | None
    issued_at: datetime
    expires_at: datetime
    certificate: dict[str, Any] | None
    remarks: frozenset[str]


def claims(content: Any) -> Claims | None:
    """The claims of a signed payload, or None when it is no map with a time of issue and an end."""
    if not isinstance(content, Mapping):
        return None
    issued, expires, issuer = _moment(content.get(_IAT)), _moment(content.get(_EXP)), content.get(_ISS)
    if issued is None or expires is None:
        return None
    remarks = {"float"} if isinstance(content[_IAT], float) or isinstance(content[_EXP], float) else set[str]()
    health = content.get(_HCERT)
    held = health.get(_DCC) if isinstance(health, Mapping) else None
    found = plain(held, remarks) if isinstance(held, Mapping) else None
    return Claims(issuer if isinstance(issuer, str) else None, issued, expires, found, frozenset(remarks))


def plain(value: Any, remarks: set[str] | None = None) -> Any:
    """A decoded CBOR value as JSON knows it: times as ISO 8601 in UTC, bytes as base64, what JSON lacks as null."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {
            key if type(key) is str else _key(key): one if type(one) in _AS_IT_IS else plain(one, remarks)
            for key, one in value.items()
        }
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain(one, remarks) for one in value]
    if isinstance(value, datetime):
        if remarks is not None:
            remarks.add("tagged_time")
        try:
            return instant(value)
        except OverflowError:
            # An hour of the year 9999 that is the year 10000 in UTC.
            return None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, cbor2.CBORTag):
        return plain(value.value, remarks)
    return None


def instant(at: datetime) -> str:
    """A moment as ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def certificate(content: Mapping[Any, Any]) -> Certificate | None:
    """The certificate, or None when it breaks the relaxed schema."""
    try:
        read = msgspec.convert(content, Certificate)
    except (msgspec.ValidationError, RecursionError):
        return None
    counts = [count for entry in read.v or () for count in (entry.dn, entry.sd)]
    if any(count < 1 or int(count) != count if math.isfinite(count) else True for count in counts):
        return None
    return read if (read.nam.fnt or "").strip() or (read.nam.gnt or "").strip() else None


def warnings(read: Certificate, content: Mapping[str, Any]) -> set[str]:
    """What is not as the schema wants it, and codes that are withdrawn, unknown, or do not belong together.

    The words: blank, float, null, deprecated_code, unknown_code, mismatched_codes.
    """
    found: set[str] = set()
    for value in (read.dob, *(one for part in (read.nam, *read.entries) for one in msgspec.structs.astuple(part))):
        if isinstance(value, float):
            found.add("float")
        elif isinstance(value, str) and value != value.strip():
            found.add("blank")
    if not read.dob:
        found.add("blank")
    if None in content.values():
        found.add("null")
    for entry in read.entries:
        found |= _codes(entry)
    return found


def _codes(entry: Vaccination | Test | Recovery) -> set[str]:
    known = codes()
    used = {entry.tg.strip()}
    if isinstance(entry, Test):
        used |= {entry.tt.strip(), entry.tr.strip()}
    elif isinstance(entry, Vaccination):
        used |= {entry.vp.strip(), entry.mp.strip()}
    found = set[str]() if used.isdisjoint(known.deprecated) else {"deprecated_code"}
    if any(code not in known.others and code not in known.products and code not in known.deprecated for code in used):
        found.add("unknown_code")
    if isinstance(entry, Vaccination):
        product = known.products.get(entry.mp.strip())
        if product is not None and product.holder != entry.ma.strip():
            found.add("mismatched_codes")
    return found


class Product(msgspec.Struct, frozen=True):
    """A product's holder, and the kinds of vaccine it may be called."""

    holder: str
    kinds: list[str]


class Codes(msgspec.Struct, frozen=True):
    """The value sets: each product, other codes, and those that are no longer issued."""

    products: dict[str, Product]
    others: frozenset[str]
    deprecated: frozenset[str]


@lru_cache(maxsize=256)
def belong_together(product: str, holder: str, kind: str) -> bool:
    """Whether a certificate may be issued with these three codes (vaccine encoding instructions)."""
    known = codes()
    held = known.products.get(product)
    if held is None or product in known.deprecated:
        return False
    return held.holder == holder and kind in {*held.kinds, ANY_KIND}


@cache
def codes() -> Codes:
    """The codes that the package carries."""
    file = Path(__file__).with_name("codes.yaml")
    return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), Codes)


def _key(value: Any) -> str:
    made = plain(value)
    return made if isinstance(made, str) else repr(made)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return _moment(value.timestamp())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Also false for what is no number.
    return datetime.fromtimestamp(value, UTC) if _EARLIEST <= value <= _LATEST else None
