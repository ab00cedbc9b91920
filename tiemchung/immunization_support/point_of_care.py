"""The session at work: the queue, one person in the middle, observation at the side. Works as plain forms."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import immunizations, people, sites, stock
from tiemchung.domain.access import Purpose
from tiemchung.domain.immunizations import Injection
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

SESSION = "/diem-tiem/phien/{place_id:uuid}/{session_id:uuid}"


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the box at the door read."""

    code: str


class Inject(msgspec.Struct, frozen=True, kw_only=True):
    """What the nurse confirms."""

    vial_id: UUID
    body_site: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody leaves early or without a dose."""

    reason: str | None


class OpenVial(msgspec.Struct, frozen=True, kw_only=True):
    """Which lot the next vial comes from."""

    lot_id: UUID


CHECK_IN = Form(CheckIn, code=Field("Mã check-in", fields.text(40)))
INJECT = Form(
    Inject,
    vial_id=Field("Lọ vắc xin", fields.id_),
    body_site=Field("Vị trí tiêm", fields.choice(immunizations.BODY_SITES)),
)
REASON = Form(Reason, reason=Field("Lý do", fields.text(300, 5), required=False))
LOT = Form(OpenVial, lot_id=Field("Lô vắc xin", fields.id_))


def address(place_id: UUID, session_id: UUID, visit_id: UUID | None = None) -> str:
    """The page of a session, with one person in the middle."""
    return f"/diem-tiem/phien/{place_id}/{session_id}" + (f"?nguoi={visit_id}" if visit_id else "")


@get(SESSION, opt=staff(*AT_THE_SITE))
async def board(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The session as it stands."""
    at_place(request, place_id)
    return await _board(db, request, place_id, session_id)


