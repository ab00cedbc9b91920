"""The confirmation of a dose, to print or to show, once the observation is over (Decision 3588/QĐ-BYT)."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import immunizations, people
from tiemchung.domain.access import Purpose
from tiemchung.domain.immunizations import VisitId, rules
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page


@get(f"{SESSION}/nguoi/{{visit_id:uuid}}/giay-xac-nhan", opt=staff(*AT_THE_SITE))
async def confirmation(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[bytes]:
    """Every dose of the person, today's first; refused while they are observed."""
    at_place(request.state.actor, place_id)
    visit = await immunizations.visit(db, place_id, VisitId(visit_id))
    if visit.session_id != session_id or visit.immunization_id is None:
        raise NotFound
    if visit.step != "done":
        raise immunizations.ObservationNotOver(minutes=rules.minutes_left(visit.observe_until or db.at, db.at))
    person = await people.open_record(db, visit.person_id, purpose=Purpose.care, page="Giấy xác nhận đã tiêm")
    return page(
        request,
        "immunization_support/confirmation.html",
        person=person,
        document=person.document(),
        visit=visit,
        doses=await immunizations.doses_of(db, visit.person_id),
    )


routes: list[ControllerRouterHandler] = [confirmation]
