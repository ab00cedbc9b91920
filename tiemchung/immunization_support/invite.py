"""Inviting people to a session: who waits at the site, how many places there are, one button."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, sites
from tiemchung.immunization_support.plan import PLAN, SESSION, planner_of
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many people to invite, the longest waiting first."""

    people: int


COUNT = Form(Count, people=Field("Số người mời", fields.whole(1, 2000)))


@get(f"{SESSION}/moi", opt=staff("site_head"))
async def look(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """Who waits for an invitation and who was invited."""
    return await _page(db, request, place_id, session_id, Filled[Count]())


@post(f"{SESSION}/moi", opt=staff("site_head"))
async def invite(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Invite the people who have waited longest."""
    await planner_of(db, request, place_id)
    form = await read(request, COUNT)
    if form.errors:
        return await _page(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        await appointments.invite_next(db, place_id, session_id, form.value.people)
        return Answer(location=f"{PLAN}/{place_id}/{session_id}/moi")

    try:
        return await once(db, request, await command_id(request), "appointments.invite", act)
    except DomainError as refused:
        if refused.field != "people":
            raise
        form.errors["people"] = sentence(refused, language(request))
        return await _page(db, request, place_id, session_id, form, status=422)


async def _page(
    db: Db, request: Web, place_id: UUID, session_id: UUID, form: Filled[Count], *, status: int = 200
) -> Response[bytes]:
    await planner_of(db, request, place_id)
    session = await sites.session(db, place_id, session_id)
    waiting = await appointments.candidates(db, session)
    limits = await appointments.limits(db, session)
    eligible = [person for person in waiting if person.obstacle is None]
    return page(
        request,
        "immunization_support/invite.html",
        status=status,
        form=form,
        session=session,
        limits=limits,
        eligible=eligible,
        held_back=[person for person in waiting if person.obstacle is not None],
        invitable=min(limits.free, len(eligible)) if session.bookable else 0,
    )


routes: list[ControllerRouterHandler] = [look, invite]
