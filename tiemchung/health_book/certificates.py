"""The card and the vaccine passport: the code to show, full width, with what it rests on, also without a network."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, get

from tiemchung.domain import certificates, immunizations, recommendations
from tiemchung.domain.certificates import Link, Passport, render
from tiemchung.health_book import family
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import qr
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, page, see_other, words

HERE = "/so-suc-khoe/chung-nhan"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A passport as pages show it: `code` is the readable end of its identifier, `text` what the square holds."""

    certificate_id: UUID
    code: str
    text: str
    qr: str
    issued_at: datetime
    expires_at: datetime
    uvci: str
    kid: str
    chain: Link | None = None
    site_digest: str = ""


def shown(passport: Passport, chain: Link | None = None) -> Shown:
    """A passport with its square drawn."""
    end = passport.uvci.partition("#")[0][-12:]
    return Shown(
        certificate_id=passport.certificate_id,
        code="-".join((end[:4], end[4:8], end[8:])),
        text=passport.code,
        qr=qr.svg(passport.code, error="l"),
        issued_at=passport.issued_at,
        expires_at=passport.expires_at,
        uvci=passport.uvci,
        kid=passport.kid.hex(),
        chain=chain,
        site_digest=chain.site_digest.hex()[:16] if chain and chain.site_digest else "–",
    )


@get(HERE, opt=citizen)
async def passports(db: Db, request: Web) -> Response[bytes]:
    """A member's card, passports and the doses they rest on."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")  # type: ignore[return-value]
    person = await family.opened(db, member.person_id, "Chứng nhận")
    doses = await immunizations.doses_of(db, member.person_id)
    held = await certificates.passports(db, member.person_id)
    _, document = words(request), person.document()
    facts = [(_("Ngày sinh"), person.birth_words)]
    facts += [(_(document.label), document.masked)] if document else []
    facts += [(_("Mã chứng nhận"), shown(held[0]).code)] if held else []
    links = {link.certificate_id: link for link in await certificates.chain(db, member.person_id)}
    return page(
        request,
        "health_book/certificates.html",
        members=members,
        member=member,
        person=person,
        facts=facts,
        doses=doses,
        card=certificates.card_of(doses, held, (await recommendations.ask(db, member.person_id)).course),
        passports=[shown(passport, links.get(passport.certificate_id)) for passport in held],
        retired=[link for link in links.values() if link.retired_at is not None],
    )


@get(f"{HERE}/{{certificate_id:uuid}}", opt=citizen)
async def full_screen(db: Db, request: Web, certificate_id: UUID) -> Response[bytes]:
    """One code on the whole screen, with the name and birth date that a checker compares. Raises `NotFound`."""
    _, member = await family.chosen(db, request)
    if member is None:
        raise NotFound
    person = await family.opened(db, member.person_id, "Hộ chiếu vắc xin toàn màn hình")
    held = await certificates.passports(db, member.person_id)
    for passport in held:
        if passport.certificate_id == certificate_id:
            return page(request, "health_book/passport.html", member=member, person=person, passport=shown(passport))
    raise NotFound


@get(f"{HERE}/{{certificate_id:uuid}}/pdf", opt=citizen)
async def printed(db: Db, request: Web, certificate_id: UUID) -> Response[bytes]:
    """The passport as a page of A4. Raises `NotFound`, `NotLive`."""
    return await _pdf(db, request, certificate_id, render.passport, "ho-chieu-vac-xin")


@get(f"{HERE}/{{certificate_id:uuid}}/the", opt=citizen)
async def wallet_card(db: Db, request: Web, certificate_id: UUID) -> Response[bytes]:
    """The passport as a card to cut out and fold. Raises `NotFound`, `NotLive`."""
    return await _pdf(db, request, certificate_id, render.wallet, "the-tiem-chung")


async def _pdf(
    db: Db, request: Web, certificate_id: UUID, make: Callable[[render.Sheet], bytes], name: str
) -> Response[bytes]:
    _, member = await family.chosen(db, request)
    if member is None:
        raise NotFound
    await family.opened(db, member.person_id, "Tải hộ chiếu vắc xin")
    sheet = await certificates.sheet(db, member.person_id, certificate_id)
    headers = {"content-disposition": f'attachment; filename="{name}.pdf"', "cache-control": "no-store"}
    return Response(await asyncio.to_thread(make, sheet), media_type="application/pdf", headers=headers)


routes = [passports, full_screen, printed, wallet_card]
