"""Looking up one's own certificate without an account: a code to the phone first, then no more than is needed, masked.

Whether anybody is known by a number is told to nobody: the first step does nothing but send the code, and after it a number of
somebody else and a number of nobody get the same answer from the same query.
"""

import base64
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import access, certificates, immunizations, messaging, people, recommendations
from tiemchung.domain.access import CodeExpired, CodeWrong, Purpose
from tiemchung.domain.people import Found
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Db
from tiemchung.kit.errors import TooManyRequests
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, read
from tiemchung.web.guards import limited, public
from tiemchung.web.pages import Web, language, page, see_other, words

HERE = "/so-suc-khoe/tra-cuu-chung-nhan"
PURPOSE = "look_up"
_COOKIE = "tc_lookup"
_LASTS = timedelta(minutes=15)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks: the number of a document, the country of a passport, and the phone on file."""

    number: str
    country: str
    phone: str


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The code from the message."""

    code: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser keeps between the steps, sealed: what was asked and which code it waits for, then who was found."""

    until: datetime
    asked: Asked
    challenge_id: UUID
    person_id: UUID | None = None


def _number(typed: str) -> str:
    bare = "".join(typed.upper().split()).replace(".", "").replace("-", "")
    if not people.is_document(bare):
        raise Invalid("{label} là CCCD 12 số, CMND 9 số, mã định danh hoặc số hộ chiếu.")
    return bare


ASKED = Form(
    Asked,
    number=Field("Số giấy tờ", _number),
    country=Field("Nước cấp giấy tờ", fields.text(2, 2), required=False),
    phone=Field("Số điện thoại", fields.phone),
)
CODE = Form(Typed, code=Field("Mã xác nhận", fields.digits(6)))


@get(HERE, opt=public)
async def ask(db: Db, request: Web) -> Response[bytes]:
    """Who one is."""
    return await _first(db, request, Filled[Any]())


@post(HERE, opt=limited)
async def send_code(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send a code to the phone, whoever it belongs to and whatever the number is."""
    form = await read(request, ASKED)
    if not form.errors and (form.value.country or "VN") not in {one.code for one in await people.countries(db)}:
        form.errors["country"] = words(request)("Nước cấp giấy tờ: hãy chọn một mục trong danh sách.")
    if form.errors:
        return await _first(db, request, form, status=422)
    asked = msgspec.structs.replace(form.value, country=form.value.country or "VN")
    address = request.client.host if request.client else ""
    try:
        made = await access.send_code(db, phone=asked.phone, address=address, purpose=PURPOSE)
    except TooManyRequests as error:
        form.errors["phone"] = sentence(error, language(request))
        return await _first(db, request, form, status=error.status)
    await messaging.send(db, phone=asked.phone, template="otp", lang=language(request), code=made.code)
    return _keep(db.keys, Step(until=db.at + _LASTS, asked=asked, challenge_id=made.challenge_id), f"{HERE}/ma")


@get(f"{HERE}/ma", opt=public)
async def ask_code(db: Db, request: Web) -> Response[bytes] | Redirect:
    """The code; without the first step, back to it."""
    step = _kept(db, request)
    return _second(request, step, Filled[Typed]()) if step else see_other(HERE)


@post(f"{HERE}/ma", opt=limited)
async def check_code(db: Db, request: Web) -> Response[Any] | Redirect:
    """Use the code up, and go on to what was found. A wrong one is counted and told."""
    step = _kept(db, request)
    if step is None:
        return see_other(HERE)
    form = await read(request, CODE)
    if form.errors:
        return _second(request, step, form, status=422)
    asked = step.asked
    try:
        await access.check_code(
            db, challenge_id=step.challenge_id, code=form.value.code, purpose=PURPOSE, phone=asked.phone
        )
    except (CodeWrong, CodeExpired) as error:
        form.errors["code"] = sentence(error, language(request))
        return _second(request, step, form, status=error.status)
    found = await people.find_by_number_and_phone(db, asked.number, asked.country, asked.phone)
    proven = msgspec.structs.replace(step, person_id=found.person_id if found else UUID(int=0))
    return _keep(db.keys, proven, f"{HERE}/ket-qua")


