"""Facilities that ask to become a vaccination site: the worklist of officers, and the decision."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import geography, sites
from tiemchung.domain.sites.applications import Application
from tiemchung.immunization_support.scope import province_of
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/co-so"
WHO = ("province_officer", "national_operator")
OUTCOMES = {"approved": "Duyệt, tạo điểm tiêm", "returned": "Trả lại để bổ sung"}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer decides; the message is what the facility reads."""

    outcome: str
    message: str | None


DECISION = Form(
    Decision,
    outcome=Field("Quyết định", fields.choice(OUTCOMES)),
    message=Field("Lời nhắn cho cơ sở", fields.text(500, 5), required=False),
)


@get(HERE, opt=staff(*WHO))
async def worklist(db: Db, request: Web) -> Response[bytes]:
    """What waits in one's province, or in the nation."""
    decided = request.query_params.get("tab") == "da-xong"
    found = await sites.applications.worklist(db, province=province_of(request.state.actor), decided=decided)
    return page(request, "immunization_support/facilities.html", applications=found, decided=decided)


@get(f"{HERE}/{{application_id:uuid}}", opt=staff(*WHO))
async def show(db: Db, request: Web, application_id: UUID) -> Response[bytes]:
    """One application, and what there is already around it."""
    return await _page(db, request, application_id, Filled[Decision]())


@post(f"{HERE}/{{application_id:uuid}}", opt=staff(*WHO))
async def decide(db: Db, request: Web, application_id: UUID) -> Any:
    """Approve, which makes the place, or return with what is missing."""
    form = await read(request, DECISION)
    if not form.errors and form.value.outcome == "returned" and form.value.message is None:
        form.errors["message"] = words(request)("Hãy ghi rõ cơ sở cần bổ sung điều gì.")
    if form.errors:
        return await _page(db, request, application_id, form, status=422)

    async def act() -> Answer:
        found = await _one(db, request, application_id)
        if form.value.outcome == "approved":
            await sites.applications.approve(db, found, form.value.message or "")
        else:
            await sites.applications.give_back(db, found, form.value.message or "")
        return Answer(location=f"{HERE}/{application_id}")

    try:
        return await once(db, request, await command_id(request), "sites.application", act)
    except DomainError as refused:
        if refused.status == NotFound.status:
            raise
        form.errors["outcome"] = sentence(refused, language(request))
        return await _page(db, request, application_id, form, status=refused.status)


async def _one(db: Db, request: Web, application_id: UUID) -> Application:
    """An application within one's reach. Raises `NotFound`."""
    found = await sites.applications.one(db, application_id)
    if province_of(request.state.actor) not in {None, found.province_code}:
        raise NotFound
    return found


async def _page(
    db: Db, request: Web, application_id: UUID, form: Filled[Decision], *, status: int = 200
) -> Response[bytes]:
    found = await _one(db, request, application_id)
    around = await sites.in_area(db, found.area_id, limit=20)
    return page(
        request,
        "immunization_support/facility.html",
        status=status,
        application=found,
        kind=sites.KINDS[found.kind],
        phone=await sites.applications.phone(db, found),
        where=(await geography.lineage(db, geography.AreaId(found.area_id))).words,
        around=[place for place in around if place.tables > 0],
        form=form,
        outcomes=[(code, words(request)(label)) for code, label in OUTCOMES.items()],
    )


routes: list[ControllerRouterHandler] = [worklist, show, decide]
