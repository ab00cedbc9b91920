"""A member's record and history, and who has looked at it."""

from litestar import Response, get
from litestar.response import Redirect

from tiemchung.domain import access, immunizations, people, registrations
from tiemchung.domain.people import SEXES
from tiemchung.health_book import family
from tiemchung.kit.db import Db
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page, see_other

PURPOSES = {
    "own": "Chính mình xem",
    "family": "Người nhà xem",
    "care": "Khám và tiêm",
    "planning": "Duyệt và lập kế hoạch tiêm",
    "correction": "Sửa thông tin sai",
}


@get("/so-suc-khoe/ho-so", opt=citizen)
async def record(db: Db, request: Web) -> Response[bytes] | Redirect:
    """What the platform knows about a member: identity, contacts, doses, registrations."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    person = await family.opened(db, member.person_id, "Hồ sơ và lịch sử tiêm")
    return page(
        request,
        "health_book/record.html",
        members=members,
        member=member,
        person=person,
        sex=SEXES[person.sex],
        identity=people.IDENTITY_STATUSES[person.identity_status],
        doses=await immunizations.doses_of(db, member.person_id),
        registrations=await registrations.of_person(db, member.person_id),
    )


@get("/so-suc-khoe/ai-da-xem", opt=citizen)
async def looks(db: Db, request: Web) -> Response[bytes] | Redirect:
    """Who opened a member's record, when, why and where."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    await access.permit(db, member.person_id, purpose=access.Purpose.family, page="Ai đã xem dữ liệu của tôi")
    found = await people.looks(db, member.person_id)
    return page(request, "health_book/looks.html", members=members, member=member, looks=found, purposes=PURPOSES)


routes = [record, looks]
