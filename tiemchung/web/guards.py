"""Who may call what: every handler names its access, and one that names none is closed.

@get("/diem-tiem/kho", opt=staff("storekeeper"))      a role
@get("/so-suc-khoe", opt=citizen)                     any signed-in citizen
@get("/", opt=public)                                 everybody
"""

import time
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tiemchung.domain import access
from tiemchung.kit.db import Database
from tiemchung.kit.errors import Forbidden, SignInNeeded
from tiemchung.web.asgi import Scope
from tiemchung.web.limits import Limit
from tiemchung.web.security import check_address, check_same_site

CITIZEN_COOKIE = "tc_citizen"
STAFF_COOKIE = "tc_staff"

public: dict[str, Any] = {"access": "public"}
# Everybody, but one address not too often: what is looked up by a code, and what anybody may send.
limited: dict[str, Any] = {"access": "public", "limited": True}
citizen: dict[str, Any] = {"access": "citizen"}
# Open to everybody; a citizen who is signed in acts as themselves there.
anyone: dict[str, Any] = {"access": "public", "knows_citizens": True}


def staff(*roles: str) -> dict[str, Any]:
    """Staff with one of these roles; with none named, any member of staff."""
    return {"access": "staff", "roles": frozenset(roles)}


async def deny_by_default(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of all routes. Raises `SignInNeeded`, `Forbidden`, `CrossSite`, `BadInput` or `TooManyRequests`."""
    check_same_site(cast("Scope", connection.scope))
    check_address(cast("Scope", connection.scope))
    needed = handler.opt.get("access")
    database: Database = connection.app.state.database
    if needed == "public":
        if handler.opt.get("limited"):
            limit: Limit = connection.app.state.limit
            limit.take(connection.client.host if connection.client else "", time.monotonic())
        if handler.opt.get("knows_citizens"):
            connection.state.actor = await _citizen_if_any(database, connection)
        return
    if needed == "citizen":
        connection.state.actor = await citizen_of(database, connection)
    elif needed == "staff":
        member = await staff_of(database, connection)
        if handler.opt["roles"] and not member.has(*handler.opt["roles"]):
            raise Forbidden
        connection.state.actor = member
    else:
        raise Forbidden


async def citizen_of(database: Database, connection: ASGIConnection[Any, Any, Any, Any]) -> access.Citizen:
    """The signed-in citizen of a request. Raises `SignInNeeded`."""
    found = await _citizen_if_any(database, connection)
    if found is None:
        raise SignInNeeded
    return found


async def staff_of(database: Database, connection: ASGIConnection[Any, Any, Any, Any]) -> access.Staff:
    """The signed-in member of staff of a request. Raises `SignInNeeded`."""
    found = None
    if token := connection.cookies.get(STAFF_COOKIE):
        async with database.statement() as db:
            found = await access.staff(db, token, request_id=connection.scope.get("request_id", ""))
    if found is None:
        raise SignInNeeded
    return found


async def _citizen_if_any(database: Database, connection: ASGIConnection[Any, Any, Any, Any]) -> access.Citizen | None:
    token = connection.cookies.get(CITIZEN_COOKIE)
    if token is None:
        return None
    async with database.statement() as db:
        return await access.citizen(db, token, request_id=connection.scope.get("request_id", ""))
