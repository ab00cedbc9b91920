"""Checking a certificate: on the device by a script, without one here. What is shown is no more than a checker needs."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import certificates
from tiemchung.domain.certificates import Trust, Verdict
from tiemchung.domain.certificates.posters import Poster
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
    """How a verdict is told: kind is ok, warn or bad, about a certificate or a session; both sentences are message ids."""

    name: str
    kind: str
    title: str
    detail: str
    about: str = "certificate"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its poster's code tells it."""

    site: str
    address: str
    when: str
    product: str


# Where the square on a poster leads; what follows is its code.
POSTER = "/kiem-tra/phien/"
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
    "session": "Phiên tiêm chính thức",
    "session_past": "Phiên tiêm đã qua",
    "session_cancelled": "Phiên tiêm đã hủy",
    "session_none": "Không phải phiên tiêm của hệ thống",
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
    "session": "Chữ ký đúng, chưa bị hủy. Hãy so với nơi bạn đang đứng",
    "session_past": "Chữ ký đúng, nhưng phiên này đã kết thúc",
    "session_cancelled": "Không ai tiêm ở đây theo áp phích này",
    "session_none": "Mã bị sửa, hoặc không do hệ thống ký",
}
_AMBER = ("stale", "rules", "expired", "not_yet_valid", "no_lists", "session_past")
_KINDS = {"ask": "", "valid": "ok", "session": "ok"} | dict.fromkeys(_AMBER, "warn")
VIEWS = {
    name: View(
        name=name,
        kind=_KINDS.get(name, "bad"),
        title=title,
        detail=WORDS[name],
        about="session" if name.startswith("session") else "certificate",
    )
    for name, title in TITLES.items()
}
# What a check of a poster found, as it is told; the rest is none of ours.
SESSIONS = {"valid": "session", "expired": "session_past", "revoked": "session_cancelled"}


@get("/kiem-tra", opt=public)
async def ask(db: Db, request: Web) -> Response[bytes]:
    """The page: scanner and form, with the words of every verdict for its script."""
    return await _page(db, request, Filled[Any]())


@get(f"{POSTER}{{code:str}}", opt=public)
async def of_poster(db: Db, request: Web, code: str) -> Response[bytes]:
    """What the square on a session's poster leads to: where, when and with which vaccine, or that it is none of ours.

    Without a network the worker answers with the page, whose script reads the code in the address itself.
    """
    return await genuine(db, request, code)


@post("/kiem-tra", opt=public)
async def check(db: Db, request: Web) -> Response[bytes]:
    """The verdict, for browsers without JavaScript. Nothing of the code is kept."""
    form = await read(request, CHECK)
    if form.errors:
        return await _page(db, request, form, status=422)
    if POSTER in form.value.code:
        return await genuine(db, request, form.value.code.partition(POSTER)[2].strip())
    verdict = await certificates.check(db, form.value.code, others=_others(), business=certificates.rules.public())
    return await _page(db, request, form, name=verdict.verdict, verdict=verdict)


async def genuine(db: Db, request: Web, code: str) -> Response[bytes]:
    """Whether the session of a poster's code is one of ours; 404 when it is not."""
    found = await certificates.posters.check(db, code)
    name = SESSIONS.get(found.verdict, "session_none")
    seen = found.poster if name != "session_none" else None
    status = 404 if seen is None else 200
    return await _page(db, request, Filled[Any](), name=name, poster=seen, status=status)


async def _page(
    db: Db,
    request: Web,
    form: Filled[Any],
    *,
    name: str = "ask",
    verdict: Verdict | None = None,
    poster: Poster | None = None,
    status: int = 200,
) -> Response[bytes]:
    key = await certificates.lists.list_key(db)
    view = VIEWS.get(name, VIEWS["unreadable"])
    if view.name == "unreadable":
        verdict = None
    return page(
        request,
        "portal/check.html",
        status=status,
        form=form,
        view=view,
        views=list(VIEWS.values()),
        session=_seen(poster) if poster else None,
        holder=_holder(verdict.payload) if verdict and verdict.payload else None,
        entry=_entry(verdict.payload) if verdict and verdict.payload else None,
        issuer=verdict.issuer if verdict else "",
        expires=text.day(verdict.expires_at) if verdict and verdict.expires_at else "",
        list_at=text.moment(db.at) if poster or (verdict and verdict.payload) else "",
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
        "born": _written(born) or "–",
    }


def _entry(payload: dict[str, Any]) -> dict[str, str] | None:
    """The kind of a certificate (v, t, r), and for a test or a recovery since when it counts."""
    held = [(kind, payload[kind][0]) for kind in "vtr" if isinstance(payload.get(kind), list) and payload[kind]]
    if not held or not isinstance(held[0][1], dict):
        return None
    kind, one = held[0]
    days = {"v": "", "t": _written(one.get("sc")), "r": f"{_written(one.get('df'))} – {_written(one.get('du'))}"}
    return {"kind": kind, "when": days[kind]}


def _written(iso: object) -> str:
    """A date as people write it, of a date or time as certificates do."""
    return "/".join(reversed(iso[:10].split("-"))) if isinstance(iso, str) else ""


def _seen(poster: Poster) -> Seen:
    """As the script writes it, in the same words."""
    hours = f"{text.hour(poster.starts_at)}–{text.hour(poster.ends_at)}"
    when = f"{hours}, {text.day(poster.starts_at)}"
    return Seen(site=poster.site, address=poster.address, when=when, product=poster.product)


def _others() -> Trust:
    """Signers of other issuers whose certificates were put into the folder."""
    folder = settings().folder / "trust"
    names = tuple(sorted(file.name for file in folder.iterdir())) if folder.is_dir() else ()
    return _read(names)


@cache
def _read(names: Sequence[str]) -> Trust:
    """Read again only when a certificate was put there or taken away."""
    return certificates.from_folder(settings().folder / "trust") if names else {}


routes: list[ControllerRouterHandler] = [ask, check, of_poster]
