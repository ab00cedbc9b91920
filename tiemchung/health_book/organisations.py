"""An organisation registers its people: its own account, a list typed or sent as a file, tried first, registered once."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from tiemchung.domain import access, geography, registrations
from tiemchung.domain.registrations import NewRegistration
from tiemchung.domain.registrations import organisations as register
from tiemchung.domain.registrations.errors import OrganisationKnown, TaxCodeTaken
from tiemchung.domain.registrations.organisations import Organisation, StaffList
from tiemchung.health_book import organisation_rows as lines
from tiemchung.health_book import register_fields as typed_as
from tiemchung.health_book.organisation_rows import HEADS, Line
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields, sheets
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, parse, typed_of
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page, see_other, words
from tiemchung.web.uploads import LARGEST_UPLOAD_BYTES, content

HERE = "/so-suc-khoe/to-chuc"
LIST = f"{HERE}/danh-sach/{{list_id:uuid}}"
_LONGEST_TYPED = 100_000


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation says of itself."""

    name: str
    tax_code: str
    contact_name: str
    commune: str
    address: str


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is wished for a whole list, and that everybody on it agreed."""

    wanted_on: date
    wanted_part: str
    consent: str


OPENING = Form(
    Opening,
    name=Field("Tên tổ chức", fields.text(200)),
    tax_code=Field("Mã số thuế", fields.digits(10, 13)),
    contact_name=Field("Người phụ trách", fields.person_name),
    commune=Field("Xã, phường của trụ sở", fields.text(6)),
    address=Field("Số nhà, đường, thôn", fields.text(200)),
)
WISH = Form(
    Wish,
    wanted_on=Field("Ngày muốn được tiêm", typed_as.wanted_on),
    wanted_part=Field("Buổi tiêm mong muốn", fields.choice(registrations.PARTS)),
    consent=Field("Sự đồng ý của từng người", fields.choice({"1"})),
)


@get(HERE, opt=citizen)
async def look(db: Db, request: Web) -> Response[bytes]:
    """The organisation with its lists; for an account without one, the form that opens it."""
    return await _home(db, request, Filled[Any]())


@post(HERE, opt=citizen)
async def open_account(db: Db, request: Web) -> Any:
    """Open the organisation's account on this phone; `action=search` finds communes and stays."""
    typed = await typed_of(request)
    if typed.get("action") == "search" or (typed.get("find") and not typed.get("commune")):
        return await _home(db, request, Filled[Any](typed=dict(typed)), search=True)
    filled = parse(typed, OPENING, words(request))
    area = await _commune(db, request, filled)
    if area is None:
        filled.typed |= {"find": typed.get("find", "")}
        return await _home(db, request, filled, status=422, search=bool(typed.get("find")))
    given, me = filled.value, _me(request)

    async def act() -> Answer:
        await register.open_account(
            db,
            Organisation(
                account_id=me.id,
                name=given.name,
                tax_code=given.tax_code,
                area_id=area,
                address=given.address,
                contact_name=given.contact_name,
            ),
        )
        return Answer(location=HERE)

    try:
        return await once(db, request, await command_id(request), "open_organisation", act)
    except (OrganisationKnown, TaxCodeTaken) as refused:
        filled.errors[refused.field or "name"] = sentence(refused, language(request))
        return await _home(db, request, filled, status=refused.status)


@get(f"{HERE}/mau/{{kind:str}}", opt=citizen)
async def template(kind: str, request: Web) -> Response[bytes]:
    """An empty list with one line as an example, as `xlsx` or `csv`."""
    return sheets.answer("csv" if kind == "csv" else "xlsx", "mau-danh-sach", HEADS, [lines.EXAMPLE])


@post(f"{HERE}/danh-sach", opt=citizen, request_max_body_size=LARGEST_UPLOAD_BYTES)
async def send_list(db: Db, request: Web) -> Any:
    """Take a list, typed or as a file, and try it: nobody is registered yet."""
    organisation = await _mine(db, request)
    form = await request.form()
    sent, typed = form.get("file"), str(form.get("typed") or "")[:_LONGEST_TYPED]
    rows: list[list[str]] | None
    if isinstance(sent, UploadFile) and sent.filename:
        body = await content(sent, lines.BOUNDS.most_bytes)
        rows = await asyncio.to_thread(sheets.rows, body, lines.BOUNDS)
        field = "file"
    else:
        rows, field = lines.typed_lines(typed), "typed"
    if not rows or len(rows) > lines.BOUNDS.most_rows:
        _ = words(request)
        told = {
            "file": _("Tệp phải là bảng tính XLSX hoặc CSV (UTF-8) theo mẫu, tối đa 1 MB và 500 người."),
            "typed": _("Hãy gửi tệp danh sách, hoặc gõ từ 1 đến 500 người, mỗi người một dòng."),
        }
        filled = Filled[Any](typed={"typed": typed}, errors={field: told[field]})
        return await _home(db, request, filled, status=422)
    list_id = await command_id(request)
    await register.keep_list(db, organisation.account_id, list_id, rows)
    return see_other(f"{HERE}/danh-sach/{list_id}")


