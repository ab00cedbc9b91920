"""Signing in with a phone and a one-time code, and signing out. Known and unknown numbers get the same answers."""

import base64
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import access, messaging, people
from tiemchung.domain.access import CITIZEN_SIGN_IN, CodeExpired, CodeWrong
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Db
from tiemchung.kit.errors import TooManyRequests
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import CITIZEN_COOKIE, citizen, public
from tiemchung.web.pages import Web, language, page, see_other

HERE = "/so-suc-khoe/dang-nhap"
HOME = "/so-suc-khoe/"
_CODE_COOKIE = "tc_code"
_CODE_COOKIE_SECONDS = 15 * 60


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """The first step: a number."""

    phone: str


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The second step: the code from the message."""

    code: str


PHONE = Form(Phone, phone=Field("Số điện thoại", fields.phone))
CODE = Form(Typed, code=Field("Mã xác nhận", fields.digits(6)))


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser keeps between the two steps, sealed: where the code went and which one it is."""

    challenge_id: UUID
    phone: str


@get(HERE, opt=public)
async def ask_phone(request: Web) -> Response[bytes]:
    """The first step."""
    return page(request, "health_book/sign_in.html", form=Filled[Phone]())


@post(HERE, opt=public)
async def send_code(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send a code to a number and go on to the second step."""
    form = await read(request, PHONE)
    if form.errors:
        return page(request, "health_book/sign_in.html", status=422, form=form)
    try:
        sent = await _send(db, request, form.value.phone)
    except TooManyRequests as error:
        form.errors["phone"] = sentence(error, language(request))
        return page(request, "health_book/sign_in.html", status=error.status, form=form)
    return _to_code_page(db.keys, sent)


@get(f"{HERE}/ma", opt=public)
async def ask_code(db: Db, request: Web) -> Response[bytes] | Redirect:
    """The second step; without the first, back to it."""
    sent = _sent(db.keys, request)
    if sent is None:
        return see_other(HERE)
    return _code_page(request, sent, Filled[Typed]())


@post(f"{HERE}/ma", opt=public)
async def check_code(db: Db, request: Web) -> Response[Any] | Redirect:
    """Sign in with the code. A wrong one is counted and told; five tries, five minutes."""
    sent = _sent(db.keys, request)
    if sent is None:
        return see_other(HERE)
    form = await read(request, CODE)
    if form.errors:
        return _code_page(request, sent, form, status=422)
    try:
        token = await access.sign_in_citizen(
            db, challenge_id=sent.challenge_id, code=form.value.code, phone=sent.phone, lang=language(request)
        )
    except (CodeWrong, CodeExpired) as error:
        form.errors["code"] = sentence(error, language(request))
        return _code_page(request, sent, form, status=error.status)
    answer = see_other(HOME)
    answer.set_cookie(
        CITIZEN_COOKIE,
        token,
        max_age=int(CITIZEN_SIGN_IN.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().tls,
    )
    answer.delete_cookie(_CODE_COOKIE, path=HERE)
    return answer


@post(f"{HERE}/gui-lai", opt=public)
async def send_again(db: Db, request: Web) -> Response[Any] | Redirect:
    """Send another code to the same number; the earlier one is worthless then."""
    sent = _sent(db.keys, request)
    if sent is None:
        return see_other(HERE)
    try:
        again = await _send(db, request, sent.phone)
    except TooManyRequests as error:
        told = {"code": sentence(error, language(request))}
        return _code_page(request, sent, Filled[Typed](errors=told), status=error.status)
    return _to_code_page(db.keys, again)


@post("/so-suc-khoe/dang-xuat", opt=citizen)
async def sign_out(db: Db, request: Web) -> Redirect:
    """End this sign-in."""
    me: access.Citizen = request.state.actor
    await access.end_sign_in(db, me.sign_in_id)
    answer = see_other(HERE)
    answer.delete_cookie(CITIZEN_COOKIE)
    return answer


async def _send(db: Db, request: Web, phone: str) -> Sent:
    address = request.client.host if request.client else ""
    made = await access.send_code(db, phone=phone, address=address, purpose="sign_in")
    await messaging.send(db, phone=phone, template="otp", lang=language(request), code=made.code)
    return Sent(challenge_id=made.challenge_id, phone=phone)


def _code_page(request: Web, sent: Sent, form: Filled[Typed], status: int = 200) -> Response[bytes]:
    masked = people.masked_phone(sent.phone)
    return page(request, "health_book/sign_in_code.html", status=status, form=form, masked_phone=masked)


def _to_code_page(keys: Keys, sent: Sent) -> Redirect:
    sealed = keys.seal(msgspec.json.encode(sent).decode(), "cookie.code")
    answer = see_other(f"{HERE}/ma")
    answer.set_cookie(
        _CODE_COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        path=HERE,
        max_age=_CODE_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings().tls,
    )
    return answer


def _sent(keys: Keys, request: Web) -> Sent | None:
    """What this browser was sent; a cookie that does not open counts as none."""
    kept = request.cookies.get(_CODE_COOKIE, "")
    try:
        opened = keys.open(base64.urlsafe_b64decode(kept), "cookie.code")
    except (ValueError, InvalidTag):
        return None
    return msgspec.json.decode(opened, type=Sent)


routes = [ask_phone, send_code, ask_code, check_code, send_again, sign_out]
