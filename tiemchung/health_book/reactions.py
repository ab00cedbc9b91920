"""After the dose: a diary that one tap answers, a report of what was noticed, and 115 at once for signs of danger."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import aefi, immunizations
from tiemchung.domain.aefi import DANGERS, DAYS, SIGNS, Noticed
from tiemchung.health_book import family
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, parse, read, typed_of
from tiemchung.web.guards import citizen
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, page, see_other, words

HERE = "/so-suc-khoe/phan-ung"
OF_DOSE = f"{HERE}/{{person_id:uuid}}/{{immunization_id:uuid}}"


class Feeling(msgspec.Struct, frozen=True, kw_only=True):
    """One tap: which day of the diary, and how."""

    day: int
    answer: str


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the form has it."""

    dangers: list[str]
    signs: list[str]
    onset_on: date
    temperature_c: Decimal | None
    sought_care: bool | None
    missed_work: bool | None
    note: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A dose in the diary: its days with their answers, and the one to answer now."""

    dose: immunizations.Dose
    days: list[tuple[int, str]]
    due: int | None


def _past_day(typed: str) -> date:
    on = fields.day(typed)
    if on > clock.day_of(clock.now()):
        raise Invalid("{label} không thể ở tương lai.")
    return on


FEELING = Form(
    Feeling,
    day=Field("Ngày theo dõi", fields.whole(1, DAYS[-1])),
    answer=Field("Bạn thấy thế nào", fields.choice({"fine", "something"})),
)
REPORT = Form(
    Typed,
    dangers=Field("Dấu hiệu nguy hiểm", fields.choice(sign.code for sign in DANGERS), required=False, many=True),
    signs=Field("Dấu hiệu thường gặp", fields.choice(sign.code for sign in SIGNS), required=False, many=True),
    onset_on=Field("Bắt đầu từ ngày", _past_day),
    temperature_c=Field("Nhiệt độ (°C)", fields.decimal("34", "43"), required=False),
    sought_care=Field("Đã đi khám", fields.ticked, required=False),
    missed_work=Field("Phải nghỉ làm, nghỉ học", fields.ticked, required=False),
    note=Field("Ghi thêm", fields.text(500), required=False),
)


def read_report(typed: Mapping[str, Any], _: Translate) -> Filled[Typed]:
    """A report says at least one thing."""
    filled = parse(typed, REPORT, _)
    if not filled.errors and not (filled.value.dangers or filled.value.signs or filled.value.note):
        filled.errors["signs"] = _("Hãy chọn ít nhất một dấu hiệu, hoặc ghi bằng lời.")
    return filled


def noticed(typed: Typed) -> Noticed:
    """The form in the words of the domain."""
    return Noticed(
        dangers=typed.dangers,
        signs=typed.signs,
        onset_on=typed.onset_on,
        temperature_c=typed.temperature_c,
        sought_care=bool(typed.sought_care),
        missed_work=bool(typed.missed_work),
        note=typed.note or "",
    )


@get(HERE, opt=citizen)
async def diary(db: Db, request: Web) -> Response[bytes] | Redirect:
    """A member's doses with the days of their diaries, and what was reported."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    await family.opened(db, member.person_id, "Nhật ký sau tiêm")
    return page(
        request,
        "health_book/reactions.html",
        members=members,
        member=member,
        lines=await lines(db, member.person_id),
        reports=await aefi.reports_of(db, member.person_id),
        cases=await aefi.of_person(db, member.person_id),
        words={sign.code: sign.words for sign in (*DANGERS, *SIGNS)},
        sent=request.query_params.get("da-gui", ""),
    )


@post(OF_DOSE, opt=citizen)
async def feel(db: Db, request: Web, person_id: UUID, immunization_id: UUID) -> Any:
    """One tap: fine, or something, which leads to the report."""
    form = await read(request, FEELING)
    for field in form.errors:  # the page's two buttons send both
        raise BadInput(field=field, rule="day, fine | something")

    async def act() -> Answer:
        await family.opened(db, person_id, "Nhật ký sau tiêm")
        await aefi.answer_check(db, person_id, immunization_id, form.value.day, form.value.answer)
        if form.value.answer == "fine":
            return Answer(location=f"{HERE}?nguoi={person_id}&da-gui=on")
        return Answer(location=f"{HERE}/{person_id}/{immunization_id}/bao")

    return await once(db, request, await command_id(request), "answer_check", act)


@get(f"{OF_DOSE}/bao", opt=citizen)
async def ask(db: Db, request: Web, person_id: UUID, immunization_id: UUID) -> Response[bytes]:
    """What was noticed: signs of danger first."""
    return await _report_page(db, request, person_id, immunization_id, Filled[Typed]())


@post(f"{OF_DOSE}/bao", opt=citizen)
async def report(db: Db, request: Web, person_id: UUID, immunization_id: UUID) -> Any:
    """Keep a report; its id is the key of the act."""
    filled = read_report(await typed_of(request), words(request))
    if filled.errors:
        return await _report_page(db, request, person_id, immunization_id, filled, status=422)
    report_id = await command_id(request)

    async def act() -> Answer:
        await family.opened(db, person_id, "Báo phản ứng sau tiêm")
        case = await aefi.report(
            db, person_id, immunization_id, noticed(filled.value), report_id=report_id, channel="app"
        )
        return Answer(location=f"{HERE}?nguoi={person_id}&da-gui={'nguy-hiem' if case else 'bao'}")

    return await once(db, request, report_id, "report_reaction", act)


async def lines(db: Db, person_id: UUID) -> list[Line]:
    """The diary of each dose."""
    today = clock.day_of(db.at)
    answered: dict[UUID, dict[int, str]] = {}
    for check in await aefi.checks(db, person_id):
        answered.setdefault(check.immunization_id, {})[check.day] = check.feeling or ""
    found: list[Line] = []
    for dose in await immunizations.doses_of(db, person_id):
        given = answered.get(dose.immunization_id, {})
        told = [day for day, feeling in given.items() if feeling]
        due = aefi.due_checks(clock.day_of(dose.occurred_at), today, told)
        days = [(day, given.get(day, "")) for day in DAYS]
        found.append(Line(dose=dose, days=days, due=due[0] if due else None))
    return found


async def _report_page(
    db: Db, request: Web, person_id: UUID, immunization_id: UUID, filled: Filled[Typed], *, status: int = 200
) -> Response[bytes]:
    person = await family.opened(db, person_id, "Báo phản ứng sau tiêm")
    doses = await immunizations.doses_of(db, person_id)
    dose = next((one for one in doses if one.immunization_id == immunization_id), None)
    if dose is None:
        raise NotFound
    return page(
        request,
        "health_book/reaction_report.html",
        status=status,
        person=person,
        dose=dose,
        action=f"{HERE}/{person_id}/{immunization_id}/bao",
        back=f"{HERE}?nguoi={person_id}",
        code="",
        typed=filled.typed,
        errors=filled.errors,
        dangers=DANGERS,
        signs=SIGNS,
        today=clock.day_of(db.at),
    )


routes = [diary, feel, ask, report]
