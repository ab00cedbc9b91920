"""The stock a place begins with, from a list: looked at first, row by row, then posted once."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from tiemchung.domain import vaccines
from tiemchung.domain.stock import rules
from tiemchung.domain.stock.actions import insert_unit, post
from tiemchung.domain.stock.events import ReceivedFromMaker
from tiemchung.domain.stock.model import Line, Reason, State
from tiemchung.kit import clock
from tiemchung.kit.db import Db

COLUMNS = ("Mã vắc xin", "Số lô", "Hạn dùng", "Số liều")
MOST_ROWS, MOST_DOSES = 2_000, 10_000_000
WORDS = {
    "product": "Không có vắc xin mã này.",
    "lot": "Lô chưa có trong danh mục của vắc xin này.",
    "expiry": "Hạn dùng không phải hạn in của lô.",
    "date": "Hạn dùng phải là một ngày, ví dụ 31/12/2021.",
    "doses": "Số liều phải là số nguyên từ 1 đến 10.000.000.",
    "twice": "Lô này đã có ở một dòng trên.",
    "empty": "Dòng còn ô trống.",
}

Cell = str | int | float | datetime | date | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list: its number there, what it says, and what is wrong with it (`WORDS`), if anything."""

    number: int
    cells: Sequence[str]
    lot_id: UUID | None = None
    product: str = ""
    doses: int = 0
    wrong: str | None = None

    @property
    def wrong_words(self) -> str:
        """What is wrong with the row, in words."""
        return WORDS[self.wrong] if self.wrong else ""


async def look(db: Db, rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """What posting these rows (without the head) would do; nothing is written."""
    known = {product.code for product in await vaccines.products(db)}
    found: list[Row] = []
    seen: set[tuple[str, str]] = set()
    for number, cells in enumerate(rows, start=2):
        row = await _row(db, number, [*cells, None, None, None, None][:4], known)
        key = (row.cells[0], row.cells[1])
        found.append(msgspec.structs.replace(row, wrong="twice") if row.wrong is None and key in seen else row)
        seen.add(key)
    return found


async def bring(db: Db, place_id: UUID, list_id: UUID, rows: Sequence[Row]) -> int:
    """Post a list without faults, each row an entry from outside on the shelf; how many doses came in.

    `list_id` is the list's own id: the same list again is refused, `AlreadyPosted`.
    """
    for row in rows:
        if row.lot_id is None or row.wrong is not None:
            raise ValueError(f"row {row.number} has a fault")
        await _bring(db, place_id, uuid5(list_id, str(row.number)), row, row.lot_id)
    return sum(row.doses for row in rows)


async def _bring(db: Db, place_id: UUID, entry_id: UUID, row: Row, lot_id: UUID) -> None:
    limits = await vaccines.storage_limits(db, row.product)
    first = rules.first_clock({state: limit.days for state, limit in limits.items()})
    # The entry's id is the unit's too: a list that is posted again meets the ledger's refusal before it makes units.
    lines = [
        Line(place_id=place_id, lot_id=lot_id, unit_id=entry_id, state=State.external, doses=-row.doses),
        Line(place_id=place_id, lot_id=lot_id, unit_id=entry_id, state=State.on_hand, doses=row.doses),
    ]
    await post(db, Reason.opening, lines, entry_id=entry_id)
    await insert_unit(db, place_id, entry_id, lot_id, first, None)
    await db.happened(ReceivedFromMaker(place_id=place_id, lot_id=lot_id, doses=row.doses, entry_id=entry_id))


async def _row(db: Db, number: int, cells: Sequence[Cell], known: set[str]) -> Row:
    shown = [_shown(cell) for cell in cells]
    if not all(shown):
        return Row(number=number, cells=shown, wrong="empty")
    product, lot_number = shown[0].upper(), shown[1]
    if product not in known:
        return Row(number=number, cells=shown, wrong="product")
    expires_on, doses = _day(cells[2]), _doses(cells[3])
    if expires_on is None:
        return Row(number=number, cells=shown, wrong="date")
    if doses is None:
        return Row(number=number, cells=shown, wrong="doses")
    lot = await vaccines.lot_by_number(db, product, lot_number, clock.day_of(db.at))
    if lot is None:
        return Row(number=number, cells=shown, wrong="lot")
    if expires_on not in {lot.printed_expires_on, lot.expires_on}:
        return Row(number=number, cells=shown, wrong="expiry")
    return Row(number=number, cells=shown, lot_id=lot.lot_id, product=product, doses=doses)


def _shown(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell).strip()


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", str(cell).strip())
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    if not 1 <= month <= 12 or not 1 <= day <= 31 or year < 1:
        return None
    first = date(year, month, 1)
    found = first + timedelta(days=day - 1)
    return found if found.month == month else None


def _doses(cell: Cell) -> int | None:
    text = str(cell).strip()
    if isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    if not re.fullmatch(r"[0-9]{1,8}", text):
        return None
    return int(text) if 0 < int(text) <= MOST_DOSES else None