@post(f"{SESSION}/tiep-don", opt=staff("registrar", "nurse", "site_head"))
async def check_in(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Receive a person by code."""
    at_place(request, place_id)
    form = await read(request, CHECK_IN)
    if form.errors:
        return await _board(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        visit = await immunizations.check_in(db, place_id=place_id, session_id=session_id, code=form.value.code)
        return Answer(location=address(place_id, session_id, visit.visit_id))

    try:
        return await once(db, request, await command_id(request), "visit.check_in", act)
    except DomainError as refused:
        if refused.field != "code":
            raise
        form.errors["code"] = sentence(refused, language(request))
        return await _board(db, request, place_id, session_id, form, status=refused.status)


@post(f"{SESSION}/nguoi/{{visit_id:uuid}}/tiem", opt=staff("nurse"))
async def inject(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Record a dose from the vial in use."""
    at_place(request, place_id)
    form = await read(request, INJECT)
    if form.errors:
        return await _board(db, request, place_id, session_id, form, status=422)
    key = await command_id(request)

    async def act() -> Answer:
        opened = await immunizations.open_vials(db, place_id, session_id)
        vials: dict[UUID, immunizations.OpenVial] = {vial.vial_id: vial for vial in opened}
        vial = vials.get(form.value.vial_id)
        if vial is None:
            raise immunizations.VialNotOpen
        injection = Injection(
            place_id=place_id,
            visit_id=visit_id,
            vial_id=form.value.vial_id,
            immunization_id=key,
            body_site=form.value.body_site,
            volume_ml=vial.volume_ml,
        )
        await immunizations.record(db, injection)
        return Answer(location=address(place_id, session_id, visit_id))

    return await once(db, request, key, "immunization.record", act)


@post(f"{SESSION}/nguoi/{{visit_id:uuid}}/hoan-tac", opt=staff("nurse"))
async def undo(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Take the dose back within a minute."""
    at_place(request, place_id)

    async def act() -> Answer:
        visit = await immunizations.visit(db, place_id, visit_id)
        if visit.immunization_id is None:
            raise immunizations.UndoOver
        await immunizations.undo(
            db, person_id=visit.person_id, immunization_id=visit.immunization_id, reason="Hoàn tác tại bàn tiêm"
        )
        return Answer(location=address(place_id, session_id, visit_id))

    return await once(db, request, await command_id(request), "immunization.undo", act)


@post(f"{SESSION}/nguoi/{{visit_id:uuid}}/cho-ve", opt=staff("nurse", "doctor", "registrar"))
async def discharge(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Let a person go home after observation."""
    at_place(request, place_id)
    form = await read(request, REASON)
    if form.errors:
        return await _board(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        await immunizations.discharge(db, place_id=place_id, visit_id=visit_id, early_reason=form.value.reason)
        return Answer(location=address(place_id, session_id))

    return await once(db, request, await command_id(request), "visit.discharge", act)


@post(f"{SESSION}/nguoi/{{visit_id:uuid}}/khong-tiem", opt=staff("nurse", "doctor", "registrar"))
async def defer(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """A person leaves without a dose, with the reason."""
    at_place(request, place_id)
    form = await read(request, REASON)
    if not form.errors and not form.value.reason:
        form.errors["reason"] = "Hãy ghi lý do không tiêm."
    if form.errors:
        return await _board(db, request, place_id, session_id, form, status=422, visit_id=visit_id)

    async def act() -> Answer:
        await immunizations.defer(db, place_id=place_id, visit_id=visit_id, reason=form.value.reason or "")
        return Answer(location=address(place_id, session_id))

    return await once(db, request, await command_id(request), "visit.defer", act)


@post(f"{SESSION}/mo-lo", opt=staff("nurse"))
async def open_vial(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Open the next vial of a lot."""
    at_place(request, place_id)
    form = await read(request, LOT)
    if form.errors:
        return await _board(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        await stock.open_vial(db, place_id, session_id, lot_id=form.value.lot_id)
        return Answer(location=address(place_id, session_id, _person_in_view(request)))

    return await once(db, request, await command_id(request), "vial.open", act)


async def _board(
    db: Db,
    request: Web,
    place_id: UUID,
    session_id: UUID,
    form: Filled[Any] | None = None,
    *,
    status: int = 200,
    visit_id: UUID | None = None,
) -> Response[bytes]:
    session = await sites.session(db, place_id, session_id)
    queue = await immunizations.visits(db, place_id, session_id)
    shown = visit_id or _person_in_view(request)
    current = next((visit for visit in queue if visit.visit_id == shown), None)
    person = doses = None
    if current is not None:
        person = await people.open_record(db, current.person_id, purpose=Purpose.care, page="Bàn tiêm")
        doses = await immunizations.doses_of(db, current.person_id)
    vials = await immunizations.open_vials(db, place_id, session_id)
    return page(
        request,
        "immunization_support/point_of_care.html",
        status=status,
        form=form or Filled[Any](),
        session=session,
        queue=queue,
        counts={step: sum(visit.step == step for visit in queue) for step in immunizations.STEPS},
        current=current,
        person=person,
        age=person.age(clock.day_of(db.at)) if person else None,
        doses=doses,
        body_sites=immunizations.BODY_SITES,
        vials=vials,
        vial=next((vial for vial in vials if vial.doses_left), None),
        lots=await stock.usable_units(db, place_id, session.product, db.at),
        at=db.at,
        rings=[(visit, _ring(visit, db)) for visit in queue if visit.step == "observation"],
        next_id=str(uuid7(db.at)),
    )


def _ring(visit: immunizations.Visit, db: Db) -> dict[str, int | bool]:
    """Minutes left of an observation and its share of 100, for the ring."""
    if visit.observe_until is None or visit.injected_at is None:
        return {"minutes": 0, "share": 100, "over": True}
    whole = (visit.observe_until - visit.injected_at).total_seconds()
    left = max(0.0, (visit.observe_until - db.at).total_seconds())
    return {
        "minutes": -(-int(left) // 60),
        "share": round(100 - 100 * left / whole) if whole else 100,
        "over": left <= 0,
    }


def _person_in_view(request: Web) -> UUID | None:
    typed = request.query_params.get("nguoi")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


routes: list[ControllerRouterHandler] = [board, check_in, inject, undo, discharge, defer, open_vial]
