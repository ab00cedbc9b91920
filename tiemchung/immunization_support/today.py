"""The sessions of today at one's place: choose one, open it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, sites
from tiemchung.domain.access import Staff
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import command_id
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

# Sessions of so many days stay in sight until they are closed and signed.
UNFINISHED = timedelta(days=30)
AT_THE_SITE = ("registrar", "doctor", "nurse", "site_head")


def at_place(member: Staff, place_id: UUID) -> Staff:
    """The member of staff, when they work at this place. Raises `NotFound`."""
    if not any(role.place_id == place_id for role in member.roles):
        raise NotFound
    return member


@get("/diem-tiem/hom-nay", opt=staff(*AT_THE_SITE))
async def sessions(db: Db, request: Web) -> Response[bytes]:
    """The place's sessions of today and tomorrow, and earlier ones that are not finished."""
    member: Staff = request.state.actor
    today = clock.day_of(db.at)
    starts = clock.start_of(today)
    found = await sites.sessions_between(db, member.place_id, starts, starts + timedelta(days=2))
    before = await sites.sessions_between(db, member.place_id, starts - UNFINISHED, starts)
    return page(
        request,
        "immunization_support/today.html",
        sessions=found,
        unfinished=[session for session in before if session.status in {"approved", "open", "closed"}],
        today=today,
    )


@post("/diem-tiem/phien/{place_id:uuid}/{session_id:uuid}/mo", opt=staff("site_head", "nurse"))
async def open_session(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Begin to receive people; the shelf must hold the vaccine."""
    at_place(request.state.actor, place_id)

    async def act() -> Answer:
        await appointments.open_session(db, place_id, session_id)
        return Answer(location=f"/diem-tiem/phien/{place_id}/{session_id}")

    return await once(db, request, await command_id(request), "session.open", act)


routes: list[ControllerRouterHandler] = [sessions, open_session]
