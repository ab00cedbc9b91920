"""The official list of people in and out: tried first, row by row, then imported; a session's people with their doses."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import geography, people, registrations, sites, vaccines
from tiemchung.domain.access import Staff
from tiemchung.domain.immunizations import imported, listed
from tiemchung.domain.people import NewPerson
from tiemchung.domain.sites import Place
from tiemchung.immunization_support import people_rows
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.people_rows import HEADS, Known, Row
from tiemchung.immunization_support.today import at_place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import sheets
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Filled, command_id
from tiemchung.web.guards import staff
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/danh-sach"
WHO = ("site_head", "registrar")
NOT_A_LIST = "Tệp phải là bảng tính XLSX theo mẫu, tối đa 5 MB và 2.000 dòng."


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row, in words; `wrong` names each column at fault."""

    row: Row
    outcome: str
    wrong: list[tuple[str, str]]

    @property
    def words(self) -> str:
        """For the result column."""
        return "; ".join([self.outcome, *(f"{column}: {why}" for column, why in self.wrong)])


@get(HERE, opt=staff(*WHO))
async def look(request: Web) -> Response[bytes]:
    """The form."""
    return _page(request, [], {})


@get(HERE + "/mau.xlsx", opt=staff(*WHO))
async def template(db: Db, request: Web) -> Response[bytes]:
    """An empty list with the code lists of one's province beside it."""
    areas, places = await _of_province(db, request.state.actor)
    groups = [[one.code, one.name] for one in await registrations.priority_groups(db)]
    lists = {
        "PL2 Nhóm ưu tiên": [["Mã", "Tên"], *groups],
        "PL3 Xã phường": [["Mã", "Tên"], *([area.code, area.name] for area in areas)],
        "PL4 Điểm tiêm": [["Mã", "Tên"], *([place.code, place.name] for place in places)],
        "PL5 Vắc xin": [["Mã", "Tên"], *([one.code, one.name] for one in await vaccines.products(db))],
    }
    return _file("mau-danh-sach", people_rows.workbook(HEADS, [], lists))


@post(HERE, opt=staff(*WHO))
async def bring(db: Db, request: Web) -> Response[Any]:
    """Try a list (`action=try`, nothing is kept) or import its right rows (`import`; `file` answers as a workbook)."""
    sent = await request.form()
    body = await sent["file"].read(people_rows.BOUNDS.most_bytes + 1) if hasattr(sent.get("file"), "read") else b""
    rows = people_rows.cells(body)
    if rows is None:
        return _page(request, [], {"file": words(request)(NOT_A_LIST)}, status=422)
    await command_id(request)
    trying = sent.get("action") != "import"
    known = await _known(db, [row for _, row in rows])
    read = [people_rows.read(number, row, known) for number, row in rows]
    # A row imported twice is found again by its person and the day of its doses: the same file changes nothing.
    async with db.connection.transaction(force_rollback=trying):
        told = [await _take(db, request, row, first) for row, first in _with_first(read)]
    if sent.get("answer") == "file":
        filled = [[*cells[:-1], one.words] for (_, cells), one in zip(rows, told, strict=True)]
        return _file("ket-qua-nhap", people_rows.workbook(HEADS, filled, {}))
    return _page(request, told, {}, imported=not trying)


