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
    lang: str
    address: str
    body: str


class MessageQueued(Event, frozen=True, kw_only=True, tag="messaging.queued"):
    """A message waits in the outbox; it goes out after the act has committed."""

    message_id: UUID
    template: str


class ReplyReceived(Event, frozen=True, kw_only=True, tag="messaging.replied"):
    """Somebody answered one of our messages; who is known by the outbox alone."""

    kind_of_reply: str


class NotTaken(Exception):
    """A gateway did not take a message; it may be tried again."""


class Gone(Exception):
    """A gateway will never take this message: the address is not there any more."""


class TemplateMissing(DomainError):
    """No text of this name is in force."""

    sentence = "Chưa có mẫu tin nhắn {template}."
    status = 500
