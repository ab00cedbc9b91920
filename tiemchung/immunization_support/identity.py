"""The identity check of a province and of a commune: figures, the worklist, its file, handing a list to the police."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import access, geography, identity, people
from tiemchung.domain.access import Purpose, Staff
from tiemchung.domain.geography import Area, AreaId
from tiemchung.domain.identity import ANSWERS, FINDINGS, LONGEST_BATCH, Finding
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, Forbidden, NotFound
from tiemchung.web import fields, sheets
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, see_other, words

HERE = "/diem-tiem/dinh-danh"
LOOKERS = ("station_clerk", "commune_police", "province_officer")
PAGE_ROWS = 25
KINDS = {
    Finding.wrong_number: ("bad", "circle-x-f"),
    Finding.spelling: ("warn", "pencil"),
    Finding.unknown: ("bad", "user"),
    Finding.missing: ("warn", "file-alert"),
}


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The people of a list for the police."""

    people: list[UUID]


CHOSEN = Form(Chosen, people=Field("Người đã chọn", fields.id_, many=True))


@get(HERE, opt=staff(*LOOKERS))
async def figures(db: Db, request: Web) -> Response[bytes] | Redirect:
    """How far the people of one's province are matched, by commune and by site; a commune's staff go to their commune."""
    area = await own_area(db, request)
    if area.level == "commune":
        return see_other(f"{HERE}/{area.area_id}")
    communes = await identity.figures_of_communes(db, area.path)
    sites = await identity.figures_of_sites(db, area.path)
    return page(request, "immunization_support/identity.html", area=area, communes=communes, sites=sites)


@get(f"{HERE}/{{area_id:int}}", opt=staff(*LOOKERS))
async def worklist(db: Db, request: Web, area_id: int) -> Response[bytes]:
    """The records of a commune that wait, and its lists."""
    return await _page(db, request, await reached(db, request, area_id))


@get(f"{HERE}/{{area_id:int}}/danh-sach/{{kind:str}}", opt=staff("station_clerk", "province_officer"))
async def export(db: Db, request: Web, area_id: int, kind: str) -> Response[bytes]:
    """The worklist as a file, numbers masked. Every record in it counts as looked at."""
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    area = await reached(db, request, area_id)
    rows = await identity.rows_to_export(db, area.area_id)
    shown = [row.person_id for row in rows]
    await access.permit_all(db, shown, purpose=Purpose.correction, page="Xuất danh sách đối chiếu định danh")
    documents = await people.masked_documents(db, shown)
    _ = words(request)
    heads = [_("Họ tên"), _("Ngày sinh"), _("Giới tính"), _("Giấy tờ"), _("Địa chỉ"), _("Vấn đề"), _("Số mũi")]
    lines = [
        (
            row.name,
            row.birth_words,
            _(people.SEXES[row.sex]),
            documents[row.person_id].masked if row.person_id in documents else "",
            row.address,
            _(FINDINGS[row.finding]),
            row.doses,
        )
        for row in rows
    ]
    return sheets.answer(kind, f"doi-chieu-{area.code}", heads, lines)


@post(f"{HERE}/{{area_id:int}}/hoi", opt=staff("station_clerk", "province_officer"))
async def ask(db: Db, request: Web, area_id: int) -> Any:
    """Put everybody of the commune who was never asked about into the registry's queue."""
    area = await reached(db, request, area_id)

    async def act() -> Answer:
        count = await identity.want_in_area(db, area.area_id)
        return Answer(location=f"{HERE}/{area_id}?{urlencode({'hoi': count})}")

    return await once(db, request, await command_id(request), "ask_registry", act)


@post(f"{HERE}/{{area_id:int}}/gui", opt=staff("station_clerk"))
async def hand_over(db: Db, request: Web, area_id: int) -> Any:
    """Hand the ticked records to the commune's police."""
    area = await reached(db, request, area_id)
    form = await read(request, CHOSEN)
    _ = words(request)
    if not form.errors and not form.value.people:
        form.errors["people"] = _("Hãy chọn ít nhất một người trong danh sách.")
    if not form.errors and len(form.value.people) > LONGEST_BATCH:
        form.errors["people"] = _("Mỗi danh sách có tối đa {most} người.").format(most=LONGEST_BATCH)
    if form.errors:
        return await _page(db, request, area, errors=form.errors, status=422)

    async def act() -> Answer:
        batch_id = await identity.hand_over(db, area.area_id, form.value.people)
        return Answer(location=f"{HERE}/{area_id}/dot/{batch_id}")

    try:
        return await once(db, request, await command_id(request), "hand_over_list", act)
    except DomainError as error:
        told = {"people": sentence(error, language(request))}
        return await _page(db, request, area, errors=told, status=error.status)


async def own_area(db: Db, request: Web) -> Area:
    """The area that the member of staff answers for. Raises `Forbidden`."""
    me: Staff = request.state.actor
    held = next((role for role in me.roles if role.role in LOOKERS and role.area_id is not None), None)
    if held is None or held.area_id is None:
        raise Forbidden
    return await geography.by_id(db, AreaId(held.area_id))


async def reached(db: Db, request: Web, area_id: int) -> Area:
    """A commune within one's area. Raises `NotFound` for any other."""
    own, area = await own_area(db, request), await geography.by_id(db, AreaId(area_id))
    if area.level != "commune" or not f"{area.path}.".startswith(f"{own.path}."):
        raise NotFound
    return area


async def _page(
    db: Db, request: Web, area: Area, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    asked, number = request.query_params.get("loai", ""), request.query_params.get("trang", "")
    finding = Finding(asked) if asked in set(Finding) else None
    at = max(int(number), 1) if number.isdecimal() and len(number) < 5 else 1
    found = await identity.worklist(db, area.area_id, finding=finding, page=at)
    lineage = await geography.lineage(db, area.area_id)
    figures = await identity.figures_of_communes(db, area.path)
    _ = words(request)
    kinds = [(None, _("Tất cả"), sum(found.counts.values()))]
    kinds += [(kind, _(label), found.counts.get(kind, 0)) for kind, label in FINDINGS.items()]
    here = f"{HERE}/{area.area_id}"
    return page(
        request,
        "immunization_support/identity_list.html",
        status=status,
        area=area,
        where=lineage.words,
        figures=figures[0] if figures else None,
        tabs=[
            {"words": label, "count": count, "current": kind == finding, "url": f"{here}?loai={kind or ''}"}
            for kind, label, count in kinds
        ],
        finding=finding or "",
        rows=found.rows,
        documents=await people.masked_documents(db, [row.person_id for row in found.rows]),
        findings=FINDINGS,
        kinds=KINDS,
        answers=ANSWERS,
        total=found.total,
        page_number=at,
        pages=max((found.total + PAGE_ROWS - 1) // PAGE_ROWS, 1),
        batches=await identity.batches(db, area.area_id),
        errors=errors or {},
        asked=request.query_params.get("hoi", ""),
        may_hand_over=request.state.actor.has("station_clerk"),
        may_ask=request.state.actor.has("station_clerk", "province_officer"),
    )


routes: list[ControllerRouterHandler] = [figures, worklist, export, ask, hand_over]
