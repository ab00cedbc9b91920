"""What hangs in the room: the live queue on a screen, by number alone, and the poster that says that the session is genuine."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import certificates, immunizations, sites
from tiemchung.domain.immunizations import rules
from tiemchung.immunization_support.board import SESSION, injected
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit.db import Db
from tiemchung.web import qr
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

SHOWN = 12


@get(f"{SESSION}/phong-cho", opt=staff(*AT_THE_SITE))
async def room(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The screen of the waiting room: numbers, no names; it reads itself anew."""
    at_place(request.state.actor, place_id)
    visits = await immunizations.visits(db, place_id, session_id)
    waiting = {step: [visit for visit in visits if visit.step == step] for step in ("screening", "injection")}
    ahead = sum(len(queue) for queue in waiting.values())
    return page(
        request,
        "immunization_support/room.html",
        session=await sites.session(db, place_id, session_id),
        queues=[(step, queue[0] if queue else None, queue[1:SHOWN]) for step, queue in waiting.items()],
        observed=sum(visit.step == "observation" for visit in visits),
        wait=rules.expected_wait(ahead, injected(visits), db.at),
        at=db.at,
    )


@get(f"{SESSION}/ap-phich", opt=staff(*AT_THE_SITE))
async def sheet(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The poster to print; its code leads to the portal's answer whether the session is genuine, and says so itself offline."""
    at_place(request.state.actor, place_id)
    session = await sites.session(db, place_id, session_id)
    code = await certificates.posters.of_session(db, place_id, session_id)
    address = f"{str(request.base_url).rstrip('/')}/kiem-tra/phien/{code}"
    return page(
        request,
        "immunization_support/poster.html",
        session=session,
        place=await sites.place(db, place_id),
        code=qr.svg(address) if code else "",
    )


routes: list[ControllerRouterHandler] = [room, sheet]
