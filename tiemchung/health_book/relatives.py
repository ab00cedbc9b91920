"""The family: whose records an account opens, adding somebody with their own proof, and letting them go."""

import base64
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import access, messaging, people
from tiemchung.domain.access import CodeExpired, CodeWrong
from tiemchung.domain.people import RELATIONS
from tiemchung.health_book.register_fields import document, past_day
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound, TooManyRequests
from tiemchung.kit.ids import uuid7
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page, see_other

HERE = "/so-suc-khoe/gia-dinh"
_PURPOSE = "family"
_COOKIE = "tc_family"
_COOKIE_SECONDS = 15 * 60


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to add: their number and birth date, and what they are to the account's holder."""

    number: str
    born_on: date
    relation: str


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The code from the message to the person who is added."""

    code: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser keeps between the two steps, sealed; the same for somebody who is not known."""

    challenge_id: UUID
    person_id: UUID
    phone: str
    relation: str


ASKED = Form(
    Asked,
    number=Field("Số giấy tờ của người thân", document),
    born_on=Field("Ngày sinh của người thân", past_day),
    relation=Field("Quan hệ với bạn", fields.choice([code for code in RELATIONS if code != "self"])),
)
CODE = Form(Typed, code=Field("Mã xác nhận", fields.digits(6)))


@get(HERE, opt=citizen)
async def show(db: Db, request: Web) -> Response[bytes]:
    """The people of the account, each with the proof that they belong there."""
    return await _page(db, request, Filled[Asked]())


@post(HERE, opt=citizen)
async def ask(db: Db, request: Web) -> Any:
    """Ask to add somebody: a code goes to their own phone. Known and unknown people get the same answer."""
    form = await read(request, ASKED)
    if form.errors:
        return await _page(db, request, form, status=422)
    me: access.Citizen = request.state.actor
    found = await people.described(db, form.value.number, form.value.born_on)
    if found is not None and await people.guards(db, me.id, found):
        await people.link(db, me.id, found, relation=form.value.relation, proof="guardianship")
        return see_other(f"{HERE}?them=xong")
    try:
        sent = await _send(db, request, form.value, found)
    except TooManyRequests as error:
        form.errors["number"] = sentence(error, language(request))
        return await _page(db, request, form, status=error.status)
    return _to_code_page(db.keys, sent)


@get(f"{HERE}/ma", opt=citizen)
async def ask_code(db: Db, request: Web) -> Response[bytes] | Redirect:
    """Where the code is typed."""
    return see_other(HERE) if _sent(db.keys, request) is None else _code_page(request, Filled[Typed]())


@post(f"{HERE}/ma", opt=citizen)
async def check_code(db: Db, request: Web) -> Response[Any] | Redirect:
    """Add the person whose phone got the code."""
    sent = _sent(db.keys, request)
    if sent is None:
        return see_other(HERE)
    form = await read(request, CODE)
    if form.errors:
        return _code_page(request, form, status=422)
    try:
        await access.check_code(
            db, challenge_id=sent.challenge_id, code=form.value.code, purpose=_PURPOSE, phone=sent.phone
        )
    except (CodeWrong, CodeExpired) as error:
        form.errors["code"] = sentence(error, language(request))
        return _code_page(request, form, status=error.status)
    me: access.Citizen = request.state.actor
    await people.link(db, me.id, people.PersonId(sent.person_id), relation=sent.relation, proof="phone_code")
    answer = see_other(f"{HERE}?them=xong")
    answer.delete_cookie(_COOKIE, path=HERE)
    return answer


@post(f"{HERE}/{{person_id:uuid}}/bo", opt=citizen)
async def remove(db: Db, request: Web, person_id: UUID) -> Any:
    """Take somebody out of the family; their record stays theirs. Oneself cannot be taken out."""
    me: access.Citizen = request.state.actor

    async def act() -> Answer:
        member = next((one for one in await people.members(db, me.id) if one.person_id == person_id), None)
        if member is None or member.relation == "self":
            raise NotFound
        await people.unlink(db, me.id, person_id)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "leave_family", act)


async def _send(db: Db, request: Web, asked: Asked, found: people.PersonId | None) -> Sent:
    reach = (await people.reach(db, [found])).get(found) if found else None
    if found is None or reach is None:
        return Sent(challenge_id=uuid7(), person_id=uuid7(), phone="", relation=asked.relation)
    address = request.client.host if request.client else ""
    made = await access.send_code(db, phone=reach.phone, address=address, purpose=_PURPOSE)
    await messaging.send(db, phone=reach.phone, template="family_code", lang=reach.lang, code=made.code)
    return Sent(challenge_id=made.challenge_id, person_id=found, phone=reach.phone, relation=asked.relation)


async def _page(db: Db, request: Web, form: Filled[Asked], *, status: int = 200) -> Response[bytes]:
    me: access.Citizen = request.state.actor
    return page(
        request,
        "health_book/family.html",
        status=status,
        members=await people.members(db, me.id),
        proofs=people.PROOF_WORDS,
        relations=[(code, word) for code, word in RELATIONS.items() if code != "self"],
        form=form,
        added=request.query_params.get("them") == "xong",
    )


def _code_page(request: Web, form: Filled[Typed], status: int = 200) -> Response[bytes]:
    return page(request, "health_book/family_code.html", status=status, form=form)


def _to_code_page(keys: Keys, sent: Sent) -> Redirect:
    sealed = keys.seal(msgspec.json.encode(sent).decode(), "cookie.family")
    answer = see_other(f"{HERE}/ma")
    answer.set_cookie(
        _COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        path=HERE,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings().tls,
    )
    return answer


def _sent(keys: Keys, request: Web) -> Sent | None:
    """What this browser was sent; a cookie that does not open counts as none."""
    try:
        opened = keys.open(base64.urlsafe_b64decode(request.cookies.get(_COOKIE, "")), "cookie.family")
    except (ValueError, InvalidTag):
        return None
    return msgspec.json.decode(opened, type=Sent)


routes = [show, ask, ask_code, check_code, remove]
