"""Whose registration form it is: a signed-in citizen's, or that of a browser without an account."""

import secrets

from litestar import Response

from tiemchung.domain import access
from tiemchung.domain.registrations.drafts import KEPT_FOR_GUESTS, Owner
from tiemchung.kit.crypto import digest
from tiemchung.settings import settings
from tiemchung.web.pages import Web

HERE = "/so-suc-khoe/dang-ky"
COOKIE = "tc_guest"


def citizen_of(request: Web) -> access.Citizen | None:
    """Who is signed in, if anybody is."""
    return request.state.get("actor")


def owner_of(request: Web) -> Owner:
    """The account, or the browser; one that has no cookie yet owns nothing."""
    me = citizen_of(request)
    if me is not None:
        return Owner(account_id=me.id)
    return Owner(guest_digest=digest(request.cookies.get(COOKIE) or secrets.token_urlsafe(32)))


def known(request: Web) -> tuple[Owner, str | None]:
    """The owner of a new form, and the cookie that a browser without one gets."""
    if citizen_of(request) is not None or request.cookies.get(COOKIE):
        return owner_of(request), None
    token = secrets.token_urlsafe(32)
    return Owner(guest_digest=digest(token)), token


def remember(answer: Response[object], token: str) -> None:
    """Let the browser find its form again."""
    answer.set_cookie(
        COOKIE,
        token,
        path=HERE,
        max_age=int(KEPT_FOR_GUESTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().tls,
    )
