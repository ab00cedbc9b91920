"""A facility asks to become a vaccination site: the form, its status by code, and sending it again when it was returned."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import geography, registrations, sites
from tiemchung.domain.sites import KINDS
from tiemchung.domain.sites.applications import APPLICANT_KINDS, Application, Facility, NotReturned
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.portal.codes import read_code
from tiemchung.web import fields
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Field, Filled, Form, command_id, parse, typed_of
from tiemchung.web.guards import limited, public
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, language, page, words

HERE = "/dang-ky-co-so"
STATUS = f"{HERE}/tra-cuu"
_CHOICES = 12


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """An application as the form has it."""

    kind: str
    name: str
    licence: str
    head: str
    phone: str
    commune: str
    commune_code: str | None
    address: str
    tables: int
    seats: int
    opening: str


FORM = Form(
    Typed,
    kind=Field("Loại cơ sở", fields.choice(APPLICANT_KINDS)),
    name=Field("Tên cơ sở", fields.text(120, 5)),
    licence=Field("Số giấy phép hoạt động", fields.text(60, 3)),
    head=Field("Người phụ trách", fields.text(80, 3)),
    phone=Field("Số điện thoại liên hệ", fields.phone),
    commune=Field("Phường, xã", fields.text(100, 2)),
    commune_code=Field("Phường, xã", fields.digits(5), required=False),
    address=Field("Số nhà, đường", fields.text(150, 3)),
    tables=Field("Số bàn tiêm", fields.whole(1, 50)),
    seats=Field("Số ghế theo dõi sau tiêm", fields.whole(1, 1000)),
    opening=Field("Giờ làm việc", fields.text(100, 3)),
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The code of an application."""

    code: str


ASKED = Form(Asked, code=Field("Mã hồ sơ", read_code))


@get(HERE, opt=public)
async def ask(request: Web) -> Response[bytes]:
    """The form, and what is needed for it."""
    return _form(request, Filled[Typed](), "", [])


@post(HERE, opt=limited)
async def send(db: Db, request: Web) -> Response[bytes]:
    """Send the application; the page that answers tells its code."""
    typed = await typed_of(request)
    filled, facility, choices = await _read(db, request, typed)
    if facility is None:
        return _form(request, filled, "", choices, status=422)
    made = await sites.applications.apply(db, facility, application_id=await command_id(request))
    return page(request, "portal/facility_sent.html", application=made)


@get(STATUS, opt=public)
async def ask_status(request: Web) -> Response[bytes]:
    """Where the code is typed."""
    return page(request, "portal/facility_status.html", form=Filled[Asked](), application=None, where="")


@post(STATUS, opt=limited)
async def tell_status(db: Db, request: Web) -> Response[bytes]:
    """Where the application of a code stands, and what the officer wrote."""
    form = parse(await typed_of(request), ASKED, words(request))
    found = await _found(db, request, form)
    where = (await geography.lineage(db, geography.AreaId(found.area_id))).words if found else ""
    told = {"form": form, "application": found, "where": where}
    return page(request, "portal/facility_status.html", status=422 if form.errors else 200, **told)


@post(f"{HERE}/gui-lai", opt=limited)
async def again(db: Db, request: Web) -> Response[bytes]:
    """Mend what was returned: the form with what was sent, then the next version of it."""
    typed = await typed_of(request)
    asked = parse({"code": typed.get("code", "")}, ASKED, words(request))
    found = await _found(db, request, asked)
    if found is None:
        return page(request, "portal/facility_status.html", status=422, form=asked, application=None, where="")
    if typed.get("action") != "send":
        return _form(request, Filled[Typed](typed=await _typed_of(db, found)), found.code, [])
    filled, facility, choices = await _read(db, request, typed)
    if facility is None:
        return _form(request, filled, found.code, choices, status=422)
    try:
        made = await sites.applications.send_again(db, found, facility)
    except NotReturned as refused:
        filled.errors["name"] = sentence(refused, language(request))
        return _form(request, filled, found.code, choices, status=refused.status)
    return page(request, "portal/facility_sent.html", application=made)


async def _found(db: Db, request: Web, form: Filled[Asked]) -> Application | None:
    if form.errors:
        return None
    try:
        return await sites.applications.application_of_code(db, form.value.code)
    except NotFound:
        form.errors["code"] = words(request)("Không có hồ sơ nào với mã này. Hãy kiểm tra lại từng ký tự.")
        return None


async def _read(
    db: Db, request: Web, typed: dict[str, Any]
) -> tuple[Filled[Typed], Facility | None, list[tuple[str, str]]]:
    """The form and what it says; where the commune fits several, those to choose from."""
    _ = words(request)
    filled = parse(typed, FORM, _)
    area_id, choices = await _commune(db, typed, filled.errors, _)
    if filled.errors or area_id is None:
        return filled, None, choices
    told = {name: value for name, value in msgspec.structs.asdict(filled.value).items() if "commune" not in name}
    return filled, Facility(area_id=area_id, **told), choices


async def _commune(
    db: Db, typed: dict[str, Any], errors: dict[str, str], _: Translate
) -> tuple[int | None, list[tuple[str, str]]]:
    """The commune that was typed or chosen; else an error, and what fits."""
    on = (await registrations.campaign_of(db)).geography_on
    found = await geography.search(db, str(typed.get("commune", ""))[:100], on, limit=_CHOICES)
    choices = [(each.area.code, f"{each.area.short}, {each.within}") for each in found]
    chosen = next((each for each in found if each.area.code == typed.get("commune_code")), None)
    if chosen is None and len(found) == 1:
        chosen = found[0]
    if chosen is not None:
        return chosen.area.area_id, choices
    if "commune" not in errors:
        errors["commune"] = (
            _("Có nhiều nơi tên như vậy: hãy chọn đúng phường, xã ở dưới.")
            if found
            else _("Không tìm thấy phường, xã này. Thử gõ thêm tên huyện, tỉnh.")
        )
    return None, choices


async def _typed_of(db: Db, found: Application) -> dict[str, Any]:
    """What was sent, as the form has it; the phone is typed anew, because the code alone must not show it."""
    areas = (await geography.lineage(db, geography.AreaId(found.area_id))).areas
    names = ("kind", "name", "licence", "head", "address", "tables", "seats", "opening")
    # Full names: what stands in the field is searched for again.
    commune = {"commune": ", ".join(area.name for area in areas), "commune_code": areas[0].code}
    return {name: str(getattr(found, name)) for name in names} | commune


def _form(
    request: Web, filled: Filled[Typed], code: str, choices: list[tuple[str, str]], *, status: int = 200
) -> Response[bytes]:
    _ = words(request)
    kinds = [(kind, _(KINDS[kind])) for kind in APPLICANT_KINDS]
    told = {"form": filled, "kinds": kinds, "code": code, "choices": choices}
    return page(request, "portal/facility.html", status=status, **told)


routes: list[ControllerRouterHandler] = [ask, send, ask_status, tell_status, again]
