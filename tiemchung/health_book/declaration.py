"""Health declarations: before a visit or at any time, for each member of the family, with a code for the site."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import declarations
from tiemchung.domain.declarations import QUESTIONS, Answers
from tiemchung.health_book import family
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields, qr
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, parse, typed_of
from tiemchung.web.guards import citizen
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, page, see_other, words

HERE = "/so-suc-khoe/khai-bao"
GROUPS = {
    "symptoms": "Trong 14 ngày qua có dấu hiệu nào sau đây không?",
    "exposure": "Trong 14 ngày qua có tiếp xúc không?",
    "travel": "Trong 14 ngày qua có đi xa không?",
}


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What is written beside the answers."""

    travel: str | None
    note: str | None


WORDS = Form(
    Words,
    travel=Field("Nơi đã đi qua", fields.text(300), required=False),
    note=Field("Ghi thêm", fields.text(300), required=False),
)


def read_answers(typed: Mapping[str, Any], _: Translate) -> Filled[Answers]:
    """Every question is answered with yes or no, none by itself; whoever has travelled says where."""
    written = parse(typed, WORDS, _)
    filled: Filled[Answers] = Filled(typed=dict(written.typed), errors=written.errors)
    yes: list[str] = []
    for question in QUESTIONS:
        name = f"k_{question.code}"
        filled.typed[name] = answer = str(typed.get(name, ""))
        if answer not in {"yes", "no"}:
            filled.errors[name] = _("Hãy chọn Có hoặc Không cho câu: {question}").format(question=_(question.title))
        elif answer == "yes":
            yes.append(question.code)
    if "travelled" in yes and not typed.get("travel"):
        filled.errors.setdefault("travel", _("Hãy ghi nơi đã đi qua."))
    if not filled.errors:
        about = written.value
        filled._value = Answers(yes=yes, travel=about.travel or "", note=about.note or "")  # pyright: ignore[reportPrivateUsage]
    return filled


def all_no() -> Filled[Answers]:
    """What "no to everything" fills in, to be seen and changed."""
    return Filled(typed={f"k_{question.code}": "no" for question in QUESTIONS})


@get(HERE, opt=citizen)
async def show(db: Db, request: Web) -> Response[bytes] | Redirect:
    """The form, and what was declared before."""
    _members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    return await _page(db, request, Filled[Answers]())


@post(f"{HERE}/{{person_id:uuid}}", opt=citizen)
async def declare(db: Db, request: Web, person_id: UUID) -> Any:
    """Keep a declaration; its id is the key of the act."""
    typed = await typed_of(request)
    filled = all_no() if typed.get("action") == "all_no" else read_answers(typed, words(request))
    if typed.get("action") == "all_no" or filled.errors:
        await family.opened(db, person_id, "Khai báo y tế")
        return await _page(db, request, filled, person_id, status=422 if filled.errors else 200)
    declaration_id = await command_id(request)

    async def act() -> Answer:
        await family.opened(db, person_id, "Khai báo y tế")
        await declarations.declare(db, person_id, filled.value, declaration_id=declaration_id, channel="app")
        return Answer(location=f"{HERE}?nguoi={person_id}#ma")

    return await once(db, request, declaration_id, "declare", act)


async def _page(
    db: Db, request: Web, filled: Filled[Answers], person_id: UUID | None = None, *, status: int = 200
) -> Response[bytes]:
    members, member = await family.chosen(db, request, person_id)
    if member is None:
        raise NotFound
    await family.opened(db, member.person_id, "Khai báo y tế")
    given = await declarations.of_person(db, member.person_id)
    return page(
        request,
        "health_book/declaration.html",
        status=status,
        members=members,
        member=member,
        typed=filled.typed,
        errors=filled.errors,
        questions=QUESTIONS,
        groups=GROUPS,
        given=given,
        qr=qr.svg(given[0].shown_code) if given else "",
        titles={question.code: question.title for question in QUESTIONS},
    )


routes = [show, declare]
