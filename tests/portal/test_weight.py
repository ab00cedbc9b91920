"""What a first visit weighs on the wire: the page and everything that it loads by itself."""

import html
import posixpath
import re

import pytest

from tests.arrange import Client
from tests.figures import counted, doses
from tiemchung.web.assets import assets

PAGES = (
    "/",
    "/vung/NCC",
    "/tinh/46",
    "/huyen/474",
    "/so-lieu/tien-do",
    "/so-lieu/phan-bo",
    "/so-lieu/an-toan",
    "/so-lieu/nhom",
    "/so-lieu/cach-tinh",
    "/so-lieu/phuong-phap",
    "/so-lieu/du-lieu-mo",
    "/tim-diem-tiem?q=thuan+hoa",
    "/kiem-tra",
    "/tro-giup",
    "/tro-giup/hoi",
    "/dang-ky-co-so",
    "/trang-thai",
    "/so-suc-khoe/dang-ky",
    "/so-suc-khoe/tra-cuu-dang-ky",
    "/so-suc-khoe/tra-cuu-chung-nhan",
)
# What a browser fetches without being asked: sheets, scripts, preloaded faces, pictures and drawn icons.
LOADED = re.compile(
    r'<(?:link rel="(?:stylesheet|icon|preload)"|script|img|use|image)[^>]*?(?:href|src)="/s/\w+/([^"#]+)'
)
INSIDE = {".css": re.compile(r"url\(([^)]+)\)"), ".js": re.compile(r'(?:from|import) "(\.[^"]+)"')}


def loaded(page: str) -> set[str]:
    """The static files of a page, and those that its sheets and scripts load; all faces, as if every weight were on it."""
    found, waiting = set[str](), set(LOADED.findall(html.unescape(page)))
    while waiting:
        path = waiting.pop()
        found.add(path)
        inside = INSIDE.get(posixpath.splitext(path)[1])
        if inside is not None:
            text = assets().files[path].body.decode()
            names = {posixpath.normpath(f"{posixpath.dirname(path)}/{name}") for name in inside.findall(text)}
            waiting |= names - found
    return found


def on_the_wire(path: str) -> int:
    """Bytes of a static file."""
    asset = assets().files[path]
    return len(asset.gzipped or asset.body)


@pytest.mark.parametrize("path", PAGES)
async def test_a_first_visit_weighs_at_most_a_hundred_kilobytes(client: Client, path: str):
    async with client.database.transaction() as db:
        await doses(db, 6)
    await counted(client.database)
    page = await client.get(path, headers={"accept-encoding": "gzip"})
    assert page.status_code == 200
    size = int(page.headers["content-length"])
    files = loaded(page.text)
    assert {"icons.svg", "fonts/bvp-400.woff2"} <= files and any(name.endswith(".css") for name in files)
    assert size <= 15_000
    assert size + sum(on_the_wire(name) for name in files) <= 100_000, sorted(files)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_tells_search_engines_what_it_is(client: Client, path: str):
    assert re.search(r'<meta name="description" content="[^"]{30,}">', (await client.get(path)).text)
