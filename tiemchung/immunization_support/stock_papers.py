"""The store's papers as they are printed, in Vietnamese, because they are signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.stock import Shipment, Unit
from tiemchung.domain.stock.corrections import Destruction
from tiemchung.domain.stock.counts import Count, CountLine
from tiemchung.domain.stock.orders import Allocation, Request
from tiemchung.domain.vaccines import Lot
from tiemchung.web.paper import Paper, date_line
from tiemchung.web.text import day, moment, number

OFFICE = "Hệ thống tiêm chủng quốc gia"
FOOT = "Tiêm Chủng · in từ sổ kho kép: mỗi phiếu cộng bằng 0, không tài khoản nào âm"


def shipment(found: Shipment, lots: Mapping[UUID, Lot]) -> Paper:
    """The issue of a shipment; once it was signed for, with what was found of each line."""
    facts = [
        ("Kho xuất", found.from_name),
        ("Nơi nhận", found.to_name),
        ("Loại", found.kind_words),
        ("Căn cứ", found.decision),
        ("Xuất lúc", moment(found.sent_at)),
        ("Hẹn đến", moment(found.expected_at)),
        ("Xe · thùng · nhiệt kế", " · ".join(part or "–" for part in (found.vehicle, found.sscc, found.logger))),
    ]
    if found.override_reason:
        facts.append(("Lý do không xuất lô phải dùng trước", found.override_reason))
    return _issue(found, lots, facts) if found.received_at is None else _receipt(found, found.received_at, facts)


def allocation(found: Allocation, place: str) -> Paper:
    """The decision of a round with what was decided, sent and received of each share."""
    rows = [
        [share.to_name, number(share.decided), number(share.sent), number(share.received)] for share in found.shares
    ]
    return Paper(
        office=OFFICE,
        place=place,
        title="Bảng phân bổ vắc xin",
        number=f"đợt {found.round} · {found.decision}",
        day=f"Quyết định ngày {day(found.decided_on)}",
        facts=[
            ("Vắc xin", found.product_name),
            ("Tổng số liều", number(found.decided)),
            ("Hạn giao", day(found.due_on)),
            *([("Tiêm xong trước", day(found.finish_by))] if found.finish_by else []),
        ],
        heads=["Nơi nhận", " Quyết định", " Đã xuất", " Đã nhận"],
        widths=[3, 1, 1, 1],
        rows=rows,
        total=[
            "Cộng",
            number(found.decided),
            number(sum(share.sent for share in found.shares)),
            number(found.received),
        ],
        signers=["Người lập", "Thủ trưởng"],
        foot=FOOT,
    )


def request(found: Request) -> Paper:
    """A request and how it was decided."""
    facts = [
        ("Kính gửi", found.supplier_name),
        ("Vắc xin", found.product_name),
        ("Số liều đề nghị", number(found.doses)),
        ("Cần trước ngày", day(found.needed_on)),
        ("Lý do", found.reason),
        ("Kết quả", found.status_words),
    ]
    if found.approved_doses:
        facts.append(("Số liều duyệt", number(found.approved_doses)))
    if found.decision_note:
        facts.append(("Ý kiến", f"{found.decision_note} ({found.decided_by_name or '–'})"))
    return Paper(
        office=OFFICE,
        place=found.place_name,
        title="Phiếu đề nghị cấp vắc xin",
        number=found.request_id.hex[-8:].upper(),
        day=date_line(found.asked_at),
        facts=facts,
        signers=["Người đề nghị", "Thủ trưởng đơn vị", "Kho cấp phát duyệt"],
        foot=FOOT,
    )


def count(found: Count, lines: Sequence[CountLine], place: str) -> Paper:
    """A count against the ledger of its moment; while it is going on, a sheet to count on that does not say what is expected."""
    if found.status == "counting":
        return _sheet(found, lines, place)
    rows = [
        [
            line.product_name,
            line.number,
            number(line.expected),
            "–" if line.counted is None else number(line.counted),
            "–" if line.counted is None else f"{line.difference:+d}" if line.difference else "0",
        ]
        for line in lines
    ]
    return Paper(
        office=OFFICE,
        place=place,
        title="Biên bản kiểm kê vắc xin",
        number=found.stocktake_id.hex[-8:].upper(),
        day=date_line(found.verified_at or found.frozen_at),
        facts=[
            ("Thời điểm kiểm kê", moment(found.frozen_at)),
            ("Người đếm", found.counted_by_name or "–"),
            ("Người xác nhận", found.verified_by_name or "–"),
            ("Tình trạng", found.status_words),
        ],
        heads=["Vắc xin", "Số lô", " Sổ lúc đếm", " Đếm được", " Lệch"],
        widths=[3, 1.5, 1.2, 1.2, 0.9],
        rows=rows,
        remarks=["So với sổ đúng thời điểm đếm; nhập xuất sau đó không làm lệch kết quả."],
        signers=["Người đếm", "Người xác nhận", "Thủ trưởng"],
        foot=FOOT,
    )


def destruction(found: Destruction, rows: Sequence[Sequence[str]]) -> Paper:
    """A protocol of destruction or return with its witnesses; `rows` are vaccine, lot, where it lay, doses."""
    return Paper(
        office=OFFICE,
        place=found.place_name,
        title="Biên bản hủy vắc xin" if found.kind == "destroy" else "Biên bản trả vắc xin cho nhà sản xuất",
        number=found.protocol,
        day=date_line(found.made_at),
        facts=[
            ("Cách hủy" if found.kind == "destroy" else "Nơi nhận, cách vận chuyển", found.method),
            ("Khối lượng", f"{number(found.weight_grams)} g"),
            *(("Chứng kiến", f"{witness.name}, {witness.office}") for witness in found.witnesses),
            *([("Ghi chú", found.note)] if found.note else []),
        ],
        heads=["Vắc xin", "Số lô", "Lấy từ", " Liều"],
        widths=[3, 1.5, 1.6, 1],
        rows=rows,
        total=["Cộng", "", "", number(found.doses)],
        signers=["Thủ kho", *(witness.name for witness in found.witnesses[:2]), "Thủ trưởng"],
        foot=FOOT,
    )


def label(unit: Unit, place: str, code_svg: str, at: datetime) -> Paper:
    """A tray's label: what a person reads beside what a scanner reads."""
    return Paper(
        office=OFFICE,
        place=place,
        title="Nhãn khay vắc xin",
        number=unit.unit_id.hex[-12:].upper(),
        day=f"In lúc {moment(at)}",
        facts=[
            ("Vắc xin", unit.product_name),
            ("Số lô", unit.number),
            ("Hạn của lô", day(unit.expires_on)),
            ("Phải dùng trước", moment(unit.use_before)),
            ("Số liều", number(unit.on_hand)),
        ],
        code_svg=code_svg,
        foot=FOOT,
    )


