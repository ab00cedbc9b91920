"""The provincial officer's worklist: look through registrations, settle duplicates, approve, assign, refuse."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post

from tiemchung.domain import access, geography, people, registrations
from tiemchung.domain.access import Purpose
from tiemchung.domain.people import Candidate, Identifier, NewPerson, Person
from tiemchung.domain.registrations import Filters, OutsideReach, Registration, Row, Tab
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import Forbidden, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, parse, typed_of
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/dang-ky"
TABS = {
    Tab.waiting: "Chờ duyệt",
    Tab.suspected: "Nghi trùng",
    Tab.approved: "Đã duyệt, chưa phân",
    Tab.assigned: "Đã phân",
    Tab.refused: "Không duyệt",
}
AGES = {"5-11": (5, 11), "12-17": (12, 17), "18-49": (18, 49), "50-64": (50, 64), "65-": (65, None)}
ROLES = {"basic": "Cơ bản", "additional": "Bổ sung", "booster": "Nhắc lại"}
ADVICE = {
    "hospital": ("info", "Tiêm tại bệnh viện", "building-hospital"),
    "delay": ("warn", "Cần khám kỹ, có thể hoãn", "hourglass"),
    "care": ("warn", "Cần thận trọng", "stethoscope"),
    "eligible": ("ok", "Đủ thông tin", "circle-check-f"),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list as it is shown: identifiers masked, the area in words, the status word."""

    row: Row
    age: int
    document: Identifier | None
    area: str
    kind: str
    words: str
    icon: str


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """The person at the right: their record, opened, and who they may be the same as."""

    registration: Registration
    person: Person
    likely: Candidate | None
    likely_document: Identifier | None


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer does to the lines that are ticked."""

    act: str
    registrations: list[UUID]
    place: UUID | None
    reason: str | None


CHOSEN = Form(
    Chosen,
    act=Field("Việc cần làm", fields.choice({"approve", "approve_assign", "assign", "refuse"})),
    registrations=Field("Người đã chọn", fields.id_, many=True),
    place=Field("Điểm tiêm", fields.id_, required=False),
    reason=Field("Lý do", fields.text(300, 5), required=False),
)


@get(HERE, opt=staff("province_officer"))
async def worklist(db: Db, request: Web) -> Response[bytes]:
    """The registrations of one's province, by state and filters, with one person opened at the right."""
    return await _page(db, request)


@post(HERE, opt=staff("province_officer"))
async def act_on(db: Db, request: Web) -> Any:
    """Approve, assign or refuse what is ticked; what cannot go is left where it stands and counted."""
    province = _province(request)
    typed = await typed_of(request)
    form = parse(typed, CHOSEN, words(request))
    _check(form.errors, typed, words(request))
    if form.errors:
        return await _page(db, request, typed=typed, errors=form.errors, status=422)

    async def act() -> Answer:
        moved = await _act(db, form.value, province)
        kept = len(set(form.value.registrations)) - len(set(moved))
        query = _filters_of(request.query_params) | {"xong": str(len(set(moved))), "giu": str(kept)}
        return Answer(location=f"{HERE}?{urlencode(query)}")

    try:
        return await once(db, request, await command_id(request), "review_registrations", act)
    except OutsideReach as error:
        told = {"place": sentence(error, language(request))}
        return await _page(db, request, typed=typed, errors=told, status=error.status)


@post(f"{HERE}/{{registration_id:uuid}}/hai-nguoi", opt=staff("province_officer"))
async def two_people(db: Db, request: Web, registration_id: UUID) -> Any:
    """Settle that two records are two people, so that the registration can be approved."""
    province = _province(request)

    async def act() -> Answer:
        found = await registrations.one(db, registration_id, province_code=province)
        if found.suspected_person_id is None:
            raise NotFound
        await registrations.settle_duplicate(db, registration_id, found.suspected_person_id, province_code=province)
        return Answer(location=f"{HERE}?mo={registration_id}")

    return await once(db, request, await command_id(request), "settle_duplicate", act)


async def _act(db: Db, chosen: Chosen, province: str) -> list[registrations.RegistrationId]:
    if chosen.act == "refuse":
        return await registrations.refuse(db, chosen.registrations, chosen.reason or "", province_code=province)
    moved = [registrations.RegistrationId(found) for found in chosen.registrations]
    if chosen.act in {"approve", "approve_assign"}:
        moved = await registrations.approve(db, moved, province_code=province)
    if chosen.act in {"assign", "approve_assign"} and chosen.place is not None:
        moved = await registrations.assign(db, moved, chosen.place, province_code=province)
    return moved


def _check(errors: dict[str, str], typed: Mapping[str, Any], _: Any) -> None:
    """What an act needs beyond the lines: a place to assign to, a reason to refuse."""
    if not typed.get("registrations"):
        errors["registrations"] = _("Hãy chọn ít nhất một người trong danh sách.")
    if typed.get("act") in {"assign", "approve_assign"} and not typed.get("place"):
        errors["place"] = _("Hãy chọn trung tâm y tế hoặc điểm tiêm để phân về.")
    if typed.get("act") == "refuse" and not typed.get("reason"):
        errors["reason"] = _("Hãy ghi lý do không duyệt; người đăng ký sẽ đọc lý do này.")


