"""Choosing a half hour: sites with places left, then their half hours, then ten minutes to confirm."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, geography, registrations, sites
from tiemchung.domain.appointments import Appointment, OpenPlace, OpenSlot, Target, standby
from tiemchung.domain.people import Member
from tiemchung.domain.registrations import Registration
from tiemchung.health_book import family
from tiemchung.health_book.take_place import ADDRESS, APPOINTMENTS_PAGE, HOLD_PAGE, chosen_slot
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput, NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page

HOLD = HOLD_PAGE + "/{person_id:uuid}/{appointment_id:uuid}"
ONE = APPOINTMENTS_PAGE + "/{person_id:uuid}/{appointment_id:uuid}"
BOOKABLE = frozenset({"registered", "approved", "assigned", "planned", "declined"})


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a held place."""

    act: str


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The half hour that somebody moves to."""

    slot: Target


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits where, or does no more."""

    person_id: UUID
    place_id: UUID
    act: str


class Day(msgspec.Struct, frozen=True):
    """A day's half hours, before and after noon."""

    on: date
    morning: list[OpenSlot]
    afternoon: list[OpenSlot]


SETTLE = Form(Settled, act=Field("Việc cần làm", fields.choice({"confirm", "cancel"})))
MOVE = Form(Moved, slot=Field("Khung giờ", chosen_slot))

WAIT = Form(
    Waits,
    person_id=Field("Người được tiêm", fields.id_),
    place_id=Field("Điểm tiêm", fields.id_),
    act=Field("Việc cần làm", fields.choice({"join", "leave"})),
)


@get(ADDRESS, opt=citizen)
async def choose(db: Db, request: Web) -> Response[bytes]:
    """Sites near the person, or those of an area that was typed; with `diem`, the half hours of one."""
    members, member = await family.chosen(db, request)
    if member is None:
        return page(request, "health_book/book.html", family=[], member=None)
    asked = request.query_params
    moving = await _moving(db, member, asked.get("doi", ""))
    registration = await _bookable(db, member)
    area, places = await _around(db, member, asked.get("tim", "").strip()[:100])
    place, days = await _half_hours(db, asked.get("diem", ""))
    return page(
        request,
        "health_book/book.html",
        family=members,
        member=member,
        registration=registration,
        moving=moving,
        typed=asked.get("tim", ""),
        area=area,
        places=places,
        waiting=await standby.of_person(db, member.person_id),
        place=place,
        days=days,
        key=uuid7(),
        error=asked.get("loi", ""),
    )


