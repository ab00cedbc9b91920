"""Somebody without an appointment here, at the door or on paper: one form with the reason, who allowed it, and who agreed."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import immunizations, people, sites
from tiemchung.domain.immunizations import walk_ins
from tiemchung.domain.people import Contact, Identifier, NewPerson
from tiemchung.immunization_support.acts import At
from tiemchung.immunization_support.board import SESSION, address
from tiemchung.immunization_support.today import at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput, DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, language, page, words

WHO = ("registrar", "nurse", "site_head")
ON_PAPER = ("nurse", "site_head")
HERE = f"{SESSION}/ngoai-danh-sach"
PAPER = f"{SESSION}/giay/ngoai-danh-sach"


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """Who came, as they say it."""

    name: str
    birth: fields.Born
    sex: str
    phone: str | None
    number: str | None
    address: str | None
    given_by: str | None
    guardian_name: str | None
    reason: str
    approved_by: UUID
    same_as: UUID | Literal["new", "unsure"] | None
    arrived: time | None = None


def _same_as(typed: str) -> UUID | Literal["new"]:
    """One of the records shown, or that it is none of them."""
    return "new" if typed == "new" else fields.id_(typed)


def _same_or_unsure(typed: str) -> UUID | Literal["new", "unsure"]:
    """As at the door, or that nobody can tell from the paper."""
    return "unsure" if typed == "unsure" else _same_as(typed)


def _number(typed: str) -> str:
    """A citizen card's number or a passport's."""
    bare = "".join(typed.split()).upper()
    if not (people.is_national_id(bare) or people.is_passport(bare)):
        raise Invalid("{label} có 8, 9 hoặc 12 chữ số, hoặc là số hộ chiếu.")
    return bare


WALK_IN = Form(
    Stranger,
    name=Field("Họ và tên", fields.person_name),
    birth=Field("Ngày sinh", fields.birth),
    sex=Field("Giới tính", fields.choice(people.SEXES)),
    phone=Field("Số điện thoại", fields.phone, required=False),
    number=Field("Số giấy tờ", _number, required=False),
    address=Field("Nơi ở hiện nay", fields.text(200), required=False),
    given_by=Field("Người đồng ý", fields.choice(walk_ins.GIVEN_BY)),
    guardian_name=Field("Họ tên người giám hộ", fields.person_name, required=False),
    reason=Field("Lý do tiếp đón ngoài danh sách", fields.text(300, 5)),
    approved_by=Field("Người duyệt", fields.id_),
    same_as=Field("Hồ sơ đã có", _same_as, required=False),
)

FROM_PAPER = Form(
    Stranger,
    **WALK_IN.fields
    | {
        "given_by": Field("Người đồng ý", fields.choice(walk_ins.GIVEN_BY), required=False),
        "same_as": Field("Hồ sơ đã có", _same_or_unsure, required=False),
        "arrived": Field("Giờ đến", fields.hour),
    },
)


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """As much of somebody as tells them apart from others."""

    name: str
    birth: fields.Born
    sex: str
    phone: str | None
    number: str | None


DESCRIBED = Form(Described, **{name: WALK_IN.fields[name] for name in ("name", "birth", "sex", "phone", "number")})


async def receive(db: Db, at: At, given: Stranger) -> dict[str, Any]:
    """Receive somebody without an appointment here; who comes from paper or a device without a line may have the dose."""
    visit = await walk_ins.receive(
        db,
        walk_ins.WalkIn(
            person=await _described(db, at.place_id, given),
            given_by=_agreed_by(given, clock.day_of(db.at)),
            reason=given.reason,
            approved_by=given.approved_by,
            same_as=given.same_as or ("unsure" if at.late else None),
        ),
        place_id=at.place_id,
        session_id=at.session_id,
        visit_id=at.key,
        held_to_schedule=not (at.late or given.arrived),
    )
    return {"visit_id": visit.visit_id, "number": visit.number}


@get(HERE, opt=staff(*WHO))
async def ask(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The form."""
    at_place(request.state.actor, place_id)
    return await _page(db, request, place_id, session_id, Filled[Any]())


