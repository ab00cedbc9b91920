"""Messages to citizens: texts in two languages, an outbox committed with the act, gateways that carry it out."""

from tiemchung.domain.messaging.actions import deliver, inbox, send, tell
from tiemchung.domain.messaging.model import Message, MessageQueued, TemplateMissing

__all__ = ["Message", "MessageQueued", "TemplateMissing", "deliver", "inbox", "send", "tell"]
