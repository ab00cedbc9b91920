"""Places of a session that people book themselves: how many a half hour, and when every channel may take the rest."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, sites
from tiemchung.immunization_support.plan import SESSION, planner_of, show_session
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """Places for people themselves in each half hour, and how long before the session the rest is open to all."""

    places: int
    release_hours: int | None


SET_ASIDE = Form(
    SetAside,
    places=Field("Số chỗ tự đặt mỗi khung", fields.whole(0, 500)),
    release_hours=Field("Số giờ trước khi bắt đầu", fields.whole(0, 240), required=False),
)


@post(f"{SESSION}/tu-dat", opt=staff("site_head"))
async def set_aside(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Give people themselves so many places of each half hour."""
    await planner_of(db, request, place_id)
    form = await read(request, SET_ASIDE)
    if form.errors:
        return await show_session(db, request, place_id, session_id, form, status=422)
    hours = form.value.release_hours

    async def act() -> Answer:
        session = await sites.session(db, place_id, session_id)
        await appointments.set_aside(
            db,
            place_id,
            session_id,
            places_a_slot=form.value.places,
            release_at=None if hours is None else session.starts_at - timedelta(hours=hours),
        )
        return Answer(location=f"/diem-tiem/ke-hoach/{place_id}/{session_id}")

    try:
        return await once(db, request, await command_id(request), "session.set_aside", act)
    except appointments.TooMany as refused:
        form.errors["places"] = sentence(refused, language(request))
        return await show_session(db, request, place_id, session_id, form, status=422)


@post(f"{SESSION}/du-bi", opt=staff("site_head", "nurse"))
async def offer_left(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Offer places that are left to those on standby, in their order, fifteen minutes each."""
    form = await _people(db, request, place_id)

    async def act() -> Answer:
        free = [
            s.starts_at for s in await sites.slots(db, place_id, session_id) for _ in range(s.free) if s.ends_at > db.at
        ]
        await appointments.standby.offer(db, place_id, session_id, free[: form.people])
        # The plan is the head's page; a nurse asks from the table.
        to = "ke-hoach" if request.state.actor.has("site_head") else "phien"
        return Answer(location=f"/diem-tiem/{to}/{place_id}/{session_id}")

    return await once(db, request, await command_id(request), "standby.offer", act)


@post(f"{SESSION}/thu-hep", opt=staff("site_head"))
async def shrink(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Take fewer people in each half hour; who came last is booked again elsewhere, and told."""
    form = await _people(db, request, place_id)

    async def act() -> Answer:
        await appointments.shrink(db, place_id, session_id, form.people)
        return Answer(location=f"/diem-tiem/ke-hoach/{place_id}/{session_id}")

    return await once(db, request, await command_id(request), "session.shrink", act)


async def _people(db: Db, request: Web, place_id: UUID) -> "Number":
    """A number of people, from who answers for the place. Raises `BadInput`, `NotFound`."""
    member = request.state.actor
    if not any(role.place_id == place_id for role in member.roles):
        raise NotFound
    form = await read(request, NUMBER)
    if form.errors:
        raise BadInput(field="people", rule="0-500")
    return form.value


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number of people."""

    people: int


NUMBER = Form(Number, people=Field("Số người", fields.whole(0, 500)))

routes: list[ControllerRouterHandler] = [set_aside, offer_left, shrink]
