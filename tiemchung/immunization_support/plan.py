"""Plans: the sessions of a site, a new one within stock and capacity, and the second person who approves it."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import appointments, sites, stock, vaccines
from tiemchung.domain.access import Staff
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

PLANNERS = ("site_head", "district_officer", "province_officer", "national_operator")
PLAN = "/diem-tiem/ke-hoach"
SESSION = PLAN + "/{place_id:uuid}/{session_id:uuid}"
SHOWN = timedelta(days=14), timedelta(days=60)


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its form describes it; hours are of Viet Nam's clock."""

    product: str
    day: date
    starts: time
    ends: time
    tables: int
    kind: str | None


class Cancelled(msgspec.Struct, frozen=True, kw_only=True):
    """Why a session is not held."""

    reason: str


NEW = Form(
    NewSession,
    product=Field("Vắc xin", fields.text(10)),
    day=Field("Ngày tiêm", fields.day),
    starts=Field("Giờ bắt đầu", fields.hour),
    ends=Field("Giờ kết thúc", fields.hour),
    tables=Field("Số bàn tiêm", fields.whole(1, 100)),
    kind=Field("Hình thức phiên", fields.choice(sites.SESSION_KINDS), required=False),
)
CANCEL = Form(Cancelled, reason=Field("Lý do hủy", fields.text(300, 5)))


@get(PLAN, opt=staff(*PLANNERS))
async def look(db: Db, request: Web) -> Response[bytes]:
    """The sessions of one's site, a form for a new one, and what waits for one's approval."""
    return await _overview(db, request, Filled[NewSession]())


@post(PLAN, opt=staff("site_head"))
async def plan(db: Db, request: Web) -> Response[Any] | Redirect:
    """Plan a session at one's site."""
    member: Staff = request.state.actor
    form = await read(request, NEW)
    if form.errors:
        return await _overview(db, request, form, status=422)
    new = form.value

    async def act() -> Answer:
        session_id = await appointments.plan(
            db,
            place_id=member.place_id,
            product=new.product,
            starts_at=clock.at(new.day, new.starts),
            ends_at=clock.at(new.day, new.ends),
            tables=new.tables,
            kind=new.kind or "fixed",
        )
        return Answer(location=f"{PLAN}/{member.place_id}/{session_id}")

    try:
        return await once(db, request, await command_id(request), "session.plan", act)
    except DomainError as refused:
        if refused.field is None:
            raise
        form.errors[refused.field] = sentence(refused, language(request))
        return await _overview(db, request, form, status=422)


@get(SESSION, opt=staff(*PLANNERS))
async def session_page(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """One session: its limits as a sentence, its half hours, who was invited."""
    return await show_session(db, request, place_id, session_id, Filled[Any]())


@post(f"{SESSION}/duyet", opt=staff(*PLANNERS))
async def approve(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """The second person approves."""
    await planner_of(db, request, place_id)

    async def act() -> Answer:
        await sites.approve(db, place_id, session_id)
        return Answer(location=f"{PLAN}/{place_id}/{session_id}")

    return await once(db, request, await command_id(request), "session.approve", act)


@post(f"{SESSION}/huy", opt=staff("site_head"))
async def cancel(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """The session will not be held."""
    await planner_of(db, request, place_id)
    form = await read(request, CANCEL)
    if form.errors:
        return await show_session(db, request, place_id, session_id, form, status=422)

    async def act() -> Answer:
        await sites.cancel(db, place_id, session_id, reason=form.value.reason)
        return Answer(location=PLAN)

    return await once(db, request, await command_id(request), "session.cancel", act)


async def planner_of(db: Db, request: Web, place_id: UUID) -> Staff:
    """The member of staff, when the place is theirs to plan or to approve. Raises `NotFound`."""
    member: Staff = request.state.actor
    if not sites.may_approve(member, await sites.place(db, place_id)):
        raise NotFound
    return member


async def show_session(
    db: Db, request: Web, place_id: UUID, session_id: UUID, form: Filled[Any], *, status: int = 200
) -> Response[bytes]:
    """The page of one session. Raises `NotFound` for who does not answer for the place."""
    member = await planner_of(db, request, place_id)
    session = await sites.session(db, place_id, session_id)
    waiting = await appointments.candidates(db, session) if session.bookable else []
    eligible = sum(person.obstacle is None for person in waiting)
    limits = await appointments.limits(db, session)
    return page(
        request,
        "immunization_support/session_plan.html",
        status=status,
        form=form,
        session=session,
        limits=limits,
        slots=await sites.slots(db, place_id, session_id),
        eligible=eligible,
        held_back=len(waiting) - eligible,
        invitable=min(limits.free, eligible) if session.bookable else 0,
        lots=await stock.usable_units(db, place_id, session.product, max(session.starts_at, db.at)),
        vial_doses=(await vaccines.pack(db, session.product, clock.day_of(session.starts_at))).doses_per_vial,
        may_approve=session.status == "planned" and session.planned_by != member.id,
        is_head=any(role.place_id == place_id for role in member.roles),
    )


async def _overview(db: Db, request: Web, form: Filled[NewSession], *, status: int = 200) -> Response[bytes]:
    member: Staff = request.state.actor
    head_of = next((role.place_id for role in member.roles if role.role == "site_head" and role.place_id), None)
    before, after = SHOWN
    return page(
        request,
        "immunization_support/plan.html",
        status=status,
        form=form,
        kinds=sites.SESSION_KINDS,
        outlook=await appointments.outlook(db, member),
        to_approve=await sites.sessions_to_approve(db, member),
        sessions=await sites.sessions_between(db, head_of, db.at - before, db.at + after) if head_of else [],
        place=await sites.place(db, head_of) if head_of else None,
        products=await _usable_products(db, head_of) if head_of else [],
        tomorrow=clock.day_of(db.at) + timedelta(days=1),
    )


async def _usable_products(db: Db, place_id: UUID) -> list[tuple[str, str, int]]:
    """Code, name and usable doses of each vaccine on the shelf."""
    found: dict[str, tuple[str, str, int]] = {}
    for unit in await stock.units(db, place_id):
        if unit.on_hand and unit.usable(db.at):
            doses = found.get(unit.product, ("", "", 0))[2] + unit.on_hand
            found[unit.product] = (unit.product, unit.product_name, doses)
    return sorted(found.values(), key=lambda product: product[1])


routes: list[ControllerRouterHandler] = [look, plan, session_page, approve, cancel]
