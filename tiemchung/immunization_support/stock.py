"""The storekeeper's page: what became of every dose, lots in the order of use, shipments to sign for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import analytics, stock, vaccines
from tiemchung.domain.access import Staff
from tiemchung.domain.stock import Found, Shipment, Unit
from tiemchung.immunization_support.stock_desk import KEEPERS, MOST
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

URGENT_DAYS = 3


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted, line by line, and that it was counted."""

    line: list[int]
    accepted: list[int]
    broken: list[int]
    missing: list[int]
    warm: list[int]
    extra: list[int]
    wrong: list[int]
    wrong_lot: list[str]
    counted: bool


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """A carton's code that was scanned while receiving: its lot, and the shipment's line of it, if it is in it."""

    code: stock.gs1.Scanned
    line: stock.ShipmentLine | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one lot that must be used before the same day: a line of the shelf's list."""

    order: int | None
    unit: Unit
    on_hand: int
    opened: int
    quarantined: int
    in_transit: int
    days_left: int
    share_left: float
    level: str


DOSES = fields.whole(0, MOST)
RECEIPT = Form(
    Receipt,
    line=Field("Dòng hàng", fields.whole(1, 1000), many=True),
    accepted=Field("Nhận nguyên", DOSES, many=True),
    broken=Field("Vỡ", DOSES, many=True),
    missing=Field("Không thấy", DOSES, many=True),
    warm=Field("Quá nhiệt độ", DOSES, many=True),
    extra=Field("Thừa", DOSES, many=True),
    wrong=Field("Khác lô", DOSES, many=True),
    wrong_lot=Field("Số lô nhận được", fields.exact(stock.gs1.LONGEST), many=True),
    counted=Field("Xác nhận đã đếm", fields.ticked),
)


@get("/diem-tiem/kho", opt=staff(*KEEPERS))
async def look(db: Db, request: Web) -> Response[bytes]:
    """What the place has, and what is on its way to it."""
    form, scanned = Filled[Receipt](), None
    try:
        scanned = await stock.gs1.scan(db, code) if (code := request.query_params.get("ma")) else None
    except DomainError as refused:
        form.errors["ma"] = sentence(refused, language(request))
    status = 422 if form.errors else 200
    return await _page(db, request, form, request.query_params.get("chuyen"), status=status, code=scanned)


@post("/diem-tiem/kho/nhan/{from_place:uuid}/{shipment_id:uuid}", opt=staff(*KEEPERS))
async def receive(db: Db, request: Web, from_place: UUID, shipment_id: UUID) -> Response[Any] | Redirect:
    """Sign for a shipment."""
    member: Staff = request.state.actor
    form = await read(request, RECEIPT)
    _check_lines(request, form)
    if form.errors:
        return await _page(db, request, form, str(shipment_id), status=422)

    async def act() -> Answer:
        found = await _found(db, from_place, shipment_id, form.value)
        await stock.receive(db, member.place_id, from_place, shipment_id, found)
        return Answer(location="/diem-tiem/kho?da-nhan=1")

    try:
        return await once(db, request, await command_id(request), "stock.receive", act)
    except (stock.LineDoesNotAddUp, stock.WrongLotUnknown, stock.WrongCheckDigit, stock.CodeUnreadable) as refused:
        at = "wrong_lot" if refused.field == "code" else refused.field or "accepted"
        form.errors[at] = sentence(refused, language(request))
        return await _page(db, request, form, str(shipment_id), status=422)


def _check_lines(request: Web, form: Filled[Receipt]) -> None:
    """An empty count is not a zero: every line needs its three numbers."""
    typed = [_list(form.typed.get(name)) for name in ("line", "accepted", "broken", "missing")]
    form.typed |= dict(zip(("line", "accepted", "broken", "missing"), typed, strict=True))
    whole = len({len(column) for column in typed}) == 1 and all(cell.strip() for column in typed for cell in column)
    if not whole and "accepted" not in form.errors:
        form.errors["accepted"] = words(request)("Hãy nhập đủ ba số của từng dòng; không có thì nhập 0.")


