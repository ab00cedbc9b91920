"""The doctor's form: every question answered, vital signs with their limits, the conclusion computed."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import aefi, immunizations, people
from tiemchung.domain.access import Purpose
from tiemchung.domain.immunizations import screening
from tiemchung.immunization_support import acts, reaction_words
from tiemchung.immunization_support.acts import At
from tiemchung.immunization_support.board import SESSION, address
from tiemchung.immunization_support.today import at_place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = f"{SESSION}/nguoi/{{visit_id:uuid}}/kham"


@get(HERE, opt=staff("doctor"))
async def ask(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[bytes]:
    """The form, unanswered."""
    at_place(request.state.actor, place_id)
    return await _form(db, request, place_id, visit_id, Filled[Any]())


@post(HERE, opt=staff("doctor"))
async def conclude(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Answer all with no, look at the conclusion, or keep it."""
    at_place(request.state.actor, place_id)
    visit = await immunizations.visit(db, place_id, visit_id)
    asked = acts.asked_of(visit, db.at)
    form = await read(request, acts.screening_form(asked))
    action = str((await request.form()).get("action", "conclude"))
    if action == "all_no":
        form.typed |= {item.id: "no" for item in asked.asked if not form.typed[item.id]}
        return await _form(db, request, place_id, visit_id, Filled[Any](typed=form.typed))
    if form.errors:
        return await _form(db, request, place_id, visit_id, form, status=422)
    _, verdict = await immunizations.look(db, visit, *acts.answers_of(asked, form.value))
    # A verdict that holds somebody back is shown before it is kept.
    if action == "look" or (not verdict.goes_on and (await request.form()).get("seen") != verdict.outcome):
        return await _form(db, request, place_id, visit_id, form, verdict=verdict)
    at = At(key=await command_id(request), place_id=place_id, session_id=session_id, visit_id=visit_id)

    async def act() -> Answer:
        await acts.screen(db, at, form.value)
        return Answer(location=address(place_id, session_id, visit_id))

    try:
        return await once(db, request, at.key, "visit.screen", act)
    except DomainError as refused:
        if refused.status == 404:
            raise
        form.errors["act"] = sentence(refused, language(request))
        return await _form(db, request, place_id, visit_id, form, status=refused.status)


async def _form(
    db: Db,
    request: Web,
    place_id: UUID,
    visit_id: UUID,
    form: Filled[Any],
    *,
    status: int = 200,
    verdict: screening.Conclusion | None = None,
) -> Response[bytes]:
    visit = await immunizations.visit(db, place_id, visit_id)
    person = await people.open_record(db, visit.person_id, purpose=Purpose.care, page="Khám sàng lọc")
    return page(
        request,
        "immunization_support/screening.html",
        status=status,
        form=form,
        visit=visit,
        person=person,
        asked=acts.asked_of(visit, db.at),
        reactions=[reaction_words.sentence(case, words(request)) for case in await aefi.of_person(db, visit.person_id)],
        limits=await immunizations.normal_signs(db),
        vitals=screening.VITALS,
        verdict=verdict,
        verdict_words=screening.CONCLUSIONS[verdict.outcome] if verdict else "",
    )


routes: list[ControllerRouterHandler] = [ask, conclude]
