"""Acts that a device kept while it had no line: sealed to the server, signed by the device, each with its author.

The letter holds `{"text": …, "signature": …}`; the text is the command as JSON with `device_id` and `staff_id`. Who sends it
need not be who did it: tablets are shared. The device's signature says that its author had unlocked it.
"""

from base64 import b64decode
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec

from tiemchung.domain import access
from tiemchung.domain.access import DeviceUnknown, Staff
from tiemchung.kit import letters
from tiemchung.kit.db import Database
from tiemchung.kit.errors import BadInput, DomainError

KIND = "sealed"
LATEST = timedelta(seconds=60)
OLDEST = timedelta(days=14)


class LetterUnreadable(DomainError):
    """The letter was sealed to another server, or was changed on its way."""

    sentence = "Không đọc được bản ghi này: nó được niêm phong cho hệ thống khác hoặc đã bị sửa."
    status = 422
    field = "letter"
    rule = "sealed_to_this_server"


class Letter(msgspec.Struct, frozen=True):
    """The body of a sealed command, in base64."""

    letter: str


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter says."""

    id: UUID
    kind: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    body: dict[str, Any]
    device_id: UUID
    staff_id: UUID


class _Signed(msgspec.Struct, frozen=True):
    text: str
    signature: str


async def opened(database: Database, command_id: UUID, body: dict[str, Any], sent_by: Staff) -> tuple[Act, Staff]:
    """What was done and by whom. Raises `LetterUnreadable`, `DeviceUnknown`, `BadInput`, `NotFound`."""
    act, signed = _read(database, command_id, body)
    async with database.transaction(sent_by) as db:
        device = await access.devices.device(db, act.device_id)
        if not letters.is_signed(signed.text.encode(), b64decode(signed.signature), device.public_key):
            raise LetterUnreadable
        author = (
            sent_by if act.staff_id == sent_by.id else await access.devices.author(db, act.staff_id, sent_by=sent_by)
        )
        if not any(role.place_id == device.place_id for role in author.roles):
            raise DeviceUnknown
        await access.devices.saw(db, act.device_id)
    return act, author


def moment(at: datetime, device_clock: datetime | None, now: datetime) -> datetime:
    """When an act happened by the server's clock: the device's moment, moved by how far its clock is off now.

    An act of the last minute happened now; nothing happens in the future. Raises `BadInput` for one past two weeks.
    """
    happened = at + (now - device_clock if device_clock else timedelta())
    if happened > now - LATEST:
        return now
    if happened < now - OLDEST:
        raise BadInput(field="at", rule=f">= {(now - OLDEST).isoformat()}")
    return happened


def _read(database: Database, command_id: UUID, body: dict[str, Any]) -> tuple[Act, _Signed]:
    try:
        letter = b64decode(msgspec.convert(body, Letter).letter, validate=True)
        plain = database.keys.letters.open(letter, str(command_id).encode())
        signed = msgspec.json.decode(plain, type=_Signed)
        act = msgspec.json.decode(signed.text, type=Act)
    except (msgspec.MsgspecError, ValueError, letters.Unreadable) as wrong:
        raise LetterUnreadable from wrong
    if act.id != command_id:
        raise LetterUnreadable
    return act, signed
