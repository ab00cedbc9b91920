"""The second dose, booked with the first: half hours at the same site from the day on which the schedule allows it."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, registrations
from tiemchung.domain.appointments import Appointment, Ask, Target
from tiemchung.health_book import family
from tiemchung.health_book.book import ONE, days_of
from tiemchung.health_book.take_place import APPOINTMENTS_PAGE, chosen_slot
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page

HERE = f"{ONE}/mui-sau"


class Reserved(msgspec.Struct, frozen=True, kw_only=True):
    """The half hour of the next dose."""

    slot: Target


RESERVE = Form(Reserved, slot=Field("Khung giờ", chosen_slot))


@get(HERE, opt=citizen)
async def choose(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[bytes]:
    """The half hours in which the dose after this appointment's may be given, at the same site."""
    return await _page(db, request, person_id, appointment_id, Filled[Reserved]())


@post(HERE, opt=citizen)
async def reserve(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[Any] | Redirect:
    """Book the next dose too; it falls when the one before it is given back."""
    await family.opened(db, person_id, "Giữ chỗ mũi sau")
    form = await read(request, RESERVE)
    if form.errors:
        return await _page(db, request, person_id, appointment_id, form, status=422)
    slot = form.value.slot

    async def act() -> Answer:
        ask = Ask(
            command_id=uuid7(db.at),
            act="book",
            channel="self",
            person_id=person_id,
            place_id=slot.place_id,
            session_id=slot.session_id,
            starts_at=slot.starts_at,
            request_id=db.actor.request_id,
            sign_in_id=request.state.actor.sign_in_id,
        )
        booked = await appointments.reserve(db, appointment_id, ask)
        return Answer(location=f"{APPOINTMENTS_PAGE}?dat={booked.appointment_id}")

    try:
        return await once(db, request, await command_id(request), "reserve_next_dose", act)
    except DomainError as refused:
        if refused.field != "slot" and not isinstance(refused, appointments.SlotFull):
            raise
        form.errors["slot"] = sentence(refused, language(request))
        return await _page(db, request, person_id, appointment_id, form, status=refused.status)


async def _page(
    db: Db, request: Web, person_id: UUID, appointment_id: UUID, form: Filled[Reserved], *, status: int = 200
) -> Response[bytes]:
    person = await family.opened(db, person_id, "Giữ chỗ mũi sau")
    before = await appointments.one(db, person_id, appointment_id)
    following = await appointments.next_dose(db, before)
    return page(
        request,
        "health_book/next_dose.html",
        status=status,
        person=person,
        before=before,
        following=following,
        days=days_of(await _half_hours(db, before, following)),
        form=form,
    )


async def _half_hours(db: Db, before: Appointment, following: appointments.NextDose) -> list[appointments.OpenSlot]:
    campaign = await registrations.campaign_of(db)
    return [
        slot
        for slot in await appointments.open_slots(db, before.place_id, campaign.campaign_id)
        if slot.product in following.products and clock.day_of(slot.starts_at) >= following.earliest_on
    ]


routes: list[ControllerRouterHandler] = [choose, reserve]
