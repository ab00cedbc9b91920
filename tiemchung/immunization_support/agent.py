"""Phone agents: somebody calls, names their registration code, and gets a half hour from the same places as everybody."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, people, registrations, sites
from tiemchung.domain.access import Purpose
from tiemchung.domain.appointments import Ask, Target
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

AGENTS = ("registrar", "site_head", "district_officer", "province_officer")
HERE = "/diem-tiem/dat-ho"


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's registration and the half hour they choose."""

    code: str
    slot: str


BOOK = Form(Booked, code=Field("Mã đăng ký", fields.text(20)), slot=Field("Khung giờ", fields.text(120)))


@get(HERE, opt=staff(*AGENTS))
async def look(db: Db, request: Web) -> Response[bytes]:
    """A caller's registration by its code, and the half hours of a site."""
    return await _page(db, request, Filled[Booked](), request.query_params.get("ma", ""))


@post(HERE, opt=staff(*AGENTS))
async def book(db: Db, request: Web) -> Response[Any] | Redirect:
    """Book for the caller; the message with the check-in code goes to their phone."""
    form = await read(request, BOOK)
    if form.errors:
        return await _page(db, request, form, str(form.typed["code"]), status=422)
    registration = await registrations.by_code(db, form.value.code)
    await people.open_record(db, registration.person_id, purpose=Purpose.planning, page="Đặt hộ qua điện thoại")
    slot = read_slot(form.value.slot)

    async def act() -> Answer:
        ask = Ask(
            command_id=uuid7(db.at),
            act="book",
            channel="agent",
            person_id=registration.person_id,
            place_id=slot.place_id,
            session_id=slot.session_id,
            starts_at=slot.starts_at,
            request_id=db.actor.request_id,
            staff_id=db.actor.id,
            dose_role=registration.dose_role,
            ordinal=registration.ordinal,
        )
        await appointments.take_one(db, ask)
        return Answer(location=f"{HERE}?ma={registration.code}&xong=1")

    try:
        return await once(db, request, await command_id(request), "agent.book", act)
    except DomainError as refused:
        if refused.status != 409:
            raise
        form.errors["slot"] = sentence(refused, language(request))
        return await _page(db, request, form, registration.code, status=409)


def read_slot(typed: str) -> Target:
    """A half hour as pages name it. Raises `NotFound`."""
    try:
        return Target.read(typed)
    except ValueError:
        raise NotFound from None


async def _page(db: Db, request: Web, form: Filled[Booked], code: str, *, status: int = 200) -> Response[bytes]:
    asked = request.query_params
    person = registration = None
    slots: list[appointments.OpenSlot] = []
    places: list[appointments.OpenPlace] = []
    booked: list[appointments.Appointment] = []
    place_id = asked.get("diem") or form.typed.get("slot", "").partition(".")[0]
    if code:
        registration = await registrations.by_code(db, code)
        person = await people.open_record(
            db, registration.person_id, purpose=Purpose.planning, page="Đặt hộ qua điện thoại"
        )
        campaign = await registrations.campaign_of(db)
        _, places = await appointments.places_around(db, person.area_id, campaign.campaign_id)
        booked = [one for one in await appointments.of_person(db, person.person_id) if one.live]
        if place_id:
            slots = await appointments.open_slots(db, UUID(place_id), campaign.campaign_id)
    return page(
        request,
        "immunization_support/agent.html",
        status=status,
        form=form,
        code=code,
        person=person,
        registration=registration,
        places=places,
        place=await sites.place(db, UUID(place_id)) if place_id else None,
        slots=slots,
        booked=booked,
        done="xong" in asked,
    )


routes: list[ControllerRouterHandler] = [look, book]
