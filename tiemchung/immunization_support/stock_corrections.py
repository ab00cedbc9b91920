"""Corrections with their reasons, doses in quarantine, destruction before witnesses and returns to makers."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import corrections, stock
from tiemchung.domain.stock.corrections import DestroyedLine, Witness
from tiemchung.immunization_support import stock_papers
from tiemchung.immunization_support.stock_desk import KEEPERS, MOST, STORE, done, keeper
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields, paper
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Field, Filled, Form, read, typed_of
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words
from tiemchung.web.uploads import LARGEST_UPLOAD_BYTES, content

ADJUST, DESTROY, QUARANTINE = STORE + "/dieu-chinh", STORE + "/huy", STORE + "/cach-ly"
LIES = {"on_hand": "Trên kệ", "quarantined": "Đang cách ly", "wasted": "Đã loại bỏ"}


class Adjusted(msgspec.Struct, frozen=True, kw_only=True):
    """By how many doses the ledger of a unit is wrong, and why."""

    unit: UUID
    doses: int
    reason: str
    note: str


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the second person agrees."""

    agreed: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of doses in quarantine."""

    unit: UUID
    doses: int
    verdict: str


class Protocol(msgspec.Struct, frozen=True, kw_only=True):
    """A destruction or a return: which doses, how, before whom."""

    kind: str | None
    line: list[str]
    doses: list[int]
    protocol: str
    method: str
    witness_1: str
    office_1: str
    witness_2: str
    office_2: str
    weight: int
    note: str | None


_UNIT, _NOTE = Field("Khay", fields.id_), Field("Giải trình", fields.text(300, 5))
ADJUSTED = Form(
    Adjusted,
    unit=_UNIT,
    doses=Field("Số liều tăng hoặc giảm", fields.whole(-MOST, MOST)),
    reason=Field("Lý do", fields.choice(stock.corrections.WORDS)),
    note=_NOTE,
)
AGREED = Form(Agreed, agreed=Field("Ý kiến", fields.choice(("yes", "no"))))
JUDGED = Form(
    Judged,
    unit=_UNIT,
    doses=Field("Số liều", fields.whole(1, MOST)),
    verdict=Field("Quyết định", fields.choice(("release", "heat", "freeze", "vvm", "broken", "other"))),
)
_NAME, _OFFICE = fields.text(80, 3), fields.text(80, 2)
PROTOCOL = Form(
    Protocol,
    kind=Field("Hình thức xử lý", fields.choice(stock.corrections.PROTOCOLS), required=False),
    line=Field("Dòng", fields.text(160), many=True),
    doses=Field("Số liều hủy", fields.whole(0, MOST), many=True),
    protocol=Field("Số biên bản", fields.text(40, 3)),
    method=Field("Cách hủy", fields.text(120, 3)),
    witness_1=Field("Người chứng kiến thứ nhất", _NAME),
    office_1=Field("Đơn vị của người thứ nhất", _OFFICE),
    witness_2=Field("Người chứng kiến thứ hai", _NAME),
    office_2=Field("Đơn vị của người thứ hai", _OFFICE),
    weight=Field("Khối lượng (g)", fields.whole(1, MOST)),
    note=Field("Ghi chú", fields.text(300), required=False),
)


@get(ADJUST, opt=staff(*KEEPERS))
async def adjustments(db: Db, request: Web) -> Response[bytes]:
    """The corrections of one's store, and what lies in quarantine."""
    return await _corrections(db, request, Filled[Any]())


@post(ADJUST, opt=staff(*KEEPERS))
async def adjust(db: Db, request: Web) -> Response[Any] | Redirect:
    """Correct a balance; above the limit it waits for another person."""
    member, form = keeper(request), await read(request, ADJUSTED)
    if not form.errors and form.value.doses == 0:
        form.errors["doses"] = words(request)("Số liều tăng hoặc giảm phải khác 0.")
    if form.errors:
        return await _corrections(db, request, form, status=422)

    async def act() -> str:
        given = form.value
        unit = await _unit(db, member.place_id, given.unit)
        await stock.corrections.adjust(
            db,
            member.place_id,
            unit_id=unit.unit_id,
            lot_id=unit.lot_id,
            doses=given.doses,
            on_hand=unit.on_hand,
            reason=given.reason,
            note=given.note,
        )
        return ADJUST

    return await done(
        db, request, "stock.adjust", act, form=form, again=lambda s: _corrections(db, request, form, status=s)
    )


@post(ADJUST + "/{adjustment_id:uuid}", opt=staff(*KEEPERS))
async def decide(db: Db, request: Web, adjustment_id: UUID) -> Response[Any] | Redirect:
    """The second person agrees, or does not."""
    form = await read(request, AGREED)
    if form.errors:
        return await _corrections(db, request, form, status=422)

    async def act() -> str:
        place_id = keeper(request).place_id
        await stock.corrections.decide(db, place_id, adjustment_id, agreed=form.value.agreed == "yes")
        return ADJUST

    return await done(
        db, request, "stock.agree", act, form=form, again=lambda s: _corrections(db, request, form, status=s)
    )


