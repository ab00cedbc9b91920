"""A member's record and history, and who has looked at it."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.response import Redirect

from tiemchung.domain import access, corrections, immunizations, people, recommendations, registrations
from tiemchung.domain.people import SEXES
from tiemchung.domain.schedule import reasons
from tiemchung.domain.schedule.answers import SeriesStatus
from tiemchung.health_book import family, paper
from tiemchung.health_book.words import ROLE_WORDS, SOURCE_WORDS
from tiemchung.kit.db import Db
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page, see_other, words

PURPOSES = {
    "own": "Chính mình xem",
    "family": "Người nhà xem",
    "care": "Khám và tiêm",
    "planning": "Duyệt và lập kế hoạch tiêm",
    "correction": "Sửa thông tin sai",
    "request": "Trả lời yêu cầu của bạn",
}


@get("/so-suc-khoe/ho-so", opt=citizen)
async def record(db: Db, request: Web) -> Response[bytes] | Redirect:
    """What the platform knows about a member: identity, contacts, doses, registrations."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    person = await family.opened(db, member.person_id, "Hồ sơ và lịch sử tiêm")
    doses = await immunizations.doses_of(db, member.person_id)
    tickets = await corrections.of_person(db, member.person_id)
    return page(
        request,
        "health_book/record.html",
        members=members,
        member=member,
        person=person,
        sex=SEXES[person.sex],
        identity=people.IDENTITY_STATUSES[person.identity_status],
        doses=doses,
        next_dose=await _next(db, request, member.person_id),
        pending=[ticket for ticket in tickets if ticket.kind == "missing" and not ticket.closed],
        roles=ROLE_WORDS,
        sources=SOURCE_WORDS,
        registrations=await registrations.of_person(db, member.person_id),
    )


@get("/so-suc-khoe/ho-so.pdf", opt=citizen)
async def paper_history(db: Db, request: Web) -> Response[bytes] | Redirect:
    """The vaccination history as a PDF."""
    _members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    person = await family.opened(db, member.person_id, "Tải lịch sử tiêm (PDF)")
    doses = await immunizations.doses_of(db, member.person_id)
    headers = {"content-disposition": 'attachment; filename="lich-su-tiem.pdf"', "cache-control": "no-store"}
    made = await paper.history(db, person, doses, language(request))
    return Response(made, media_type="application/pdf", headers=headers)


@get("/so-suc-khoe/ai-da-xem", opt=citizen)
async def looks(db: Db, request: Web) -> Response[bytes] | Redirect:
    """Who opened a member's record, when, why and where."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    await access.permit(db, member.person_id, purpose=access.Purpose.family, page="Ai đã xem dữ liệu của tôi")
    found = await people.looks(db, member.person_id)
    return page(request, "health_book/looks.html", members=members, member=member, looks=found, purposes=PURPOSES)


class NextDose(msgspec.Struct, frozen=True, kw_only=True):
    """The dose that comes next, from which day, and why."""

    dose_role: str
    ordinal: int
    earliest: date | None
    recommended: date | None
    why: list[str]


async def _next(db: Db, request: Web, person_id: UUID) -> NextDose | None:
    """What the schedule in force says of a person; nothing when nothing is due any more."""
    following = (await recommendations.ask(db, person_id)).following
    if following.status is not SeriesStatus.not_complete:
        return None
    # What is not known yet is asked at the site; it is no reason of the schedule's.
    known = [reason for reason in (*following.reasons, *following.notices) if reason.code != "ask_finding"]
    said = [reasons.sentence(reason, words(request)) for reason in known]
    return NextDose(
        dose_role=following.role.value if following.role else "basic",
        ordinal=following.ordinal or 1,
        earliest=following.earliest,
        recommended=following.recommended,
        why=list(dict.fromkeys(said)),
    )


routes = [record, paper_history, looks]
