"""How the typed texts of a registration become values: names, numbers, days as far as they are known."""

import re
from datetime import date

from tiemchung.domain import people
from tiemchung.kit import clock
from tiemchung.web import fields
from tiemchung.web.forms import Invalid


def number(typed: str) -> str:
    """A number of a document, without the blanks and dots that people put into it."""
    return bare(fields.text(30)(typed))


def document(typed: str) -> str:
    """The number of a document whose kind is not told."""
    found = number(typed)
    if not people.is_document(found):
        raise Invalid("{label}: CCCD có 12 chữ số, CMND có 8 hoặc 9 chữ số, hộ chiếu có 6 đến 20 chữ và số.")
    return found


def bare(typed: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\s.-]", "", typed).upper()


def insurance(typed: str) -> str:
    """10 digits, or the 15 characters of an older card."""
    found = number(typed)
    if not people.is_insurance(found):
        raise Invalid("{label} có 10 chữ số, hoặc 15 ký tự gồm 2 chữ cái và 13 chữ số.")
    return found


def email(typed: str) -> str:
    """An address for mail."""
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}", typed) or len(typed) > 254:
        raise Invalid("{label} phải theo dạng ten@vidu.vn.")
    return typed


def country(typed: str) -> str:
    """Two letters (ISO 3166)."""
    if not re.fullmatch(r"[A-Z]{2}", typed):
        raise Invalid("{label}: hãy chọn một mục trong danh sách.")
    return typed


def wanted_on(typed: str) -> date:
    """A day within a year from today."""
    wanted = fields.day(typed)
    today = clock.day_of(clock.now())
    if wanted < today:
        raise Invalid("{label} không thể ở quá khứ.")
    if wanted > today.replace(year=today.year + 1, day=min(today.day, 28)):
        raise Invalid("{label} phải trong vòng một năm tới.")
    return wanted


def past_day(typed: str) -> date:
    """A day that has come."""
    on = fields.day(typed)
    if on > clock.day_of(clock.now()):
        raise Invalid("{label} không thể ở tương lai.")
    return on
