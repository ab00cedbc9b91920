"""The session at work as one page: the queue, one person in the middle, observation and vials at the side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import aefi, declarations, immunizations, people, sites, stock
from tiemchung.domain.access import Purpose, Staff
from tiemchung.domain.immunizations import Visit, rules, walk_ins
from tiemchung.immunization_support import leftover_words, reaction_words
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web.forms import Filled
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page, words

SESSION = "/diem-tiem/phien/{place_id:uuid}/{session_id:uuid}"
# The step that waits for each role; others see everybody before the injection.
_STEP_OF_ROLE = {"doctor": "screening", "nurse": "injection"}


def address(place_id: UUID, session_id: UUID, visit_id: UUID | None = None) -> str:
    """The page of a session, with one person in the middle."""
    return f"/diem-tiem/phien/{place_id}/{session_id}" + (f"?nguoi={visit_id}" if visit_id else "")


@get(SESSION, opt=staff(*AT_THE_SITE))
async def board(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The session as it stands."""
    at_place(request.state.actor, place_id)
    return await show(db, request, place_id, session_id)


@get(f"{SESSION}/hang-doi", opt=staff(*AT_THE_SITE))
async def queue(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The queue alone, for a page that keeps it fresh."""
    at_place(request.state.actor, place_id)
    context = await _sides(db, request, place_id, session_id)
    return page(request, "immunization_support/_queue.html", **context)


@get(f"{SESSION}/theo-doi", opt=staff(*AT_THE_SITE))
async def observed(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """Observation alone, for a page that keeps it fresh."""
    at_place(request.state.actor, place_id)
    context = await _sides(db, request, place_id, session_id)
    return page(request, "immunization_support/_observed.html", **context)


def injected(visits: Sequence[Visit]) -> list[tuple[float, float]]:
    """Arrival and injection of everybody who has been vaccinated, as seconds."""
    return [(v.checked_in_at.timestamp(), v.injected_at.timestamp()) for v in visits if v.injected_at]


async def show(
    db: Db,
    request: Web,
    place_id: UUID,
    session_id: UUID,
    form: Filled[Any] | None = None,
    *,
    status: int = 200,
    visit_id: UUID | None = None,
) -> Response[bytes]:
    """The whole page, with a form that was refused or none; `visit_id` keeps somebody in the middle."""
    shown = visit_id or person_in_view(request)
    context = await _sides(db, request, place_id, session_id, shown)
    current = next((visit for visit in context["queue"] if visit.visit_id == shown), None)
    person = doses = last = declared = None
    reactions: list[aefi.Case] = []
    consented = False
    if current is not None:
        person = await people.open_record(db, current.person_id, purpose=Purpose.care, page="Bàn tiêm")
        doses = await immunizations.doses_of(db, current.person_id)
        declared = await declarations.latest(db, current.person_id)
        reactions = await aefi.of_person(db, current.person_id)
        consented = await walk_ins.has_agreed(db, current.person_id)
        last = next((dose for dose in doses if dose.immunization_id != current.immunization_id), None)
    told = await immunizations.told(db, current) if current is not None and current.step == "injection" else None
    vials = await immunizations.open_vials(db, place_id, session_id)
    advice = await immunizations.leftover.advise(db, context["session"])
    return page(
        request,
        "immunization_support/point_of_care.html",
        status=status,
        **context,
        form=form or Filled[Any](),
        current=current,
        next_up=next((visit for visit in context["listed"] if visit.step == "injection" and visit != current), None),
        person=person,
        age=person.age(clock.day_of(db.at)) if person else None,
        document=person.document() if person else None,
        doses=doses,
        declared=declared,
        consented=consented,
        given_by=walk_ins.GIVEN_BY,
        reactions=[reaction_words.sentence(case, words(request)) for case in reactions],
        told=told,
        last=last,
        days_since=(clock.day_of(db.at) - clock.day_of(last.occurred_at)).days if last else None,
        recorded=next(
            (dose for dose in doses or [] if current and dose.immunization_id == current.immunization_id), None
        ),
        body_sites=immunizations.BODY_SITES,
        vials=vials,
        amend_vials=[(vial.vial_id, f"#{vial.number} · {vial.lot_number}") for vial in vials],
        amend_arms=[(code, words(request)(label)) for code, label in immunizations.BODY_SITES.items()],
        vial=next((vial for vial in vials if vial.doses_left and vial.use_by > db.at), None),
        lots=await stock.usable_units(db, place_id, context["session"].product, db.at),
        waste_words=stock.WASTE_WORDS,
        advice=advice,
        advised=leftover_words.sentences(advice, words(request)),
        at=db.at,
    )


def person_in_view(request: Web) -> UUID | None:
    """Who stands in the middle of the page, by its address."""
    typed = request.query_params.get("nguoi")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


async def _sides(db: Db, request: Web, place_id: UUID, session_id: UUID, shown: UUID | None = None) -> dict[str, Any]:
    member: Staff = request.state.actor
    everybody = await immunizations.visits(db, place_id, session_id)
    step = request.query_params.get("buoc") or next(
        (step for role, step in _STEP_OF_ROLE.items() if member.has(role)), "waiting"
    )
    return {
        "session": await sites.session(db, place_id, session_id),
        "queue": everybody,
        "listed": [visit for visit in everybody if _is_listed(visit, step)],
        "step": step,
        "steps": immunizations.STEPS,
        "counts": {step: sum(visit.step == step for visit in everybody) for step in immunizations.STEPS},
        "average": rules.average_minutes(injected(everybody)),
        "shown": shown or person_in_view(request),
        "minutes": {str(visit.visit_id): _minutes_waited(visit, db) for visit in everybody},
        "rings": [(visit, _ring(visit, db)) for visit in everybody if visit.step == "observation"],
    }


def _is_listed(visit: Visit, step: str) -> bool:
    return visit.step in {"screening", "injection"} if step == "waiting" else visit.step == step


def _minutes_waited(visit: Visit, db: Db) -> int:
    """Since check-in, or since the doctor for who waits for the injection."""
    since = visit.screened_at if visit.step == "injection" and visit.screened_at else visit.checked_in_at
    return int((db.at - since).total_seconds()) // 60


def _ring(visit: Visit, db: Db) -> dict[str, int | bool]:
    """Minutes left of an observation and its share of 100, for the ring."""
    if visit.observe_until is None or visit.injected_at is None:
        return {"minutes": 0, "share": 100, "over": True}
    whole = (visit.observe_until - visit.injected_at).total_seconds()
    left = max(0.0, (visit.observe_until - db.at).total_seconds())
    return {
        "minutes": -(-int(left) // 60),
        "share": round(100 - 100 * left / whole) if whole else 100,
        "over": left <= 0,
    }


routes: list[ControllerRouterHandler] = [board, queue, observed]
