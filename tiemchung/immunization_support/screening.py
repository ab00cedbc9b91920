"""The doctor's form: every question answered, vital signs with their limits, the conclusion computed."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import immunizations, people
from tiemchung.domain.access import Purpose
from tiemchung.domain.immunizations import screening
from tiemchung.immunization_support.point_of_care import SESSION, address
from tiemchung.immunization_support.today import at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = f"{SESSION}/nguoi/{{visit_id:uuid}}/kham"
_POSSIBLE = {
    "temperature_c": ("30", "45"),
    "pulse": ("20", "250"),
    "systolic": ("40", "260"),
    "diastolic": ("20", "180"),
    "breaths": ("5", "80"),
}


@get(HERE, opt=staff("doctor"))
async def ask(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[bytes]:
    """The form, unanswered."""
    at_place(request, place_id)
    return await _form(db, request, place_id, visit_id, Filled[Any]())


@post(HERE, opt=staff("doctor"))
async def conclude(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[Any] | Redirect:
    """Answer all with no, look at the conclusion, or keep it."""
    at_place(request, place_id)
    visit = await immunizations.visit(db, place_id, visit_id)
    asked = _asked(visit, db)
    form = await read(request, _fields(asked))
    action = str((await request.form()).get("action", "conclude"))
    if action == "all_no":
        form.typed |= {item.id: "no" for item in asked.asked if not form.typed[item.id]}
        return await _form(db, request, place_id, visit_id, Filled[Any](typed=form.typed))
    if form.errors:
        return await _form(db, request, place_id, visit_id, form, status=422)
    answers = {item.id: getattr(form.value, item.id) == "yes" for item in asked.asked}
    vitals = {name: getattr(form.value, name) for name in screening.VITALS}
    verdict = screening.conclude(asked, answers, vitals)
    if action == "look":
        return await _form(db, request, place_id, visit_id, form, verdict=verdict)

    async def act() -> Answer:
        await immunizations.screen(
            db,
            place_id=place_id,
            visit_id=visit_id,
            answers=answers,
            vitals=vitals,
            override_reason=form.typed["override_reason"] or None,
        )
        return Answer(location=address(place_id, session_id, visit_id))

    return await once(db, request, await command_id(request), "visit.screen", act)


def _asked(visit: immunizations.Visit, db: Db) -> screening.Form:
    today = clock.day_of(db.at)
    return screening.form_for(people.age(visit.birth_date, today), today)


def _fields(asked: screening.Form) -> Form[Any]:
    """The form of the day as fields: its questions are data."""
    names = [*(item.id for item in asked.asked), *screening.VITALS, "override_reason"]
    type_ = msgspec.defstruct("Filled", [(name, Any) for name in names], kw_only=True, frozen=True)
    questions = {item.id: Field(item.words, fields.choice(("yes", "no"))) for item in asked.asked}
    vitals = {
        name: Field(label, fields.decimal(*_POSSIBLE[name]), required=name == "temperature_c")
        for name, label in screening.VITALS.items()
    }
    reason = Field("Lý do vẫn cho tiêm", fields.text(300, 5), required=False)
    return Form(type_, **questions, **vitals, override_reason=reason)


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
        asked=_asked(visit, db),
        vitals=screening.VITALS,
        verdict=verdict,
        verdict_words=screening.CONCLUSIONS[verdict.outcome] if verdict else "",
    )


routes: list[ControllerRouterHandler] = [ask, conclude]