async def _page(
    db: Db,
    request: Web,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[bytes]:
    province = _province(request)
    query = _filters_of(request.query_params)
    filters = _filters(query, province)
    found = await registrations.worklist(db, filters)
    counts = await registrations.counts(db, province)
    on = (await registrations.campaign_of(db)).geography_on
    area = await geography.by_code(db, province, on)
    tabs = [
        {
            "words": words(request)(label),
            "count": counts[tab],
            "current": tab is filters.tab,
            "url": f"{HERE}?tab={tab}",
        }
        for tab, label in TABS.items()
    ]
    ticked = (typed or {}).get("registrations", [])
    return page(
        request,
        "immunization_support/worklist.html",
        status=status,
        province=area.name,
        tabs=tabs,
        tab=filters.tab,
        lines=await _lines(db, found.rows),
        total=found.total,
        pages=max((found.total + registrations.PAGE - 1) // registrations.PAGE, 1),
        page_number=filters.page,
        query=query,
        link=urlencode({name: value for name, value in query.items() if name not in {"trang", "mo"}}),
        districts=[(d.code, d.name) for d in await geography.children(db, area.area_id, on)],
        groups=[(group.code, group) for group in await registrations.priority_groups(db)],
        ages=list(AGES),
        roles=list(ROLES.items()),
        places=await _places(db, province, filters),
        panel=await _panel(db, request, province),
        questions=registrations.QUESTIONS,
        ticked=ticked if isinstance(ticked, list) else [ticked],
        typed=typed or {},
        errors=errors or {},
        done=request.query_params.get("xong", ""),
        kept=request.query_params.get("giu", "0"),
    )


async def _lines(db: Db, rows: list[Row]) -> list[Line]:
    documents = await people.masked_documents(db, [row.person_id for row in rows])
    areas = await geography.lineages(db, [row.area_id for row in rows])
    today = clock.day_of(db.at)
    return [_line(row, documents.get(row.person_id), areas[row.area_id].areas[0].short, today) for row in rows]


def _line(row: Row, document: Identifier | None, area: str, today: Any) -> Line:
    kind, words_, icon = ADVICE[registrations.advice(row.history)]
    if row.suspected_person_id is not None:
        kind, words_, icon = "warn", "Nghi trùng hồ sơ", "alert-triangle-f"
    elif row.status is registrations.Status.refused:
        kind, words_, icon = "bad", "Không duyệt", "circle-x-f"
    elif row.status not in {registrations.Status.registered, registrations.Status.approved}:
        kind, words_, icon = "ok", registrations.STATUS_WORDS[row.status], "circle-check-f"
    elif document is None:
        kind, words_, icon = "warn", "Chưa có giấy tờ", "file-alert"
    age = people.age(row.birth_date, today)
    return Line(row=row, age=age, document=document, area=area, kind=kind, words=words_, icon=icon)


async def _panel(db: Db, request: Web, province: str) -> Panel | None:
    opened = request.query_params.get("mo", "")
    try:
        registration_id = UUID(opened)
    except ValueError:
        return None
    found = await registrations.one(db, registration_id, province_code=province)
    person = await people.open_record(db, found.person_id, purpose=Purpose.planning, page="Duyệt đăng ký")
    likely, document = await _likely(db, found, person)
    return Panel(registration=found, person=person, likely=likely, likely_document=document)


async def _likely(db: Db, found: Registration, person: Person) -> tuple[Candidate | None, Identifier | None]:
    """The other record of a suspected duplicate, as much of it as a comparison needs."""
    if found.suspected_person_id is None:
        return None, None
    described = NewPerson(
        name=person.name,
        sex=person.sex,
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        area_id=person.area_id,
        address=person.address,
        identifiers=person.identifiers,
        contacts=person.contacts,
    )
    others = await people.suspects(db, described, besides=person.person_id)
    likely = next((other for other in others if other.person_id == found.suspected_person_id), None)
    documents = await people.masked_documents(db, [found.suspected_person_id])
    return likely, documents.get(found.suspected_person_id)


async def _places(db: Db, province: str, filters: Filters) -> list[registrations.PlaceChoice]:
    """The district centres of the province; with a district chosen, its sites too."""
    if filters.district_code is not None:
        return await registrations.sites(db, filters.district_code)
    return await registrations.district_centres(db, province)


def _province(request: Web) -> str:
    """The province that the officer answers for. Raises `Forbidden`."""
    me: access.Staff = request.state.actor
    for held in me.roles:
        if held.role == "province_officer" and held.area_code is not None:
            return held.area_code
    raise Forbidden


def _filters_of(params: Mapping[str, str]) -> dict[str, str]:
    names = ("tab", "huyen", "nhom", "tuoi", "mui", "tim", "trang", "mo")
    return {name: params[name][:100] for name in names if params.get(name)}


def _filters(query: Mapping[str, str], province: str) -> Filters:
    """The filters of an address; what is not a filter's value counts as not set."""
    tab = query.get("tab", "")
    oldest = AGES.get(query.get("tuoi", ""), (None, None))
    group, number = query.get("nhom", ""), query.get("trang", "")
    return Filters(
        province_code=province,
        tab=Tab(tab) if tab in set(Tab) else Tab.waiting,
        district_code=query.get("huyen"),
        group_code=int(group) if group.isdecimal() and len(group) < 3 else None,
        age_from=oldest[0],
        age_to=oldest[1],
        dose_role=query["mui"] if query.get("mui") in ROLES else None,
        words=query.get("tim", "").replace("\x00", ""),
        page=max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1,
    )


routes = [worklist, act_on, two_people]
