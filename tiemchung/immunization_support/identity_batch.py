"""One list between station and police: the police answer each line and sign, the station brings the records up to date."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import identity, people
from tiemchung.domain.access import Purpose, SecondFactorNeeded, Staff
from tiemchung.domain.geography import Area
from tiemchung.domain.identity import ANSWERS, FINDINGS, Answered, Batch, BatchLine, Correct
from tiemchung.domain.people import Person
from tiemchung.immunization_support.identity import HERE, KINDS, LOOKERS, reached
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, Invalid, command_id, parse, read, typed_of
from tiemchung.web.guards import staff
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, language, page, words

BATCH = f"{HERE}/{{area_id:int}}/dot/{{batch_id:uuid}}"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is shown: the record, opened, beside what was found and answered."""

    line: BatchLine
    person: Person
    number: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh code of the second factor."""

    totp: str


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """Whose record is brought up to date."""

    person: UUID


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The police's answer to one line, and what the papers say where the record is wrong."""

    answer: str
    name: str | None
    birth: tuple[date, str] | None
    number: str | None


def _birth(typed: str) -> tuple[date, str]:
    """A birth date as far as it is known: day, month or year."""
    month = re.fullmatch(r"(\d{1,2})[/.-](\d{4})", typed)
    if re.fullmatch(r"\d{4}", typed):
        return fields.day(f"01/01/{typed}"), "year"
    return (fields.day(f"01/{month[1]}/{month[2]}"), "month") if month else (fields.day(typed), "day")


def _number(typed: str) -> str:
    bare = fields.digits(9, 12)(typed)
    if not people.is_national_id(bare):
        raise Invalid("{label} có 9 hoặc 12 chữ số.")
    return bare


SIGNED = Form(Signed, totp=Field("Mã xác thực", fields.digits(6)))
APPLIED = Form(Applied, person=Field("Người đã chọn", fields.id_))
GIVEN = Form(
    Given,
    answer=Field("Kết quả", fields.choice(ANSWERS)),
    name=Field("Họ tên đúng", fields.text(100, 2), required=False),
    birth=Field("Ngày sinh đúng", _birth, required=False),
    number=Field("Số định danh đúng", _number, required=False),
)


@get(BATCH, opt=staff(*LOOKERS))
async def look(db: Db, request: Web, area_id: int, batch_id: UUID) -> Response[bytes]:
    """A list with its records; each one counts as looked at."""
    return await _page(db, request, await reached(db, request, area_id), batch_id)


@post(f"{BATCH}/ky", opt=staff("commune_police"))
async def sign(db: Db, request: Web, area_id: int, batch_id: UUID) -> Any:
    """Answer every line and sign the list."""
    area, me = await reached(db, request, area_id), _me(request)
    typed = await typed_of(request)
    lines = (await identity.batch(db, area.area_id, batch_id))[1]
    answers, errors = _answers(typed, lines, words(request))
    signed = parse(typed, SIGNED, words(request))
    errors |= signed.errors
    if errors:
        return await _page(db, request, area, batch_id, typed=typed, errors=errors, status=422)

    async def act() -> Answer:
        await identity.answer(db, me, area.area_id, batch_id, answers, totp=signed.value.totp)
        return Answer(location=f"{HERE}/{area_id}/dot/{batch_id}")

    try:
        return await once(db, request, await command_id(request), "sign_list", act)
    except SecondFactorNeeded as error:
        told = {"totp": sentence(error, language(request))}
        return await _page(db, request, area, batch_id, typed=typed, errors=told, status=422)


@post(f"{BATCH}/cap-nhat", opt=staff("station_clerk"))
async def apply(db: Db, request: Web, area_id: int, batch_id: UUID) -> Any:
    """Bring one record up to what the police answered; the registry is asked again by itself."""
    area = await reached(db, request, area_id)
    form = await read(request, APPLIED)
    if form.errors:
        return await _page(db, request, area, batch_id, errors=form.errors, status=422)

    async def act() -> Answer:
        await identity.apply(db, area.area_id, batch_id, form.value.person)
        return Answer(location=f"{HERE}/{area_id}/dot/{batch_id}")

    try:
        return await once(db, request, await command_id(request), "apply_line", act)
    except DomainError as error:
        told = {"person": sentence(error, language(request))}
        return await _page(db, request, area, batch_id, errors=told, status=error.status)


def _answers(typed: Mapping[str, Any], lines: list[BatchLine], _: Translate) -> tuple[list[Answered], dict[str, str]]:
    """What was typed for each line: fields `<name>-<person id>`; errors bear the same names."""
    answers: list[Answered] = []
    errors: dict[str, str] = {}
    for line in lines:
        given = parse({name: typed.get(f"{name}-{line.person_id}", "") for name in GIVEN.fields}, GIVEN, _)
        if not given.errors and given.value.answer == "record_wrong" and _correct(given.value) == Correct():
            given.errors["name"] = _("Hồ sơ sai: hãy ghi ít nhất một mục đúng theo giấy tờ.")
        errors |= {f"{name}-{line.person_id}": told for name, told in given.errors.items()}
        if not given.errors:
            wrong = given.value.answer == "record_wrong"
            correct = _correct(given.value) if wrong else None
            answers.append(Answered(person_id=line.person_id, answer=given.value.answer, correct=correct))
    return answers, errors


def _correct(given: Given) -> Correct:
    born, precision = given.birth or (None, None)
    return Correct(name=given.name, birth_date=born, birth_precision=precision, number=given.number)


async def _page(
    db: Db,
    request: Web,
    area: Area,
    batch_id: UUID,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[bytes]:
    batch, lines = await identity.batch(db, area.area_id, batch_id)
    return page(
        request,
        "immunization_support/identity_batch.html",
        status=status,
        area=area,
        batch=batch,
        lines=[await _opened(db, line) for line in lines],
        findings=FINDINGS,
        kinds=KINDS,
        answers=ANSWERS,
        typed=typed or {},
        errors=errors or {},
        signs=_me(request).has("commune_police") and batch.answered_at is None and _me(request).id != batch.made_by,
        applies=_me(request).has("station_clerk") and batch.answered_at is not None,
        state=_state(batch),
    )


async def _opened(db: Db, line: BatchLine) -> Line:
    # One by one: each record goes through the gate, which writes down who looked.
    person = await people.open_record(
        db, line.person_id, purpose=Purpose.correction, page="Danh sách đối chiếu định danh"
    )
    document = person.document()
    return Line(line=line, person=person, number=document.value if document else "")


def _state(batch: Batch) -> tuple[str, str]:
    if batch.answered_at is None:
        return "info", "Công an đang đối chiếu"
    return ("warn", "Chờ trạm cập nhật") if batch.left else ("ok", "Đã cập nhật xong")


def _me(request: Web) -> Staff:
    return request.state.actor


routes: list[ControllerRouterHandler] = [look, sign, apply]