@get(f"{HERE}/ket-qua", opt=public)
async def show(db: Db, request: Web) -> Response[bytes] | Redirect:
    """What is known, masked; or that nothing is known by this number at this phone."""
    step = _kept(db, request)
    if step is None or step.person_id is None:
        return see_other(HERE)
    found = await _found(db, step)
    context: dict[str, Any] = {}
    if found is not None:
        person = await people.open_record(db, found.person_id, purpose=Purpose.own, page="Tra cứu không đăng nhập")
        doses = await immunizations.doses_of(db, person.person_id)
        held = await certificates.passports(db, person.person_id)
        context = {
            "name": people.masked_name(person.name),
            "born": people.masked_birth(person.birth_date),
            "number": people.masked_number(step.asked.number),
            "doses": doses,
            "card": certificates.card_of(doses, held, (await recommendations.ask(db, person.person_id)).course),
            "passport": held[0] if held else None,
        }
    sent = request.query_params.get("da-gui") == "1"
    return page(request, "health_book/lookup_found.html", found=found, sent=sent, **context)


@post(f"{HERE}/gui", opt=limited)
async def send_passport(db: Db, request: Web) -> Any:
    """Send the passport: the book opens to the phone that was proven, and a message says so."""
    step = _kept(db, request)
    found = await _found(db, step) if step else None
    if step is None or found is None:
        return see_other(HERE)

    async def act() -> Answer:
        account_id = await access.account_of(db, phone=step.asked.phone, lang=language(request))
        await people.link(db, account_id, found.person_id, relation=found.relation, proof="phone_code")
        await messaging.send(
            db,
            phone=step.asked.phone,
            template="passport_sent",
            lang=language(request),
            person_id=found.person_id,
            address=f"{settings().base}/so-suc-khoe/",
        )
        return Answer(location=f"{HERE}/ket-qua?da-gui=1")

    return await once(db, request, await command_id(request), "send_passport", act)


async def _found(db: Db, step: Step) -> Found | None:
    """Whoever was found at the second step, if the number and the phone still lead to them."""
    found = await people.find_by_number_and_phone(db, step.asked.number, step.asked.country, step.asked.phone)
    return found if found and found.person_id == step.person_id else None


async def _first(db: Db, request: Web, form: Filled[Any], status: int = 200) -> Response[bytes]:
    english = language(request) == "en"
    countries = [(one.code, one.name_en if english else one.name) for one in await people.countries(db)]
    return page(request, "health_book/lookup.html", status=status, form=form, countries=countries)


def _second(request: Web, step: Step, form: Filled[Typed], status: int = 200) -> Response[bytes]:
    masked = people.masked_phone(step.asked.phone)
    return page(request, "health_book/lookup_code.html", status=status, form=form, masked_phone=masked)


def _keep(keys: Keys, step: Step, location: str) -> Redirect:
    sealed = keys.seal(msgspec.json.encode(step).decode(), f"cookie.{PURPOSE}")
    answer = see_other(location)
    answer.set_cookie(
        _COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        path=HERE,
        max_age=int(_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().tls,
    )
    return answer


def _kept(db: Db, request: Web) -> Step | None:
    """What this browser carries; a cookie that does not open, or is too old, counts as none."""
    try:
        opened = db.keys.open(base64.urlsafe_b64decode(request.cookies.get(_COOKIE, "")), f"cookie.{PURPOSE}")
    except (ValueError, InvalidTag):
        return None
    step = msgspec.json.decode(opened, type=Step)
    return step if db.at < step.until else None


routes = [ask, send_code, ask_code, check_code, show, send_passport]
