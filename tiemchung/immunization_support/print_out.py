"""What a site prints before a session: the list with codes, the forms of the day, the confirmation; A4, for work on paper."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import registrations, sites
from tiemchung.domain.immunizations import paper as on_paper
from tiemchung.domain.sites import Session
from tiemchung.immunization_support import site_papers
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import paper
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page
from tiemchung.web.paper import Paper

KINDS = {
    "danh-sach": "Danh sách phiên có mã QR, để ghi bằng tay",
    "phieu-kham-nguoi-lon": "Phiếu khám sàng lọc, người từ 18 tuổi",
    "phieu-kham-tre-em": "Phiếu khám sàng lọc, người dưới 18 tuổi",
    "phieu-dong-y": "Phiếu đồng ý tiêm chủng",
    "giay-xac-nhan": "Giấy xác nhận đã tiêm, điền tay",
}
ADULT, CHILD = 18, 17


@get(f"{SESSION}/in", opt=staff(*AT_THE_SITE))
async def choose(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """What can be printed."""
    at_place(request.state.actor, place_id)
    session = await sites.session(db, place_id, session_id)
    return page(request, "immunization_support/print_out.html", session=session, kinds=KINDS)


@get(f"{SESSION}/in/{{kind:str}}", opt=staff(*AT_THE_SITE))
async def printed(db: Db, request: Web, place_id: UUID, session_id: UUID, kind: str) -> Response[bytes]:
    """One of the papers as PDF. Raises `NotFound`."""
    at_place(request.state.actor, place_id)
    name = kind.removesuffix(".pdf")
    if name not in KINDS:
        raise NotFound
    return paper.answer(await _made(db, await sites.session(db, place_id, session_id), name), db.at, name)


async def _made(db: Db, session: Session, name: str) -> Paper:
    match name:
        case "danh-sach":
            return site_papers.session_list(session, await on_paper.missing(db, session.place_id, session.session_id))
        case "phieu-kham-nguoi-lon":
            return site_papers.screening_form(session, ADULT, "người từ 18 tuổi")
        case "phieu-kham-tre-em":
            return site_papers.screening_form(session, CHILD, "người dưới 18 tuổi")
        case "phieu-dong-y":
            return site_papers.consent(session, await registrations.consent_text(db))
        case _:
            return site_papers.confirmation(session)


routes: list[ControllerRouterHandler] = [choose, printed]
