"""The daily bulletin of 17:00: as PDF and XLSX, from what was put aside that day."""

from datetime import date

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS
from tiemchung.domain.analytics import open_data
from tiemchung.domain.analytics.bulletin import Bulletin, made
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import paper, sheets, text
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = "/dieu-hanh/ban-tin"
SHOWN = 10
HEADS = (
    " Hạng", "Tỉnh, thành phố", " Phân bổ", " Đã nhận", " Đã tiêm", " Tiêm/phân bổ", " Tiêm/nhận", " Đủ liều 18+"
)  # fmt: skip


@get(HERE, opt=staff(*MANAGERS))
async def bulletins(db: Db, request: Web) -> Response[bytes]:
    """The bulletin as it would be now with top and bottom ten, and those of the days before."""
    now = await made(db)
    ranked = now.ranked()
    return page(
        request,
        "command_centre/bulletin.html",
        bulletin=now,
        ranked=ranked,
        top=ranked[:SHOWN],
        bottom=ranked[max(SHOWN, len(ranked) - SHOWN) :],
        published=await open_data.bulletins(db),
    )


@get(HERE + "/{day:str}/ban-tin.pdf", opt=staff(*MANAGERS))
async def as_pdf(db: Db, day: str) -> Response[bytes]:
    """A day's bulletin to print. Raises `NotFound`."""
    told = await open_data.bulletin_of(db, _day(day))
    return paper.answer(document(told), told.made_at, f"ban-tin-{day}")


@get(HERE + "/{day:str}/ban-tin.xlsx", opt=staff(*MANAGERS))
async def as_xlsx(db: Db, day: str) -> Response[bytes]:
    """A day's provinces as a workbook. Raises `NotFound`."""
    told = await open_data.bulletin_of(db, _day(day))
    return sheets.answer("xlsx", f"ban-tin-{day}", [head.strip() for head in HEADS], rows(told))


def document(told: Bulletin) -> paper.Paper:
    """The bulletin on paper: the nation's figures, then every province in order of given per received."""
    totals = told.totals
    facts = [
        ("Số liệu đến hết ngày", text.day(told.as_of)),
        ("Tổng số mũi đã tiêm", text.number(totals.doses)),
        ("Trong ngày", text.number(totals.today)),
        ("Mũi 1, đủ liều cơ bản", f"{text.number(totals.first)}, {text.number(totals.complete)}"),
        ("Bổ sung, nhắc lại", f"{text.number(totals.additional)}, {text.number(totals.booster)}"),
        ("Người từ 18 tuổi đủ liều cơ bản", _share(totals.adults_complete, told.adults)),
        ("Dân số đủ liều cơ bản", _share(totals.complete, told.people)),
    ]
    return paper.Paper(
        office="Tiêm chủng quốc gia",
        place="Trung tâm điều hành",
        title="BẢN TIN TIÊM CHỦNG HẰNG NGÀY",
        number=text.day(told.as_of),
        day=paper.date_line(told.made_at),
        facts=facts,
        heads=HEADS,
        widths=(0.6, 2.2, 1.1, 1.1, 1.1, 1.1, 1, 1.1),
        rows=rows(told),
        remarks=(
            "Hạng theo tỷ lệ đã tiêm trên đã nhận. Phân bổ: tổng các quyết định của kho quốc gia và viện khu vực.",
            "Đã nhận, đã tiêm: theo sổ kho các nơi trong tỉnh. Đủ liều 18+: theo nơi cư trú.",
            "Dấu ••• và –: số dưới 5, hoặc số làm lộ số dưới 5 của tỉnh khác, không nêu như trong tệp dữ liệu mở.",
        ),
    )


def rows(told: Bulletin) -> list[list[str]]:
    """The provinces in order of given per received, in words."""
    return [
        [
            str(rank),
            one.name,
            text.number(one.allocated),
            text.number(one.received),
            "•••" if one.given is None else text.number(one.given),
            text.percent(one.of_allocated),
            text.percent(one.of_received),
            text.percent(one.complete_share),
        ]
        for rank, one in enumerate(told.ranked(), 1)
    ]


def _share(part: int, whole: int) -> str:
    return text.percent(part / whole) if whole else "–"


def _day(typed: str) -> date:
    try:
        return msgspec.convert(typed, date)
    except msgspec.ValidationError:
        raise NotFound from None


routes: list[ControllerRouterHandler] = [bulletins, as_pdf, as_xlsx]
