"""Static files: read once, compressed once, served from memory under `/s/<release>/` for a year.

The release is a hash of all of them, so that a new file has a new address. A surface's style sheet is the
concatenation named in `css/surfaces.toml`, without its comments: one request a page, no build step.
"""

import gzip
import hashlib
import mimetypes
import re
import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from tiemchung.web.asgi import Receive, Scope, Send

mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("font/woff2", ".woff2")

_COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
_COMPRESSED_ALREADY = (".woff2", ".png", ".jpg")
_FOLDERS = {
    "": "tiemchung.web",
    "health_book/": "tiemchung.health_book",
    "portal/": "tiemchung.portal",
    "immunization_support/": "tiemchung.immunization_support",
}


class Asset(msgspec.Struct, frozen=True):
    """A static file as it goes over the wire."""

    body: bytes
    gzipped: bytes | None
    media_type: str


class Assets(msgspec.Struct, frozen=True):
    """All static files by path, and the release they make."""

    release: str
    files: dict[str, Asset]

    def url(self, path: str) -> str:
        """The address of a static file. Raises `KeyError` for one that is not there."""
        if path not in self.files:
            raise KeyError(path)
        return f"/s/{self.release}/{path}"


@cache
def assets() -> Assets:
    """The static files of this process."""
    found: dict[str, bytes] = {}
    for prefix, package in _FOLDERS.items():
        folder = files(package) / "static"
        if folder.is_dir():
            found |= {prefix + path: file.read_bytes() for path, file in _walk(folder)}
    surfaces = tomllib.loads(found.pop("css/surfaces.toml").decode())
    for surface, parts in surfaces.items():
        whole = b"\n".join(found[f"css/{part}"] for part in parts["files"])
        found[f"css/{surface}.css"] = _COMMENT.sub(b"", whole)
    release = hashlib.sha256(b"".join(hashlib.sha256(p.encode() + b).digest() for p, b in sorted(found.items())))
    return Assets(release.hexdigest()[:12], {path: _asset(path, body) for path, body in found.items()})


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `/s/<release>/<path>`; an address of another release gets the file too, without the year."""
    _, _, release, path = scope["path"].split("/", 3) if scope["path"].count("/") > 2 else ("", "", "", "")
    found = assets().files.get(path)
    if found is None:
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    lasting = b"public, max-age=31536000, immutable" if release == assets().release else b"no-cache"
    headers = [
        (b"content-type", found.media_type.encode()),
        (b"cache-control", lasting),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
    ]
    body = found.body
    if found.gzipped is not None and b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""):
        body = found.gzipped
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _walk(folder: Traversable, prefix: str = "") -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        found += _walk(entry, f"{prefix}{entry.name}/") if entry.is_dir() else [(prefix + entry.name, entry)]
    return found


def _asset(path: str, body: bytes) -> Asset:
    guessed = mimetypes.guess_type(path)[0] or "application/octet-stream"
    media_type = f"{guessed}; charset=utf-8" if guessed.startswith("text/") or guessed.endswith("json") else guessed
    return Asset(body, None if path.endswith(_COMPRESSED_ALREADY) else gzip.compress(body, 9, mtime=0), media_type)