@get(PAPER, opt=staff(*ON_PAPER))
async def ask_on_paper(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The form, for somebody whom only the paper names."""
    at_place(request.state.actor, place_id)
    return await _page(db, request, place_id, session_id, Filled[Any](), on_paper=True)


@post(HERE, opt=staff(*WHO))
async def keep(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Receive them and come back to the session with them in the middle."""
    at_place(request.state.actor, place_id)
    form = await read(request, WALK_IN)
    return await _keep(db, request, At(key=await command_id(request), place_id=place_id, session_id=session_id), form)


@post(PAPER, opt=staff(*ON_PAPER))
async def keep_on_paper(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Receive them at the hour of the paper and come back to it: their row names them by their number."""
    at_place(request.state.actor, place_id)
    form = await read(request, FROM_PAPER)
    at = At(key=await command_id(request), place_id=place_id, session_id=session_id)
    came_at = None
    if not form.errors and form.value.arrived:
        came_at = clock.at(clock.day_of((await sites.session(db, place_id, session_id)).starts_at), form.value.arrived)
        if came_at > db.at:
            form.errors["arrived"] = words(request)("Giờ này chưa đến.")
    return await _keep(db, request, at, form, came_at=came_at)


async def _keep(
    db: Db, request: Web, at: At, form: Filled[Stranger], *, came_at: datetime | None = None
) -> Response[Any] | Redirect:
    """Receive somebody now, or when they came by the paper."""
    place_id, session_id = at.place_id, at.session_id
    on_paper = "arrived" in form.typed
    if form.errors:
        return await _page(db, request, place_id, session_id, form, status=422, on_paper=on_paper)

    async def act() -> Answer:
        received = await receive(db.moved(came_at) if came_at else db, at, form.value)
        if came_at:
            return Answer(location=f"{address(place_id, session_id)}/giay?so={received['number']}")
        return Answer(location=address(place_id, session_id, received["visit_id"]))

    try:
        return await once(db, request, at.key, "visit.walk_in", act)
    except DomainError as refused:
        if refused.status == 404:
            raise
        form.errors[refused.field if refused.field in WALK_IN.fields else "act"] = sentence(refused, language(request))
        alike = []
        if isinstance(refused, walk_ins.PossibleDuplicate):
            alike = await walk_ins.alike(db, await _described(db, place_id, form.value))
        return await _page(db, request, place_id, session_id, form, alike, status=refused.status, on_paper=on_paper)


@post(f"{HERE}/trung", opt=staff(*WHO))
async def compare(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any]:
    """Who is known by the name, sex and birth of somebody at the door: a look, no act, so it has no key."""
    at_place(request.state.actor, place_id)
    await sites.session(db, place_id, session_id)
    form = await read(request, DESCRIBED)
    for name, wrong in form.errors.items():
        raise BadInput(field=name, rule=wrong)
    found = await walk_ins.alike(db, await _described(db, place_id, form.value))
    return Response({"alike": found}, headers={"cache-control": "no-store"})


async def _page(
    db: Db,
    request: Web,
    place_id: UUID,
    session_id: UUID,
    form: Filled[Any],
    alike: Sequence[walk_ins.Alike] = (),
    *,
    status: int = 200,
    on_paper: bool = False,
) -> Response[bytes]:
    _ = words(request)
    allowers = await immunizations.prepared.allowers(db, place_id)
    return page(
        request,
        "immunization_support/walk_in.html",
        status=status,
        form=form,
        on_paper=on_paper,
        alike=[(str(one.person_id), _alike_words(one, _)) for one in alike],
        session=await sites.session(db, place_id, session_id),
        sexes=[(code, _(label)) for code, label in people.SEXES.items()],
        given_by=[
            *((code, _(label)) for code, label in walk_ins.GIVEN_BY.items()),
            *([("", _("Giấy không có chữ ký đồng ý"))] if on_paper else []),
        ],
        allowers=[(one.staff_id, one.name) for one in allowers if one.staff_id != db.actor.id],
    )


def _alike_words(one: walk_ins.Alike, translate: Translate) -> str:
    """A record in one line, its number masked."""
    document = one.document or translate("chưa có giấy tờ")
    return f"{one.name} · {one.birth} · {one.area_name} · {document}"


async def _described(db: Db, place_id: UUID, given: "Stranger | Described") -> NewPerson:
    """The person as the register takes them; who says no address lives, for now, in the site's commune."""
    numbers: list[Identifier] = []
    if given.number:
        kind = "national_id" if people.is_national_id(given.number) else "passport"
        numbers = [Identifier(kind=kind, country="VN", value=given.number)]
    contacts: list[Contact] = []
    if given.phone:
        guardian = given.guardian_name if isinstance(given, Stranger) else None
        relation = "guardian" if guardian else "self"
        contacts = [Contact(kind="phone", relation=relation, holder_name=guardian, value=given.phone)]
    return NewPerson(
        name=given.name,
        sex=given.sex,
        birth_date=given.birth.on,
        birth_precision=given.birth.precision,
        area_id=(await sites.place(db, place_id)).area_id,
        address=(isinstance(given, Stranger) and given.address) or "",
        identifiers=numbers,
        contacts=contacts,
    )


def _agreed_by(given: Stranger, today: date) -> str | None:
    """Under 18 a parent or guardian agrees, named; None where the paper holds no consent. Raises `GuardianNeeded`."""
    if given.given_by is None:
        return None
    if people.age(given.birth.on, today) < 18 and (given.given_by != "guardian" or not given.guardian_name):
        raise walk_ins.GuardianNeeded
    return given.given_by


routes: list[ControllerRouterHandler] = [ask, keep, compare, ask_on_paper, keep_on_paper]
