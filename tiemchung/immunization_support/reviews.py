"""Doses given without a line or kept on paper that a rule refuses: seen by all, settled by the head of the site."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import sites
from tiemchung.domain.immunizations import given
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.i18n import translator
from tiemchung.web.pages import Web, language, page, words

OUTCOMES = {"right": "Đã tiêm đúng như ghi", "in_error": "Không tiêm, ghi nhầm"}
MARKS = {
    given.STRANGER: "Người ngoài danh sách, chưa hỏi lịch tiêm khi tiếp đón.",
    given.SUSPECTED: (
        "Có hồ sơ khác cùng họ tên, giới tính và ngày sinh, chưa rõ có phải một người; "
        "cán bộ tỉnh so sánh ở hàng đợi hồ sơ trùng."
    ),
}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a dose was."""

    outcome: str
    note: str


OUTCOME = Form(
    Outcome,
    outcome=Field("Kết luận", fields.choice(OUTCOMES)),
    note=Field("Ghi chú", fields.text(300, 5)),
)


@get(f"{SESSION}/xem-xet", opt=staff(*AT_THE_SITE))
async def listed(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """What waits for a look."""
    at_place(request.state.actor, place_id)
    return await _page(db, request, place_id, session_id, Filled[Any]())


@post(f"{SESSION}/xem-xet/{{review_id:uuid}}", opt=staff("site_head"))
async def settle(db: Db, request: Web, place_id: UUID, session_id: UUID, review_id: UUID) -> Response[Any] | Redirect:
    """Say what a dose was."""
    at_place(request.state.actor, place_id)
    form = await read(request, OUTCOME)
    if form.errors:
        return await _page(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        told = form.value
        await given.settle(db, place_id, review_id, right=told.outcome == "right", note=told.note)
        return Answer(location=f"/diem-tiem/phien/{place_id}/{session_id}/xem-xet")

    try:
        return await once(db, request, await command_id(request), "dose.review", act)
    except DomainError as refused:
        if refused.status == 404:
            raise
        form.errors["act"] = sentence(refused, language(request))
        return await _page(db, request, place_id, session_id, form, status=refused.status)


async def _page(
    db: Db, request: Web, place_id: UUID, session_id: UUID, form: Filled[Any], *, status: int = 200
) -> Response[bytes]:
    _ = words(request)
    found = await given.reviews(db, place_id, session_id)
    return page(
        request,
        "immunization_support/reviews.html",
        status=status,
        form=form,
        session=await sites.session(db, place_id, session_id),
        reviews=[(one, [_why(one, code, language(request)) for code in one.reasons]) for one in found],
        outcomes=[(code, _(label)) for code, label in OUTCOMES.items()],
    )


def _why(review: given.DoseReview, code: str, lang: str) -> str:
    """A rule in words, with the facts of that day."""
    if code in MARKS:
        return translator(lang)(MARKS[code])
    # The facts were kept as words on that day: what the schedule said cannot be asked again.
    translate = translator(lang)
    kind = {error.code(): error for error in _errors(DomainError)}[code]
    return translate(kind.sentence).format(**{name: translate(fact) for name, fact in review.facts.items()})


def _errors(kind: type[DomainError]) -> list[type[DomainError]]:
    return [kind, *(found for each in kind.__subclasses__() for found in _errors(each))]


routes: list[ControllerRouterHandler] = [listed, settle]
