"""The forms at the session's page: each does one act and comes back to the page, refused ones with what was typed."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.immunization_support import act_fields, acts, dose_acts
from tiemchung.immunization_support.acts import Act, At
from tiemchung.immunization_support.board import SESSION, address, person_in_view, show
from tiemchung.immunization_support.today import at_place
from tiemchung.kit import clock
from tiemchung.kit.db import ActKey, Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import at_once, once
from tiemchung.web.forms import Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language

PERSON = f"{SESSION}/nguoi/{{visit_id:uuid}}"


@post(f"{SESSION}/tiep-don", opt=staff("registrar", "nurse", "site_head"))
async def check_in(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Receive a person by code."""
    return await _do(db, request, "visit.check_in", act_fields.CHECK_IN, acts.check_in, place_id, session_id)


@post(f"{PERSON}/dong-y", opt=staff("registrar", "nurse", "doctor"))
async def consent(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Keep that the person or a guardian agreed."""
    return await _do(db, request, "visit.consent", act_fields.CONSENT, acts.consent, place_id, session_id, visit_id)


@post(f"{PERSON}/tiem", opt=staff("nurse"))
async def inject(
    database: Database, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID
) -> Response[Any] | Redirect:
    """Record a dose from the vial in use: the hottest act of the day, without a transaction held around it."""
    at_place(request.state.actor, place_id)
    form, status = await read(request, act_fields.INJECT), 422
    if not form.errors:
        at = At(key=await command_id(request), place_id=place_id, session_id=session_id, visit_id=visit_id)
        answer = Answer(location=address(place_id, session_id, visit_id))
        key = ActKey(id=at.key, kind=dose_acts.RECORD, answer=answer)
        try:
            await at_once(database, request, key, lambda db: dose_acts.inject(db, at, form.value, key))
        except DomainError as refused:
            status = _told(form, act_fields.INJECT, refused, request)
        else:
            return answer.response()
    async with database.transaction(request.state.actor, at=clock.now()) as db:
        return await show(db, request, place_id, session_id, form, status=status, visit_id=visit_id)


@post(f"{PERSON}/hoan-tac", opt=staff("nurse"))
async def undo(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Take the dose back within a minute."""
    return await _do(
        db, request, "immunization.undo", act_fields.NOTHING, dose_acts.undo, place_id, session_id, visit_id
    )


@post(f"{PERSON}/sua", opt=staff("nurse", "site_head"))
async def amend(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Correct vial or arm by a later version."""
    return await _do(
        db, request, "immunization.amend", act_fields.AMEND, dose_acts.amend, place_id, session_id, visit_id
    )


@post(f"{PERSON}/ghi-nham", opt=staff("nurse", "site_head"))
async def in_error(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Say with a reason that the recorded dose was not given."""
    return await _do(
        db,
        request,
        "immunization.in_error",
        act_fields.IN_ERROR,
        dose_acts.enter_in_error,
        place_id,
        session_id,
        visit_id,
    )


@post(f"{PERSON}/cho-ve", opt=staff("nurse", "doctor", "registrar"))
async def discharge(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Let a person go home after observation."""
    return await _do(
        db, request, "visit.discharge", act_fields.DISCHARGE, acts.discharge, place_id, session_id, visit_id
    )


@post(f"{PERSON}/khong-tiem", opt=staff("nurse", "doctor", "registrar"))
async def not_done(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """A person leaves without a dose, with the reason."""
    return await _do(db, request, "visit.not_done", act_fields.NOT_DONE, acts.not_done, place_id, session_id, visit_id)


@post(f"{SESSION}/mo-lo", opt=staff("nurse"))
async def open_vial(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Open the next vial of a lot."""
    return await _do(db, request, "vial.open", act_fields.OPEN_VIAL, dose_acts.open_vial, place_id, session_id)


@post(f"{SESSION}/cat-lo", opt=staff("nurse"))
async def put_away(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Put a vial away; what is left in it is waste."""
    return await _do(db, request, "vial.put_away", act_fields.PUT_AWAY, dose_acts.put_away, place_id, session_id)


@post(f"{SESSION}/lieu-doi", opt=staff("nurse"))
async def extra(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Declare doses that a vial gave beyond its label."""
    return await _do(db, request, "vial.extra", act_fields.EXTRA, dose_acts.extra, place_id, session_id)


async def _do(
    db: Db,
    request: Web,
    kind: str,
    fields: Form[Any],
    act: Act,
    place_id: UUID,
    session_id: UUID,
    visit_id: UUID | None = None,
) -> Response[Any] | Redirect:
    """Read the form, do the act once, and come back to the page with its person in the middle."""
    at_place(request.state.actor, place_id)
    form = await read(request, fields)
    if form.errors:
        return await show(db, request, place_id, session_id, form, status=422, visit_id=visit_id)
    at = At(key=await command_id(request), place_id=place_id, session_id=session_id, visit_id=visit_id)

    async def done() -> Answer:
        answer = await act(db, at, form.value)
        gone = kind in {"visit.discharge", "visit.not_done"}
        shown = None if gone else answer.get("visit_id") or visit_id or person_in_view(request)
        return Answer(location=address(place_id, session_id, shown))

    try:
        return await once(db, request, at.key, kind, done)
    except DomainError as refused:
        status = _told(form, fields, refused, request)
        return await show(db, request, place_id, session_id, form, status=status, visit_id=visit_id)


def _told(form: Filled[Any], fields: Form[Any], refused: DomainError, request: Web) -> int:
    """Put a refusal beside its field; its status. What is not there for this actor stays refused."""
    if refused.status == 404:
        raise refused
    form.errors[refused.field if refused.field in fields.fields else "act"] = sentence(refused, language(request))
    return refused.status


routes: list[ControllerRouterHandler] = [
    check_in,
    consent,
    inject,
    undo,
    amend,
    in_error,
    discharge,
    not_done,
    open_vial,
    put_away,
    extra,
]
