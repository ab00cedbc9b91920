"""The vaccine passport: the code to show, full width, with what it rests on."""

from datetime import datetime

import msgspec
from litestar import Response, get

from tiemchung.domain import certificates, immunizations
from tiemchung.domain.certificates import Passport
from tiemchung.health_book import family
from tiemchung.kit.db import Db
from tiemchung.web import qr
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page, see_other


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A passport as pages show it: `code` is the readable end of its identifier, `text` what the square holds."""

    code: str
    text: str
    qr: str
    issued_at: datetime
    expires_at: datetime
    uvci: str


def shown(passport: Passport) -> Shown:
    """A passport with its square drawn."""
    end = passport.uvci.partition("#")[0][-12:]
    return Shown(
        code="-".join((end[:4], end[4:8], end[8:])),
        text=passport.code,
        qr=qr.svg(passport.code, error="l"),
        issued_at=passport.issued_at,
        expires_at=passport.expires_at,
        uvci=passport.uvci,
    )


@get("/so-suc-khoe/chung-nhan", opt=citizen)
async def passports(db: Db, request: Web) -> Response[bytes]:
    """A member's passports and the doses they rest on."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")  # type: ignore[return-value]
    person = await family.opened(db, member.person_id, "Chứng nhận")
    doses = await immunizations.doses_of(db, member.person_id)
    held = await certificates.passports(db, member.person_id)
    return page(
        request,
        "health_book/certificates.html",
        members=members,
        member=member,
        person=person,
        doses=doses,
        card=certificates.card_of(doses, held),
        passports=[shown(passport) for passport in held],
    )


routes = [passports]
