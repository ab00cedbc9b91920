"""What raw handlers in front of the framework share: the body, cookies and fields of a request, and its answer.

Sign-in, the same-site check and keys are the functions that framework handlers use; here they read an ASGI scope.
"""

from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from tiemchung.kit.errors import BadInput, DomainError
from tiemchung.web.answers import problem_body
from tiemchung.web.asgi import Receive, Scope, Send
from tiemchung.web.i18n import LANGUAGES

LARGEST_FORM_BYTES = 64 * 1024
_JSON = b"application/json"


class Raw(msgspec.Struct, frozen=True):
    """A request as a raw handler needs it."""

    given: dict[bytes, bytes]
    typed: dict[str, Any]
    cookies: dict[str, str]
    lang: str
    request_id: str

    @property
    def wants_json(self) -> bool:
        """Whether a machine asked: it says so in `accept` or sends JSON."""
        return b"json" in self.given.get(b"accept", b"") or self.given.get(b"content-type", b"").startswith(_JSON)

    def id_of(self, name: str) -> UUID:
        """A field that is an id. Raises `BadInput`."""
        try:
            return UUID(str(self.typed.get(name, "")))
        except ValueError:
            raise BadInput(field=name, rule="uuid") from None

    @property
    def key(self) -> UUID:
        """The idempotency key: header `Idempotency-Key` or field `id`. Raises `BadInput`."""
        if header := self.given.get(b"idempotency-key"):
            self.typed["id"] = header.decode("latin-1")
        return self.id_of("id")


async def read(scope: Scope, receive: Receive) -> Raw:
    """Read a form post or a JSON object. Raises `BadInput`."""
    given = dict(scope["headers"])
    body = await _body(receive)
    cookies = _cookies(given.get(b"cookie", b"").decode("latin-1"))
    lang = scope.get("lang") or cookies.get("lang", "vi")
    return Raw(
        given=given,
        typed=_typed(body, given.get(b"content-type", b"")),
        cookies=cookies,
        lang=lang if lang in LANGUAGES else "vi",
        request_id=scope.get("request_id", ""),
    )


async def answer_json(send: Send, status: int, body: object, *, media_type: bytes = _JSON) -> None:
    """A body for a machine."""
    await answer(send, status, msgspec.json.encode(body), [(b"content-type", media_type)])


async def answer_problem(send: Send, error: DomainError, request_id: str) -> None:
    """A refusal for a machine (RFC 9457)."""
    await answer_json(send, error.status, problem_body(error, request_id), media_type=b"application/problem+json")


async def answer_see_other(send: Send, location: str) -> None:
    """Send the reader on after a write."""
    await answer(send, 303, b"", [(b"location", location.encode())])


async def answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """An answer that nobody keeps."""
    always = [(b"cache-control", b"no-store"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *always]})
    await send({"type": "http.response.body", "body": body})


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_FORM_BYTES:
            raise BadInput(field="body", rule=f"<= {LARGEST_FORM_BYTES} bytes")
    return body


def _typed(body: bytes, content_type: bytes) -> dict[str, Any]:
    if content_type.startswith(_JSON):
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise BadInput(field="body", rule="JSON object") from None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        raise BadInput(field="body", rule="application/x-www-form-urlencoded") from None


def _cookies(header: str) -> dict[str, str]:
    # The standard's parser stops at the first cookie that it does not like; ours are plain names and values.
    if '"' in header:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs if name}
