"""What a gateway is, and which one carries which channel on this installation."""

from typing import Protocol

from tiemchung.domain.messaging import demo_inbox, sms_http, smtp, web_push
from tiemchung.domain.messaging.model import Waiting
from tiemchung.kit.crypto import Keys
from tiemchung.settings import settings


class Gateway(Protocol):
    """Carries messages of one channel out of the house."""

    name: str

    async def carry(self, message: Waiting) -> str:
        """Hand a message over; the receipt it is known by. Raises `NotTaken` (try again) or `Gone` (never again)."""
        ...


def configured(keys: Keys) -> dict[str, Gateway]:
    """The gateways of the channels that the settings name; the demonstration's inbox for those that they do not."""
    chosen = settings()
    found: dict[str, Gateway] = {"push": web_push.WebPush(chosen.push_subject, keys)} if chosen.push_subject else {}
    if chosen.sms_url:
        found["sms"] = sms_http.from_settings(chosen)
    if chosen.smtp_url:
        found["email"] = smtp.from_settings(chosen)
    if chosen.demo:
        found = {channel: demo_inbox.DemoInbox() for channel in ("sms", "email")} | found
    return found
