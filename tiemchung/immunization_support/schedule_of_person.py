"""What the schedule says of a person at the table, decision by decision, for whoever has to explain it."""

from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import immunizations, people, recommendations, rulebook
from tiemchung.domain.access import Purpose
from tiemchung.immunization_support.board import SESSION, address
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page, words


@get(f"{SESSION}/nguoi/{{visit_id:uuid}}/lich-tiem", opt=staff(*AT_THE_SITE))
async def schedule_of_person(db: Db, request: Web, place_id: UUID, session_id: UUID, visit_id: UUID) -> Response[bytes]:
    """The doses' worth, what comes next, the word on the session's vaccine, and how all that came about."""
    at_place(request.state.actor, place_id)
    visit = await immunizations.visit(db, place_id, visit_id)
    if visit.session_id != session_id:
        raise NotFound
    person = await people.open_record(db, visit.person_id, purpose=Purpose.care, page="Lịch tiêm của một người")
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    (known,) = await recommendations.known_of(db, [visit.person_id])
    asked = rulebook.Hypothesis(
        subject=known.subject,
        doses=known.given,
        findings=known.present,
        on=today,
        product=visit.product,
        area_code=await recommendations.province_of(db, place_id),
    )
    return page(
        request,
        "immunization_support/schedule_of_person.html",
        person=person,
        back=address(place_id, session_id, visit_id),
        found=rulebook.answered(force, asked, words(request)),
        names={product.code: product.name for product in force.ready.schedule.rules.products},
    )


routes: list[ControllerRouterHandler] = [schedule_of_person]
