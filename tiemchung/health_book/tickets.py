"""Putting things right: disputing a field or a dose, claiming a missing one, asking about one's data; each with a number."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from tiemchung.domain import corrections, immunizations, vaccines
from tiemchung.domain.corrections import FIELDS, KINDS, About, Claimed, NewTicket, NotAPicture
from tiemchung.domain.people import Person
from tiemchung.health_book import family, register_areas
from tiemchung.health_book.register_fields import past_day
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, parse, typed_of
from tiemchung.web.guards import citizen
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, language, page, see_other, words
from tiemchung.web.uploads import LARGEST_UPLOAD_BYTES, content

HERE = "/so-suc-khoe/phan-anh"
OF_PERSON = f"{HERE}/{{person_id:uuid}}"


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as the form has it."""

    kind: str
    field: str | None
    immunization_id: UUID | None
    product: str | None
    given_on: date | None
    lot: str | None
    place: UUID | None
    said: str


TICKET = Form(
    Typed,
    kind=Field("Việc cần giải quyết", fields.choice(KINDS)),
    field=Field("Thông tin sai", fields.choice(FIELDS), required=False),
    immunization_id=Field("Mũi tiêm", fields.id_, required=False),
    product=Field("Vắc xin", fields.text(20), required=False),
    given_on=Field("Ngày tiêm", past_day, required=False),
    lot=Field("Số lô", fields.text(40), required=False),
    place=Field("Điểm tiêm", fields.id_, required=False),
    said=Field("Nội dung", fields.text(2000, 5)),
)


async def read_ticket(db: Db, request: Web, typed: Mapping[str, Any]) -> Filled[Typed]:
    """A ticket says what it is about: which field, which dose, or which vaccine on which day and where."""
    _ = words(request)
    filled = parse({name: value for name, value in typed.items() if name != "photo"}, TICKET, _)
    kind = typed.get("kind")
    if kind == "field" and not typed.get("field"):
        filled.errors["field"] = _("Hãy chọn thông tin sai.")
    if kind == "dose" and not typed.get("immunization_id"):
        filled.errors["immunization_id"] = _("Hãy chọn mũi tiêm ghi sai.")
    if kind == "missing":
        _check_missing(filled, typed, _)
        if typed.get("product") and typed["product"] not in {known.code for known in await vaccines.products(db)}:
            filled.errors["product"] = _("Hãy chọn vắc xin trong danh sách.")
        if not filled.errors:
            await register_areas.check_site(db, filled.value.place, filled.errors, _, field="place")
    return filled


def _check_missing(filled: Filled[Typed], typed: Mapping[str, Any], _: Translate) -> None:
    for name, told in (
        ("product", _("Hãy chọn vắc xin của mũi bị thiếu.")),
        ("given_on", _("Hãy nhập ngày tiêm của mũi bị thiếu.")),
        ("place", _("Hãy chọn điểm đã tiêm.")),
    ):
        if not typed.get(name):
            filled.errors.setdefault(name, told)


async def picture_of(request: Web, typed: Mapping[str, Any], errors: dict[str, str]) -> bytes | None:
    """The picture that came along, drawn anew; what is none is told at its field."""
    sent = typed.get("photo")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    try:
        return corrections.picture(await content(sent, corrections.LARGEST_PICTURE_BYTES))
    except NotAPicture as wrong:
        errors["photo"] = sentence(wrong, language(request))
        return None


def new_ticket(value: Typed, picture: bytes | None, channel: str) -> NewTicket:
    """The form in the words of the domain."""
    claimed = None
    if value.kind == "missing" and value.product and value.given_on:
        claimed = Claimed(product=value.product, given_on=value.given_on, lot=value.lot or "")
    about = About(
        field=value.field if value.kind == "field" else None,
        immunization_id=value.immunization_id if value.kind == "dose" else None,
        claimed=claimed,
    )
    place_id = value.place if value.kind == "missing" else None
    return NewTicket(kind=value.kind, about=about, said=value.said, place_id=place_id, picture=picture, channel=channel)


@get(HERE, opt=citizen)
async def tickets(db: Db, request: Web) -> Response[bytes] | Redirect:
    """A member's tickets, and how to open one."""
    members, member = await family.chosen(db, request)
    if member is None:
        return see_other("/so-suc-khoe/")
    await family.opened(db, member.person_id, "Phản ánh")
    found = await corrections.of_person(db, member.person_id)
    return page(
        request,
        "health_book/tickets.html",
        members=members,
        member=member,
        tickets=[(ticket, ticket.late(db.at)) for ticket in found],
        kinds=KINDS,
    )


@get(f"{OF_PERSON}/moi", opt=citizen)
async def ask(db: Db, request: Web, person_id: UUID) -> Response[bytes]:
    """The form, with what the address names already."""
    chosen = {
        "kind": request.query_params.get("loai", ""),
        "immunization_id": request.query_params.get("mui", ""),
        "field": request.query_params.get("muc", ""),
    }
    return await _form_page(db, request, person_id, Filled(typed=chosen))


@post(f"{OF_PERSON}/moi", opt=citizen, request_max_body_size=LARGEST_UPLOAD_BYTES)
async def send(db: Db, request: Web, person_id: UUID) -> Any:
    """Open a ticket; its id is the key of the act."""
    typed = await typed_of(request)
    filled = await read_ticket(db, request, typed)
    picture = await picture_of(request, typed, filled.errors)
    if filled.errors:
        return await _form_page(db, request, person_id, filled, status=422)
    ticket_id = await command_id(request)

    async def act() -> Answer:
        person = await family.opened(db, person_id, "Phản ánh")
        await corrections.open_ticket(db, person, new_ticket(filled.value, picture, "app"), ticket_id=ticket_id)
        return Answer(location=f"{HERE}/{person_id}/{ticket_id}")

    return await once(db, request, ticket_id, "open_ticket", act)


@get(f"{OF_PERSON}/{{ticket_id:uuid}}", opt=citizen)
async def show(db: Db, request: Web, person_id: UUID, ticket_id: UUID) -> Response[bytes]:
    """A ticket with its way and its answer."""
    person = await family.opened(db, person_id, "Phản ánh")
    ticket = await corrections.one(db, person_id, ticket_id)
    return page(
        request,
        "health_book/ticket.html",
        person=person,
        ticket=ticket,
        late=ticket.late(db.at),
        said=await corrections.said(db, ticket),
        steps=await corrections.steps(db, ticket),
    )


async def form_context(db: Db, person: Person, filled: Filled[Typed], *, doses: bool) -> dict[str, object]:
    """What the form offers to choose from; without an account the doses are not told."""
    recorded = await immunizations.doses_of(db, person.person_id) if doses else []
    return {
        "typed": filled.typed,
        "errors": filled.errors,
        "kinds": KINDS,
        "fields": FIELDS,
        "doses": recorded,
        "products": [(product.code, product.name) for product in await vaccines.products(db)],
        "places": await register_areas.sites_around(db, person.area_id),
    }


async def _form_page(
    db: Db, request: Web, person_id: UUID, filled: Filled[Typed], *, status: int = 200
) -> Response[bytes]:
    person = await family.opened(db, person_id, "Phản ánh")
    if filled.typed.get("kind") not in {"", *KINDS} and status == 200:
        raise NotFound
    return page(
        request,
        "health_book/ticket_form.html",
        status=status,
        person=person,
        action=f"{HERE}/{person_id}/moi",
        code="",
        **await form_context(db, person, filled, doses=True),
    )


routes = [tickets, ask, send, show]
