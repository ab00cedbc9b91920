"""The help desk: a question without an account, its number, and the answer by that number."""

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import corrections, geography, registrations
from tiemchung.domain.corrections.questions import KINDS, NewQuestion, Question
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.portal.codes import read_code
from tiemchung.web import fields
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import limited, public
from tiemchung.web.pages import Web, language, page, words

HERE = "/tro-giup/hoi"
STATUS = f"{HERE}/tra-cuu"


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A question as the form has it."""

    topic: str
    said: str
    phone: str | None
    province: str | None


FORM = Form(
    Typed,
    topic=Field("Việc cần hỏi", fields.choice(KINDS)),
    said=Field("Nội dung", fields.text(2000, 10)),
    phone=Field("Số điện thoại", fields.phone, required=False),
    province=Field("Tỉnh, thành phố", fields.digits(2), required=False),
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The number of a question."""

    number: str


ASKED = Form(Asked, number=Field("Số câu hỏi", read_code))


@get(HERE, opt=public)
async def ask(db: Db, request: Web) -> Response[bytes]:
    """The form."""
    return await _form(db, request, Filled[Typed]())


@post(HERE, opt=limited)
async def send(db: Db, request: Web) -> Response[bytes]:
    """Open the question; the page that answers tells its number and until when it is answered."""
    form = await read(request, FORM)
    if not form.errors and form.value.province not in {None, *(code for code, _ in await _provinces(db, "vi"))}:
        form.errors["province"] = words(request)("Hãy chọn tỉnh, thành phố trong danh sách.")
    if form.errors:
        return await _form(db, request, form, status=422)
    told = form.value
    new = NewQuestion(
        topic=told.topic, said=told.said, phone=told.phone, province_code=told.province, lang=language(request)
    )
    made = await corrections.questions.ask(db, new, question_id=await command_id(request))
    return page(request, "portal/question_sent.html", question=made)


@get(STATUS, opt=public)
async def ask_status(request: Web) -> Response[bytes]:
    """Where the number is typed."""
    return page(request, "portal/question_status.html", form=Filled[Asked](), question=None, answers=[])


@post(STATUS, opt=limited)
async def tell_status(db: Db, request: Web) -> Response[bytes]:
    """Where the question of a number stands, and what was answered; not what was asked."""
    form = await read(request, ASKED)
    found: Question | None = None
    if not form.errors:
        try:
            found = await corrections.questions.by_number(db, form.value.number)
        except NotFound:
            form.errors["number"] = words(request)("Không có câu hỏi nào với số này. Hãy kiểm tra lại từng ký tự.")
    answers = await corrections.questions.answers(db, found) if found else []
    told = {"form": form, "question": found, "answers": answers}
    return page(request, "portal/question_status.html", status=422 if form.errors else 200, **told)


async def _form(db: Db, request: Web, form: Filled[Typed], *, status: int = 200) -> Response[bytes]:
    _ = words(request)
    topics = [(code, _(label)) for code, label in KINDS.items()]
    told = {"form": form, "topics": topics, "provinces": await _provinces(db, language(request))}
    return page(request, "portal/question.html", status=status, **told)


async def _provinces(db: Db, lang: str) -> list[tuple[str, str]]:
    on = (await registrations.campaign_of(db)).geography_on
    return [(area.code, area.name if lang == "vi" else area.name_en) for area in await geography.provinces(db, on)]


routes: list[ControllerRouterHandler] = [ask, send, ask_status, tell_status]
