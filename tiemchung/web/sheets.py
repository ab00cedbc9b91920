"""Tables as files of spreadsheets, out and in: CSV, and XLSX of plain text cells, so that no cell is ever run."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

import msgspec
from litestar import Response
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a broken or hostile workbook makes its readers say.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    IndexError,
    EOFError,
    RuntimeError,
)
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


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much a table that is sent may hold: bytes as sent and unpacked, filled rows, columns.

    A row counts as filled by what stands after its first `unread` columns: numbers that a template has printed fill none.
    """

    most_bytes: int
    most_unpacked: int
    most_rows: int
    columns: int
    unread: int = 0


def rows(body: bytes, bounds: Bounds) -> list[list[str]] | None:
    """The filled rows under the head of an XLSX or CSV file, as texts; None for what is no table of this size.

    A workbook says how large it unpacks to before it is unpacked, and cannot unpack to more. A formula is never worked
    out: only the value that was kept with it is read.
    """
    found = _filled(body, bounds, _of_workbook if body.startswith(b"PK") else _of_text)
    return None if found is None else [[as_text(cell) for cell in line] for _, line in found]


def cells(body: bytes, bounds: Bounds) -> list[tuple[int, list[Any]]] | None:
    """The filled rows under the head of an XLSX file with their numbers in it, values as they are kept; None as `rows`."""
    return _filled(body, bounds, _of_workbook)


def as_text(cell: object) -> str:
    """A cell as a person reads it: dd/mm/yyyy, whole numbers without a fraction, nothing for none."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _filled(
    body: bytes, bounds: Bounds, read: Callable[[bytes, Bounds], Iterable[Sequence[Any]]]
) -> list[tuple[int, list[Any]]] | None:
    if len(body) > bounds.most_bytes:
        return None
    try:
        lines = list(enumerate(islice(read(body, bounds), bounds.most_rows * 10), start=2))
    except _BROKEN:
        return None
    filled = [
        (number, list(line)) for number, line in lines if any(cell not in (None, "") for cell in line[bounds.unread :])
    ]
    if len(filled) > bounds.most_rows:
        return None
    return [(number, (line + [None] * bounds.columns)[: bounds.columns]) for number, line in filled]


def _of_workbook(body: bytes, bounds: Bounds) -> Iterable[Sequence[Any]]:
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        if sum(part.file_size for part in parts.infolist()) > bounds.most_unpacked:
            raise ValueError("a workbook that unpacks to more than it may")
    sheet = load_workbook(io.BytesIO(body), read_only=True, data_only=True).worksheets[0]
    yield from sheet.iter_rows(min_row=2, max_col=bounds.columns, values_only=True)


def _of_text(body: bytes, _: Bounds) -> Iterable[Sequence[Any]]:
    written = body.decode("utf-8-sig")
    try:
        dialect = csv.Sniffer().sniff(written[:2_000], delimiters=",;\t")
    except csv.Error as unclear:
        raise ValueError("no table") from unclear
    yield from islice(csv.reader(io.StringIO(written), dialect, strict=False), 1, None)


def _inert(cell: object) -> str:
    written = str(cell)
    return f"'{written}" if written.startswith(_RUNS) else written


def _text_cell(sheet: Any, cell: object) -> Cell:
    written = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(cell)))
    # Else what begins with an equals sign would be a formula.
    written.data_type = "s"
    return written
