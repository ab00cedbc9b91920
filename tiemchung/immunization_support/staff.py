"""Staff accounts: who administers them makes, limits and ends them; nobody shares one."""

import io
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import segno
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from pyotp import random_base32
from pyotp.totp import TOTP

from tiemchung.domain import access, sites
from tiemchung.domain.access import ROLES, LoginTaken, Staff
from tiemchung.kit.db import Db
from tiemchung.kit.errors import Forbidden, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE = "/diem-tiem/nhan-vien"
ADMINS = ("province_officer", "national_operator")
AT_A_PLACE = ("registrar", "doctor", "nurse", "storekeeper", "site_head", "district_officer")


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A new account: who, what, where, until when."""

    login: str
    name: str
    password: str
    role: str
    place_code: str
    until: date | None


NEW = Form(
    NewStaff,
    login=Field("Tên đăng nhập", fields.text(60, 3)),
    name=Field("Họ tên", fields.text(100)),
    password=Field("Mật khẩu ban đầu", fields.text(200, 12)),
    role=Field("Vai trò", fields.choice(AT_A_PLACE)),
    place_code=Field("Mã cơ sở", fields.text(8, 3)),
    until=Field("Hết hạn vào ngày", fields.day, required=False),
)


@get(HERE, opt=staff(*ADMINS))
async def accounts(db: Db, request: Web) -> Response[bytes]:
    """The accounts of one's province or of the nation."""
    return await _page(db, request, Filled[NewStaff]())


@post(HERE, opt=staff(*ADMINS))
async def hire(db: Db, request: Web) -> Response[Any] | Redirect:
    """Make an account with one role at one place; the second factor's secret is shown once."""
    form = await read(request, NEW)
    if form.errors:
        return await _page(db, request, form, status=422)
    given = form.value
    secret = random_base32()
    try:
        place = await sites.by_code(db, given.place_code)
        _within_reach(request.state.actor, place)
        staff_id = await access.hire(
            db, login=given.login, name=given.name, password=given.password, totp_secret=secret
        )
    except (LoginTaken, NotFound, Forbidden) as refused:
        form.errors["login" if isinstance(refused, LoginTaken) else "place_code"] = sentence(refused, language(request))
        return await _page(db, request, form, status=422)
    await access.grant(db, staff_id, given.role, place_id=place.place_id, until=given.until)
    address = TOTP(secret).provisioning_uri(name=given.login, issuer_name="Tiêm Chủng")
    drawn = io.BytesIO()
    segno.make_qr(address).save(drawn, kind="svg", scale=6, border=4, xmldecl=False, svgns=True, omitsize=True)
    return page(
        request,
        "immunization_support/staff_made.html",
        login=given.login,
        secret=secret,
        qr=drawn.getvalue().decode(),
    )


@post(f"{HERE}/{{staff_id:uuid}}/ket-thuc", opt=staff(*ADMINS))
async def end(db: Db, request: Web, staff_id: UUID) -> Response[Any] | Redirect:
    """Close an account and its sign-ins at once."""
    if staff_id not in {row.staff_id for row in await access.staff_of_work(db, request.state.actor)}:
        raise NotFound

    async def act() -> Answer:
        await access.end_staff(db, staff_id)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "staff.end", act)


def _within_reach(member: Staff, place: sites.Place) -> None:
    paths = [role.area_path for role in member.roles if role.role in ADMINS]
    if not any(path is None or f"{place.area_path}.".startswith(f"{path}.") for path in paths):
        raise Forbidden


async def _page(db: Db, request: Web, form: Filled[NewStaff], *, status: int = 200) -> Response[bytes]:
    form.typed["password"] = ""
    rows = await access.staff_of_work(db, request.state.actor)
    roles = [(role, ROLES[role]) for role in AT_A_PLACE]
    return page(
        request, "immunization_support/staff.html", status=status, form=form, rows=rows, roles=roles, words=ROLES
    )


routes: list[ControllerRouterHandler] = [accounts, hire, end]
