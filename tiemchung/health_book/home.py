"""The health book's first page: one member, their doses, what comes next, and what else there is to do."""

from litestar import Response, get

from tiemchung.domain import appointments, certificates, immunizations, recommendations, registrations
from tiemchung.domain.registrations.drafts import Owner
from tiemchung.health_book import family, reactions
from tiemchung.health_book.certificates import shown
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page


@get("/so-suc-khoe", opt=citizen)
async def home(db: Db, request: Web) -> Response[bytes]:
    """What matters now for one member of the family; without a member, how to begin."""
    members, member = await family.chosen(db, request)
    if member is None:
        draft = await registrations.drafts.open_draft(db, Owner(account_id=request.state.actor.id))
        return page(request, "health_book/welcome.html", draft=draft)
    person = await family.opened(db, member.person_id, "Trang chủ sổ sức khỏe")
    held = await certificates.passports(db, member.person_id)
    coming = await appointments.next_of_person(db, member.person_id)
    return page(
        request,
        "health_book/home.html",
        members=members,
        member=member,
        person=person,
        document=person.document(),
        doses=await immunizations.doses_of(db, member.person_id),
        asked=await recommendations.ask(db, member.person_id),
        diary=await reactions.lines(db, member.person_id),
        appointment=coming,
        days_left=(clock.day_of(coming.starts_at) - clock.day_of(db.at)).days if coming else 0,
        registrations=[
            found
            for found in await registrations.of_person(db, member.person_id)
            if found.status not in {registrations.Status.done, registrations.Status.withdrawn}
        ],
        certificate=shown(held[0]) if held else None,
    )


routes = [home]
