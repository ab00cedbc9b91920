"""Staff sign in with their own account: password and second factor in one form."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import access
from tiemchung.domain.access import STAFF_SIGN_IN, SignInRefused, Staff
from tiemchung.kit.db import Db
from tiemchung.kit.errors import TooManyRequests
from tiemchung.settings import settings
from tiemchung.web import fields
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import STAFF_COOKIE, public, staff
from tiemchung.web.menu import menu_of
from tiemchung.web.pages import Web, language, page, see_other

HERE = "/diem-tiem/dang-nhap"


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in."""

    login: str
    password: str
    totp: str


SIGN_IN = Form(
    SignIn,
    login=Field("Tên đăng nhập", fields.text(60)),
    password=Field("Mật khẩu", fields.text(200)),
    totp=Field("Mã xác thực", fields.digits(6)),
)


@get("/diem-tiem/", opt=staff())
async def home(request: Web) -> Redirect:
    """The first place of one's menu."""
    return see_other(menu_of(request.state.actor)[0].url)


@get(HERE, opt=public)
async def ask(request: Web) -> Response[bytes]:
    """The form."""
    return page(request, "immunization_support/sign_in.html", form=Filled[SignIn]())


@post(HERE, opt=public)
async def sign_in(db: Db, request: Web) -> Response[Any] | Redirect:
    """Sign in; which of the three was wrong is not told."""
    form = await read(request, SIGN_IN)
    status = 422
    if not form.errors:
        given = form.value
        try:
            token = await access.sign_in_staff(
                db,
                login=given.login,
                password=given.password,
                totp=given.totp,
                address=request.client.host if request.client else "",
            )
        except (SignInRefused, TooManyRequests) as refused:
            form.errors["password"] = sentence(refused, language(request))
            status = refused.status if isinstance(refused, TooManyRequests) else status
        else:
            answer = see_other("/diem-tiem/")
            seconds = int(STAFF_SIGN_IN.total_seconds())
            answer.set_cookie(
                STAFF_COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=settings().tls
            )
            return answer
    form.typed["password"] = ""
    return page(request, "immunization_support/sign_in.html", status=status, form=form)


@post("/diem-tiem/dang-xuat", opt=staff())
async def sign_out(db: Db, request: Web) -> Redirect:
    """End this sign-in."""
    member: Staff = request.state.actor
    await access.end_sign_in(db, member.sign_in_id)
    answer = see_other(HERE)
    answer.delete_cookie(STAFF_COOKIE)
    return answer


routes: list[ControllerRouterHandler] = [home, ask, sign_in, sign_out]
