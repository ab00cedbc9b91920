"""One line of JSON into a question for the engine: every field is checked, and what is wrong is named by field and rule."""

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tiemchung.domain.schedule.answers import Dose, Finding, Sex, Subject
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.history import UnknownGroup
from tiemchung.domain.schedule.model import Group
from tiemchung.domain.schedule.xml_text import cvx

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PART = re.compile(r"(\d{4})(?:-(\d{2}))?")
SEXES = {"f": Sex.female, "m": Sex.male, "o": Sex.other, "u": Sex.unknown, "": Sex.unknown} | {
    sex.value: sex for sex in Sex
}


class BadLine(Exception):
    """A line that cannot be asked about: which field breaks which rule. `id` is the line's own, if it had one."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule
        self.id: object = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A dose as the line said it: its date and its code, for the answer to repeat."""

    date: str
    cvx: str | None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a line asks."""

    id: object
    subject: Subject
    on: date
    group: Group
    doses: list[Dose]
    said: list[Said]
    findings: list[Finding]
    place: str | None = None
    known_at: datetime | None = None


def read(line: bytes, schedule: Schedule) -> Question:
    """A line as a question. Raises `BadLine`."""
    try:
        asked = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # the last: brackets within brackets without end
        raise BadLine("line", "json") from None
    if not isinstance(asked, dict):
        raise BadLine("line", "object")
    try:
        return _question(asked, schedule)
    except BadLine as wrong:
        wrong.id = asked.get("id")
        raise


def _question(asked: dict[str, Any], schedule: Schedule) -> Question:
    if "id" not in asked:
        raise BadLine("id", "required")
    on = _day(asked, "assessment_date", "assessment_date")
    born_on, born_by = _days(asked, "birth_date", "birth_date")
    if born_on > on:
        raise BadLine("birth_date", "after_assessment_date")
    subject = Subject(born_on=born_on, born_by=None if born_by == born_on else min(born_by, on), sex=_sex(asked))
    doses: list[Dose] = []
    said: list[Said] = []
    for number, each in enumerate(_objects(asked, "doses")):
        dose, words = _dose(each, f"doses[{number}]", subject, on, schedule)
        doses.append(dose)
        said.append(words)
    return Question(
        id=asked["id"],
        subject=subject,
        on=on,
        group=_group(asked, schedule),
        doses=doses,
        said=said,
        findings=[
            _finding(each, f"observations[{number}]") for number, each in enumerate(_objects(asked, "observations"))
        ],
        place=_optional_text(asked, "place", "place"),
        known_at=_moment(asked, "known_at"),
    )


def _dose(each: dict[str, Any], where: str, subject: Subject, on: date, schedule: Schedule) -> tuple[Dose, Said]:
    first, last = _days(each, "date", f"{where}.date")
    if last < subject.born_on:
        raise BadLine(f"{where}.date", "before_birth")
    if first > on:
        raise BadLine(f"{where}.date", "after_assessment_date")
    last = min(last, on)
    product, code = _product(each, where, schedule)
    dose = Dose(
        on=first,
        by=None if last == first else last,
        product=product,
        mvx=_optional_text(each, "mvx", f"{where}.mvx"),
        volume_ml=_volume(each, f"{where}.volume_ml"),
    )
    return dose, Said(date=str(each["date"]) if dose.by else first.isoformat(), cvx=code)


def _product(each: dict[str, Any], where: str, schedule: Schedule) -> tuple[str, str | None]:
    """The schedule's product by its own code or by a CVX code that only one of its products has."""
    named = _optional_text(each, "product", f"{where}.product")
    if named is not None:
        product = schedule.product(named) or schedule.product(cvx(named))
        if product is None:
            raise BadLine(f"{where}.product", "unknown_product")
        return product.code, product.cvx
    code = each.get("cvx")
    if isinstance(code, int) and not isinstance(code, bool):
        code = str(code)
    if code is None or code == "":
        raise BadLine(f"{where}.cvx", "required")
    if not isinstance(code, str):
        raise BadLine(f"{where}.cvx", "text")
    found = schedule.products_by_cvx(cvx(code.strip()))
    if not found:
        raise BadLine(f"{where}.cvx", "unknown_product")
    if len(found) > 1:
        raise BadLine(f"{where}.cvx", "several_products")
    return found[0].code, code


def _finding(each: dict[str, Any], where: str) -> Finding:
    code = each.get("code")
    if isinstance(code, int) and not isinstance(code, bool):
        code = f"{code:03}"
    if not isinstance(code, str) or not code.strip():
        raise BadLine(f"{where}.code", "required")
    on = None if each.get("date") in (None, "") else _day(each, "date", f"{where}.date")
    return Finding(code=code.strip(), on=on)


def _group(asked: dict[str, Any], schedule: Schedule) -> Group:
    name = _optional_text(asked, "vaccine_group", "vaccine_group")
    if name is None:
        raise BadLine("vaccine_group", "required")
    try:
        return schedule.group(name)
    except UnknownGroup as unknown:
        raise BadLine("vaccine_group", unknown.rule or "") from None


def _sex(asked: dict[str, Any]) -> Sex:
    text = _optional_text(asked, "sex", "sex") or ""
    sex = SEXES.get(text.strip().lower())
    if sex is None:
        raise BadLine("sex", "one_of_female_male_other_unknown")
    return sex


def _objects(asked: dict[str, Any], field: str) -> list[dict[str, Any]]:
    found = asked.get(field)
    if found is None:
        return []
    if not isinstance(found, list):
        raise BadLine(field, "list")
    for number, each in enumerate(found):
        if not isinstance(each, dict):
            raise BadLine(f"{field}[{number}]", "object")
    return found


def _days(asked: dict[str, Any], field: str, where: str) -> tuple[date, date]:
    """The first and the last day that a text may mean: a day, a month or a year."""
    text = asked.get(field)
    match = PART.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        day = _day(asked, field, where)
        return day, day
    year, month = int(match[1]), int(match[2] or 0)
    try:
        if not match[2]:
            return date(year, 1, 1), date(year, 12, 31)
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except ValueError:
        raise BadLine(where, "date") from None


def _day(asked: dict[str, Any], field: str, where: str) -> date:
    """A day; a moment with its offset is the day that it is in Vietnam."""
    text = asked.get(field)
    if text is None or text == "":
        raise BadLine(where, "required")
    try:
        if isinstance(text, str) and DAY.fullmatch(text):
            return date.fromisoformat(text)
        if isinstance(text, str) and "T" in text and (moment := datetime.fromisoformat(text)).tzinfo is not None:
            return moment.astimezone(HERE).date()
    except (ValueError, OverflowError):
        pass
    raise BadLine(where, "date")


def _moment(asked: dict[str, Any], field: str) -> datetime | None:
    text = _optional_text(asked, field, field)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine(field, "moment_with_offset") from None
    if moment.tzinfo is None:
        raise BadLine(field, "moment_with_offset")
    return moment


def _volume(each: dict[str, Any], where: str) -> float | None:
    volume = each.get("volume_ml")
    if volume is None:
        return None
    if isinstance(volume, bool) or not isinstance(volume, int | float) or volume <= 0:
        raise BadLine(where, "positive_number")
    return float(volume)


def _optional_text(asked: dict[str, Any], field: str, where: str) -> str | None:
    text = asked.get(field)
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise BadLine(where, "text")
    return text.strip()
