"""What a store begins with, from a spreadsheet: looked at row by row first, posted when nothing is wrong."""

import hashlib
import io
from typing import Any
from uuid import UUID

import openpyxl
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import stock
from tiemchung.domain.access import Staff
from tiemchung.domain.stock.opening import COLUMNS, MOST_ROWS, Row
from tiemchung.immunization_support.stock_desk import KEEPERS
from tiemchung.kit.db import Db
from tiemchung.web import sheets
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/diem-tiem/kho/dau-ky"
BOUNDS = sheets.Bounds(most_bytes=1_000_000, most_unpacked=20_000_000, most_rows=MOST_ROWS, columns=len(COLUMNS))

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
    return Response(out.getvalue(), media_type=sheets.XLSX, headers=headers)


@post(HERE, opt=staff(*KEEPERS))
async def bring(db: Db, request: Web) -> Response[Any] | Redirect:
    """Look at a list, or post it: `action` is `look` (nothing is written) or `post`."""
    member: Staff = request.state.actor
    sent = await request.form()
    body = await sent["file"].read(BOUNDS.most_bytes + 1) if hasattr(sent.get("file"), "read") else b""
    found = sheets.cells(body, BOUNDS)
    if found is None:
        return _page(request, [], {"file": NOT_A_SHEET}, status=422)
    rows = await stock.opening.look(db, [row for _, row in found])
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
