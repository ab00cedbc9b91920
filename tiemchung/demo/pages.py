"""Pages of the demonstration alone: who one can be with the codes of second factors, and the gallery of components."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from pyotp.totp import TOTP

from tiemchung.demo import accounts, registry
from tiemchung.demo.inbox import inbox
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.settings import settings
from tiemchung.web import gallery
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page, words


@get("/demo/", opt=public)
async def people(db: Db, request: Web) -> Response[bytes]:
    """The accounts and their second factors. Raises `NotFound` outside the demonstration."""
    if not settings().demo:
        raise NotFound
    found = await accounts.accounts(db)
    codes = {person.login: TOTP(person.totp).at(clock.now()) for person in found if person.totp}
    return page(request, "demo.html", people=found, codes=codes)


@get("/demo/bo-thanh-phan", opt=public)
async def components(request: Web) -> Response[bytes]:
    """Every component in every state. Raises `NotFound` outside the demonstration."""
    if not settings().demo:
        raise NotFound
    sample = gallery.sample(words(request))
    return page(request, "gallery.html", form={}, **sample)  # pyright: ignore[reportArgumentType] — names, not status


routes: list[ControllerRouterHandler] = [people, inbox, components, registry.answer]