@get(f"{SESSION}/danh-sach.xlsx", opt=staff(*WHO))
async def give(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """The people of a session with their doses, in the columns in which lists come in."""
    at_place(request.state.actor, place_id)
    await sites.session(db, place_id, session_id)
    found = await listed.of_session(db, place_id, session_id)
    where = await geography.lineages(db, [one.area_id for one in found])
    rows = [
        people_rows.written(k, one, where[one.area_id], _note(one, words(request))) for k, one in enumerate(found, 1)
    ]
    return _file("danh-sach-phien", people_rows.workbook(HEADS, rows, {}))


def _note(one: listed.Listed, translate: Translate) -> str:
    more = len(one.doses) - people_rows.DOSES
    return translate("Còn {count} mũi sau các mũi này.").format(count=more) if more > 0 else ""


async def _take(db: Db, request: Web, row: Row, first: int | None) -> Told:
    """One row: refused with its columns, or kept. A refusal of one row undoes that row alone."""
    _ = words(request)
    wrong = [(_(column), _(told).format(**facts)) for column, told, facts in row.wrong]
    if first is not None:
        wrong.append(("STT", _("Trùng người với dòng {number}.").format(number=first)))
    if wrong:
        return Told(row=row, outcome=_("Chưa nhập"), wrong=wrong)
    try:
        async with db.connection.transaction():
            is_new, added = await _keep(db, row)
    except DomainError as refused:
        return Told(row=row, outcome=_("Chưa nhập"), wrong=[("STT", sentence(refused, language(request)))])
    who = _("Người mới") if is_new else _("Đã có hồ sơ")
    return Told(row=row, outcome=_("{who}, thêm {count} mũi").format(who=who, count=added), wrong=[])


async def _keep(db: Db, row: Row) -> tuple[bool, int]:
    given = {name: value for name, value in row.person.items() if name != "phone"}
    registered = await people.register_person(db, NewPerson(name=row.name, contacts=people_rows.contacts(row), **given))
    doses = [
        imported.Told(product=dose.product, on=dose.on, lot_number=dose.lot_number, place_id=dose.site)
        for dose in row.doses
    ]
    return registered.is_new, await imported.keep(db, registered.person_id, doses)


def _with_first(rows: Sequence[Row]) -> list[tuple[Row, int | None]]:
    """Each row with the number of an earlier row that is the same person."""
    seen: dict[tuple[object, ...], int] = {}
    found: list[tuple[Row, int | None]] = []
    for row in rows:
        earlier = None if row.wrong else seen.setdefault(row.key, row.number)
        found.append((row, earlier if earlier != row.number else None))
    return found


async def _of_province(db: Db, member: Staff) -> tuple[list[geography.Area], list[Place]]:
    """The communes and places of one's province, for the code lists beside an empty form."""
    campaign = await registrations.campaign_of(db)
    here = await geography.lineage(db, geography.AreaId((await sites.place(db, member.place_id)).area_id))
    province = here.at("province")
    province_id = province.area_id if province else here.areas[0].area_id
    areas = await geography.communes_in(db, province_id, campaign.geography_on)
    return areas, await sites.in_area(db, province_id, limit=5_000)


async def _known(db: Db, rows: Sequence[Sequence[str]]) -> Known:
    """What the codes of some rows mean; people and doses come from the whole country."""
    campaign = await registrations.campaign_of(db)
    communes, places = people_rows.mentioned(rows)
    products = await vaccines.products(db)
    found = await geography.communes_by_code(db, sorted(communes), campaign.geography_on)
    return Known(
        groups={str(one.code): one.priority_group_id for one in await registrations.priority_groups(db)},
        communes={area.code: area.area_id for area in found},
        products={name.casefold(): one.code for one in products for name in (one.code, one.name, one.short_name)},
        sites={code.casefold(): place for code, place in (await sites.ids_by_code(db, sorted(places))).items()},
    )


def _file(name: str, body: bytes) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}.xlsx"', "cache-control": "no-store"}
    return Response(body, media_type=sheets.XLSX, headers=headers)


def _page(
    request: Web, told: list[Told], errors: dict[str, str], *, status: int = 200, imported: bool = False
) -> Response[bytes]:
    return page(
        request,
        "immunization_support/people_list.html",
        status=status,
        form=Filled[Any](errors=errors),
        told=told,
        wrong=sum(bool(one.wrong) for one in told),
        imported=imported,
        heads=HEADS,
    )


routes: list[ControllerRouterHandler] = [look, template, bring, give]
