"""Tables that are sent: what is read of them, and that nothing broken or hostile is more than no table."""

import io
import zipfile

import openpyxl
import pytest

from tiemchung.web import sheets
from tiemchung.web.sheets import Bounds

BOUNDS = Bounds(most_bytes=100_000, most_unpacked=1_000_000, most_rows=3, columns=2, unread=1)


def a_workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("TT", "Tên"), *rows):
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def with_sheet(body: bytes) -> bytes:
    """A workbook whose first sheet is these bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_workbook((1, "A")))) as whole,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for part in whole.infolist():
            changed.writestr(part, body if part.filename == "xl/worksheets/sheet1.xml" else whole.read(part))
    return out.getvalue()


def test_rows_come_with_their_numbers_and_printed_numbers_fill_none():
    assert sheets.cells(a_workbook((1, "A"), (2, None), (3, "C")), BOUNDS) == [(2, [1, "A"]), (4, [3, "C"])]


def test_more_rows_than_may_be_are_no_table():
    assert sheets.cells(a_workbook(*((k, "A") for k in range(4))), BOUNDS) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"PK", a_workbook((1, "A"))[:-40], with_sheet(b"<worksheet><sheetData><row"), with_sheet(b"0" * 2_000_000)],
    ids=["nothing", "a beginning", "cut off", "broken XML", "a bomb"],
)
def test_what_is_no_workbook_is_no_table(body: bytes):
    assert sheets.cells(body, BOUNDS) is None
