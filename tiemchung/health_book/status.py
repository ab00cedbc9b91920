"""Where a registration stands: by its code, without signing in; and for the family, with the way to withdraw."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from tiemchung.domain import registrations
from tiemchung.domain.registrations import NotPossible, WishTooLate
from tiemchung.health_book import family
from tiemchung.health_book import register_areas as areas
from tiemchung.health_book.register_forms import FORMS
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import normal_code
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, read
from tiemchung.web.guards import citizen, limited, public
from tiemchung.web.pages import Web, language, page, words

HERE = "/so-suc-khoe/tra-cuu-dang-ky"
SENT = "/so-suc-khoe/dang-ky-da-gui"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The code of a registration."""

    code: str


def read_code(typed: str) -> str:
    """The code of a registration, however it was typed."""
    code = normal_code(typed[:40])
    if not re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code):
        raise Invalid("{label} gồm 12 chữ và số, ví dụ 7K2Q-9XW3-M85T.")
    return code


ASKED = Form(Asked, code=Field("Mã đăng ký", read_code))


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Another day, part of the day or site."""

    wanted_on: date
    wanted_part: str
    wanted_place: UUID | None


WISH = Form(Wish, **{name: FORMS["mong-muon"].fields[name] for name in ("wanted_on", "wanted_part", "wanted_place")})


@get(HERE, opt=public)
async def ask(request: Web) -> Response[bytes]:
    """Where the code is typed."""
    return page(request, "health_book/status.html", form=Filled[Asked](), registration=None, steps=[])


@post(HERE, opt=limited)
async def tell(db: Db, request: Web) -> Response[bytes]:
    """Where the registration of a code stands; nothing about the person, whoever holds the code."""
    form = await read(request, ASKED)
    found = None
    if not form.errors:
        try:
            found = await registrations.by_code(db, form.value.code)
        except NotFound:
            form.errors["code"] = words(request)("Không có đăng ký nào với mã này. Hãy kiểm tra lại từng ký tự.")
    steps = await registrations.timeline(db, found) if found else []
    status = 422 if form.errors else 200
    return page(request, "health_book/status.html", status=status, form=form, registration=found, steps=steps)


@get(f"{SENT}/{{registration_id:uuid}}", opt=citizen)
async def show(db: Db, request: Web, registration_id: UUID) -> Response[bytes]:
    """A registration of the family with its timeline. Raises `NotFound`."""
    return await _page(db, request, registration_id)


@post(f"{SENT}/{{registration_id:uuid}}/mong-muon", opt=citizen)
async def change_wish(db: Db, request: Web, registration_id: UUID) -> Any:
    """Wish for another day, part of the day or site."""
    form = await read(request, WISH)
    if not form.errors:
        await areas.check_site(db, form.value.wanted_place, form.errors, words(request))
    if form.errors:
        return await _page(db, request, registration_id, form=form, status=422)

    async def act() -> Answer:
        found = await registrations.one(db, registration_id)
        await family.opened(db, found.person_id, "Đổi mong muốn tiêm")
        await registrations.change_wish(
            db,
            found,
            wanted_on=form.value.wanted_on,
            wanted_part=form.value.wanted_part,
            wanted_place_id=form.value.wanted_place,
        )
        return Answer(location=f"{SENT}/{registration_id}")

    try:
        return await once(db, request, await command_id(request), "change_wish", act)
    except WishTooLate as error:
        return await _page(db, request, registration_id, told=sentence(error, language(request)), status=error.status)


@post(f"{SENT}/{{registration_id:uuid}}/rut", opt=citizen)
async def withdraw(db: Db, request: Web, registration_id: UUID) -> Any:
    """Take a registration back, and the consent with it."""

    async def act() -> Answer:
        found = await registrations.one(db, registration_id)
        await family.opened(db, found.person_id, "Rút đăng ký tiêm")
        await registrations.withdraw(db, found)
        return Answer(location=f"{SENT}/{registration_id}")

    try:
        return await once(db, request, await command_id(request), "withdraw_registration", act)
    except NotPossible as error:
        return await _page(db, request, registration_id, told=sentence(error, language(request)), status=error.status)


async def _page(
    db: Db, request: Web, registration_id: UUID, *, form: Filled[Wish] | None = None, told: str = "", status: int = 200
) -> Response[bytes]:
    found = await registrations.one(db, registration_id)
    person = await family.opened(db, found.person_id, "Đăng ký tiêm")
    return page(
        request,
        "health_book/registration.html",
        status=status,
        registration=found,
        person=person,
        steps=await registrations.timeline(db, found),
        may_withdraw=registrations.may_move(found.status, registrations.Status.withdrawn),
        part=registrations.PARTS[found.wanted_part],
        told=told,
        typed=form.typed if form else {},
        errors=form.errors if form else {},
        parts=[(code, words(request)(name)) for code, name in registrations.PARTS.items()],
        places=await areas.sites_around(db, person.area_id),
    )


routes = [ask, tell, show, change_wish, withdraw]