@get(HOLD, opt=citizen)
async def held(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[bytes]:
    """A held place with its clock; the address leads back to it from any device of the account."""
    person = await family.opened(db, person_id, "Giữ chỗ")
    found = await appointments.one(db, person_id, appointment_id)
    return page(request, "health_book/hold.html", person=person, a=found, over=_over(found, db.at), error="")


@post(HOLD, opt=citizen)
async def settle(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[Any] | Redirect:
    """Confirm a held place in time, or give it back."""
    form = await read(request, SETTLE)
    person = await family.opened(db, person_id, "Xác nhận chỗ")
    if form.errors:
        found = await appointments.one(db, person_id, appointment_id)
        shown = {"person": person, "a": found, "over": _over(found, db.at), "error": form.errors["act"]}
        return page(request, "health_book/hold.html", status=422, **shown)

    async def act() -> Answer:
        if form.value.act == "cancel":
            await appointments.cancel(db, person_id, appointment_id)
            return Answer(location=f"{ADDRESS}?nguoi={person_id}")
        await appointments.confirm(db, person_id, appointment_id)
        return Answer(location=f"{APPOINTMENTS_PAGE}?dat={appointment_id}")

    try:
        return await once(db, request, await command_id(request), "settle_hold", act)
    except (appointments.HoldRanOut, appointments.NotHeld) as refused:
        found = await appointments.one(db, person_id, appointment_id)
        told = sentence(refused, language(request))
        return page(
            request, "health_book/hold.html", status=refused.status, person=person, a=found, over=True, error=told
        )


@post(f"{ONE}/doi", opt=citizen)
async def move(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[Any] | Redirect:
    """Another half hour for an appointment."""
    await family.opened(db, person_id, "Đổi lịch hẹn")
    form = await read(request, MOVE)
    if form.errors:
        return Redirect(f"{ADDRESS}?nguoi={person_id}&doi={appointment_id}&loi=chon", status_code=303)

    async def act() -> Answer:
        moved = await appointments.move(db, person_id, appointment_id, form.value.slot)
        return Answer(location=f"{APPOINTMENTS_PAGE}?doi={moved.appointment_id}")

    return await once(db, request, await command_id(request), "move_appointment", act)


@post(f"{ONE}/huy", opt=citizen)
async def cancel(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[Any] | Redirect:
    """Give an appointment back."""
    await family.opened(db, person_id, "Hủy lịch hẹn")

    async def act() -> Answer:
        await appointments.cancel(db, person_id, appointment_id)
        return Answer(location=f"{APPOINTMENTS_PAGE}?huy=1")

    return await once(db, request, await command_id(request), "cancel_appointment", act)


@post("/so-suc-khoe/du-bi", opt=citizen)
async def wait(db: Db, request: Web) -> Response[Any] | Redirect:
    """Wait at a site for a place at short notice, or wait no more."""
    form = await read(request, WAIT)
    for field in form.errors:  # the page's buttons send all three
        raise BadInput(field=field, rule="uuid, join | leave")
    given = form.value
    await family.opened(db, given.person_id, "Danh sách dự bị")

    async def act() -> Answer:
        await (standby.join if given.act == "join" else standby.leave)(db, given.person_id, given.place_id)
        return Answer(location=f"{ADDRESS}?nguoi={given.person_id}&diem={given.place_id}")

    return await once(db, request, await command_id(request), "standby.wait", act)


@get(f"{ONE}/lich.ics", opt=citizen)
async def calendar(db: Db, request: Web, person_id: UUID, appointment_id: UUID) -> Response[bytes]:
    """The appointment for a calendar (RFC 5545), without the person's name."""
    await family.opened(db, person_id, "Thêm vào lịch")
    found = await appointments.one(db, person_id, appointment_id)
    headers = {"content-disposition": 'attachment; filename="lich-tiem.ics"', "cache-control": "no-store"}
    return Response(appointments.ics(found, db.at).encode(), media_type="text/calendar; charset=utf-8", headers=headers)


async def _around(db: Db, member: Member, typed: str) -> tuple[str, list[OpenPlace]]:
    """Sites near the commune that was typed, else near where the person lives."""
    campaign = await registrations.campaign_of(db)
    if typed:
        found = await geography.search(db, typed, campaign.geography_on, limit=1)
        if not found:
            return "", []
        return await appointments.places_around(db, found[0].area.area_id, campaign.campaign_id)
    person = await family.opened(db, member.person_id, "Đặt lịch")
    return await appointments.places_around(db, person.area_id, campaign.campaign_id)


async def _half_hours(db: Db, typed: str) -> tuple[sites.Place | None, list[Day]]:
    if not typed:
        return None, []
    try:
        place_id = UUID(typed)
    except ValueError:
        raise NotFound from None
    campaign = await registrations.campaign_of(db)
    slots = await appointments.open_slots(db, place_id, campaign.campaign_id)
    return await sites.place(db, place_id), days_of(slots)


def days_of(slots: Sequence[OpenSlot]) -> list[Day]:
    """Half hours by day, before and after noon."""
    days: dict[date, Day] = {}
    for slot in slots:
        local = clock.local(slot.starts_at)
        day = days.setdefault(local.date(), Day(local.date(), [], []))
        (day.morning if local.hour < 12 else day.afternoon).append(slot)
    return list(days.values())


async def _bookable(db: Db, member: Member) -> Registration | None:
    """The registration for which the person may choose a half hour."""
    found = await registrations.of_person(db, member.person_id)
    waiting = [one for one in found if one.status in BOOKABLE]
    return min(waiting, key=lambda one: one.registered_at, default=None)


async def _moving(db: Db, member: Member, typed: str) -> Appointment | None:
    if not typed:
        return None
    try:
        found = await appointments.one(db, member.person_id, UUID(typed))
    except ValueError:
        raise NotFound from None
    return found if found.status == "booked" else None


def _over(found: Appointment, at: datetime) -> bool:
    return found.status != "booked" and (found.held_until is None or found.status != "held" or found.held_until <= at)


routes: list[ControllerRouterHandler] = [choose, held, settle, move, cancel, wait, calendar]
