"""The certificate check as an installable app that works without a network: its manifest and its worker."""

from importlib.resources import files
from typing import Any

import msgspec
from litestar import Response, get

from tiemchung.web.assets import assets
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, language, words

_WORKER = (files("tiemchung.portal") / "static" / "check_worker.js").read_text(encoding="utf-8")
_WANTED = ("js/certificate/", "fonts/", "vendor/zxing")
_FILES = (
    "css/check.css",
    "css/print.css",
    "icons.svg",
    "img/drum-white.svg",
    "img/favicon.svg",
    "js/components/code-scanner.js",
)
_SCRIPT = "portal/check.js"
_ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


@get("/kiem-tra/app.webmanifest", opt=public)
async def manifest(request: Web) -> Response[dict[str, Any]]:
    """Name, colours and icons of the installed app."""
    _, here = words(request), _page(request)
    body = {
        "id": here,
        "name": _("Kiểm tra chứng nhận tiêm chủng"),
        "short_name": _("Kiểm tra chứng nhận"),
        "lang": language(request),
        "start_url": here,
        "scope": here,
        "display": "standalone",
        "background_color": "#F4F7F6",
        "theme_color": "#084842",
        "icons": [
            {"src": assets().url(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in _ICONS
        ],
    }
    return Response(body, media_type="application/manifest+json", headers={"cache-control": "no-cache"})


@get("/kiem-tra/sw.js", opt=public)
async def worker(request: Web) -> Response[bytes]:
    """The worker with the files of this release, so that another release is another worker."""
    known = assets()
    kept = [
        path for path in sorted(known.files) if path.startswith(_WANTED) and not path.endswith((".txt", ".LICENSE"))
    ]
    release = {
        "cache": f"check{_page(request).replace('/', '-')}-{known.release}",
        "page": _page(request),
        "files": [known.url(path) for path in (*_FILES, _SCRIPT, *kept)],
    }
    body = f"const RELEASE = {msgspec.json.encode(release).decode()}\n{_WORKER}"
    headers = {"cache-control": "no-cache", "service-worker-allowed": _page(request)}
    return Response(body.encode(), media_type="text/javascript; charset=utf-8", headers=headers)


def _page(request: Web) -> str:
    """Where the page lives: the English one has a worker of its own."""
    return "/en/kiem-tra" if request.scope.get("lang") == "en" else "/kiem-tra"


routes = [manifest, worker]
