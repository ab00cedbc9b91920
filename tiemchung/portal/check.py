"""Checking a certificate: the code pasted or photographed; what is shown is no more than a checker needs."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import certificates
from tiemchung.domain.certificates import Trust, Verdict
from tiemchung.kit.db import Db
from tiemchung.settings import settings
from tiemchung.web.fields import exact
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A code to check."""

    code: str


CHECK = Form(Check, code=Field("Nội dung mã QR", exact(4296)))
WORDS = {
    "valid": "Chứng nhận hợp lệ",
    "expired": "Chứng nhận đã hết hạn",
    "revoked": "Chứng nhận đã bị thu hồi",
    "unknown_key": "Không rõ nơi cấp",
    "key_expired": "Khóa ký đã hết hạn",
    "signature": "Chữ ký không đúng: nội dung đã bị sửa",
    "not_yet_valid": "Chứng nhận chưa có hiệu lực",
}


@get("/kiem-tra", opt=public)
async def ask(request: Web) -> Response[bytes]:
    """The form."""
    return _page(request, Filled[Any](), None)


@post("/kiem-tra", opt=public)
async def check(db: Db, request: Web) -> Response[bytes]:
    """The verdict. Nothing of the code is kept."""
    form = await read(request, CHECK)
    if form.errors:
        return _page(request, form, None, status=422)
    verdict = await certificates.check(db, form.value.code, others=_trusted())
    return _page(request, form, verdict)


def _page(request: Web, form: Filled[Any], verdict: Verdict | None, *, status: int = 200) -> Response[bytes]:
    entry: dict[str, Any] = {}
    if verdict is not None and verdict.payload is not None and verdict.payload.get("v"):
        entry = verdict.payload["v"][0]
    return page(
        request,
        "portal/check.html",
        status=status,
        form=form,
        verdict=verdict,
        entry=entry,
        words=WORDS.get(verdict.verdict, "Đây không phải mã chứng nhận tiêm chủng") if verdict else "",
    )


def _trusted() -> Trust:
    folder = settings().folder / "trust"
    names = tuple(sorted(file.name for file in folder.iterdir())) if folder.is_dir() else ()
    return _read(str(folder), names)


@cache
def _read(folder: str, names: Sequence[str]) -> Trust:
    """Read again only when a certificate was published or taken away."""
    return certificates.from_folder(settings().folder / "trust") if names else {}


routes: list[ControllerRouterHandler] = [ask, check]
