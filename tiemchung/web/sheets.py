"""Tables as files that people open in a spreadsheet: CSV, and XLSX made of plain text cells, so that no cell is ever run."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Response
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so would be worked out as a formula (CSV injection).
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def answer(kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response[bytes]:
    """A table as a file to download; `kind` is csv or xlsx."""
    body = xlsx(heads, rows) if kind == "xlsx" else text(heads, rows)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"', "cache-control": "no-store"}
    return Response(body, media_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8", headers=headers)


def text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet whose cells are all text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [heads, *rows]:
        sheet.append([_text_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _inert(cell: object) -> str:
    written = str(cell)
    return f"'{written}" if written.startswith(_RUNS) else written


def _text_cell(sheet: Any, cell: object) -> Cell:
    written = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(cell)))
    # Else what begins with an equals sign would be a formula.
    written.data_type = "s"
    return written
