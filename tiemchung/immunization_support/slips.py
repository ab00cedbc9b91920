"""What a site prints and sends on: a list of a session, slips with codes by residential group, a workbook; and one read back."""

from itertools import groupby
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, registrations, sites
from tiemchung.domain.appointments import Slip
from tiemchung.immunization_support.plan import PLANNERS, SESSION, planner_of, show_session
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import qr, sheets
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

BOUNDS = sheets.Bounds(most_bytes=1_000_000, most_unpacked=20_000_000, most_rows=2_000, columns=1)


@get(f"{SESSION}/phieu", opt=staff(*PLANNERS))
async def slips(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """Slips to hand out, one a person with the check-in code, by where people live."""
    await planner_of(db, request, place_id)
    found = await appointments.slips(db, place_id, session_id)
    groups = [(where, list(people)) for where, people in groupby(found, key=lambda slip: slip.where)]
    drawn = {str(slip.appointment_id): qr.svg(slip.shown_code) for slip in found}
    session = await sites.session(db, place_id, session_id)
    return page(request, "immunization_support/slips.html", session=session, groups=groups, drawn=drawn)


@get(f"{SESSION}/danh-sach.xlsx", opt=staff(*PLANNERS))
async def workbook(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The list of a session as a workbook; texts that a program would calculate are kept as texts."""
    await planner_of(db, request, place_id)
    _ = words(request)
    heads = [_("Giờ"), _("Họ tên"), _("Năm sinh"), _("Nơi ở"), _("Mũi"), _("Mã đăng ký"), _("Mã check-in")]
    found = await appointments.slips(db, place_id, session_id)
    return sheets.answer("xlsx", "danh-sach", heads, [_cells(slip) for slip in found])


@post(f"{SESSION}/moi-theo-tep", opt=staff("site_head"))
async def invite_listed(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Invite the people whose registration codes stand in the first column of a workbook, all or none."""
    await planner_of(db, request, place_id)
    sent = await request.form()
    body = await sent["file"].read(BOUNDS.most_bytes + 1) if hasattr(sent.get("file"), "read") else b""
    codes = _codes(body)
    if codes is None:
        told = {"file": words(request)("Tệp phải là bảng tính XLSX, tối đa 1 MB và 2.000 dòng, theo mẫu.")}
        return await show_session(db, request, place_id, session_id, Filled[Any](errors=told), status=422)

    async def act() -> Answer:
        people = [(await registrations.by_code(db, code)).person_id for code in codes]
        await appointments.invite(db, place_id, session_id, people)
        return Answer(location=f"/diem-tiem/ke-hoach/{place_id}/{session_id}")

    try:
        return await once(db, request, await command_id(request), "session.invite_listed", act)
    except DomainError as refused:
        told = {"file": sentence(refused, language(request))}
        return await show_session(db, request, place_id, session_id, Filled[Any](errors=told), status=refused.status)


def _cells(slip: Slip) -> list[str]:
    return [slip.time, slip.name, slip.born, slip.where, slip.dose, slip.registration_code, slip.shown_code]


def _codes(body: bytes) -> list[str] | None:
    """The first column without its head; None for what is no workbook or too large."""
    found = sheets.cells(body, BOUNDS)
    return None if found is None else [str(row[0]).strip() for _, row in found]


routes: list[ControllerRouterHandler] = [slips, workbook, invite_listed]
