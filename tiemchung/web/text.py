"""How numbers, days and names are written for people: vi-VN numbers, dd/mm/yyyy, 24 hours, Viet Nam's clock."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from tiemchung.domain.schedule import reasons
from tiemchung.kit import clock
from tiemchung.web.assets import assets
from tiemchung.web.i18n import Translate

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def number(value: float | Decimal, digits: int = 0) -> str:
    """1234567.5 is 1.234.568; with one digit, 1.234.567,5."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def percent(share: float | None, digits: int = 1) -> str:
    """A share of one as 96,4%; – where there is none."""
    return "–" if share is None else f"{number(share * 100, digits)}%"


def day(value: date | datetime | str) -> str:
    """dd/mm/yyyy."""
    found = _parsed(value)
    return (clock.local(found) if isinstance(found, datetime) else found).strftime("%d/%m/%Y")


def hour(value: datetime | str) -> str:
    """HH:MM on Viet Nam's clock."""
    found = _parsed(value)
    return clock.local(found).strftime("%H:%M") if isinstance(found, datetime) else ""


def moment(value: datetime | str) -> str:
    """HH:MM dd/mm/yyyy."""
    return f"{hour(value)} {day(value)}"


def weekday(value: date | datetime | str) -> str:
    """The day of the week, the message id of its English name."""
    found = _parsed(value)
    return _WEEKDAYS[(clock.local(found) if isinstance(found, datetime) else found).weekday()]


def born(birth_date: date | str, precision: str) -> str:
    """A birth date no more exact than it is known: 1954, 09/1954 or 03/09/1954."""
    found = _parsed(birth_date)
    return found.strftime({"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}[precision])


def initials(name: str) -> str:
    """The letters of a round picture, from the end of the name, where Vietnamese names differ: Trần Thị Lan is TL."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


def short_name(name: str, most: int = 22) -> str:
    """A long name, shortened in its middle: Nguyễn T. Thu Hương."""
    words = name.split()
    for k in range(1, len(words) - 1):
        if len(" ".join(words)) <= most:
            break
        words[k] = f"{words[k][0]}."
    return " ".join(words)


def masked(value: str) -> str:
    """A number of a person for a screen that others may see: 0461 •••• •218."""
    return f"{value[:4]} •••• •{value[-3:]}" if len(value) >= 9 else f"{value[:1]}•••{value[-2:]}"


def icon(name: str) -> str:
    """An icon of the sprite; it says nothing by itself, so a word stands beside it."""
    return Safe(f'<svg class="i" aria-hidden="true"><use href="{assets().url("icons.svg")}#{name}"/></svg>')


class Safe(str):
    """HTML of our own making, shown as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def in_templates(lang: str, translate: Translate) -> Mapping[str, Callable[..., object]]:
    """What every template may call; names that begin with `filter_` are filters."""
    return {
        "icon": icon,
        "reason": lambda value: reasons.sentence(value, translate),  # pyright: ignore[reportUnknownLambdaType]
        "filter_number": number,
        "filter_percent": percent,
        "filter_date": day,
        "filter_time": hour,
        "filter_moment": moment,
        "filter_weekday": lambda value: translate(weekday(value)),  # pyright: ignore[reportUnknownLambdaType]
        "filter_born": born,
        "filter_initials": initials,
        "filter_short_name": short_name,
        "filter_masked": masked,
        "filter_age_words": lambda value: reasons.age(value, translate),  # pyright: ignore[reportUnknownLambdaType]
        "filter_length_words": lambda value: reasons.length(value, translate),  # pyright: ignore[reportUnknownLambdaType]
    }


def _parsed(value: date | datetime | str) -> date | datetime:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
