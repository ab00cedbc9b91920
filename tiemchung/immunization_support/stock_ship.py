"""Sending doses: where to, what must go first, the papers; and what was sent."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import sites, stock, vaccines
from tiemchung.domain.stock import Papers, Pick
from tiemchung.immunization_support import stock_papers
from tiemchung.immunization_support.stock_desk import KEEPERS, MOST, STORE, done, keeper, receivers
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields, paper
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Field, Filled, Form, Invalid, parse, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = STORE + "/xuat"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to go where; from a decision or a request when it says so."""

    to: UUID
    product: str
    wanted: int
    allocation: UUID | None = None
    request: UUID | None = None


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """The units that go, and their papers."""

    to: UUID
    unit: list[UUID]
    doses: list[int]
    decision: str
    day: date
    arrives: time
    vehicle: str | None
    sscc: str | None
    logger: str | None
    override_reason: str | None
    allocation: UUID | None
    request: UUID | None


def _sscc(typed: str) -> str:
    """The number of a carton, 18 digits of which the last fits the others (GS1)."""
    number = fields.digits(18)(typed)
    if stock.gs1.check_digit(number[:-1]) != int(number[-1]):
        raise Invalid("Số kiểm tra của {label} sai: hãy đọc lại số trên thùng.")
    return number


_TO, _DOSES = Field("Nơi nhận", fields.id_), fields.whole(0, MOST)
_ALLOCATION = Field("Quyết định phân bổ", fields.id_, required=False)
_REQUEST = Field("Đề nghị", fields.id_, required=False)
WANTED = Form(
    Wanted,
    to=_TO,
    product=Field("Vắc xin", fields.text(10)),
    wanted=Field("Số liều", fields.whole(1, MOST)),
    allocation=_ALLOCATION,
    request=_REQUEST,
)
SENDING = Form(
    Sending,
    to=_TO,
    unit=Field("Khay", fields.id_, many=True),
    doses=Field("Số liều xuất", _DOSES, many=True),
    decision=Field("Căn cứ xuất kho", fields.text(120, 3)),
    day=Field("Ngày hẹn đến", fields.day),
    arrives=Field("Giờ hẹn đến", fields.hour),
    vehicle=Field("Biển số xe", fields.text(20), required=False),
    sscc=Field("Mã thùng SSCC", _sscc, required=False),
    logger=Field("Thiết bị ghi nhiệt độ", fields.text(30), required=False),
    override_reason=Field("Lý do xuất lô khác", fields.text(300, 5), required=False),
    allocation=_ALLOCATION,
    request=_REQUEST,
)


@get(HERE, opt=staff(*KEEPERS))
async def look(db: Db, request: Web) -> Response[bytes]:
    """What was sent; with a receiver, a vaccine and doses, what must go first."""
    asked = dict(request.query_params)
    if "to" not in asked:
        return await _page(db, request, Filled[Any]())
    return await _page(db, request, parse(asked, WANTED, words(request)))


