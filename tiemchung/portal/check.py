"""Checking a certificate: on the device by a script, without one here. What is shown is no more than a checker needs."""

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
from tiemchung.web import text
from tiemchung.web.fields import exact
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import public
from tiemchung.web.pages import Web, page


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A code to check."""

    code: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a verdict is told: kind is ok, warn or bad; both sentences are message ids."""

    name: str
    kind: str
    title: str
    detail: str


CHECK = Form(Check, code=Field("Nội dung mã QR", exact(4296)))
# The words of each verdict; all that say only that this is no certificate share one.
TITLES = {
    "ask": "Kiểm tra chứng nhận",
    "valid": "Hợp lệ",
    "stale": "Chưa chắc chắn",
    "rules": "Chưa đạt quy tắc",
    "revoked": "Đã thu hồi",
    "expired": "Đã hết hạn",
    "not_yet_valid": "Chưa có hiệu lực",
    "unknown_key": "Không rõ nơi cấp",
    "key_expired": "Khóa ký đã hết hạn",
    "key_usage": "Khóa ký sai mục đích",
    "signature": "Chữ ký không đúng",
    "unreadable": "Không phải chứng nhận",
    "no_lists": "Cần mạng lần đầu",
}
WORDS = {
    "ask": "Biết thật hay giả, không cần tài khoản",
    "valid": "Chữ ký đúng, chưa bị thu hồi",
    "stale": "Chữ ký đúng, nhưng danh sách thu hồi đã cũ",
    "rules": "Chữ ký đúng, nhưng chưa đủ liều hoặc trái quy tắc công bố",
    "revoked": "Không chấp nhận chứng nhận này",
    "expired": "Cần chứng nhận được cấp lại",
    "not_yet_valid": "Thời điểm cấp nằm sau giờ của thiết bị này",
    "unknown_key": "Khóa ký không có trong danh sách tin cậy",
    "key_expired": "Không chấp nhận chứng nhận này",
    "key_usage": "Khóa này không được ký loại chứng nhận này",
    "signature": "Nội dung đã bị sửa hoặc làm giả",
    "unreadable": "Mã này không phải chứng nhận tiêm chủng",
    "no_lists": "Thiết bị chưa có danh sách khóa ký",
}
_KINDS = {"ask": "", "valid": "ok"} | dict.fromkeys(("stale", "rules", "expired", "not_yet_valid", "no_lists"), "warn")
VIEWS = {
    name: View(name=name, kind=_KINDS.get(name, "bad"), title=title, detail=WORDS[name])
    for name, title in TITLES.items()
}


@get("/kiem-tra", opt=public)
async def ask(db: Db, request: Web) -> Response[bytes]:
    """The page: scanner and form, with the words of every verdict for its script."""
    return await _page(db, request, Filled[Any](), None)


@post("/kiem-tra", opt=public)
async def check(db: Db, request: Web) -> Response[bytes]:
    """The verdict, for browsers without JavaScript. Nothing of the code is kept."""
    form = await read(request, CHECK)
    if form.errors:
        return await _page(db, request, form, None, status=422)
    verdict = await certificates.check(db, form.value.code, others=_others(), business=certificates.rules.public())
    return await _page(db, request, form, verdict)


async def _page(
    db: Db, request: Web, form: Filled[Any], verdict: Verdict | None, *, status: int = 200
) -> Response[bytes]:
    key = await certificates.lists.list_key(db)
    name = verdict.verdict if verdict else "ask"
    return page(
        request,
        "portal/check.html",
        status=status,
        form=form,
        view=VIEWS.get(name, VIEWS["unreadable"]),
        views=list(VIEWS.values()),
        holder=_holder(verdict.payload) if verdict and verdict.payload else None,
        issuer=verdict.issuer if verdict else "",
        expires=text.day(verdict.expires_at) if verdict and verdict.expires_at else "",
        list_at=text.moment(db.at) if verdict and verdict.payload else "",
        key=msgspec.json.encode(key).decode() if key else "",
        root="/en" if request.scope.get("lang") == "en" else "",
    )


def _holder(payload: dict[str, Any]) -> dict[str, str]:
    """Name and birth date as a certificate has them, whatever its schema says about them."""
    name, born = payload.get("nam"), payload.get("dob")
    parts: dict[str, Any] = name if isinstance(name, dict) else {}
    shown = [parts.get("fn") or parts.get("fnt"), parts.get("gn") or parts.get("gnt")]
    return {
        "name": " ".join(part for part in shown if isinstance(part, str)),
        "born": "/".join(reversed(born.split("-"))) if isinstance(born, str) else "–",
    }


def _others() -> Trust:
    """Signers of other issuers whose certificates were put into the folder."""
    folder = settings().folder / "trust"
    names = tuple(sorted(file.name for file in folder.iterdir())) if folder.is_dir() else ()
    return _read(names)


@cache
def _read(names: Sequence[str]) -> Trust:
    """Read again only when a certificate was put there or taken away."""
    return certificates.from_folder(settings().folder / "trust") if names else {}


routes: list[ControllerRouterHandler] = [ask, check]
