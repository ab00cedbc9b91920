"""Messages to citizens: texts in two languages, an outbox committed with the act, gateways that carry it out."""

from tiemchung.domain.messaging.actions import (
    forget,
    inbox,
    is_subscribed,
    message_row,
    reached_by_push,
    send,
    stop_email,
    subscribe,
    tell,
    unsubscribe,
)
from tiemchung.domain.messaging.delivery import deliver, deliver_due, received, replied
from tiemchung.domain.messaging.model import Gone, Message, MessageQueued, NotTaken, TemplateMissing, Waiting
from tiemchung.domain.messaging.web_push import Subscription, public_key, sender_key

__all__ = [
    "Gone",
    "Message",
    "MessageQueued",
    "NotTaken",
    "Subscription",
    "TemplateMissing",
    "Waiting",
    "deliver",
    "deliver_due",
    "forget",
    "inbox",
    "is_subscribed",
    "message_row",
    "public_key",
    "reached_by_push",
    "received",
    "replied",
    "send",
    "sender_key",
    "stop_email",
    "subscribe",
    "tell",
    "unsubscribe",
]