@post(HERE, opt=staff(*KEEPERS))
async def send(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send the doses; they stay this store's until the receiver signs."""
    member = keeper(request)
    form = await read(request, SENDING)
    if not form.errors and len(form.value.unit) != len(form.value.doses):
        form.errors["doses"] = words(request)("Hãy nhập số liều của từng dòng; không xuất thì nhập 0.")
    if form.errors:
        return await _again(db, request, form, 422)

    async def act() -> str:
        given = form.value
        to = (await receivers(db, member.place_id)).get(given.to)
        if to is None:
            raise NotFound
        if given.request:
            await stock.orders.mark_sent(db, given.to, given.request, member.place_id)
        papers = Papers(
            decision=given.decision,
            expected_at=datetime.combine(given.day, given.arrives, clock.VIETNAM),
            kind=to[0],
            vehicle=given.vehicle,
            sscc=given.sscc,
            logger=given.logger,
            override_reason=given.override_reason,
            allocation_id=given.allocation,
            request_place_id=given.to if given.request else None,
            request_id=given.request,
        )
        picks = [Pick(unit_id=unit, doses=doses) for unit, doses in zip(given.unit, given.doses, strict=True)]
        await stock.dispatch(db, from_place=member.place_id, to_place=given.to, picks=picks, papers=papers)
        return f"{HERE}?da-xuat=1"

    return await done(db, request, "stock.ship", act, form=form, again=lambda status: _again(db, request, form, status))


@get(STORE + "/chuyen/{from_place:uuid}/{shipment_id:uuid}/phieu.pdf", opt=staff(*KEEPERS))
async def manifest(db: Db, request: Web, from_place: UUID, shipment_id: UUID) -> Response[bytes]:
    """The papers of a shipment, for both ends: as it left, and once it was signed for, what was found."""
    found = await stock.shipment(db, from_place, shipment_id)
    if keeper(request).place_id not in {found.place_id, found.to_place_id}:
        raise NotFound
    expiries = await vaccines.lots(db, [line.lot_id for line in found.lines], clock.day_of(db.at))
    return paper.answer(stock_papers.shipment(found, expiries), db.at, f"phieu-{found.number}")


async def _again(db: Db, request: Web, form: Filled[Any], status: int) -> Response[bytes]:
    """The second step once more, with what was typed."""
    return await _page(db, request, form, status=status)


async def _page(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    member = keeper(request)
    to = await receivers(db, member.place_id)
    suggested: list[tuple[stock.Unit, int]] = []
    typed, second = form.typed, False
    # One product a shipment's form: its lots stand below one another, the suggested doses filled in.
    product, wanted = str(typed.get("product") or request.query_params.get("product", "")), typed.get("wanted", "")
    shelf = [unit for unit in await stock.units(db, member.place_id) if unit.on_hand and unit.held_by is None]
    if not form.errors and product:
        second = True
        try:
            suggested = await stock.suggest(db, member.place_id, product, int(wanted))
        except stock.NotEnoughDoses as refused:
            form.errors["wanted"], second = sentence(refused, language(request)), False
    elif typed.get("unit"):
        units = typed["unit"] if isinstance(typed["unit"], list) else [typed["unit"]]
        product = next((unit.product for unit in shelf if str(unit.unit_id) in units), product)
        second = True
    filled = _filled(typed, suggested)
    return page(
        request,
        "immunization_support/stock/ship.html",
        status=status,
        form=form,
        second=second,
        to=sorted(
            ((str(key), kind, place.name) for key, (kind, place) in to.items()), key=lambda row: (row[1], row[2])
        ),
        kinds=stock.KINDS_OF_SHIPMENT,
        shelf=[unit for unit in shelf if not second or unit.product == product],
        products=sorted({(unit.product, unit.product_name) for unit in shelf}),
        filled=filled,
        bundle=await vaccines.bundle(db, product, int(wanted), clock.day_of(db.at)) if suggested else [],
        receiver=await sites.place(db, UUID(str(typed["to"]))) if second and _is_id(typed.get("to"), to) else None,
        sent=await stock.sent_from(db, member.place_id),
        shipped="da-xuat" in request.query_params,
        at=db.at,
    )


def _filled(typed: dict[str, Any], suggested: list[tuple[stock.Unit, int]]) -> dict[str, str]:
    """Doses by unit: as typed, else as suggested."""
    units, doses = typed.get("unit"), typed.get("doses")
    if units:
        names = units if isinstance(units, list) else [units]
        numbers = doses if isinstance(doses, list) else [doses]
        return {str(name): str(number) for name, number in zip(names, numbers, strict=False)}
    return {str(unit.unit_id): str(count) for unit, count in suggested}


def _is_id(typed: object, to: dict[UUID, Any]) -> bool:
    return any(str(key) == str(typed) for key in to)


routes: list[ControllerRouterHandler] = [look, send, manifest]