def _sheet(found: Count, lines: Sequence[CountLine], place: str) -> Paper:
    return Paper(
        office=OFFICE,
        place=place,
        title="Phiếu đếm vắc xin",
        number=found.stocktake_id.hex[-8:].upper(),
        day=date_line(found.frozen_at),
        facts=[("Thời điểm kiểm kê", moment(found.frozen_at)), ("Người đếm", found.counted_by_name or "–")],
        heads=["Vắc xin", "Số lô", " Liều mỗi lọ", " Số lọ đếm được", " Số liều đếm được", "Ghi chú"],
        widths=[3, 1.3, 0.9, 1.2, 1.2, 1.6],
        rows=[[line.product_name, line.number, number(line.doses_per_vial), "", "", ""] for line in lines],
        remarks=["Đếm những gì đang nằm trên kệ, không xem sổ. Nhập xuất sau thời điểm kiểm kê ghi vào cột Ghi chú."],
        signers=["Người đếm", "Người cùng đếm"],
        foot=FOOT,
    )


def _issue(found: Shipment, lots: Mapping[UUID, Lot], facts: list[tuple[str, str]]) -> Paper:
    remark = f"Vật tư đi kèm: {'; '.join(f'{need.name}: {number(need.pieces)}' for need in found.consumables)}."
    return Paper(
        office=OFFICE,
        place=found.from_name,
        title="Phiếu xuất kho kiêm vận chuyển",
        number=found.number,
        day=date_line(found.sent_at),
        facts=facts,
        heads=["Vắc xin", "Số lô", "Hạn dùng", " Liều", " Lọ"],
        widths=[3, 1.5, 1.3, 1, 0.8],
        rows=[
            [
                line.product_name,
                line.number,
                day(lots[line.lot_id].expires_on),
                number(line.doses),
                number(line.doses // line.doses_per_vial),
            ]
            for line in found.lines
        ],
        total=["Cộng", "", "", number(found.doses), ""],
        remarks=[remark] if found.consumables else [],
        signers=["Người lập phiếu", "Thủ kho xuất", "Người vận chuyển", "Người nhận"],
        foot=FOOT,
    )


def _receipt(found: Shipment, received_at: datetime, facts: list[tuple[str, str]]) -> Paper:
    return Paper(
        office=OFFICE,
        place=found.to_name,
        title="Biên bản giao nhận vắc xin",
        number=found.number,
        day=date_line(received_at),
        facts=[*facts, ("Nhận lúc", moment(received_at)), ("Người ký nhận", found.received_by_name or "–")],
        heads=["Vắc xin, lô", " Gửi", " Nguyên", " Quá nhiệt", " Vỡ", " Thiếu", " Khác lô", " Thừa"],
        widths=[3.2, 0.9, 0.9, 0.9, 0.7, 0.8, 1.1, 0.8],
        rows=[
            [
                f"{line.product_name}, lô {line.number}",
                number(line.doses),
                number((line.accepted or 0) - line.warm),
                number(line.warm),
                number(line.broken or 0),
                number(line.missing or 0),
                f"{number(line.wrong)} ({line.wrong_number})" if line.wrong else "0",
                number(line.extra),
            ]
            for line in found.lines
        ],
        remarks=[
            f"Lệch so với phiếu gửi: {number(found.difference)} liều. Nơi gửi trả lời khiếu nại trong 3 ngày."
            if found.difference
            else "Đủ số lượng, nguyên vẹn, đúng lô như phiếu gửi."
        ],
        signers=["Người giao", "Người nhận", "Thủ trưởng đơn vị nhận"],
        foot=FOOT,
    )
