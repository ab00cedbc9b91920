"""Pages and files of figures, kept in memory compressed: made again when the figures have changed, and served on, with
their age, when the database is away.

A raw handler in front of the framework: what was true a moment ago is sent before anything else looks at the request
(`fresh`), so that a page costs what sending it costs.
"""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
import psycopg
import structlog
from psycopg_pool import PoolTimeout

from tiemchung.domain import analytics
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import Unavailable
from tiemchung.portal import areas, embeds, figures, lists, open_data, reports, scheduling_links
from tiemchung.web.answers import sentence
from tiemchung.web.asgi import Headers, Scope, Send
from tiemchung.web.pages import render
from tiemchung.web.security import security_headers

log = structlog.get_logger()

# What is older than this is looked at again; what was true half a minute ago is sent meanwhile, an older page waits a moment.
FRESH = timedelta(seconds=5)
USABLE = timedelta(seconds=30)
PATIENCE_SECONDS = 1.0
# Sites and shelves move without a dose: a page is made again at least so often.
LONGEST = timedelta(seconds=60)

Make = Callable[[Db, str, str], Awaitable[str | None]]
_HTML = "text/html; charset=utf-8"
_NDJSON = "application/fhir+ndjson"
_CSV, _JSON = open_data.MEDIA_TYPES["csv"], open_data.MEDIA_TYPES["json"]


class Kind(msgspec.Struct, frozen=True):
    """A kind of page: its addresses, how it is made, what it is, and by what number it is known to have changed."""

    pattern: re.Pattern[str]
    make: Make
    media_type: str = _HTML
    version: Callable[[Db], Awaitable[int]] = analytics.version


KINDS: tuple[Kind, ...] = (
    Kind(re.compile(r"/"), figures.home),
    Kind(re.compile(r"/vung/([A-Z]{2,3})"), areas.region),
    Kind(re.compile(r"/tinh/(\d\d)"), areas.province),
    Kind(re.compile(r"/tinh/(\d\d)/nhom"), areas.reached),
    Kind(re.compile(r"/huyen/(\d\d\d)"), areas.district),
    Kind(re.compile(r"/so-lieu/tien-do"), reports.progress),
    Kind(re.compile(r"/so-lieu/phan-bo"), reports.supply),
    Kind(re.compile(r"/so-lieu/an-toan"), reports.safety),
    Kind(re.compile(r"/so-lieu/phuong-phap"), reports.methods),
    Kind(re.compile(r"/so-lieu/cach-tinh"), figures.definitions),
    Kind(re.compile(r"/so-lieu/nhom"), figures.reached),
    Kind(re.compile(r"/tro-giup"), figures.help_page),
    Kind(re.compile(r"/nhung/so-lieu"), embeds.figures),
    Kind(re.compile(r"/nhung/ban-do"), embeds.coverage_map),
    Kind(re.compile(r"/nhung/tinh/(\d\d)"), embeds.province),
    Kind(re.compile(r"/so-lieu/du-lieu-mo"), open_data.about),
    Kind(re.compile(r"/so-lieu/tinh-lai\.py"), open_data.script, "text/x-python; charset=utf-8"),
    Kind(re.compile(r"/so-lieu/theo-ngay\.csv"), open_data.now("theo-ngay.csv"), _CSV),
    Kind(re.compile(r"/so-lieu/dan-so\.csv"), open_data.now("dan-so.csv"), _CSV),
    Kind(re.compile(r"/so-lieu/kho\.csv"), open_data.now("kho.csv"), _CSV),
    Kind(re.compile(r"/so-lieu/phan-bo\.csv"), open_data.now("phan-bo.csv"), _CSV),
    Kind(re.compile(r"/so-lieu/theo-ngay\.json"), open_data.now("theo-ngay.json"), _JSON),
    Kind(re.compile(r"/so-lieu/chi-so\.json"), open_data.now("chi-so.json"), _JSON),
    Kind(re.compile(r"/so-lieu/ban-tin\.json"), open_data.now("ban-tin.json"), _JSON),
    Kind(re.compile(r"/smart-scheduling-links/\$bulk-publish"), scheduling_links.manifest, _JSON),
    Kind(re.compile(r"/smart-scheduling-links/locations\.ndjson"), scheduling_links.locations, _NDJSON),
    Kind(re.compile(r"/smart-scheduling-links/schedules\.ndjson"), scheduling_links.schedules, _NDJSON),
    Kind(re.compile(r"/smart-scheduling-links/slots\.ndjson"), scheduling_links.slots, _NDJSON),
    Kind(re.compile(r"/chung-nhan/khoa\.jws"), lists.trust, lists.JWS, lists.version),
    Kind(re.compile(r"/chung-nhan/thu-hoi\.jws"), lists.revocations, lists.JWS, lists.version),
    Kind(re.compile(r"/chung-nhan/jwks\.json"), lists.jwks, "application/json", lists.version),
    Kind(re.compile(r"/chung-nhan/did\.json"), lists.did, "application/did+json", lists.version),
    Kind(re.compile(r"/chung-nhan/quy-tac\.json"), lists.public_rules, "application/json"),
)


