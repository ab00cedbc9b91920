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
from tiemchung.domain.access import ROLES, Staff
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, Forbidden, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/nhan-vien"
ADMINS = ("province_officer", "national_operator")
AT_A_PLACE = ("registrar", "doctor", "nurse", "storekeeper", "site_head", "district_officer")


class AlreadyOver(DomainError):
    """The role would end before it begins."""

    sentence = "Ngày hết hạn phải sau hôm nay."
    status = 422
    field = "until"
    rule = "after_today"


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A new account: who, what, where, until when."""

    login: str
    name: str
    password: str
    role: str
    place_code: str
    until: date | None


class NewRole(msgspec.Struct, frozen=True, kw_only=True):
    """One more role of an account."""

    role: str
    place_code: str
    until: date | None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """Which role ends, and the first day without it."""

    staff_role_id: UUID
    until: date


_ROLE = Field("Vai trò", fields.choice(AT_A_PLACE))
_PLACE = Field("Mã cơ sở", fields.text(8, 3))
_UNTIL = Field("Hết hạn vào ngày", fields.day, required=False)
NEW = Form(
    NewStaff,
    login=Field("Tên đăng nhập", fields.text(60, 3)),
    name=Field("Họ tên", fields.text(100)),
    password=Field("Mật khẩu ban đầu", fields.text(200, 12)),
    role=_ROLE,
    place_code=_PLACE,
    until=_UNTIL,
)
ADD = Form(NewRole, role=_ROLE, place_code=_PLACE, until=_UNTIL)
LIMIT = Form(Limit, staff_role_id=Field("Vai trò", fields.id_), until=Field("Hết hạn vào ngày", fields.day))


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
        # A login that is taken undoes this part alone, so that the page can be shown again.
        async with db.connection.transaction():
            place = await _place(db, request, given.place_code, given.until)
            staff_id = await access.hire(
                db, login=given.login, name=given.name, password=given.password, totp_secret=secret
            )
            await access.grant(db, staff_id, given.role, place_id=place.place_id, until=given.until)
    except DomainError as refused:
        _told(form, refused, request)
        return await _page(db, request, form, status=refused.status)
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


@get(f"{HERE}/{{staff_id:uuid}}", opt=staff(*ADMINS))
async def account(db: Db, request: Web, staff_id: UUID) -> Response[bytes]:
    """One account with all its roles."""
    return await _account(db, request, staff_id, Filled[Any]())


@post(f"{HERE}/{{staff_id:uuid}}/vai-tro", opt=staff(*ADMINS))
async def add_role(db: Db, request: Web, staff_id: UUID) -> Response[Any] | Redirect:
    """Give an account another role at a place."""
    await _of_work(db, request, staff_id)
    form = await read(request, ADD)
    if form.errors:
        return await _account(db, request, staff_id, form, status=422)

    async def act() -> Answer:
        given = form.value
        place = await _place(db, request, given.place_code, given.until)
        await access.grant(db, staff_id, given.role, place_id=place.place_id, until=given.until)
        return Answer(location=f"{HERE}/{staff_id}")

    try:
        return await once(db, request, await command_id(request), "staff.grant", act)
    except DomainError as refused:
        _told(form, refused, request)
        return await _account(db, request, staff_id, form, status=refused.status)


@post(f"{HERE}/{{staff_id:uuid}}/gioi-han", opt=staff(*ADMINS))
async def limit(db: Db, request: Web, staff_id: UUID) -> Response[Any] | Redirect:
    """End one role of an account on a day."""
    await _of_work(db, request, staff_id)
    form = await read(request, LIMIT)
    if form.errors:
        return await _account(db, request, staff_id, form, status=422)

    async def act() -> Answer:
        await access.limit_role(db, staff_id, form.value.staff_role_id, until=form.value.until)
        return Answer(location=f"{HERE}/{staff_id}")

    return await once(db, request, await command_id(request), "staff.limit", act)


@post(f"{HERE}/{{staff_id:uuid}}/ket-thuc", opt=staff(*ADMINS))
async def end(db: Db, request: Web, staff_id: UUID) -> Response[Any] | Redirect:
    """Close an account and its sign-ins at once; nobody ends their own."""
    await _of_work(db, request, staff_id)
    if staff_id == request.state.actor.id:
        raise Forbidden

    async def act() -> Answer:
        await access.end_staff(db, staff_id)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "staff.end", act)


async def _of_work(db: Db, request: Web, staff_id: UUID) -> access.StaffRow:
    """The account, when the administrator looks after it. Raises `NotFound`."""
    for row in await access.staff_of_work(db, request.state.actor, staff_id=staff_id):
        return row
    raise NotFound


async def _place(db: Db, request: Web, code: str, until: date | None) -> sites.Place:
    """The place of a role, within the administrator's reach. Raises `NotFound`, `Forbidden`, `AlreadyOver`."""
    if until is not None and until <= clock.day_of(db.at):
        raise AlreadyOver
    place = await sites.by_code(db, code)
    member: Staff = request.state.actor
    paths = [role.area_path for role in member.roles if role.role in ADMINS]
    if not any(path is None or f"{place.area_path}.".startswith(f"{path}.") for path in paths):
        raise Forbidden
    return place


def _told(form: Filled[Any], refused: DomainError, request: Web) -> None:
    form.errors[refused.field or "place_code"] = sentence(refused, language(request))


async def _account(db: Db, request: Web, staff_id: UUID, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    row = await _of_work(db, request, staff_id)
    return page(
        request,
        "immunization_support/staff_account.html",
        status=status,
        form=form,
        row=row,
        held=await access.roles_of(db, staff_id),
        today=clock.day_of(db.at),
        roles=_role_options(request),
        words=ROLES,
    )


def _role_options(request: Web) -> list[tuple[str, str]]:
    return [(role, words(request)(ROLES[role])) for role in AT_A_PLACE]


async def _page(db: Db, request: Web, form: Filled[NewStaff], *, status: int = 200) -> Response[bytes]:
    form.typed["password"] = ""
    typed = " ".join(request.query_params.get("tim", "").replace("\0", "").split())[:60]
    rows = await access.staff_of_work(db, request.state.actor, words=typed or None)
    return page(
        request,
        "immunization_support/staff.html",
        status=status,
        form=form,
        rows=rows,
        roles=_role_options(request),
        words=ROLES,
    )


routes: list[ControllerRouterHandler] = [accounts, hire, account, add_role, limit, end]
