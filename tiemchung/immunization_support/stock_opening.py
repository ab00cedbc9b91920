"""What a store begins with, from a spreadsheet: looked at row by row first, posted when nothing is wrong."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import openpyxl
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from openpyxl.utils.exceptions import InvalidFileException

from tiemchung.domain import stock
from tiemchung.domain.access import Staff
from tiemchung.domain.stock.opening import COLUMNS, MOST_ROWS, Cell, Row
from tiemchung.immunization_support.stock_desk import KEEPERS
from tiemchung.kit.db import Db
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/diem-tiem/kho/dau-ky"
MOST_BYTES, MOST_UNPACKED = 1_000_000, 20_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


WORDS = {
    "sheet": "Tệp phải là bảng tính XLSX, tối đa 1 MB và 2.000 dòng, theo mẫu.",
    "rows": "Còn dòng sai, nên chưa ghi dòng nào. Sửa tệp rồi gửi lại.",
}
NOT_A_SHEET, ROWS_WRONG = WORDS["sheet"], WORDS["rows"]


@get(HERE, opt=staff(*KEEPERS))
async def look(request: Web) -> Response[bytes]:
    """The form and the columns."""
    return _page(request, [], {})


@get(HERE + "/mau.xlsx", opt=staff(*KEEPERS))
async def template() -> Response[bytes]:
    """An empty list with the columns in order."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(COLUMNS))
    for letter, width in zip("ABCD", (14, 18, 16, 12), strict=True):
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    headers = {"content-disposition": 'attachment; filename="ton-dau-ky.xlsx"'}
    return Response(out.getvalue(), media_type=XLSX, headers=headers)


@post(HERE, opt=staff(*KEEPERS))
async def bring(db: Db, request: Web) -> Response[Any] | Redirect:
    """Look at a list, or post it: `action` is `look` (nothing is written) or `post`."""
    member: Staff = request.state.actor
    sent = await request.form()
    body = await sent["file"].read(MOST_BYTES + 1) if hasattr(sent.get("file"), "read") else b""
    cells = _rows(body)
    if cells is None:
        return _page(request, [], {"file": NOT_A_SHEET}, status=422)
    rows = await stock.opening.look(db, cells)
    if sent.get("action") != "post":
        return _page(request, rows, {})
    if not rows or any(row.wrong for row in rows):
        return _page(request, rows, {"file": ROWS_WRONG}, status=422)
    # The same file at the same place is the same list, whoever sends it and however often.
    list_id = UUID(bytes=hashlib.sha256(member.place_id.bytes + body).digest()[:16])

    async def act() -> Answer:
        await stock.opening.bring(db, member.place_id, list_id, rows)
        return Answer(location="/diem-tiem/kho")

    return await once(db, request, await command_id(request), "stock.opening", act)


def _rows(body: bytes) -> Sequence[Sequence[Cell]] | None:
    """The rows under the head; None for what is no workbook, or a larger one than a list of stock is."""
    if len(body) > MOST_BYTES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                return None
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        found: list[list[Any]] = [
            list(row[:4]) for row in book.worksheets[0].iter_rows(min_row=2, max_col=4, values_only=True)
        ]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError):
        return None
    filled = [row for row in found if any(cell is not None for cell in row)]
    return filled if len(filled) <= MOST_ROWS else None


def _page(request: Web, rows: list[Row], errors: dict[str, str], *, status: int = 200) -> Response[bytes]:
    form = Filled[Any](errors=errors)
    return page(
        request,
        "immunization_support/stock/opening.html",
        status=status,
        form=form,
        rows=rows,
        wrong=sum(row.wrong is not None for row in rows),
        doses=sum(row.doses for row in rows),
        columns=COLUMNS,
    )


routes: list[ControllerRouterHandler] = [look, template, bring]
