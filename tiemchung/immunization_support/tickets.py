"""What people ask to be put right: the worklist of a site or province, the decision with its reason, the amended record."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import access, corrections, immunizations, people, registrations, vaccines
from tiemchung.domain.access import Purpose, Staff
from tiemchung.domain.corrections import STATE_WORDS, Ticket, TicketClosed
from tiemchung.domain.immunizations import DoseGiven, LotUnknown, RecordChanged
from tiemchung.domain.people import SEXES, IdentifierTaken
from tiemchung.immunization_support.ticket_forms import DECISION, STATES, Typed, change_of
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/phan-anh"
ONE = f"{HERE}/{{person_id:uuid}}/{{ticket_id:uuid}}"
WHO = ("site_head", "province_officer")


@get(HERE, opt=staff(*WHO))
async def worklist(db: Db, request: Web) -> Response[bytes]:
    """The tickets of one's place, or those of the province that no place owns or that are late."""
    closed = request.query_params.get("tab") == "da-xong"
    place_id, province = _reach(request.state.actor)
    found = await corrections.worklist(db, place_id=place_id, province_code=province, closed=closed)
    return page(
        request,
        "immunization_support/tickets.html",
        tickets=[(ticket, ticket.late(db.at)) for ticket in found],
        closed=closed,
    )


@get(ONE, opt=staff(*WHO))
async def ticket(db: Db, request: Web, person_id: UUID, ticket_id: UUID) -> Response[bytes]:
    """One ticket: what was written, the record beside it, and the decision."""
    return await _page(db, request, person_id, ticket_id, Filled[Typed]())


@get(f"{ONE}/anh", opt=staff(*WHO))
async def photo(db: Db, request: Web, person_id: UUID, ticket_id: UUID) -> Response[bytes]:
    """The picture that came with a ticket, as long as it is open."""
    await people.open_record(db, person_id, purpose=Purpose.request, page="Ảnh kèm phản ánh")
    found = await _open(db, request.state.actor, person_id, ticket_id)
    picture = await corrections.photo(db, found)
    return Response(picture, media_type="image/jpeg", headers={"cache-control": "no-store"})


@post(ONE, opt=staff(*WHO))
async def decide(db: Db, request: Web, person_id: UUID, ticket_id: UUID) -> Any:
    """Answer, extend, refuse, or settle with an amended version of the record."""
    form = await read(request, DECISION)
    if form.errors:
        return await _page(db, request, person_id, ticket_id, form, status=422)

    async def act() -> Answer:
        person = await people.open_record(db, person_id, purpose=Purpose.request, page="Phản ánh")
        found = await _open(db, request.state.actor, person_id, ticket_id)
        if form.value.state == "done":
            doses = await immunizations.doses_of(db, person_id)
            change = change_of(found, person, doses, form.value)
            await corrections.apply(db, found, form.value.message, change)
        else:
            await corrections.step(db, found, form.value.state, form.value.message)
        return Answer(location=f"{HERE}/{person_id}/{ticket_id}")

    try:
        return await once(db, request, await command_id(request), "decide_ticket", act)
    except (TicketClosed, RecordChanged, DoseGiven, LotUnknown, IdentifierTaken) as error:
        form.errors[error.field or "state"] = sentence(error, language(request))
        return await _page(db, request, person_id, ticket_id, form, status=error.status)


async def _open(db: Db, member: Staff, person_id: UUID, ticket_id: UUID) -> Ticket:
    """A ticket within one's reach. Raises `NotFound`."""
    found = await corrections.one(db, person_id, ticket_id)
    place_id, province = _reach(member)
    if place_id not in {None, found.place_id} or province not in {None, found.province_code}:
        raise NotFound
    return found


def _reach(member: Staff) -> tuple[UUID | None, str | None]:
    """The province of an officer, else the place where somebody works."""
    for role in member.roles:
        if role.role == "province_officer" and role.area_code is not None:
            return None, role.area_code
    return member.place_id, None


async def _page(
    db: Db, request: Web, person_id: UUID, ticket_id: UUID, form: Filled[Typed], *, status: int = 200
) -> Response[bytes]:
    person = await people.open_record(db, person_id, purpose=Purpose.request, page="Phản ánh")
    found = await _open(db, request.state.actor, person_id, ticket_id)
    products = {product.code: product.name for product in await vaccines.products(db)}
    doses = await immunizations.doses_of(db, person_id)
    dose = next((one for one in doses if one.immunization_id == found.about.immunization_id), None)
    return page(
        request,
        "immunization_support/ticket.html",
        status=status,
        ticket=found,
        late=found.late(db.at),
        restricted_since=await access.restricted_since(db, person_id),
        person=person,
        dose=dose,
        doses=doses,
        claimed_product=products.get(found.about.claimed.product, "") if found.about.claimed else "",
        said=await corrections.said(db, found),
        steps=await corrections.steps(db, found),
        field=corrections.FIELDS.get(found.about.field or "", ""),
        form=form,
        states=[(state, words(request)(STATE_WORDS[state])) for state in STATES],
        countries=await _countries(db, request),
        sexes=[(code, words(request)(word)) for code, word in SEXES.items()],
        ordinals=[(code, words(request)(word)) for code, word in registrations.DOSES.items()],
    )


async def _countries(db: Db, request: Web) -> list[tuple[str, str]]:
    return [(one.code, one.name_en if language(request) == "en" else one.name) for one in await people.countries(db)]


routes: list[ControllerRouterHandler] = [worklist, ticket, photo, decide]
