"""Pages: a template of a door, filled in the reader's language. `page` answers a whole page or a fragment alike."""

import gzip
from functools import cache
from importlib.resources import files
from typing import Any

import minijinja
from litestar import Request, Response
from litestar.response import Redirect

from tiemchung.kit import clock
from tiemchung.kit.ids import uuid7
from tiemchung.settings import settings
from tiemchung.web import drawing, text
from tiemchung.web.assets import assets
from tiemchung.web.i18n import LANGUAGES, Translate, translator
from tiemchung.web.menu import menu_of

Web = Request[Any, Any, Any]
DOORS = ("health_book", "portal", "immunization_support", "command_centre")


def page(request: Web, template: str, *, status: int = 200, **context: object) -> Response[bytes]:
    """Fill a template ("health_book/home.html") for this request; compressed where nobody's account is in it.

    What is typed beside a secret and compressed with it tells of the secret by its length (BREACH): the pages of somebody who
    is signed in stay as they are.
    """
    body = render(template, language(request), **_of_request(request), **context).encode()
    headers = {"cache-control": "no-store", "vary": "cookie, accept-encoding"}
    if request.state.get("actor") is None and takes_gzip(request):
        body = gzip.compress(body, 6, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def takes_gzip(request: Web) -> bool:
    """Whether the reader takes compressed answers."""
    return "gzip" in request.headers.get("accept-encoding", "")


def render(template: str, lang: str, **context: object) -> str:
    """Fill a template in a language, without a request: for pages that are made before anybody asks."""
    return environments()[lang].render_template(template, **context)


def see_other(path: str) -> Redirect:
    """Send the reader on after a write."""
    return Redirect(path, status_code=303)


def language(request: Web) -> str:
    """The reader's language: `/en/` in the address, then the cookie, then Vietnamese."""
    chosen = request.scope.get("lang") or request.cookies.get("lang", "vi")
    return chosen if chosen in LANGUAGES else "vi"


def words(request: Web) -> Translate:
    """The function `_` in the reader's language, for sentences that a handler makes."""
    return translator(language(request))


@cache
def environments() -> dict[str, minijinja.Environment]:
    """One template environment a language."""
    return {lang: _environment(lang) for lang in LANGUAGES}


def _environment(lang: str) -> minijinja.Environment:
    translate = translator(lang)
    environment = minijinja.Environment(
        loader=_load,
        auto_escape_callback=_escaping,
        undefined_behavior="lenient",
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.add_global("_", translate)
    environment.add_global("lang", lang)
    # Where the portal leads to the health book, whose pages keep the language in a cookie and not in the address.
    environment.add_global("book", "/so-suc-khoe" if lang == "vi" else f"/ngon-ngu/{lang}?ve=/so-suc-khoe")
    environment.add_global("asset", assets().url)
    environment.add_global("command_id", _new_id)
    environment.add_global("demo", settings().demo)
    environment.add_global("share_bar", drawing.share_bar)
    environment.add_global("parts_bar", drawing.parts_bar)
    for name, function in text.in_templates(lang, translate).items():
        if name.startswith("filter_"):
            environment.add_filter(name.removeprefix("filter_"), function)
        else:
            environment.add_global(name, function)
    return environment


def _load(name: str) -> str | None:
    first, _, rest = name.partition("/")
    folder, path = (f"tiemchung.{first}", rest) if first in DOORS else ("tiemchung.web", name)
    file = files(folder).joinpath("templates", *path.split("/"))
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _escaping(name: str) -> bool:
    return name.endswith((".html", ".svg"))


def _new_id() -> str:
    return str(uuid7())


def _of_request(request: Web) -> dict[str, object]:
    lang = language(request)
    here = request.scope["path"]
    me = request.state.get("actor")
    return {
        "here": here,
        "other_lang_url": _in_the_other_language(here, lang),
        "me": me,
        "menu": menu_of(me),
        "now": clock.local(clock.now()),
    }


def _in_the_other_language(here: str, lang: str) -> str:
    if here.startswith(("/so-suc-khoe", "/diem-tiem", "/dieu-hanh")):
        return f"/ngon-ngu/{'vi' if lang == 'en' else 'en'}?ve={here}"
    return here if lang == "en" else f"/en{here}"