@post(QUARANTINE, opt=staff(*KEEPERS))
async def judge(db: Db, request: Web) -> Response[Any] | Redirect:
    """Doses in quarantine may be used, or are waste."""
    member, form = keeper(request), await read(request, JUDGED)
    if form.errors:
        return await _corrections(db, request, form, status=422)

    async def act() -> str:
        given = form.value
        unit = await _unit(db, member.place_id, given.unit)
        lot_id, unit_id, doses = unit.lot_id, unit.unit_id, given.doses
        if given.verdict == "release":
            await stock.release(db, member.place_id, lot_id=lot_id, unit_id=unit_id, doses=doses)
        else:
            why = stock.Waste(given.verdict)
            await stock.discard(db, member.place_id, lot_id=lot_id, unit_id=unit_id, doses=doses, reason=why)
        return ADJUST

    return await done(
        db, request, "stock.judge", act, form=form, again=lambda s: _corrections(db, request, form, status=s)
    )


@get(DESTROY, opt=staff(*KEEPERS))
async def destructions(db: Db, request: Web) -> Response[bytes]:
    """What was destroyed, and what may be."""
    return await _destructions(db, request, Filled[Any]())


@post(DESTROY, opt=staff(*KEEPERS), request_max_body_size=LARGEST_UPLOAD_BYTES)
async def destroy(db: Db, request: Web) -> Response[Any] | Redirect:
    """Record a destruction, or a return to the maker, with its witnesses and a photo."""
    member, form = keeper(request), await read(request, PROTOCOL)
    photo = await _photo(request, form.errors)
    if form.errors:
        return await _destructions(db, request, form, status=422)

    async def act() -> str:
        given = form.value
        kind = given.kind or "destroy"
        offered = {
            f"{each.unit_id}/{each.state}": each
            for each in await stock.corrections.destroyable(db, member.place_id)
            if kind == "return" or not each.good
        }
        chosen = [(offered.get(key), doses) for key, doses in zip(given.line, given.doses, strict=False) if doses]
        lines = [
            DestroyedLine(unit_id=each.unit_id, lot_id=each.lot_id, state=each.state, doses=doses)
            for each, doses in chosen
            if each is not None
        ]
        if not lines or len(lines) != len(chosen):
            raise stock.NothingAllocated
        await stock.corrections.destroy(
            db,
            member.place_id,
            lines=lines,
            protocol=given.protocol,
            method=given.method,
            witnesses=[
                Witness(name=given.witness_1, office=given.office_1),
                Witness(name=given.witness_2, office=given.office_2),
            ],
            weight_grams=given.weight,
            note=given.note,
            kind=kind,
            photo=photo,
        )
        return DESTROY

    return await done(
        db, request, "stock.destroy", act, form=form, again=lambda s: _destructions(db, request, form, status=s)
    )


@get(DESTROY + "/{destruction_id:uuid}/bien-ban.pdf", opt=staff(*KEEPERS))
async def protocol(db: Db, request: Web, destruction_id: UUID) -> Response[bytes]:
    """The protocol, to be printed and signed."""
    member = keeper(request)
    for found in await stock.corrections.destructions(db, member.place_id):
        if found.destruction_id == destruction_id:
            rows = [
                [line.product_name, line.number, LIES[line.state], f"{line.doses}"]
                for line in await stock.corrections.destroyed_lines(db, found)
            ]
            return paper.answer(stock_papers.destruction(found, rows), db.at, "bien-ban-huy")
    raise NotFound


@get(DESTROY + "/{destruction_id:uuid}/anh.jpg", opt=staff(*KEEPERS))
async def picture(db: Db, request: Web, destruction_id: UUID) -> Response[bytes]:
    """The photo of a protocol."""
    found = await stock.corrections.photo(db, keeper(request).place_id, destruction_id)
    return Response(found, media_type="image/jpeg", headers={"cache-control": "no-store"})


async def _photo(request: Web, errors: dict[str, str]) -> bytes | None:
    """The photo that came along, drawn anew; what is none is told at its field."""
    sent = (await typed_of(request)).get("photo")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    try:
        return corrections.picture(await content(sent, corrections.LARGEST_PICTURE_BYTES))
    except corrections.NotAPicture as wrong:
        errors["photo"] = sentence(wrong, language(request))
        return None


async def _unit(db: Db, place_id: UUID, unit_id: UUID) -> stock.Unit:
    found = next((unit for unit in await stock.units(db, place_id) if unit.unit_id == unit_id), None)
    if found is None:
        raise NotFound
    return found


async def _corrections(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    member = keeper(request)
    held = await stock.units(db, member.place_id)
    return page(
        request,
        "immunization_support/stock/corrections.html",
        status=status,
        form=form,
        adjustments=await stock.corrections.adjustments(db, member.place_id),
        units=[unit for unit in held if unit.on_hand],
        quarantined=[unit for unit in held if unit.quarantined],
        reasons=list(stock.corrections.WORDS.items()),
        limit=await stock.counts.rules_limit(db),
    )


async def _destructions(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    member = keeper(request)
    return page(
        request,
        "immunization_support/stock/destructions.html",
        status=status,
        form=form,
        destructions=await stock.corrections.destructions(db, member.place_id),
        destroyable=await stock.corrections.destroyable(db, member.place_id),
        lies=LIES,
        kinds=[(kind, words(request)(label)) for kind, label in stock.corrections.PROTOCOLS.items()],
        kind_words=stock.corrections.PROTOCOLS,
    )


routes: list[ControllerRouterHandler] = [adjustments, adjust, decide, judge, destructions, destroy, protocol, picture]
