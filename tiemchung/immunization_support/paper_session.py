"""A session that was kept on paper, typed in: many rows at once, the right ones kept, the others back with what is wrong."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, immunizations, sites, stock, vaccines
from tiemchung.domain.immunizations import paper, screening
from tiemchung.domain.immunizations.paper import Flask, Missing, Row
from tiemchung.domain.stock import Vial
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.today import at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.kit.vietnamese import search_name
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, parse, read, typed_of
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, see_other, words

HERE = f"{SESSION}/giay"
WHO = ("nurse", "site_head")
ROWS = 10
MOST_ROWS = 60
NO_FORM = "none"
# After the number of a lot of another vaccine: the paper was read twice, and that is what was given.
SURE = "!"
DRAWN = ("id", "who", "arrived", "time", "vial", "arm", "screened", "reason")
OUTCOMES = screening.CONCLUSIONS | {NO_FORM: "Không có phiếu khám"}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the paper as it was typed."""

    id: UUID
    who: str
    arrived: time | None
    time: time
    vial: str | None
    arm: str
    screened: str
    reason: str | None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """Vials of a lot that were opened at an hour, by the paper."""

    lot_id: UUID
    time: time
    vials: int


ROW = Form(
    Typed,
    id=Field("Khóa của dòng", fields.id_),
    who=Field("Người tiêm", fields.text(140)),
    arrived=Field("Giờ đến", fields.hour, required=False),
    time=Field("Giờ tiêm", fields.hour),
    vial=Field("Lọ", fields.text(40), required=False),
    arm=Field("Vị trí tiêm", fields.choice(immunizations.BODY_SITES)),
    screened=Field("Khám sàng lọc", fields.choice(OUTCOMES)),
    reason=Field("Lý do không tiêm", fields.text(300, 5), required=False),
)
OPENED = Form(
    Opened,
    lot_id=Field("Lô vắc xin", fields.id_),
    time=Field("Giờ mở lọ", fields.hour),
    vials=Field("Số lọ", fields.whole(1, 50)),
)