class Kept(msgspec.Struct):
    """A made page: its bytes with all headers but its age, the version of its figures, when it was made and last found true.

    `guard` are the security headers, for a page that is sent without passing the guard that adds them.
    """

    etag: bytes
    guard: Headers
    plain: tuple[Headers, bytes]
    gzipped: tuple[Headers, bytes]
    version: int
    made_at: datetime
    checked_at: datetime


class Shelf:
    """The pages of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._coming: dict[str, asyncio.Task[Kept | None]] = {}

    def fresh(self, scope: Scope, now: datetime) -> Kept | None:
        """What may be sent at once, as it was asked for; None for all that must be looked at first."""
        kept = self._kept.get(scope["path"])
        return kept if kept is not None and now - kept.checked_at < FRESH else None

    async def serve(self, database: Database, scope: Scope, send: Send) -> bool:
        """Answer a request for a page of figures, behind the guard; False for what is none."""
        lang = scope.get("lang", "vi")
        try:
            kept = await self.page(database, scope["path"], lang)
        except Unavailable as away:
            await _send_unavailable(away, lang, scope, send)
            return True
        if kept is None:
            return False
        await send_kept(kept, clock.now(), scope, send, guard=[])
        return True

    async def page(self, database: Database, path: str, lang: str) -> Kept | None:
        """A page as fresh as it may be; None for what is no page of figures. Raises `Unavailable` when there is none yet."""
        found = next(((kind, match) for kind in KINDS if (match := kind.pattern.fullmatch(path))), None)
        if found is None:
            return None
        key = path if lang == "vi" else f"/{lang}{path}"
        kept = self._kept.get(key)
        age = clock.now() - kept.checked_at if kept else LONGEST
        if kept is not None and age < FRESH:
            return kept
        task = self._coming.get(key)
        if task is None:
            task = self._coming[key] = asyncio.create_task(self._renew(database, key, lang, *found))
            task.add_done_callback(lambda _: self._coming.pop(key, None))
        if kept is None:
            return await asyncio.shield(task)
        await asyncio.wait({task}, timeout=0 if age < USABLE else PATIENCE_SECONDS)
        return self._kept.get(key, kept)

    async def _renew(self, database: Database, key: str, lang: str, kind: Kind, match: re.Match[str]) -> Kept | None:
        kept, now = self._kept.get(key), clock.now()
        try:
            async with database.statement() as db:
                version = await kind.version(db)
                if kept is not None and kept.version == version and now - kept.made_at < LONGEST:
                    kept.checked_at = now
                    return kept
                text = await kind.make(db, lang, match[1] if match.re.groups else "")
        except (psycopg.OperationalError, PoolTimeout) as away:
            log.warning("portal serves its last page", error=type(away).__name__)
            if kept is None:
                raise Unavailable from away
            return kept
        if text is None:
            return None
        body = text.encode()
        gzipped = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode()
        answers = _answers(kind.media_type, etag, body, gzipped)
        self._kept[key] = Kept(etag, security_headers(match[0]), *answers, version, now, now)
        return self._kept[key]


def _answers(
    media_type: str, etag: bytes, body: bytes, gzipped: bytes
) -> tuple[tuple[Headers, bytes], tuple[Headers, bytes]]:
    """A page's headers and bytes as they are, and compressed: made once, so that a request costs what sending costs.

    A file of data may be fetched by any site's pages.
    """
    common = [
        (b"etag", etag),
        (b"cache-control", b"public, max-age=5"),
        (b"vary", b"accept-encoding"),
        (b"content-type", media_type.encode()),
        *([] if media_type == _HTML else [(b"access-control-allow-origin", b"*")]),
    ]
    plain = [*common, (b"content-length", str(len(body)).encode())]
    packed = [*common, (b"content-length", str(len(gzipped)).encode()), (b"content-encoding", b"gzip")]
    return (plain, body), (packed, gzipped)


async def send_kept(kept: Kept, now: datetime, scope: Scope, send: Send, *, guard: Headers) -> None:
    """A kept page with its age and the headers of the guard: 304 when the reader has it."""
    zipped, has = False, b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            zipped = b"gzip" in value
        elif name == b"if-none-match":
            has = value
    status, (headers, body) = 200, kept.gzipped if zipped else kept.plain
    if has == kept.etag:
        status, headers, body = 304, headers[:4], b""
    age = (b"age", b"%d" % max(0, int((now - kept.checked_at).total_seconds())))
    await send({"type": "http.response.start", "status": status, "headers": [age, *headers, *guard]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _send_unavailable(away: Unavailable, lang: str, scope: Scope, send: Send) -> None:
    """The page of an error, for a process that has never seen the database."""
    reference = scope.get("request_id", "")
    html = render(
        "problem.html", lang, **figures.common("/", lang), told=sentence(away, lang), code="", reference=reference
    )
    headers = [(b"content-type", _HTML.encode()), (b"cache-control", b"no-store"), (b"retry-after", b"5")]
    await _answer(away.status, headers, html.encode(), scope, send)


async def _answer(status: int, headers: Headers, body: bytes, scope: Scope, send: Send) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
