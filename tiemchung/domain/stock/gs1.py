"""What a carton's or tray's code says: GS1 DataMatrix, Code 128 or typed by hand, with guards around the parser.

The parser (`biip`) returns a wrong check digit as a value and nothing as an empty message: both are refused here. A
keyboard scanner that drops FNC1 fuses lot and serial number: the lot is then looked for among the known ones, and the
split is offered. The maker is never read from the GTIN: one GTIN has covered several manufacturing sites; the lot says it.
"""

import re
from collections.abc import Iterable
from datetime import date

import biip
import msgspec
from biip.gs1_messages import GS1Message

from tiemchung.domain import vaccines
from tiemchung.domain.stock.errors import CodeUnreadable, LotOfCodeUnknown, WrongCheckDigit
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "gs1.sql")

FNC1 = "\x1d"
LONGEST = 200


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a code: trade item, lot, last day, serial number, or the carton's own number (SSCC)."""

    gtin: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    serial: str | None = None
    sscc: str | None = None


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """What a trade item number stands for: a product, packed so, with so many doses. It is not the product itself."""

    gtin: str
    product: str
    level: str
    doses: int


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """A code with the lot that it means; `split` when lot and serial number came fused and were told apart."""

    code: Code
    package: Package
    lot: vaccines.Lot
    split: bool


def read(scanned: str) -> Code:
    """The fields of a code as a scanner or a person gave it. Raises `CodeUnreadable`, `WrongCheckDigit`."""
    text = scanned.strip("\r\n ")
    # A symbology identifier is three characters; the parser fails on a shorter beginning of one.
    if not text or len(text) > LONGEST or (text[0] == "]" and not re.match(r"\][A-Za-z][0-9A-Za-z].", text)):
        raise CodeUnreadable
    try:
        message = GS1Message.parse_hri(text) if text.startswith("(") else _message(text)
    except biip.ParseError as wrong:
        raise CodeUnreadable from wrong
    if message is None or not message.element_strings:
        raise CodeUnreadable
    fields = {element.ai.ai: element for element in message.element_strings}
    for element in message.element_strings:
        if element.gtin_error or element.sscc_error:
            raise WrongCheckDigit(number=element.value)
    code = Code(
        gtin=fields["01"].value if "01" in fields else None,
        lot=fields["10"].value if "10" in fields else None,
        expires_on=fields["17"].date if "17" in fields else None,
        serial=fields["21"].value if "21" in fields else None,
        sscc=fields["00"].value if "00" in fields else None,
    )
    if code.gtin is None and code.sscc is None:
        raise CodeUnreadable
    return code


def lot_in(typed: str) -> str:
    """The lot that a person typed, or that of a code that was scanned instead. Raises `CodeUnreadable`, `WrongCheckDigit`."""
    return (read(typed).lot or "") if re.match(r"\(01\)|\]|01\d{14}", typed) else typed.strip()


def split(fused: str, known: Iterable[str]) -> tuple[str, str] | None:
    """Lot and serial number that a scanner without FNC1 gave as one, told apart by the lots that are known.

    "ABC12321XYZ" with the lot ABC123 is ABC123 and XYZ; None when no known lot, or more than one, begins it so.
    """
    ways = {
        (lot, fused[len(lot) + 2 :])
        for lot in known
        if fused.startswith(f"{lot}21") and 0 < len(fused) - len(lot) - 2 <= 20
    }
    return ways.pop() if len(ways) == 1 else None


def elements(gtin: str, lot: str, expires_on: date, serial: str | None = None) -> str:
    """The element string of a label of ours: trade item, last day, lot, and a serial number behind FNC1."""
    tail = f"{FNC1}21{serial}" if serial else ""
    return f"01{gtin}17{expires_on:%y%m%d}10{lot}{tail}"


def check_digit(body: str) -> int:
    """The last digit of a GTIN or SSCC whose other digits are these (GS1, modulo 10 with weights 3 and 1)."""
    weighted = sum(int(digit) * (3 if k % 2 == 0 else 1) for k, digit in enumerate(reversed(body)))
    return -weighted % 10


async def scan(db: Db, scanned: str) -> Scanned:
    """What a scanned or typed code means here: its package and its lot, known and in agreement with the code.

    Raises `CodeUnreadable`, `WrongCheckDigit`, `LotOfCodeUnknown`, `vaccines.LotUnusable` for a lot that is expired,
    recalled or not released.
    """
    code = read(scanned)
    package = await db.maybe(Package, queries.package, gtin=code.gtin) if code.gtin else None
    if package is None or code.lot is None:
        raise LotOfCodeUnknown(lot=code.lot or "–")
    today, was_split = clock.day_of(db.at), False
    lot = await vaccines.lot_by_number(db, package.product, code.lot, today)
    if lot is None:
        parts = split(code.lot, await _numbers(db, package.product, code.lot))
        if parts is not None:
            code, was_split = msgspec.structs.replace(code, lot=parts[0], serial=parts[1]), True
            lot = await vaccines.lot_by_number(db, package.product, parts[0], today)
    if lot is None or (code.expires_on and code.expires_on not in {lot.printed_expires_on, lot.expires_on}):
        raise LotOfCodeUnknown(lot=code.lot or "–")
    if not lot.usable(today):
        raise vaccines.LotUnusable(lot=lot.number, expires_on=f"{lot.expires_on:%d/%m/%Y}")
    return Scanned(code=code, package=package, lot=lot, split=was_split)


async def by_product(db: Db) -> dict[str, Package]:
    """The smallest package of each product that has a trade item number: for our labels."""
    return {package.product: package for package in reversed(await db.all(Package, queries.packages))}


async def _numbers(db: Db, product: str, fused: str) -> list[str]:
    return [row.number for row in await db.all(_Number, queries.numbers, product=product, fused=fused)]


def _message(text: str) -> GS1Message | None:
    """Scanned: with or without its symbology identifier. A bare number of 18 digits is a carton's."""
    if re.fullmatch(r"\d{18}", text):
        text = f"00{text}"
    result = biip.parse(text)
    return result.gs1_message


class _Number(msgspec.Struct):
    number: str
