"""How typed texts become values: each reader raises `Invalid` with the rule that was broken."""

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from uuid import UUID

import msgspec
import phonenumbers

from tiemchung.kit import clock
from tiemchung.web.forms import Invalid

_OLDEST_YEARS = 120


def text(most: int, least: int = 1) -> Callable[[str], str]:
    """A line of text of bounded length."""

    def read(typed: str) -> str:
        if len(typed) > most:
            raise Invalid("{label} dài tối đa {most} ký tự; bạn đã nhập {length}.", most=most, length=len(typed))
        if len(typed) < least:
            raise Invalid("{label} cần ít nhất {least} ký tự.", least=least)
        return " ".join(typed.split())

    return read


def exact(most: int) -> Callable[[str], str]:
    """A text whose every character counts, blanks included: the content of a code."""

    def read(typed: str) -> str:
        if len(typed) > most:
            raise Invalid("{label} dài tối đa {most} ký tự; bạn đã nhập {length}.", most=most, length=len(typed))
        return typed

    return read


def choice(allowed: Iterable[str]) -> Callable[[str], str]:
    """One of the values that the page offered."""
    known = frozenset(allowed)

    def read(typed: str) -> str:
        if typed not in known:
            raise Invalid("{label}: hãy chọn một mục trong danh sách.")
        return typed

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(typed: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", typed):
            raise Invalid("{label} phải là số nguyên.")
        number = int(typed)
        if not least <= number <= most:
            raise Invalid("{label} phải từ {least} đến {most}.", least=least, most=most)
        return number

    return read


def decimal(least: str, most: str) -> Callable[[str], Decimal]:
    """A number with a decimal comma or point, within bounds."""

    def read(typed: str) -> Decimal:
        try:
            number = Decimal(typed.replace(",", "."))
        except InvalidOperation:
            raise Invalid("{label} phải là một số.") from None
        if not (number.is_finite() and Decimal(least) <= number <= Decimal(most)):
            raise Invalid("{label} phải từ {least} đến {most}.", least=least, most=most)
        return number

    return read


def day(typed: str) -> date:
    """A calendar day, dd/mm/yyyy as people write it or yyyy-mm-dd as date inputs send it."""
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", typed)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", typed)
    if match:
        parts = int(match[3]), int(match[2]), int(match[1])
    elif iso:
        parts = int(iso[1]), int(iso[2]), int(iso[3])
    else:
        raise Invalid("{label} phải theo dạng ngày/tháng/năm, ví dụ 03/09/1954.")
    try:
        return date(*parts)
    except ValueError:
        raise Invalid("{label}: không có ngày {typed} trong lịch.", typed=typed) from None


def hour(typed: str) -> time:
    """A time of the day, 07:30."""
    match = re.fullmatch(r"([01]?\d|2[0-3])[:hH]([0-5]\d)", typed)
    if match is None:
        raise Invalid("{label} phải theo dạng giờ:phút, ví dụ 07:30.")
    return time(int(match[1]), int(match[2]))


def phone(typed: str) -> str:
    """A Vietnamese phone number in the international form +84…"""
    try:
        number = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException:
        raise Invalid("{label} phải là số điện thoại Việt Nam có 10 chữ số.") from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not re.fullmatch(r"\+84[1-9][0-9]{8,9}", written):  # mobile numbers have 9 digits after +84, fixed lines 10
        raise Invalid("{label} phải là số điện thoại Việt Nam có 10 chữ số.")
    return written


def digits(*lengths: int) -> Callable[[str], str]:
    """Digits only, of one of these lengths."""

    def read(typed: str) -> str:
        bare = re.sub(r"[\s.-]", "", typed)
        if not bare.isascii() or not bare.isdigit() or len(bare) not in lengths:
            allowed = ", ".join(str(length) for length in lengths)
            raise Invalid("{label} có {allowed} chữ số; bạn đã nhập {typed}.", allowed=allowed, typed=len(bare))
        return bare

    return read


def ticked(typed: str) -> bool:
    """A box that was ticked."""
    return typed in {"1", "on", "true", "yes", "True"}


def id_(typed: str) -> UUID:
    """An id that the page gave out."""
    try:
        return UUID(typed)
    except ValueError:
        raise Invalid("{label}: hãy chọn một mục trong danh sách.") from None


class Born(msgspec.Struct, frozen=True, kw_only=True):
    """A birth date as far as it is known."""

    on: date
    precision: str


def person_name(typed: str) -> str:
    """A person's name in letters."""
    found = text(100, 2)(typed)
    if not all(part.isalpha() or part in " '’.-" for part in found):
        raise Invalid("{label} chỉ gồm chữ cái, khoảng trắng, dấu nháy và gạch nối.")
    return found


def birth(typed: str) -> Born:
    """A day, a month or only a year: 03/09/1954, 09/1954 or 1954."""
    if re.fullmatch(r"\d{4}", typed):
        born = Born(on=day(f"{typed}-01-01"), precision="year")
    elif match := re.fullmatch(r"(\d{1,2})[/.-](\d{4})", typed):
        born = Born(on=day(f"1/{match[1]}/{match[2]}"), precision="month")
    else:
        born = Born(on=day(typed), precision="day")
    today = clock.day_of(clock.now())
    if born.on > today:
        raise Invalid("{label} không thể ở tương lai.")
    if born.on.year < today.year - _OLDEST_YEARS:
        raise Invalid("{label} không thể trước năm {year}.", year=today.year - _OLDEST_YEARS)
    return born
