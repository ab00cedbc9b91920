"""E-mail over SMTP; TLS from the start (`smtps://`) or on the way (`smtp://` with STARTTLS where it is offered)."""

import asyncio
import smtplib
from email.message import EmailMessage
from pathlib import Path
from ssl import create_default_context
from urllib.parse import urlsplit

from tiemchung.domain.messaging.model import Gone, NotTaken, Waiting
from tiemchung.settings import Settings

_SECONDS = 5
SUBJECTS = {"vi": "Tin nhắn từ Tiêm Chủng", "en": "A message from Tiêm Chủng"}


class Smtp:
    """A mail server at an address, with a login where it asks for one."""

    name = "smtp"

    def __init__(self, url: str, sender: str, password: str = "") -> None:
        self._url, self._sender, self._password = urlsplit(url), sender, password

    async def carry(self, message: Waiting) -> str:
        """Hand a message to the mail server. Raises `NotTaken`, `Gone`."""
        receipt = f"<{message.message_id}@{self._sender.rpartition('@')[2]}>"
        try:
            await asyncio.to_thread(self._send, message, receipt)
        except smtplib.SMTPRecipientsRefused as refused:
            raise Gone("recipient refused") from refused
        except (smtplib.SMTPException, OSError) as away:
            raise NotTaken(type(away).__name__) from away
        return receipt

    def _send(self, message: Waiting, receipt: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.address, SUBJECTS[message.lang]
        mail["Message-ID"] = receipt
        mail.set_content(message.body)
        host, secure = self._url.hostname or "localhost", self._url.scheme == "smtps"
        port = self._url.port or (465 if secure else 25)
        context = create_default_context()
        opened = (
            smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=_SECONDS)
        )
        with opened as server:
            server.ehlo()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
            if self._url.username:
                server.login(self._url.username, self._password)
            server.send_message(mail)


def from_settings(chosen: Settings) -> Smtp:
    """The mail server that the settings name."""
    password = Path(chosen.smtp_password_file).read_text(encoding="utf-8").strip() if chosen.smtp_password_file else ""
    return Smtp(chosen.smtp_url, chosen.smtp_sender, password)