@get(HERE, opt=staff(*WHO))
async def look(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The empty rows, the vials, and what was typed in before."""
    at_place(request.state.actor, place_id)
    return await _page(db, request, place_id, session_id, [], Filled[Any]())


@post(f"{HERE}/lo", opt=staff(*WHO))
async def open_vials(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Open the vials that the paper names, at its hour."""
    at_place(request.state.actor, place_id)
    form = await read(request, OPENED)
    day = clock.day_of((await sites.session(db, place_id, session_id)).starts_at)
    if not form.errors and clock.at(day, form.value.time) > db.at:
        form.errors["time"] = words(request)("Giờ này chưa đến.")
    if form.errors:
        return await _page(db, request, place_id, session_id, [], form, status=422)

    async def act() -> Answer:
        then = db.moved(clock.at(day, form.value.time))
        for _ in range(form.value.vials):
            await stock.open_vial(then, place_id, session_id, lot_id=form.value.lot_id)
        return Answer(location=f"/diem-tiem/phien/{place_id}/{session_id}/giay")

    try:
        return await once(db, request, await command_id(request), "paper.vials", act)
    except DomainError as refused:
        form.errors["lot_id"] = sentence(refused, language(request))
        return await _page(db, request, place_id, session_id, [], form, status=refused.status)


@post(HERE, opt=staff(*WHO))
async def keep(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Keep the right rows; each row has a key of its own, so that a form that is sent twice keeps each row once."""
    at_place(request.state.actor, place_id)
    typed = await typed_of(request)
    sheet = await _sheet(db, place_id, session_id, typed)
    above = Filled[Any](typed=typed)
    if sheet.given_by is None:
        above.errors["given_by"] = words(request)("Hãy chọn ai đã tiêm theo giấy.")
        back = [Filled[Typed](typed=row) for row in _rows(typed)]
        return await _page(db, request, place_id, session_id, back, above, status=422, consented=sheet.consented)
    bad: list[Filled[Typed]] = []
    kept = 0
    for given in _rows(typed):
        form = parse(given, ROW, words(request))
        row = None if form.errors else await _row(db, sheet, form, words(request))
        if row is not None:
            await _enter(db, request, row, form)
        if form.errors:
            bad.append(form)
        else:
            kept += 1
    if not bad and kept:
        return see_other(f"/diem-tiem/phien/{place_id}/{session_id}/giay?xong={kept}")
    return await _page(db, request, place_id, session_id, bad, above, status=422, kept=kept, consented=sheet.consented)


class _Sheet(msgspec.Struct, frozen=True):
    """What the rows of a paper are read against."""

    place_id: UUID
    session_id: UUID
    day: date
    product: str
    missing: list[Missing]
    vials: list[Vial]
    consented: bool
    given_by: UUID | None


async def _sheet(db: Db, place_id: UUID, session_id: UUID, typed: Mapping[str, Any]) -> _Sheet:
    """`given_by` is None until somebody of the session's staff is chosen."""
    givers = await paper.givers(db, place_id, session_id)
    session = await sites.session(db, place_id, session_id)
    return _Sheet(
        place_id=place_id,
        session_id=session_id,
        day=clock.day_of(session.starts_at),
        product=session.product,
        missing=await paper.missing(db, place_id, session_id),
        vials=await stock.vials(db, place_id, session_id),
        consented=bool(typed.get("consented")),
        given_by=next((one.staff_id for one in givers if str(one.staff_id) == typed.get("given_by")), None),
    )


def _rows(typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows that hold something; a vial or arm that is left empty is the one of the row above."""
    rows: list[dict[str, str]] = []
    above = {"vial": "", "time": ""}
    for k in range(MOST_ROWS):
        row = {name: str(typed.get(f"{name}-{k}", "")) for name in DRAWN}
        if not any(row[name].strip() for name in ("who", "arrived", "time", "vial", "reason")):
            continue
        above = {name: row[name] if row[name].strip() else last for name, last in above.items()}
        rows.append(row | above)
    return rows


async def _row(db: Db, sheet: _Sheet, form: Filled[Typed], _: Any) -> Row | None:
    """A typed row as what happened, or its errors."""
    typed = form.value
    at = clock.at(sheet.day, typed.time)
    who = flask = None
    try:
        who = _person(sheet.missing, typed.who)
    except Invalid as wrong:
        form.errors["who"] = _(wrong.sentence).format(**wrong.facts)
    if at > db.at:
        form.errors["time"] = _("Giờ này chưa đến.")
    if typed.reason is None:
        try:
            flask = await _flask(db, sheet, typed.vial or "")
        except Invalid as wrong:
            form.errors["vial"] = _(wrong.sentence).format(**wrong.facts)
    if who is None or sheet.given_by is None or form.errors:
        return None
    return Row(
        entry_id=typed.id,
        place_id=sheet.place_id,
        session_id=sheet.session_id,
        who=who,
        arrived_at=None if typed.arrived is None else clock.at(sheet.day, typed.arrived),
        happened_at=at,
        flask=flask,
        given_by=sheet.given_by,
        body_site=typed.arm,
        conclusion=None if typed.screened == NO_FORM else typed.screened,
        consented=sheet.consented,
        not_given=typed.reason,
    )


def _person(missing: Sequence[Missing], typed: str) -> Missing:
    """Whom a row means: by the check-in code, by #number, or by name with or without marks and a year of birth."""
    first = typed.split(maxsplit=1)[0]
    code = appointments.read_code(first)
    for one in missing:
        if one.key == first or (code is not None and one.code == code):
            return one
    asked = search_name(typed).split()
    found = [one for one in missing if _is_named(one, asked)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid("Có {count} người tên này; hãy thêm năm sinh hoặc dùng mã.", count=len(found))
    raise Invalid(
        "Không có ai như vậy còn chờ kết quả. Người ngoài danh sách: ghi người đó trước, rồi nhập dòng ở đây."
    )


def _is_named(one: Missing, asked: Sequence[str]) -> bool:
    own = [*search_name(one.name).split(), str(one.birth_date.year)]
    return all(word in own for word in asked)


async def _flask(db: Db, sheet: _Sheet, typed: str) -> Flask:
    """The vial of a number, or the lot of a number where no vial of it is known here; of another vaccine only with `SURE`."""
    if not typed:
        raise Invalid("Hãy ghi số lọ, hoặc lý do không tiêm.")
    number = typed.removeprefix("#")
    for vial in sheet.vials:
        if number == str(vial.number):
            return Flask(vial_id=vial.vial_id, lot_id=vial.lot_id, number=vial.number, opened_at=vial.opened_at)
    number, sure = typed.removesuffix(SURE).upper(), typed.endswith(SURE)
    if lot := await vaccines.lot_by_number(db, sheet.product, number, sheet.day):
        return Flask(vial_id=None, lot_id=lot.lot_id)
    disease = (await vaccines.product(db, sheet.product)).disease
    for other in await vaccines.lots_numbered(db, number, sheet.day, disease=disease):
        if sure:
            return Flask(vial_id=None, lot_id=other.lot_id, other=other)
        raise Invalid(
            "Lô {lot} là của {product}, không phải vắc xin của phiên. Nếu giấy ghi đúng như vậy, hãy viết {lot}!",
            lot=other.number,
            product=other.product_name,
        )
    raise Invalid("Phiên không có lọ {typed}, và không có lô nào như vậy.", typed=typed)


async def _enter(db: Db, request: Web, row: Row, form: Filled[Typed]) -> None:
    """Keep a row, or tell what refuses it: a refusal of one row undoes that row alone."""
    try:
        async with db.connection.transaction():
            await paper.enter(db, row)
    except DomainError as refused:
        field = refused.field if refused.field in ROW.fields else "who"
        form.errors[field] = sentence(refused, language(request))


async def _page(
    db: Db,
    request: Web,
    place_id: UUID,
    session_id: UUID,
    bad: Sequence[Filled[Typed]],
    form: Filled[Any],
    *,
    status: int = 200,
    kept: int = 0,
    consented: bool = False,
) -> Response[bytes]:
    _ = words(request)
    session = await sites.session(db, place_id, session_id)
    empty = [Filled[Typed](typed={"id": str(uuid7())}) for _ in range(ROWS)]
    missing = await paper.missing(db, place_id, session_id)
    # Who was just received from the paper has the next row.
    stranger = next((one for one in missing if one.key == f"#{request.query_params.get('so', '')}"), None)
    if stranger:
        empty[0].typed["who"] = f"{stranger.key} {stranger.name}"
    return page(
        request,
        "immunization_support/paper_session.html",
        status=status,
        session=session,
        form=form,
        rows=[*bad, *empty][:MOST_ROWS],
        bad=len(bad),
        kept=kept or request.query_params.get("xong", ""),
        consented=consented,
        missing=missing,
        stranger=stranger,
        givers=[(str(one.staff_id), one.name) for one in await paper.givers(db, place_id, session_id)],
        vials=await stock.vials(db, place_id, session_id),
        units=[
            (unit.lot_id, f"{unit.number} · {unit.on_hand}")
            for unit in await stock.usable_units(db, place_id, session.product, session.starts_at)
        ],
        arms=[(code, _(label)) for code, label in immunizations.BODY_SITES.items()],
        outcomes=[(code, _(label)) for code, label in OUTCOMES.items()],
        entries=await paper.entries(db, place_id, session_id),
    )


routes: list[ControllerRouterHandler] = [look, open_vials, keep]
