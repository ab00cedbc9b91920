"""What makes the health book an installable app: its manifest, its worker, and the page it shows without a network."""

from importlib.resources import files
from typing import Any

from litestar import Response, get

from tiemchung.web.assets import assets
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, language, page, words

_WORKER = (files("tiemchung.health_book") / "static" / "service_worker.js").read_bytes()


@get("/so-suc-khoe/app.webmanifest", opt=public)
async def manifest(request: Web) -> Response[dict[str, Any]]:
    """Name, colours, icon and shortcuts of the installed app."""
    _ = words(request)
    body = {
        "id": "/so-suc-khoe/",
        "name": "Sổ Tiêm Chủng",
        "short_name": "Sổ Tiêm Chủng",
        "lang": language(request),
        "start_url": "/so-suc-khoe/",
        "scope": "/so-suc-khoe/",
        "display": "standalone",
        "background_color": "#F4F7F6",
        "theme_color": "#084842",
        "icons": [
            _icon("icon-192.png", "192x192"),
            _icon("icon-512.png", "512x512"),
            _icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            {"name": _("Mã check-in"), "url": "/so-suc-khoe/ma-qr"},
            {"name": _("Lịch hẹn"), "url": "/so-suc-khoe/lich-hen"},
        ],
    }
    return Response(body, media_type="application/manifest+json", headers={"cache-control": "no-cache"})


@get("/so-suc-khoe/sw.js", opt=public)
async def worker() -> Response[bytes]:
    """The worker, at the root of the door that it covers."""
    headers = {"cache-control": "no-cache"}
    facts = {b"{release}": assets().release, b"{icon}": assets().url("img/icon-192.png")}
    body = _WORKER
    for name, value in facts.items():
        body = body.replace(name, value.encode())
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


@get("/so-suc-khoe/ngoai-tuyen", opt=public)
async def offline(request: Web) -> Response[bytes]:
    """The page that the worker keeps for the time without a network; nothing personal stands on it."""
    return page(request, "health_book/offline.html")


def _icon(name: str, sizes: str, purpose: str = "any") -> dict[str, str]:
    return {"src": assets().url(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


routes = [manifest, worker, offline]
