"""SMS over a provider's HTTP address: JSON with our id as the idempotency key, a bearer token, a receipt in the answer.

POST {"id", "to", "text", "sender"} → {"receipt": "…"}; 4xx: never, 429 and 5xx: later. Delivery reports and replies come back
to `/api/tin-nhan/bao-phat` and `/api/tin-nhan/tra-loi`.
"""

from pathlib import Path

import httpx
import msgspec

from tiemchung.domain.messaging.model import Gone, NotTaken, Waiting
from tiemchung.settings import Settings

_SECONDS = 5
SENDER = "TIEMCHUNG"


class Taken(msgspec.Struct, frozen=True):
    """The provider's answer."""

    receipt: str


class SmsHttp:
    """A provider at an address, with the token that it gave us."""

    name = "sms_http"

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    async def carry(self, message: Waiting) -> str:
        """Hand a message to the provider. Raises `NotTaken`, `Gone`."""
        body = {"id": str(message.message_id), "to": message.address, "text": message.body, "sender": SENDER}
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": str(message.message_id)}
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, headers=headers) as client:
                answer = await client.post(self._url, json=body)
        except httpx.HTTPError as away:
            raise NotTaken(type(away).__name__) from away
        if answer.status_code == 429 or answer.status_code >= 500:
            raise NotTaken(f"HTTP {answer.status_code}")
        if answer.status_code >= 400:
            raise Gone(f"HTTP {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=Taken).receipt
        except msgspec.MsgspecError as wrong:
            raise NotTaken("answer without a receipt") from wrong


def from_settings(chosen: Settings) -> SmsHttp:
    """The provider that the settings name."""
    return SmsHttp(chosen.sms_url, Path(chosen.sms_token_file).read_text(encoding="ascii").strip())
