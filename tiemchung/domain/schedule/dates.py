"""Calendar arithmetic of the CDSi logic specification 4.6, chapter 3.6: years and months hold the day, weeks and days count."""

import re
from datetime import date, timedelta
from functools import lru_cache

import msgspec

LAST = date.max
FIRST = date.min

TERM = re.compile(r"([+-]?)\s*(\d+)\s*(year|month|week|day)s?", re.IGNORECASE)
WHOLE = re.compile(rf"\s*{TERM.pattern}(\s*[+-]\s*\d+\s*(year|month|week|day)s?)*\s*", re.IGNORECASE)


class Duration(msgspec.Struct, frozen=True):
    """A length of calendar time: "6 months - 4 days" is six months and minus four days. Both parts may be negative."""

    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        parts = [_amount(abs(self.months), "month", 12, "year"), _amount(abs(self.days), "day", 7, "week")]
        joined = "".join(
            f" {'-' if number < 0 else '+'} {words}"
            for number, words in zip((self.months, self.days), parts, strict=True)
            if number
        )
        return joined.removeprefix(" + ").strip() or "0 days"


class BadDuration(ValueError):
    """A text that is no length of calendar time; its argument is the text."""


def parse(text: str) -> Duration:
    """ "12 months - 4 days" and the like. Raises `BadDuration`."""
    if not WHOLE.fullmatch(text):
        raise BadDuration(text)
    months = days = 0
    for sign, number, unit in TERM.findall(text):
        amount = -int(number) if sign == "-" else int(number)
        match unit.lower():
            case "year":
                months += 12 * amount
            case "month":
                months += amount
            case "week":
                days += 7 * amount
            case _:
                days += amount
    return Duration(months, days)


@lru_cache(maxsize=1 << 16)
def add(day: date, duration: Duration) -> date:
    """A day plus a duration; a day that does not exist becomes the 1st of the next month (31/03 + 6 months = 01/10).

    Before the first or past the last day that can be written, that day.
    """
    if duration.months:
        month = day.year * 12 + day.month - 1 + duration.months
        year, month = divmod(month, 12)
        if not 1 <= year <= LAST.year:
            return LAST if year > LAST.year else FIRST
        day = _held(year, month + 1, day.day)
    if not duration.days:
        return day
    room = (LAST - day).days if duration.days > 0 else (day - FIRST).days
    return day + timedelta(days=duration.days) if abs(duration.days) <= room else (LAST if duration.days > 0 else FIRST)


def _held(year: int, month: int, day: int) -> date:
    if day <= 28:
        return date(year, month, day)
    try:
        return date(year, month, day)
    except ValueError:  # the calendar itself says which days exist; December has all of them
        return date(year, month + 1, 1)


def _amount(number: int, small: str, many: int, big: str) -> str:
    number, unit = (number // many, big) if number and number % many == 0 else (number, small)
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