def _list(typed: object) -> list[str]:
    if isinstance(typed, list):
        return [str(cell) for cell in typed]  # pyright: ignore[reportUnknownVariableType]
    return [str(typed)] if typed else []


async def _found(db: Db, from_place: UUID, shipment_id: UUID, receipt: Receipt) -> list[Found]:
    """What was counted, each other lot found by its number. Raises `WrongLotUnknown`."""
    sent = {line.line: line.product for line in (await stock.shipment(db, from_place, shipment_id)).lines}
    lots = iter(receipt.wrong_lot)
    found: list[Found] = []
    for k, line in enumerate(receipt.line):
        wrong = _at(receipt.wrong, k)
        other = None
        if wrong:
            number = stock.gs1.lot_in(next(lots, ""))
            other = await vaccines.lot_by_number(db, sent.get(line, ""), number, clock.day_of(db.at))
            if other is None:
                raise stock.WrongLotUnknown(lot=number or "–")
        found.append(
            Found(
                line=line,
                accepted=receipt.accepted[k],
                broken=receipt.broken[k],
                missing=receipt.missing[k],
                warm=_at(receipt.warm, k),
                extra=_at(receipt.extra, k),
                wrong=wrong,
                wrong_lot_id=other.lot_id if other else None,
            )
        )
    return found


def _at(column: list[int], k: int) -> int:
    """A cell of a column that may be left out: then nothing of that kind was found."""
    return column[k] if k < len(column) else 0


async def _page(
    db: Db,
    request: Web,
    form: Filled[Receipt],
    shipment_id: str | None,
    *,
    status: int = 200,
    code: stock.gs1.Scanned | None = None,
) -> Response[bytes]:
    member: Staff = request.state.actor
    coming = await stock.on_the_way_to(db, member.place_id)
    chosen = _chosen(coming, shipment_id)
    of_code = [line for line in chosen.lines if code and line.lot_id == code.lot.lot_id] if chosen else []
    return page(
        request,
        "immunization_support/stock.html",
        status=status,
        form=form,
        told=await stock.conservation(db, member.place_id),
        rows=rows_of(
            await stock.units(db, member.place_id), db.at, warn_days=await analytics.alerts.expiry_warning_days(db)
        ),
        coming=coming,
        going=await stock.on_the_way_from(db, member.place_id),
        chosen=chosen,
        scanned=Scanned(code=code, line=of_code[0] if of_code else None) if code else None,
        typed_code=request.query_params.get("ma", ""),
        at=db.at,
        received="da-nhan" in request.query_params,
    )


def _chosen(coming: Sequence[Shipment], shipment_id: str | None) -> Shipment | None:
    named = next((shipment for shipment in coming if str(shipment.shipment_id) == shipment_id), None)
    return named or (coming[0] if coming else None)


def rows_of(units: Sequence[Unit], at: datetime, *, warn_days: int) -> list[Row]:
    """The shelf's list: units of a lot that share their last day and its reason stand in one row; warned of in time."""
    groups: dict[tuple[UUID, int, str], list[Unit]] = {}
    for unit in units:
        groups.setdefault((unit.lot_id, unit.days_left(at), unit.why), []).append(unit)
    rows: list[Row] = []
    order = 0
    for same in groups.values():
        first = same[0]
        usable = any(unit.on_hand and unit.usable(at) for unit in same)
        order += usable
        rows.append(_row(same, first, order if usable else None, at, warn_days))
    return rows


def _row(same: Sequence[Unit], first: Unit, order: int | None, at: datetime, warn_days: int) -> Row:
    days = first.days_left(at)
    left, whole = (first.use_before - at).total_seconds(), (first.use_before - first.received_at).total_seconds()
    return Row(
        order=order,
        unit=first,
        on_hand=sum(unit.on_hand for unit in same),
        opened=sum(unit.opened for unit in same),
        quarantined=sum(unit.quarantined for unit in same),
        in_transit=sum(unit.in_transit for unit in same),
        days_left=days,
        share_left=round(min(1.0, max(0.0, left / whole)), 3) if whole > 0 else 0.0,
        level="bad" if days <= URGENT_DAYS else "warn" if days <= warn_days else "",
    )


routes: list[ControllerRouterHandler] = [look, receive]
