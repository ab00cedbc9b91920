"""Reactions after a dose that need somebody: the site's worklist, and a case with its clocks and later versions."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import aefi, people
from tiemchung.domain.access import Purpose, Staff
from tiemchung.domain.aefi import CAUSALITY, DANGERS, SERIOUS_WORDS, SIGNS, STATUS_WORDS, Case, CaseChanged, Followed
from tiemchung.immunization_support.scope import scope_of
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/phan-ung"
ONE = f"{HERE}/{{person_id:uuid}}/{{case_id:uuid}}"
WHO = ("doctor", "nurse", "site_head", "province_officer")


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about a case now; the class of causality only by the province, with its council."""

    version: int
    status: str
    serious: str | None
    causality: str | None
    council: str | None
    decided_on: date | None
    note: str


def _past_day(typed: str) -> date:
    on = fields.day(typed)
    if on > clock.day_of(clock.now()):
        raise Invalid("{label} không thể ở tương lai.")
    return on


FOLLOW = Form(
    Typed,
    version=Field("Phiên bản", fields.whole(1, 10_000)),
    status=Field("Tình trạng", fields.choice(STATUS_WORDS)),
    serious=Field("Mức độ nghiêm trọng", fields.choice(SERIOUS_WORDS), required=False),
    causality=Field("Nguyên nhân", fields.choice(CAUSALITY), required=False),
    council=Field("Hội đồng kết luận", fields.text(200), required=False),
    decided_on=Field("Ngày kết luận", _past_day, required=False),
    note=Field("Diễn biến và việc đã làm", fields.text(1000, 5)),
)


@get(HERE, opt=staff(*WHO))
async def cases(db: Db, request: Web) -> Response[bytes]:
    """The cases of one's place or province: what waits, or what is closed."""
    closed = request.query_params.get("tab") == "da-xong"
    found = await aefi.cases(db, closed=closed, **scope_of(request.state.actor))
    return page(
        request,
        "immunization_support/reactions.html",
        cases=[(case, case.late(db.at)) for case in found],
        closed=closed,
        statuses=STATUS_WORDS,
        serious=SERIOUS_WORDS,
    )


@get(ONE, opt=staff(*WHO))
async def case(db: Db, request: Web, person_id: UUID, case_id: UUID) -> Response[bytes]:
    """One case: the person, what was noticed, the dose with its lot, what was done."""
    return await _page(db, request, person_id, case_id, Filled[Typed]())


@post(ONE, opt=staff(*WHO))
async def follow(db: Db, request: Web, person_id: UUID, case_id: UUID) -> Any:
    """Say what is known and done now: a later version of the case."""
    member: Staff = request.state.actor
    form = await read(request, FOLLOW)
    _check(form, words(request))
    if form.errors:
        return await _page(db, request, person_id, case_id, form, status=422)

    async def act() -> Answer:
        last = await _open(db, member, person_id, case_id)
        concluded = form.value if member.has("province_officer") else last
        now = Followed(
            status=form.value.status,
            serious=form.value.serious,
            causality=concluded.causality,
            council=concluded.council,
            decided_on=concluded.decided_on,
            note=form.value.note,
        )
        await aefi.follow(db, person_id, case_id, form.value.version, now)
        return Answer(location=f"{HERE}/{person_id}/{case_id}")

    try:
        return await once(db, request, await command_id(request), "follow_case", act)
    except CaseChanged as error:
        form.errors["note"] = sentence(error, language(request))
        return await _page(db, request, person_id, case_id, form, status=error.status)


def _check(form: Filled[Typed], _: Any) -> None:
    """A class of causality has its council and day; a closed case says whether it was serious."""
    if form.errors:
        return
    value = form.value
    if value.causality and not (value.council and value.decided_on):
        form.errors["council"] = _("Hãy ghi hội đồng và ngày kết luận.")
    if value.decided_on and not value.causality:
        form.errors["causality"] = _("Hãy chọn nguyên nhân mà hội đồng kết luận.")
    if value.status == "closed" and value.serious is None:
        form.errors["serious"] = _("Hãy chọn mức độ trước khi kết thúc ca.")
    if value.status == "closed" and value.serious not in {None, "no"} and not value.causality:
        form.errors["status"] = _("Ca nghiêm trọng chỉ kết thúc khi hội đồng đã kết luận nguyên nhân.")


async def _open(db: Db, member: Staff, person_id: UUID, case_id: UUID) -> Case:
    """A case within one's reach. Raises `NotFound`."""
    found = await aefi.case(db, person_id, case_id)
    if not member.has("province_officer") and found.place_id != member.place_id:
        raise NotFound
    return found


async def _page(
    db: Db, request: Web, person_id: UUID, case_id: UUID, form: Filled[Typed], *, status: int = 200
) -> Response[bytes]:
    member: Staff = request.state.actor
    person = await people.open_record(db, person_id, purpose=Purpose.care, page="Phản ứng sau tiêm")
    found = await _open(db, member, person_id, case_id)
    reports = [one for one in await aefi.reports_of(db, person_id) if one.immunization_id == found.immunization_id]
    return page(
        request,
        "immunization_support/reaction.html",
        status=status,
        case=found,
        late=found.late(db.at),
        person=person,
        reports=reports,
        versions=await aefi.versions(db, person_id, case_id),
        shared=await aefi.shared_with(db, found),
        form=form,
        statuses=[(code, words(request)(word)) for code, word in STATUS_WORDS.items()],
        serious=[(code, words(request)(word)) for code, word in SERIOUS_WORDS.items()],
        causality=[(code, words(request)(word)) for code, word in CAUSALITY.items()],
        words_of={sign.code: sign.words for sign in (*DANGERS, *SIGNS)},
        status_words=STATUS_WORDS,
        concludes=member.has("province_officer"),
    )


routes: list[ControllerRouterHandler] = [cases, case, follow]
