"""The official list of people as a workbook: its columns, its rows written and read one by one, what is wrong named by column.

Columns as the ministry's import form has them: who, where, then vaccine, day, lot and site of each dose, a note, and the
column that the platform fills. Unknown cells stay empty; a year alone is a birth date known by its year. Somebody without a
phone has a number, else nobody would know them again.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import openpyxl

from tiemchung.domain import people
from tiemchung.domain.geography import Lineage
from tiemchung.domain.immunizations.listed import Listed
from tiemchung.domain.people import Contact, Identifier
from tiemchung.kit import clock
from tiemchung.web import fields, sheets
from tiemchung.web.forms import Invalid
from tiemchung.web.sheets import Bounds

WHO = ("STT", "Họ và tên", "Ngày sinh", "Giới tính (0 nam, 1 nữ)", "Mã nhóm ưu tiên", "Đơn vị công tác", "Số điện thoại",
       "Số CCCD, CMND, hộ chiếu", "Số thẻ BHYT", "Tỉnh", "Mã tỉnh", "Huyện", "Mã huyện", "Xã", "Mã xã", "Địa chỉ")  # fmt: skip
DOSE = ("Vắc xin", "Ngày tiêm", "Số lô", "Mã điểm tiêm")
DOSES = 3
NOTE, RESULT = "Ghi chú", "Kết quả nhập"
HEADS = [*WHO, *(f"{name} mũi {k}" for k in range(1, DOSES + 1) for name in DOSE), NOTE, RESULT]
# The first column is a running number that a printed template may hold already.
BOUNDS = Bounds(most_bytes=5_000_000, most_unpacked=60_000_000, most_rows=2_000, columns=len(HEADS), unread=1)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The lists that a workbook's codes point into."""

    groups: Mapping[str, int]
    communes: Mapping[str, int]
    products: Mapping[str, str]
    sites: Mapping[str, Any]


class DoseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dose of a row."""

    product: str
    on: date
    lot_number: str | None
    site: Any


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was read: its number in the sheet, the person's cells and doses, or what is wrong by column."""

    number: int
    name: str
    person: dict[str, Any]
    doses: list[DoseRow]
    wrong: list[tuple[str, str, dict[str, object]]]

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two rows of a file the same person: the number, else name, birth and phone."""
        numbers = [one.value for one in self.person["identifiers"]]
        return tuple(numbers[:1]) or (self.name.casefold(), self.person["birth_date"], self.person["phone"])


def cells(body: bytes) -> list[tuple[int, list[str]]] | None:
    """The filled rows under the head with their numbers; None for what is no workbook of this size."""
    found = sheets.cells(body, BOUNDS)
    return None if found is None else [(number, [sheets.as_text(cell) for cell in row]) for number, row in found]


def read(number: int, row: Sequence[str], known: Known) -> Row:
    """Read one row; every cell at fault is named, not the first alone."""
    wrong: list[tuple[str, str, dict[str, object]]] = []

    def cell(k: int, parse: Callable[[str], Any], *, needed: bool = True) -> Any:
        text = row[k].strip()
        if not text:
            if needed:
                wrong.append((HEADS[k], "Còn thiếu.", {}))
            return None
        try:
            return parse(text)
        except Invalid as found:
            wrong.append((HEADS[k], found.sentence, {"label": HEADS[k]} | found.facts))
            return None

    born = cell(2, fields.birth)
    person = {
        "birth_date": born.on if born else None,
        "birth_precision": born.precision if born else None,
        "sex": cell(3, _one_of({"0": "male", "1": "female"})),
        "priority_group_id": cell(4, _one_of(known.groups), needed=False),
        "workplace": row[5].strip() or None,
        "phone": cell(6, fields.phone, needed=not row[7].strip()),
        "area_id": cell(14, _one_of(known.communes)),
        "address": row[15].strip()[:200],
        "identifiers": [one for one in (cell(7, _document, needed=False), cell(8, _card, needed=False)) if one],
    }
    name = cell(1, fields.person_name)
    doses = [dose for k in range(DOSES) if (dose := _dose(len(WHO) + k * len(DOSE), row, cell, known)) is not None]
    return Row(number=number, name=name or row[1].strip(), person=person, doses=doses, wrong=wrong)


def mentioned(rows: Iterable[Sequence[str]]) -> tuple[set[str], set[str]]:
    """The codes of communes and of sites that rows name."""
    found = list(rows)
    sites = [len(WHO) + k * len(DOSE) + 3 for k in range(DOSES)]
    return {row[14].strip() for row in found}, {row[k].strip() for row in found for k in sites}


def written(number: int, one: Listed, where: Lineage, note: str) -> list[str]:
    """Somebody as a row; `note` says what the columns cannot hold."""
    numbers = {found.kind: found.value for found in one.identifiers}
    areas = [where.at(level) for level in ("province", "district", "commune")]
    born = people.birth_words(one.birth_date, one.birth_precision)
    sex = {"male": "0", "female": "1"}[one.sex]
    group = "" if one.group_code is None else str(one.group_code)
    # A phone is written as it is dialled in the country.
    phone = (one.phone or "").replace("+84", "0", 1)
    document = numbers.get("national_id") or numbers.get("passport") or ""
    cells = [
        str(number),
        one.name,
        born,
        sex,
        group,
        one.workplace or "",
        phone,
        document,
        numbers.get("insurance", ""),
    ]
    cells += [text for area in areas for text in ((area.name, area.code) if area else ("", ""))] + [one.address]
    for dose in one.doses[:DOSES]:
        cells += [dose.product, f"{dose.on:%d/%m/%Y}", dose.lot_number or "", dose.site]
    cells += [""] * (len(WHO) + DOSES * len(DOSE) - len(cells))
    return [*cells, note, ""]


def contacts(row: Row) -> list[Contact]:
    """The phone of a row, if it has one."""
    if row.person["phone"] is None:
        return []
    return [Contact(kind="phone", relation="self", holder_name=None, value=row.person["phone"])]


def workbook(
    heads: Sequence[str], rows: Iterable[Sequence[object]], lists: Mapping[str, Sequence[Sequence[object]]]
) -> bytes:
    """A workbook with the list on its first sheet and each code list on one of its own; all cells are text."""
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    first.title = "Danh sách"
    _write(first, [heads, *rows])
    for title, lines in lists.items():
        _write(book.create_sheet(title), lines)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, lines: Iterable[Sequence[object]]) -> None:
    for k, line in enumerate(lines, start=1):
        for n, value in enumerate(line, start=1):
            cell = sheet.cell(row=k, column=n, value="".join(c for c in str(value) if c >= " "))
            # A text that begins like a formula stays a text.
            cell.data_type = "s"


def _dose(at: int, row: Sequence[str], cell: Callable[..., Any], known: Known) -> DoseRow | None:
    if not any(row[at : at + len(DOSE)]):
        return None
    product, on = cell(at, _one_of(known.products)), cell(at + 1, _past_day)
    lot, site = cell(at + 2, fields.text(40), needed=False), cell(at + 3, _one_of(known.sites))
    return DoseRow(product=product, on=on, lot_number=lot, site=site) if product and on and site else None


def _one_of(known: Mapping[str, Any]) -> Callable[[str], Any]:
    def find(text: str) -> Any:
        found = known.get(text.casefold())
        if found is None:
            raise Invalid("Mã {typed} không có trong danh mục.", typed=text[:40])
        return found

    return find


def _past_day(text: str) -> date:
    on = fields.day(text)
    if on > clock.day_of(clock.now()):
        raise Invalid("{label} không thể ở tương lai.")
    return on


def _document(text: str) -> Identifier:
    number = "".join(text.split()).upper()
    if people.is_national_id(number):
        return Identifier(kind="national_id", country="VN", value=number)
    if number.isdigit() or not people.is_passport(number):
        raise Invalid("{label} có 8, 9 hoặc 12 chữ số, hoặc là số hộ chiếu.")
    return Identifier(kind="passport", country="VN", value=number)


def _card(text: str) -> Identifier:
    number = "".join(text.split()).upper()
    if not people.is_insurance(number):
        raise Invalid("{label} có 10 hoặc 15 ký tự.")
    return Identifier(kind="insurance", country="VN", value=number)
