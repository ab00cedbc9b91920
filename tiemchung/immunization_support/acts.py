"""What people at the site do around the injection, each act once: forms of the pages and commands of devices end here."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain import aefi, declarations, immunizations, people
from tiemchung.domain.immunizations import Visit, screening, walk_ins
from tiemchung.immunization_support.act_fields import CheckIn, Consent, Incident, MaybeReason, Reason
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields
from tiemchung.web.forms import Field, Form


class At(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when an act is done: its key, the session and the person, the device and its clock.

    `late` is True for what an enrolled device did without a line and sends now: it has happened, whatever rules say.
    """

    key: UUID
    place_id: UUID
    session_id: UUID
    visit_id: UUID | None = None
    device_id: UUID | None = None
    device_at: datetime | None = None
    late: bool = False


Act = Callable[[Db, At, Any], Awaitable[dict[str, Any]]]


async def check_in(db: Db, at: At, given: CheckIn) -> dict[str, Any]:
    """Receive a person by code."""
    visit = await immunizations.check_in(
        db, place_id=at.place_id, session_id=at.session_id, code=given.code, visit_id=at.key
    )
    return {"visit_id": visit.visit_id, "number": visit.number}


async def consent(db: Db, at: At, given: Consent) -> dict[str, Any]:
    """Keep that the person or a guardian agreed."""
    visit = await visit_of(db, at)
    await walk_ins.agree(db, visit, given_by=given.given_by)
    return {"visit_id": visit.visit_id}


async def declare(db: Db, at: At, given: Any) -> dict[str, Any]:
    """Keep what somebody declared at the table, beside what they declared before. Raises `declarations.TravelUnsaid`."""
    visit = await visit_of(db, at)
    yes = [question.code for question in declarations.QUESTIONS if getattr(given, f"k_{question.code}") == "yes"]
    if "travelled" in yes and not given.travel:
        raise declarations.TravelUnsaid
    answers = declarations.Answers(yes=yes, travel=given.travel or "", note=given.note or "")
    kept = await declarations.declare(db, visit.person_id, answers, declaration_id=at.key, channel="site")
    return {"visit_id": visit.visit_id, "verdict": kept.verdict}


def asked_of(visit: Visit, at: datetime) -> screening.Form:
    """The screening form of the day for a person's age."""
    today = clock.day_of(at)
    return screening.form_for(people.age(visit.birth_date, today), today)


def screening_form(asked: screening.Form) -> Form[Any]:
    """The form of the day as fields: its questions are data."""
    names = [*(item.id for item in asked.asked), *screening.VITALS, "override_reason"]
    type_ = msgspec.defstruct("Filled", [(name, Any) for name in names], kw_only=True, frozen=True)
    questions = {item.id: Field(item.words, fields.choice(("yes", "no"))) for item in asked.asked}
    vitals = {
        name: Field(label, fields.decimal(*screening.POSSIBLE[name]), required=name == "temperature_c")
        for name, label in screening.VITALS.items()
    }
    reason = Field("Lý do vẫn cho tiêm", fields.text(300, 5), required=False)
    return Form(type_, **questions, **vitals, override_reason=reason)


def answers_of(asked: screening.Form, given: Any) -> tuple[dict[str, bool], dict[str, Any]]:
    """The answers and vital signs of a filled form."""
    answers = {item.id: getattr(given, item.id) == "yes" for item in asked.asked}
    return answers, {name: getattr(given, name) for name in screening.VITALS}


async def screen(db: Db, at: At, given: Any) -> dict[str, Any]:
    """Keep the doctor's conclusion."""
    visit = await visit_of(db, at)
    answers, vitals = answers_of(asked_of(visit, db.at), given)
    concluded = await immunizations.screen(
        db,
        place_id=at.place_id,
        visit_id=visit.visit_id,
        answers=answers,
        vitals=vitals,
        override_reason=given.override_reason,
    )
    return {"visit_id": visit.visit_id, "conclusion": concluded.outcome, "reasons": concluded.reasons}


async def not_done(db: Db, at: At, given: Reason) -> dict[str, Any]:
    """A person leaves without a dose, with the reason."""
    visit = await visit_of(db, at)
    await immunizations.not_done(db, place_id=at.place_id, visit_id=visit.visit_id, reason=given.reason)
    return {"visit_id": visit.visit_id}


async def discharge(db: Db, at: At, given: MaybeReason) -> dict[str, Any]:
    """Let a person go home after observation, or earlier with a reason."""
    visit = await visit_of(db, at)
    await immunizations.discharge(db, place_id=at.place_id, visit_id=visit.visit_id, early_reason=given.reason)
    return {"visit_id": visit.visit_id}


async def incident(db: Db, at: At, seen: Incident) -> dict[str, Any]:
    """Report what happened under observation; a sign of danger opens the case that the site and the province follow."""
    visit = await visit_of(db, at)
    if visit.immunization_id is None:
        raise immunizations.NotInObservation
    noticed = aefi.Noticed(dangers=seen.dangers, onset_on=clock.day_of(db.at), note=seen.note)
    case = await aefi.report(db, visit.person_id, visit.immunization_id, noticed, report_id=at.key, channel="staff")
    return {"visit_id": visit.visit_id, "case_id": case.case_id if case else None}


async def visit_of(db: Db, at: At) -> Visit:
    """The person of an act, who must be in its session. Raises `NotFound`."""
    if at.visit_id is None:
        raise NotFound
    visit = await immunizations.visit(db, at.place_id, at.visit_id)
    if visit.session_id != at.session_id:
        raise NotFound
    return visit
