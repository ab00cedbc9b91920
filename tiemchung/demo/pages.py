"""Pages of the demonstration alone: who one can be, with the codes that their second factors show now."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from pyotp.totp import TOTP

from tiemchung.demo import accounts
from tiemchung.demo.inbox import inbox
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.settings import settings
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page


@get("/demo/", opt=public)
async def people(db: Db, request: Web) -> Response[bytes]:
    """The accounts and their second factors. Raises `NotFound` outside the demonstration."""
    if not settings().demo:
        raise NotFound
    found = await accounts.accounts(db)
    codes = {person.login: TOTP(person.totp).at(clock.now()) for person in found if person.totp}
    return page(request, "demo.html", people=found, codes=codes)


routes: list[ControllerRouterHandler] = [people, inbox]
