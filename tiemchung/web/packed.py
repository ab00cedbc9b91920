"""JSON for devices that ask again and again: compressed, and answered with "not modified" while nothing has changed."""

import gzip
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Any

import msgspec
from litestar import Response

from tiemchung.kit import clock
from tiemchung.web.pages import Web, takes_gzip

# The lowest level packs a board of a thousand people thirteen to one in two milliseconds; higher ones gain little.
_LEVEL = 1
_SMALL = 1000


def packed(request: Web, content: object) -> Response[bytes]:
    """The content with its tag and the moment of the answer, or `304` to whoever holds it already; kept by nobody between."""
    body = msgspec.json.encode(content)
    tag = f'"{urlsafe_b64encode(blake2b(body, digest_size=12).digest()).decode()}"'
    headers: dict[str, Any] = {
        "cache-control": "no-store",
        "etag": tag,
        "server-clock": clock.now().isoformat(),
        "vary": "accept-encoding",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    if len(body) > _SMALL and takes_gzip(request):
        body = gzip.compress(body, _LEVEL, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, headers=headers, media_type="application/json")
