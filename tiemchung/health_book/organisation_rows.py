"""A list of an organisation's people, line by line: every cell at fault is named, and the same person twice is found."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from tiemchung.domain import geography, people, registrations
from tiemchung.domain.people import Contact, Identifier, NewPerson
from tiemchung.domain.registrations import NewRegistration
from tiemchung.domain.registrations.organisations import UNASKED, Organisation
from tiemchung.health_book import register_fields as read
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields
from tiemchung.web.forms import Invalid, clean
from tiemchung.web.sheets import Bounds

HEADS = ("Họ và tên", "Ngày sinh", "Giới tính", "Số điện thoại", "Số CCCD, CMND hoặc hộ chiếu", "Quốc tịch", "Nghề nghiệp",
         "Mã nhóm ưu tiên", "Xã, phường nơi ở", "Số nhà, đường, thôn")  # fmt: skip
EXAMPLE = ("Lê Thị Mẫu", "03/09/1986", "Nữ", "0905000001", "046186000999", "VN", "Công nhân", "6", "19762", "1 Lê Lợi")
BOUNDS = Bounds(most_bytes=1_000_000, most_unpacked=10_000_000, most_rows=500, columns=len(HEADS))
_SEXES = {"nam": "male", "nữ": "female", "nu": "female", "khác": "other", "khac": "other", "0": "male", "1": "female"}
_ADULT = 18


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read: its number, the person, or what is wrong by column (sentence and its facts)."""

    number: int
    cells: list[str]
    person: NewPerson | None
    wrong: list[tuple[str, str, dict[str, object]]]


async def read_lines(db: Db, organisation: Organisation, lines: Sequence[Sequence[str]]) -> list[Line]:
    """All lines of a list with what is wrong with each."""
    areas = await _areas(db, {line[8].strip() for line in lines})
    groups = {str(group.code): group.priority_group_id for group in await registrations.priority_groups(db)}
    countries = {country.code for country in await people.countries(db)}
    found: list[Line] = []
    seen: dict[tuple[object, ...], int] = {}
    for number, cells in enumerate(lines, start=1):
        line = _read(number, cells, organisation, areas, groups, countries)
        if line.person is not None:
            first = seen.setdefault(_who(line.person), number)
            if first != number:
                twice = ("Họ và tên", "Trùng người với dòng {number}.", {"number": first})
                line = msgspec.structs.replace(line, person=None, wrong=[twice])
        found.append(line)
    return found


def registration(person: NewPerson, *, consent_text_id: int, wanted_on: date, wanted_part: str) -> NewRegistration:
    """A right line as a registration for a first dose."""
    return NewRegistration(
        person=person,
        channel="organisation",
        relation="organisation",
        dose_role="basic",
        ordinal=1,
        wanted_on=wanted_on,
        wanted_part=wanted_part,
        history=UNASKED,
        consent_text_id=consent_text_id,
        given_by="registrant",
    )


def typed_lines(typed: str) -> list[list[str]]:
    """Lines that were typed or pasted: cells between semicolons or tabs. More than fit are cut where the rule is told."""
    lines = [
        [cell.strip() for cell in line.replace("\t", ";").split(";")] for line in typed.splitlines() if line.strip()
    ]
    return [(line + [""] * len(HEADS))[: len(HEADS)] for line in lines]


def _read(
    number: int,
    cells: Sequence[str],
    organisation: Organisation,
    areas: Mapping[str, int | None],
    groups: Mapping[str, int],
    countries: set[str],
) -> Line:
    wrong: list[tuple[str, str, dict[str, object]]] = []

    def cell(k: int, parse: Callable[[str], Any], default: Any = None) -> Any:
        try:
            typed = clean(cells[k])
            if typed:
                return parse(typed)
            if default is None:
                wrong.append((HEADS[k], "Còn thiếu.", {}))
        except Invalid as found:
            wrong.append((HEADS[k], found.sentence, {"label": HEADS[k]} | found.facts))
        return default

    name, born = cell(0, fields.person_name), cell(1, _adult)
    sex, phone = cell(2, _one_of(_SEXES)), cell(3, fields.phone)
    nationality = cell(5, _one_of({code.casefold(): code for code in countries}), "VN")
    document = cell(4, lambda typed: _document(typed, nationality))
    occupation, group = cell(6, fields.text(100)), cell(7, _one_of(groups))
    area_id, address = cell(8, lambda typed: _area(areas, typed)), cell(9, fields.text(200))
    if wrong:
        return Line(number=number, cells=list(cells), person=None, wrong=wrong)
    doubts = people.national_id_doubts(document.value, born.on, sex) if document.kind == "national_id" else []
    person = NewPerson(
        name=name,
        sex=sex,
        birth_date=born.on,
        birth_precision=born.precision,
        nationality=nationality,
        ethnic_group=None,
        occupation=occupation,
        workplace=organisation.name,
        area_id=area_id,
        address=address,
        priority_group_id=group,
        tags=["national_id_doubt"] if doubts else [],
        identifiers=[document],
        contacts=[Contact(kind="phone", relation="self", holder_name=None, value=phone)],
    )
    return Line(number=number, cells=list(cells), person=person, wrong=[])


async def _areas(db: Db, texts: set[str]) -> dict[str, int | None]:
    """The commune that each text means, by its code or by words that fit one alone."""
    on = (await registrations.campaign_of(db)).geography_on
    found: dict[str, int | None] = {}
    for text in texts:
        if text.isdecimal():
            try:
                area = await geography.by_code(db, text, on)
                found[text] = area.area_id if area.level == "commune" else None
            except NotFound:
                found[text] = None
        else:
            hits = await geography.search(db, text[:100], on, limit=2)
            found[text] = hits[0].area.area_id if len(hits) == 1 else None
    return found


def _area(areas: Mapping[str, int | None], typed: str) -> int:
    found = areas.get(typed)
    if found is None:
        raise Invalid("Không rõ là xã, phường nào: hãy ghi mã, hoặc tên kèm huyện và tỉnh.")
    return found


def _adult(typed: str) -> fields.Born:
    born = fields.birth(typed)
    if people.age(born.on, clock.day_of(clock.now())) < _ADULT:
        raise Invalid("Người dưới 18 tuổi do cha mẹ hoặc người giám hộ đăng ký.")
    return born


def _document(typed: str, nationality: str) -> Identifier:
    number = read.number(typed)
    if people.is_national_id(number):
        return Identifier(kind="national_id", country="VN", value=number)
    if number.isdigit() or not people.is_passport(number):
        raise Invalid("{label} có 8, 9 hoặc 12 chữ số, hoặc là số hộ chiếu.")
    return Identifier(kind="passport", country=nationality, value=number)


def _one_of(known: Mapping[str, Any]) -> Callable[[str], Any]:
    def find(typed: str) -> Any:
        found = known.get(typed.casefold())
        if found is None:
            raise Invalid("“{typed}” không có trong danh mục.", typed=typed[:40])
        return found

    return find


def _who(person: NewPerson) -> tuple[object, ...]:
    return tuple(number.value for number in person.identifiers)