@get(LIST, opt=citizen)
async def look_list(db: Db, request: Web, list_id: UUID) -> Response[bytes]:
    """What a list would do, line by line; once registered, what it did."""
    organisation = await _mine(db, request)
    return await _list_page(db, request, organisation, list_id, Filled[Any]())


@post(LIST, opt=citizen)
async def register_list(db: Db, request: Web, list_id: UUID) -> Response[bytes] | Redirect:
    """Register the right lines, once; the list itself keeps a second press from doing it twice."""
    organisation = await _mine(db, request)
    filled = parse(await typed_of(request), WISH, words(request))
    if not filled.typed.get("consent"):
        filled.errors["consent"] = words(request)("Hãy xác nhận từng người trong danh sách đã đồng ý.")
    if filled.errors:
        return await _list_page(db, request, organisation, list_id, filled, status=422)
    kept = await register.staff_list(db, organisation.account_id, list_id)
    read, consent = await lines.read_lines(db, organisation, kept.lines), await registrations.consent_text(db)

    def right(_: StaffList) -> dict[int, NewRegistration]:
        return {
            line.number: lines.registration(
                line.person,
                consent_text_id=consent.consent_text_id,
                wanted_on=filled.value.wanted_on,
                wanted_part=filled.value.wanted_part,
            )
            for line in read
            if line.person is not None
        }

    await register.register_list(db, organisation.account_id, list_id, right)
    return see_other(f"{HERE}/danh-sach/{list_id}")


@get(f"{LIST}/loi/{{kind:str}}", opt=citizen)
async def error_file(db: Db, request: Web, list_id: UUID, kind: str) -> Response[bytes]:
    """The lines at fault with a column that says what is wrong: to be mended and sent again."""
    organisation = await _mine(db, request)
    kept = await register.staff_list(db, organisation.account_id, list_id)
    read = await lines.read_lines(db, organisation, kept.lines)
    heads = [*HEADS, words(request)("Lỗi")]
    rows = [[*line.cells, "; ".join(f"{a}: {b}" for a, b in _told(request, line))] for line in read if line.wrong]
    return sheets.answer("csv" if kind == "csv" else "xlsx", "dong-sai", heads, rows)


async def _list_page(
    db: Db, request: Web, organisation: Organisation, list_id: UUID, form: Filled[Any], status: int = 200
) -> Response[bytes]:
    kept = await register.staff_list(db, organisation.account_id, list_id)
    read = await lines.read_lines(db, organisation, kept.lines)
    return page(
        request,
        "health_book/organisation_list.html",
        status=status,
        form=form,
        organisation=organisation,
        kept=kept,
        told=[(line, _told(request, line)) for line in read],
        right=sum(line.person is not None for line in read),
        registered=[one for one in kept.outcomes or [] if one.became == "registered"],
        parts=[(part, words(request)(label)) for part, label in registrations.PARTS.items()],
        consent=await registrations.consent_text(db),
    )


def _told(request: Web, line: Line) -> list[tuple[str, str]]:
    _ = words(request)
    return [(_(column), _(wrong).format(**facts)) for column, wrong, facts in line.wrong]


async def _home(db: Db, request: Web, form: Filled[Any], *, status: int = 200, search: bool = False) -> Response[bytes]:
    me = _me(request)
    organisation = await register.organisation_of(db, me.id)
    return page(
        request,
        "health_book/organisation.html",
        status=status,
        form=form,
        organisation=organisation,
        lists=await register.lists(db, me.id) if organisation else [],
        found=await _found(db, str(form.typed.get("find", ""))[:100]) if search else [],
        searched=search,
        heads=HEADS,
    )


async def _found(db: Db, find: str) -> Sequence[tuple[str, str]]:
    on = (await registrations.campaign_of(db)).geography_on
    return [(f.area.code, f"{f.area.short}, {f.within}") for f in await geography.search(db, find, on)]


async def _commune(db: Db, request: Web, filled: Filled[Opening]) -> int | None:
    """The commune's id, when nothing in the form is wrong."""
    if filled.errors:
        return None
    on = (await registrations.campaign_of(db)).geography_on
    try:
        return (await geography.by_code(db, filled.value.commune, on)).area_id
    except NotFound:
        filled.errors["commune"] = words(request)("Hãy chọn xã, phường trong danh sách.")
        return None


async def _mine(db: Db, request: Web) -> Organisation:
    """The organisation that the account acts for. Raises `NotFound`."""
    found = await register.organisation_of(db, _me(request).id)
    if found is None:
        raise NotFound
    return found


def _me(request: Web) -> access.Citizen:
    return request.state.actor


routes = [look, open_account, template, send_list, look_list, register_list, error_file]
