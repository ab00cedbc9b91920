"""Given against recorded: the days of one's site, or of the sites that one answers for, the worst first."""

from datetime import date, timedelta
from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain.access import Staff
from tiemchung.domain.analytics import gaps
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.forms import Invalid
from tiemchung.web.guards import staff
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, page, words

HERE = "/diem-tiem/chenh"
DAYS = 7


@get(HERE, opt=staff("nurse", "site_head", "district_officer", "province_officer"))
async def look(db: Db, request: Web, ngay: str = "") -> Response[bytes]:
    """The last seven days, or one day."""
    today = clock.day_of(db.at)
    day, wrong = _day(ngay, words(request))
    since, until = (
        (day, day + timedelta(days=1)) if day else (today - timedelta(days=DAYS - 1), today + timedelta(days=1))
    )
    member: Staff = request.state.actor
    place_id, supplier, path = _reach(member)
    found = await gaps.gaps(db, since=since, until=until, place_id=place_id, supplier=supplier, path=path)
    return page(
        request,
        "immunization_support/gaps.html",
        status=422 if wrong else 200,
        rows=[row for row in found if not row.is_clean],
        clean=sum(row.is_clean for row in found),
        gap=sum(row.gap for row in found),
        drawn=sum(row.drawn for row in found),
        recorded=sum(row.recorded for row in found),
        since=since,
        until=until - timedelta(days=1),
        ngay=ngay,
        wrong=wrong,
        drills=member.has("province_officer"),
        own=place_id,
    )


def _day(typed: str, _: Translate) -> tuple[date | None, str]:
    """The day that was asked for, or what is wrong with it."""
    if not typed.strip():
        return None, ""
    try:
        return fields.day(typed.strip()), ""
    except Invalid as wrong:
        return None, _(wrong.sentence).format(label=_("Ngày"), **wrong.facts)


def _reach(member: Staff) -> tuple[UUID | None, UUID | None, str | None]:
    """One of the three: a site, a centre whose sites they are, an area's path."""
    for role in member.roles:
        if role.role == "province_officer" and role.area_path:
            return None, None, role.area_path
        if role.role == "district_officer":
            return None, role.place_id, None
    return member.place_id, None, None


routes: list[ControllerRouterHandler] = [look]
