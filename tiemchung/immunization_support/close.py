"""Closing a session and signing for its records."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import immunizations, sites, stock
from tiemchung.domain.immunizations import paper
from tiemchung.domain.registrations import DOSES
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The vials as they were counted by hand, and why they differ, if they do."""

    received: int
    returned: int
    discarded: int
    explanation: str | None


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh code of the second factor."""

    totp: str


CLOSE = Form(
    Counted,
    received=Field("Số lọ nhận về phiên", fields.whole(0, 9999)),
    returned=Field("Số lọ chưa mở trả lại kho", fields.whole(0, 9999)),
    discarded=Field("Số lọ chưa mở phải bỏ", fields.whole(0, 9999)),
    explanation=Field("Lý do lệch", fields.text(500, 5), required=False),
)
SIGN = Form(Signed, totp=Field("Mã xác thực", fields.digits(6)))


@get(f"{SESSION}/dong", opt=staff(*AT_THE_SITE))
async def look(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """What was counted, and what is missing before the session closes."""
    at_place(request.state.actor, place_id)
    return await _page(db, request, place_id, session_id, Filled[Any]())


@post(f"{SESSION}/dong", opt=staff("nurse", "site_head"))
async def close(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Close the session."""
    at_place(request.state.actor, place_id)
    form = await read(request, CLOSE)
    if form.errors:
        return await _page(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        given = form.value
        glass = immunizations.Glass(received=given.received, returned=given.returned, discarded=given.discarded)
        await immunizations.close(
            db, place_id=place_id, session_id=session_id, glass=glass, explanation=given.explanation
        )
        return Answer(location=f"/diem-tiem/phien/{place_id}/{session_id}/dong")

    try:
        return await once(db, request, await command_id(request), "session.close", act)
    except DomainError as refused:
        form.errors["explanation"] = sentence(refused, language(request))
        return await _page(db, request, place_id, session_id, form, status=refused.status)


@post(f"{SESSION}/ky", opt=staff("nurse", "site_head"))
async def sign(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Sign the session's records."""
    member = at_place(request.state.actor, place_id)
    form = await read(request, SIGN)
    if form.errors:
        return await _page(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        await immunizations.sign(db, member, place_id=place_id, session_id=session_id, totp=form.value.totp)
        return Answer(location=f"/diem-tiem/phien/{place_id}/{session_id}/dong")

    try:
        return await once(db, request, await command_id(request), "session.sign", act)
    except DomainError as refused:
        form.errors["totp"] = sentence(refused, language(request))
        return await _page(db, request, place_id, session_id, form, status=refused.status)


async def _page(
    db: Db, request: Web, place_id: UUID, session_id: UUID, form: Filled[Any], *, status: int = 200
) -> Response[bytes]:
    session = await sites.session(db, place_id, session_id)
    visits = await immunizations.visits(db, place_id, session_id)
    return page(
        request,
        "immunization_support/close.html",
        status=status,
        form=form,
        session=session,
        held=await stock.escrow.held_at(db, place_id, session_id),
        counted=await immunizations.reconcile(db, place_id, session_id),
        unsigned=await immunizations.unsigned(db, place_id, session_id),
        reviews=len(await immunizations.given.reviews(db, place_id, session_id)),
        off_list=[visit for visit in visits if visit.off_list],
        waiting=[visit for visit in visits if visit.step in {"screening", "injection", "observation"}],
        never_came=await paper.never_came(db, place_id, session_id),
        doses=DOSES,
        steps=immunizations.STEPS,
    )


routes: list[ControllerRouterHandler] = [look, close, sign]
