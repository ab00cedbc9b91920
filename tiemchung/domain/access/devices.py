"""Devices that a site has enrolled: who may send what was done without a line, and until when."""

from datetime import datetime
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.access.model import Role, Staff
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.events import Event

queries = sql.load(__name__, "devices.sql")

DeviceId = NewType("DeviceId", UUID)


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device of a site; `public_key` is the P-256 point that its signatures are checked with."""

    device_id: DeviceId
    place_id: UUID
    name: str
    public_key: bytes
    enrolled_at: datetime
    enrolled_by_name: str
    seen_at: datetime
    revoked_at: datetime | None


class DeviceEnrolled(Event, frozen=True, kw_only=True, tag="device.enrolled"):
    """A device may work for a site."""

    device_id: UUID


class DeviceRevoked(Event, frozen=True, kw_only=True, tag="device.revoked"):
    """A device may not work for its site any more."""

    device_id: UUID


class DeviceUnknown(DomainError):
    """The device is not enrolled at this place, or was revoked."""

    sentence = "Thiết bị này chưa được ghi danh ở điểm tiêm, hoặc đã bị thu hồi. Hãy báo người phụ trách."
    status = 403
    field = "device_id"
    rule = "enrolled_device"


async def enrol(db: Db, *, place_id: UUID, device_id: UUID, name: str, public_key: bytes) -> None:
    """Let a device work for a place; the same device again is only seen again. Raises `DeviceUnknown` once revoked."""
    made = await db.run(
        queries.enrol,
        device_id=device_id,
        place_id=place_id,
        name=name,
        public_key=public_key,
        at=db.at,
        by=db.actor.id,
    )
    if made:
        await db.happened(DeviceEnrolled(place_id=place_id, device_id=device_id))
    elif (await device(db, device_id)).place_id != place_id:
        raise DeviceUnknown


async def revoke(db: Db, place_id: UUID, device_id: UUID) -> None:
    """A device is lost or given away: it sends nothing more. Raises `NotFound`."""
    if not await db.run(queries.revoke, device_id=device_id, place_id=place_id, at=db.at, by=db.actor.id):
        raise NotFound
    await db.happened(DeviceRevoked(place_id=place_id, device_id=device_id))


async def device(db: Db, device_id: UUID) -> Device:
    """A device that may send. Raises `DeviceUnknown`."""
    found = await db.maybe(Device, queries.device, device_id=device_id)
    if found is None or found.revoked_at is not None:
        raise DeviceUnknown
    return found


async def saw(db: Db, device_id: UUID) -> None:
    """The device has sent something."""
    await db.run(queries.saw, device_id=device_id, at=db.at)


async def devices(db: Db, place_id: UUID) -> list[Device]:
    """The devices of a place, those in use first."""
    return await db.all(Device, queries.devices, place_id=place_id)


async def author(db: Db, staff_id: UUID, *, sent_by: Staff) -> Staff:
    """Who did what a shared device sends for them, with the roles of that day. Raises `NotFound`."""
    row = await db.one(_Author, queries.author, staff_id=staff_id, on_day=clock.day_of(db.at))
    return Staff(
        kind="staff",
        id=staff_id,
        label=row.name,
        name=row.name,
        request_id=sent_by.request_id,
        sign_in_id=sent_by.sign_in_id,
        roles=row.roles,
        second_factor_at=None,
    )


class _Author(msgspec.Struct):
    name: str
    roles: list[Role]
