"""One's data: who looked, what was agreed to, what can be asked for; and everything in one file."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import (
    access,
    aefi,
    appointments,
    certificates,
    corrections,
    declarations,
    immunizations,
    people,
    registrations,
)
from tiemchung.health_book import family
from tiemchung.kit.db import Db
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import command_id
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page, see_other

HERE = "/so-suc-khoe/quyen-rieng-tu"
GIVEN_BY_WORDS = {"self": "Chính người tiêm", "guardian": "Người giám hộ", "registrant": "Người đăng ký thay"}
CHANNEL_WORDS = {
    "app": "Sổ trên điện thoại",
    "portal": "Cổng thông tin",
    "organisation": "Tổ chức đăng ký",
    "staff": "Cán bộ y tế",
    "import": "Danh sách nhập",
}


@get(HERE, opt=citizen)
async def privacy(db: Db, request: Web) -> Response[bytes] | Redirect:
    """A member's consents, and the ways to see, correct, restrict or erase."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    await family.opened(db, member.person_id, "Quyền riêng tư")
    return page(
        request,
        "health_book/privacy.html",
        members=members,
        member=member,
        consents=await registrations.consents_of(db, member.person_id),
        given_by=GIVEN_BY_WORDS,
        channels=CHANNEL_WORDS,
        restricted_since=await access.restricted_since(db, member.person_id),
        requests=[ticket for ticket in await corrections.of_person(db, member.person_id) if not ticket.closed],
    )


@post(f"{HERE}/{{person_id:uuid}}/{{consent_id:uuid}}", opt=citizen)
async def withdraw(db: Db, request: Web, person_id: UUID, consent_id: UUID) -> Any:
    """Take a consent back."""

    async def act() -> Answer:
        await family.opened(db, person_id, "Rút sự đồng ý")
        await registrations.withdraw_consent(db, person_id, consent_id)
        return Answer(location=f"{HERE}?nguoi={person_id}")

    return await once(db, request, await command_id(request), "withdraw_consent", act)


@post(f"{HERE}/{{person_id:uuid}}/bo-han-che", opt=citizen)
async def lift(db: Db, request: Web, person_id: UUID) -> Any:
    """Let a member's data be processed again as before."""

    async def act() -> Answer:
        await family.opened(db, person_id, "Bỏ hạn chế xử lý")
        await access.lift(db, person_id)
        return Answer(location=f"{HERE}?nguoi={person_id}")

    return await once(db, request, await command_id(request), "lift_restriction", act)


@get("/so-suc-khoe/du-lieu.json", opt=citizen)
async def everything(db: Db, request: Web) -> Response[bytes] | Redirect:
    """All that is known about a member, for machines: what people are entitled to take with them."""
    _members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    person_id = member.person_id
    person = await family.opened(db, person_id, "Tải toàn bộ dữ liệu")
    tickets = await corrections.of_person(db, person_id)
    body = {
        "person": person,
        "registrations": await registrations.of_person(db, person_id),
        "consents": await registrations.consents_of(db, person_id),
        "appointments": await appointments.of_person(db, person_id),
        "declarations": await declarations.of_person(db, person_id),
        "doses": await immunizations.doses_of(db, person_id),
        "certificates": await certificates.passports(db, person_id),
        "diary": await aefi.checks(db, person_id),
        "reactions": await aefi.reports_of(db, person_id),
        "requests": [{"ticket": ticket, "said": await corrections.said(db, ticket)} for ticket in tickets],
        "looks": await people.looks(db, person_id),
        "taken_at": db.at,
    }
    headers = {"content-disposition": 'attachment; filename="so-tiem-chung.json"', "cache-control": "no-store"}
    written = msgspec.json.format(msgspec.json.encode(body), indent=2)
    return Response(written, media_type="application/json", headers=headers)


routes = [privacy, withdraw, lift, everything]
