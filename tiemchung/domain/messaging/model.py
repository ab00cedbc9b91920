"""A message and what is said about it."""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its reader gets it."""

    message_id: UUID
    template: str
    lang: str
    body: str
    state: str
    created_at: datetime
    sent_at: datetime | None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way to a gateway."""

    message_id: UUID
    channel: str
    address: str
    body: str


class MessageQueued(Event, frozen=True, kw_only=True, tag="messaging.queued"):
    """A message waits in the outbox; it goes out after the act has committed."""

    message_id: UUID
    template: str


class TemplateMissing(DomainError):
    """No text of this name is in force."""

    sentence = "Chưa có mẫu tin nhắn {template}."
    status = 500
