"""Records that may be one person: a queue by score, two records side by side, united with a reason, parted again."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import people
from tiemchung.domain.access import Purpose, Staff
from tiemchung.domain.immunizations import merging
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, Forbidden
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page

HERE = "/diem-tiem/trung-lap"
ONE = f"{HERE}/{{person_id:uuid}}/{{other_id:uuid}}"
PAGE = "Xem hai hồ sơ nghi trùng"


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What is done about a pair, and why."""

    act: str
    reason: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a merge is undone."""

    reason: str


DECIDED = Form(
    Decided,
    act=Field("Việc làm", fields.choice(("merge", "apart"))),
    reason=Field("Lý do", fields.text(300, 5)),
)
PARTED = Form(Reason, reason=Field("Lý do", fields.text(300, 5)))


@get(HERE, opt=staff("province_officer"))
async def queue(db: Db, request: Web) -> Response[bytes]:
    """Pairs of one's province, the likeliest first, and the merges that can be undone."""
    return await _queue(db, request, Filled[Any]())


@get(ONE, opt=staff("province_officer"))
async def pair(db: Db, request: Web, person_id: UUID, other_id: UUID) -> Response[bytes]:
    """Two records side by side, and their doses as they would stand together."""
    return await _pair(db, request, person_id, other_id, Filled[Any]())


@post(ONE, opt=staff("province_officer"))
async def decide(db: Db, request: Web, person_id: UUID, other_id: UUID) -> Response[Any] | Redirect:
    """Unite two records under the first, or say that they are two people."""
    for one in (person_id, other_id):
        await people.open_record(db, one, purpose=Purpose.correction, page=PAGE)
    form = await read(request, DECIDED)
    if form.errors:
        return await _pair(db, request, person_id, other_id, form, status=422)

    async def act() -> Answer:
        if form.value.act == "merge":
            await merging.merge(db, person_id, other_id, reason=form.value.reason)
        else:
            await merging.keep_apart(db, person_id, other_id)
        return Answer(location=HERE)

    try:
        return await once(db, request, await command_id(request), "people.merge", act)
    except DomainError as refused:
        if refused.status == 404:
            raise
        form.errors["act"] = sentence(refused, language(request))
        return await _pair(db, request, person_id, other_id, form, status=refused.status)


@post(f"{HERE}/{{person_id:uuid}}/gop/{{merge_id:uuid}}/tach", opt=staff("province_officer"))
async def part(db: Db, request: Web, person_id: UUID, merge_id: UUID) -> Response[Any] | Redirect:
    """Undo a merge."""
    await people.open_record(db, person_id, purpose=Purpose.correction, page=PAGE)
    form = await read(request, PARTED)
    if form.errors:
        return await _queue(db, request, form, status=422)

    async def act() -> Answer:
        await merging.part(db, person_id, merge_id, reason=form.value.reason)
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "people.part", act)


async def _queue(db: Db, request: Web, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    path = _path(request.state.actor)
    return page(
        request,
        "immunization_support/duplicates.html",
        status=status,
        form=form,
        pairs=await merging.pairs(db, path),
        merges=await merging.merges(db, path),
    )


async def _pair(
    db: Db, request: Web, person_id: UUID, other_id: UUID, form: Filled[Any], *, status: int = 200
) -> Response[bytes]:
    both = [await people.open_record(db, one, purpose=Purpose.correction, page=PAGE) for one in (person_id, other_id)]
    return page(
        request,
        "immunization_support/duplicate.html",
        status=status,
        form=form,
        both=[(one, one.document()) for one in both],
        preview=await merging.preview(db, person_id, other_id),
    )


def _path(member: Staff) -> str:
    """The area of the officer. Raises `Forbidden`."""
    for role in member.roles:
        if role.role == "province_officer" and role.area_path:
            return role.area_path
    raise Forbidden


routes: list[ControllerRouterHandler] = [queue, pair, decide, part]
