"""Invitations and appointments of the family: when, where, the check-in code, yes or no."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from tiemchung.domain import access, appointments, people
from tiemchung.domain.appointments import Appointment, NotAnswerable
from tiemchung.domain.people import Member
from tiemchung.health_book import family, notifications
from tiemchung.kit.db import Db
from tiemchung.web import fields, qr
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page

HERE = "/so-suc-khoe/lich-hen"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to an invitation."""

    answer: str


REPLY = Form(Reply, answer=Field("Trả lời", fields.choice({"yes", "no"})))


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment of a member, with its check-in code drawn while it counts."""

    member: Member
    appointment: Appointment
    qr: str
    next_dose: bool


@get(HERE, opt=citizen)
async def show(db: Db, request: Web) -> Response[bytes]:
    """All appointments of the family, those to come first."""
    return await _page(db, request)


@get("/so-suc-khoe/ma-qr", opt=citizen)
async def codes(db: Db, request: Web) -> Response[bytes]:
    """The codes to show at a site: one large square for each appointment that counts."""
    found = await _of_family(db, request.state.actor.id, "Mã check-in")
    return page(request, "health_book/codes.html", shown=[one for one in found if one.qr])


@post(f"{HERE}/{{person_id:uuid}}/{{appointment_id:uuid}}", opt=citizen)
async def answer(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Any:
    """Confirm or decline an invitation; a declined place goes to somebody else."""
    form = await read(request, REPLY)
    if form.errors:
        return await _page(db, request, errors=form.errors, status=422)

    async def act() -> Answer:
        await family.opened(db, person_id, "Trả lời lịch hẹn")
        await appointments.answer(db, person_id, appointment_id, accept=form.value.answer == "yes")
        return Answer(location=f"{HERE}?tra-loi={form.value.answer}")

    try:
        return await once(db, request, await command_id(request), "answer_invitation", act)
    except NotAnswerable as error:
        told = {"answer": sentence(error, language(request))}
        return await _page(db, request, errors=told, status=error.status)


async def _page(db: Db, request: Web, *, errors: dict[str, str] | None = None, status: int = 200) -> Response[bytes]:
    found = await _of_family(db, request.state.actor.id, "Lịch hẹn")
    # Who has just taken or confirmed a place wants to hear when something changes.
    wanted = {"tra-loi", "dat", "cho", "doi"} & set(request.query_params)
    return page(
        request,
        "health_book/appointments.html",
        status=status,
        coming=[one for one in found if one.appointment.live],
        past=[one for one in found if not one.appointment.live],
        words=appointments.STATUS_WORDS,
        errors=errors or {},
        answered=request.query_params.get("tra-loi", ""),
        queued="cho" in request.query_params,
        booked="dat" in request.query_params,
        moved="doi" in request.query_params,
        cancelled="huy" in request.query_params,
        push_key=await notifications.offer(db, request.state.actor) if wanted else "",
    )


async def _of_family(db: Db, account_id: UUID, page_name: str) -> list[Shown]:
    shown: list[Shown] = []
    for member in await people.members(db, account_id):
        found = await appointments.of_person(db, member.person_id)
        if found:
            await access.permit(db, member.person_id, purpose=access.Purpose.family, page=page_name)
        shown += [await _shown(db, member, one) for one in found]
    return sorted(shown, key=lambda one: one.appointment.starts_at)


async def _shown(db: Db, member: Member, one: Appointment) -> Shown:
    next_dose = one.status == "booked" and await appointments.may_follow(db, one)
    return Shown(member=member, appointment=one, qr=qr.svg(one.shown_code) if one.counts else "", next_dose=next_dose)


routes = [show, codes, answer]
