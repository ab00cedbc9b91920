"""Every public page in English: whole English sentences, and no way back into Vietnamese but the switch."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.arrange import Client
from tests.figures import counted, doses
from tests.places import an_open_session
from tests.portal.test_facilities import FACILITY
from tests.portal.test_help_desk import QUESTION

VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
SAID = ("title", "aria-label", "alt", "placeholder", "content", "data-label", "label")
# Names of the platform, of the archipelagos with their provinces, of a decision, and of countries as English writes them.
NAMES = re.compile(
    r"Sổ Tiêm Chủng|Tiêm Chủng|Hoàng Sa|Trường Sa|Đà Nẵng|Khánh Hòa|\d+/QĐ-BYT|Côte d’Ivoire|Réunion|Barthélemy|São Tomé|Príncipe"
)
# What has no language: files, addresses for programs, cards for other sites' frames; and the doors that sign in.
NO_PAGE = re.compile(
    r"/(s|api|nhung|demo|diem-tiem|dieu-hanh|chung-nhan|smart-scheduling-links)(/|$)|.*\.(csv|json|py|webmanifest|js)$"
)
START = (
    "/en/",
    "/en/so-lieu/nhom",
    "/en/so-lieu/phuong-phap",
    "/en/tim-diem-tiem?q=thuan+hoa",
    "/en/tim-diem-tiem?q=khong+co+noi+nay",
    "/en/tim-diem-tiem?vi-do=16.46&kinh-do=107.59",
    "/en/danh-ba-diem-tiem?tinh=46&trang=99",
    "/en/lo-vac-xin?so=x",
    "/en/boc-tham",
    "/en/khong-co",
)


class Read(HTMLParser):
    """What a page says to a reader of English, and where it leads; parts in Vietnamese (`lang="vi"`) are left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        vietnamese = given.get("lang") == "vi" or self._vietnamese
        if not vietnamese:
            self.said += [value for name in SAID if (value := given.get(name))]
            if tag == "a" and given.get("href"):
                self.links.append(given["href"] or "")
        if tag not in {"meta", "link", "input", "br", "hr", "img", "col", "source"}:
            self._open.append((tag, vietnamese))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if (
            data.strip()
            and not self._vietnamese
            and not (self._open and self._open[-1][0] in {"script", "style", "title"})
        ):
            self.said.append(data.strip())

    @property
    def _vietnamese(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def shape(path: str) -> str:
    """An address without what differs from area to area and site to site."""
    return path if path.startswith("/ngon-ngu/") else re.sub(r"(?<=/)\d{2,}|(?<==)[^&]+|#.*|(?<=/vung/)\w+", "…", path)


async def walked(client: Client, *start: str) -> dict[str, str]:
    """Every page that can be reached by links from the first ones, one of each shape, by its address."""
    found: dict[str, str] = {}
    waiting, seen = list(start), {shape(path) for path in start}
    while waiting:
        path = waiting.pop()
        answer = await client.get(path, follow_redirects=True)
        assert answer.status_code in {200, 404}, path
        found[path] = answer.text
        for link in Read(answer.text).links:
            bare = urlsplit(link).path
            if link.startswith("/") and not NO_PAGE.match(bare) and shape(link) not in seen:
                seen.add(shape(link))
                waiting.append(link)
    return found


async def test_every_public_page_is_whole_in_english(client: Client):
    async with client.database.transaction() as db:
        await doses(db, 12)
        await doses(db, 3, product="AZ")
        await an_open_session(db, places=3)
    await counted(client.database)
    pages = await walked(client, *START)
    client.cookies.set("lang", "en")
    for path, form in (("/tro-giup/hoi", QUESTION), ("/dang-ky-co-so", FACILITY)):
        pages[f"{path} (sent)"] = (await client.write(path, None, **form)).text.replace(str(form.get("name")), "")
        pages[f"{path} (refused)"] = (await client.write(path)).text
    left = {
        f"{path}: {words[:120]}"
        for path, page in pages.items()
        for words in Read(page).said
        if VIETNAMESE.search(NAMES.sub("", words))
    }
    assert not left, "\n".join(sorted(left))
    assert len(pages) >= 35


async def test_pages_in_english_lead_to_pages_in_english(client: Client):
    async with client.database.transaction() as db:
        await doses(db, 12)
    await counted(client.database)
    astray = {
        f"{path}: {link}"
        for path, page in (await walked(client, *START)).items()
        if path.startswith("/en")
        for link in Read(page).links
        if link.startswith("/")
        and not link.startswith(("/en/", "/ngon-ngu/"))
        and not NO_PAGE.match(urlsplit(link).path)
        if not path.startswith("/en/so-suc-khoe")
    }
    assert astray == set(), "\n".join(sorted(astray))
