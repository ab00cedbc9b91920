"""Draws and personal invitations of the family: take part, and use a code."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments
from tiemchung.domain.appointments import Ask, Target, codes, draw
from tiemchung.domain.appointments.codes import Invitation
from tiemchung.domain.appointments.draw import Draw, Entry
from tiemchung.domain.people import Member
from tiemchung.health_book import family
from tiemchung.health_book.take_place import APPOINTMENTS_PAGE, chosen_slot
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput
from tiemchung.kit.ids import uuid7
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page

DRAWS, CODE = "/so-suc-khoe/boc-tham", "/so-suc-khoe/ma-moi"


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes part."""

    person_id: UUID


class UsedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code, whose, and the half hour that they choose."""

    person_id: UUID
    code: str
    slot: Target


class Part(msgspec.Struct, frozen=True):
    """A draw and the member's part in it."""

    draw: Draw
    entry: Entry | None


JOIN = Form(Joined, person_id=Field("Người tham gia", fields.id_))
USE = Form(
    UsedCode,
    person_id=Field("Người được tiêm", fields.id_),
    code=Field("Mã mời", fields.text(20)),
    slot=Field("Khung giờ", chosen_slot),
)


@get(DRAWS, opt=citizen)
async def draws(db: Db, request: Web) -> Response[bytes]:
    """The draws that one may take part in, and one's pseudonyms in them."""
    members, member = await family.chosen(db, request)
    parts = (
        [Part(each, await draw.entry(db, each.draw_id, member.person_id)) for each in await draw.every(db)]
        if member
        else []
    )
    return page(request, "health_book/draws.html", family=members, member=member, parts=parts, at=db.at)


@post(DRAWS + "/{draw_id:uuid}", opt=citizen)
async def join(db: Db, request: Web, draw_id: UUID) -> Response[Any] | Redirect:
    """Take part for somebody of the family."""
    form = await read(request, JOIN)
    if form.errors:
        raise BadInput(field="person_id", rule="uuid")
    await family.opened(db, form.value.person_id, "Tham gia bốc thăm")

    async def act() -> Answer:
        await draw.enter(db, draw_id, form.value.person_id)
        return Answer(location=f"{DRAWS}?nguoi={form.value.person_id}")

    return await once(db, request, await command_id(request), "enter_draw", act)


@get(CODE, opt=citizen)
async def code_form(db: Db, request: Web) -> Response[bytes]:
    """The half hours that the member's invitation opens."""
    members, member = await family.chosen(db, request)
    return await _code_page(db, request, members, member, Filled[UsedCode]())


@post(CODE, opt=citizen)
async def use_code(db: Db, request: Web) -> Response[Any] | Redirect:
    """Book with a personal code."""
    form = await read(request, USE)
    members, member = await family.chosen(db, request)
    if form.errors:
        return await _code_page(db, request, members, member, form, status=422)
    await family.opened(db, form.value.person_id, "Dùng mã mời")
    slot = form.value.slot

    async def act() -> Answer:
        appointment_id = uuid7(db.at)
        ask = Ask(
            command_id=appointment_id,
            act="book",
            channel="invitation",
            person_id=form.value.person_id,
            place_id=slot.place_id,
            session_id=slot.session_id,
            starts_at=slot.starts_at,
            request_id=db.actor.request_id,
            sign_in_id=request.state.actor.sign_in_id,
        )
        await codes.use(db, form.value.code, ask)
        return Answer(location=f"{APPOINTMENTS_PAGE}?dat={appointment_id}")

    try:
        return await once(db, request, await command_id(request), "use_code", act)
    except (codes.CodeNotValid, appointments.SlotFull, appointments.AlreadyBooked) as refused:
        form.errors[refused.field or "slot"] = sentence(refused, language(request))
        return await _code_page(db, request, members, member, form, status=refused.status)


async def _code_page(
    db: Db, request: Web, members: list[Member], member: Member | None, form: Filled[UsedCode], *, status: int = 200
) -> Response[bytes]:
    invitations: list[Invitation] = []
    if member is not None:
        await family.opened(db, member.person_id, "Mã mời")
        invitations = await codes.of_person(db, member.person_id)
    slots = [slot for one in invitations for slot in await appointments.listed_slots(db, one.place_id, one.session_id)]
    return page(
        request,
        "health_book/code.html",
        status=status,
        family=members,
        member=member,
        invitations=invitations,
        slots=slots,
        form=form,
    )


routes: list[ControllerRouterHandler] = [draws, join, code_form, use_code]
