"""Questions to the help desk: the worklist of officers, and the answer."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import corrections
from tiemchung.domain.corrections.questions import AnsweredMeanwhile, Question
from tiemchung.immunization_support.scope import province_of
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE = "/diem-tiem/cau-hoi"
WHO = ("province_officer", "national_operator")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, the step that it answers, and whether nothing is left."""

    message: str
    step: int
    closes: bool = False


REPLY = Form(
    Reply,
    message=Field("Trả lời", fields.text(2000, 5)),
    step=Field("Bước", fields.whole(0, 1000)),
    closes=Field("Kết thúc", fields.ticked, required=False),
)


@get(HERE, opt=staff(*WHO))
async def worklist(db: Db, request: Web) -> Response[bytes]:
    """What waits in one's province, or in the nation."""
    closed = request.query_params.get("tab") == "da-xong"
    found = await corrections.questions.worklist(db, province=province_of(request.state.actor), closed=closed)
    rows = [(question, question.late(db.at)) for question in found]
    return page(request, "immunization_support/questions.html", questions=rows, closed=closed)


@get(f"{HERE}/{{question_id:uuid}}", opt=staff(*WHO))
async def show(db: Db, request: Web, question_id: UUID) -> Response[bytes]:
    """One question, what was answered, and the form for the next answer."""
    return await _page(db, request, question_id, Filled[Reply]())


@post(f"{HERE}/{{question_id:uuid}}", opt=staff(*WHO))
async def reply(db: Db, request: Web, question_id: UUID) -> Any:
    """Answer, and close where nothing is left."""
    form = await read(request, REPLY)
    if form.errors:
        return await _page(db, request, question_id, form, status=422)

    async def act() -> Answer:
        found = await _one(db, request, question_id)
        if found.step != form.value.step:
            raise AnsweredMeanwhile
        await corrections.questions.answer(db, found, form.value.message, closes=bool(form.value.closes))
        return Answer(location=f"{HERE}/{question_id}")

    try:
        return await once(db, request, await command_id(request), "corrections.answer", act)
    except AnsweredMeanwhile as refused:
        form.errors["message"] = sentence(refused, language(request))
        return await _page(db, request, question_id, form, status=refused.status)


async def _one(db: Db, request: Web, question_id: UUID) -> Question:
    """A question within one's reach. Raises `NotFound`."""
    found = await corrections.questions.one(db, question_id)
    if province_of(request.state.actor) not in {None, found.province_code}:
        raise NotFound
    return found


async def _page(db: Db, request: Web, question_id: UUID, form: Filled[Reply], *, status: int = 200) -> Response[bytes]:
    found = await _one(db, request, question_id)
    told = await corrections.questions.written(db, found)
    return page(
        request,
        "immunization_support/question.html",
        status=status,
        question=found,
        late=found.late(db.at),
        said=told.said,
        phone=told.phone,
        answers=await corrections.questions.answers(db, found),
        form=form,
    )


routes: list[ControllerRouterHandler] = [worklist, show, reply]
