"""Devices of a site: enrolled once with a line, given doses for a session, listed and revoked by the head."""

from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import access, stock
from tiemchung.domain.access import Staff
from tiemchung.immunization_support.board import SESSION
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit import letters
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, Invalid, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What a device says of itself."""

    device_id: UUID
    name: str
    public_key: bytes


class ToHold(msgspec.Struct, frozen=True, kw_only=True):
    """What a device takes: so many vials of a lot; without a lot what a table takes along."""

    device_id: UUID
    lot_id: UUID | None
    vials: int | None


def _point(typed: str) -> bytes:
    """An uncompressed P-256 point in base64url."""
    try:
        found = urlsafe_b64decode(typed + "=" * (-len(typed) % 4))
    except ValueError:
        raise Invalid("{label} không phải là khóa hợp lệ.") from None
    if not letters.is_point(found):
        raise Invalid("{label} không phải là khóa hợp lệ.")
    return found


ENROLMENT = Form(
    Enrolment,
    device_id=Field("Thiết bị", fields.id_),
    name=Field("Tên thiết bị", fields.text(60)),
    public_key=Field("Khóa của thiết bị", _point),
)

HOLD = Form(
    ToHold,
    device_id=Field("Thiết bị", fields.id_),
    lot_id=Field("Lô vắc xin", fields.id_, required=False),
    vials=Field("Số lọ giữ cho máy", fields.whole(1, 50), required=False),
)


@post("/diem-tiem/thiet-bi", opt=staff(*AT_THE_SITE))
async def enrol(db: Db, request: Web) -> Response[Any] | Redirect:
    """Let this device work for one's site without a line."""
    member: Staff = request.state.actor
    form = await read(request, ENROLMENT)
    for name, wrong in form.errors.items():
        raise BadInput(field=name, rule=wrong)
    given = form.value

    async def act() -> Answer:
        await access.devices.enrol(
            db, place_id=member.place_id, device_id=given.device_id, name=given.name, public_key=given.public_key
        )
        return Answer(body={"device_id": given.device_id, "place_id": member.place_id})

    return await once(db, request, await command_id(request), "device.enrol", act)


@post(f"{SESSION}/giu-lieu", opt=staff("nurse"))
async def hold(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[Any] | Redirect:
    """Have a device hold vials of the shelf for a session: so many of a lot, or what a table takes along."""
    at_place(request.state.actor, place_id)
    form = await read(request, HOLD)
    for name, wrong in form.errors.items():
        raise BadInput(field=name, rule=wrong)
    given = form.value

    async def act() -> Answer:
        device_id, lot_id, vials = given.device_id, given.lot_id, given.vials or 1
        if lot_id is None:
            return Answer(body={"doses": await stock.escrow.prepare(db, place_id, session_id, device_id=device_id)})
        taken = await stock.escrow.take(db, place_id, session_id, device_id=device_id, lot_id=lot_id, vials=vials)
        return Answer(body={"doses": taken})

    return await once(db, request, await command_id(request), "escrow.take", act)


@get("/diem-tiem/thiet-bi", opt=staff("site_head"))
async def listed(db: Db, request: Web) -> Response[bytes]:
    """The devices of one's site."""
    member: Staff = request.state.actor
    found = await access.devices.devices(db, member.place_id)
    return page(request, "immunization_support/devices.html", devices=found)


@post("/diem-tiem/thiet-bi/{device_id:uuid}/thu-hoi", opt=staff("site_head"))
async def revoke(db: Db, request: Web, device_id: UUID) -> Response[Any] | Redirect:
    """A device is lost: it sends nothing more."""
    member: Staff = request.state.actor

    async def act() -> Answer:
        await access.devices.revoke(db, member.place_id, device_id)
        await stock.escrow.give_back(db, member.place_id, device_id=device_id)
        return Answer(location="/diem-tiem/thiet-bi")

    return await once(db, request, await command_id(request), "device.revoke", act)


routes: list[ControllerRouterHandler] = [enrol, hold, listed, revoke]
