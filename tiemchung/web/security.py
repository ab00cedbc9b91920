"""What stands in front of every request: an id, a size limit, the same-site check of writes, the security headers.

A write must come from our own pages. Browsers say so themselves (`Sec-Fetch-Site`; `Origin` in older ones), cookies are
SameSite=Lax, and no page needs a token in its forms, so that pages can be made once and served to everybody.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from structlog.contextvars import bind_contextvars

from tiemchung.kit.errors import BadInput, CrossSite
from tiemchung.kit.ids import uuid7
from tiemchung.web.asgi import App, Headers, Message, Receive, Scope, Send
from tiemchung.web.uploads import LARGEST_UPLOAD_BYTES, UPLOAD_PATHS

LARGEST_BODY_BYTES = 12 * 1024 * 1024
_SAFE = {"GET", "HEAD", "OPTIONS"}
_REQUEST_ID = re.compile(r"[\w-]{8,64}")

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=31536000"),
]
_FRAMED = [*HEADERS, (b"content-security-policy", POLICY.encode())]
_UNFRAMED = [*HEADERS, (b"content-security-policy", f"{POLICY}; frame-ancestors 'none'".encode())]


def guarded(app: App) -> App:
    """The application behind its checks; lifespan and other messages pass through."""

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        scope["request_id"] = _request_id(given)
        # Every line that this request logs carries its id; addresses are logged without their queries.
        bind_contextvars(request_id=scope["request_id"], method=scope["method"], path=scope["path"])
        _choose_language(scope)
        length = given.get("content-length", "0")
        largest = LARGEST_UPLOAD_BYTES if scope["path"].startswith(UPLOAD_PATHS) else LARGEST_BODY_BYTES
        if not length.isdecimal() or int(length) > largest:
            await _refuse(send, 413, b"413: too large")
            return
        extra = [*security_headers(scope["path"]), (b"x-request-id", scope["request_id"].encode())]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await app(scope, receive, with_headers)

    return front


def security_headers(path: str) -> Headers:
    """The security headers of an answer; `/nhung/` alone may stand in other sites' frames."""
    return _FRAMED if path.startswith("/nhung/") else _UNFRAMED


def check_same_site(scope: Scope) -> None:
    """Raises `CrossSite` for a write that another site's page sent."""
    if scope["method"] in _SAFE:
        return
    given = dict(scope["headers"])
    site = given.get(b"sec-fetch-site", b"").decode()
    origin = given.get(b"origin", b"").decode()
    if site:
        if site not in {"same-origin", "none"}:
            raise CrossSite
    elif origin and urlsplit(origin).netloc != given.get(b"host", b"").decode():
        raise CrossSite


def check_address(scope: Scope) -> None:
    """Raises `BadInput` for an address with a NUL in it: no text of ours has one, and PostgreSQL keeps none."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    for field, typed in (("URL", scope["path"]), *asked):
        if "\x00" in field + typed:
            raise BadInput(field=field.replace("\x00", ""), rule="NUL (%00)")


def _request_id(given: dict[str, str]) -> str:
    offered = given.get("x-request-id", "")
    return offered if _REQUEST_ID.fullmatch(offered) else str(uuid7())


def _choose_language(scope: Scope) -> None:
    if scope["path"] == "/en" or scope["path"].startswith("/en/"):
        scope["lang"] = "en"
        scope["path"] = scope["path"][3:] or "/"
        scope["raw_path"] = scope["path"].encode()


async def _refuse(send: Send, status: int, words: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(words)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
