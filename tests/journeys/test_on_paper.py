"""Public pages on A4: black on white, no ways to elsewhere, nothing wider than the sheet, folded parts open."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.test_every_page import PUBLIC

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the paper back"),
]

PAPER = [path for path in PUBLIC if not path.startswith(("/diem-tiem", "/demo"))] + [
    "/so-lieu/nhom",
    "/so-lieu/du-lieu-mo",
]
# The width between the margins of 14 mm, in CSS pixels.
SHEET: ViewportSize = {"width": 688, "height": 1017}
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter(one => one.checkVisibility() && !one.closest("svg, .sr"))
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(one => one.outerHTML.slice(0, 90))"""
# Text that is not black, and grounds that are not white; bars, maps and charts are drawings and keep their colours.
COLOURED = """() => {
  const seen = [...document.querySelectorAll("body *")].filter(one => one.checkVisibility() && !one.closest("svg"))
  const ground = one => !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(getComputedStyle(one).backgroundColor)
  const said = one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  return seen.filter(one => said(one) && (getComputedStyle(one).color !== "rgb(0, 0, 0)" || ground(one)))
    .map(one => one.outerHTML.slice(0, 90))
}"""


def printed(page: Page, folder: Path) -> str:
    """The words of the page as it comes out of the printer."""
    file = folder / "page.pdf"
    page.pdf(path=file, format="A4", prefer_css_page_size=True)
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout


def test_public_pages_fit_a_sheet_and_are_black_on_white_without_navigation(
    chromium: Browser, platform: dict[str, Any], tmp_path: Path
):
    context = chromium.new_context(base_url=platform["base"], locale="vi-VN", viewport=SHEET)
    faults: list[str] = []
    for path in PAPER:
        page = context.new_page()
        page.goto(path)
        page.emulate_media(media="print")
        faults += [f"{path}: too wide: {one}" for one in page.evaluate(TOO_WIDE)]
        faults += [f"{path}: coloured: {one}" for one in page.evaluate(COLOURED)]
        words = printed(page, tmp_path)
        title = page.locator("h1, .title").first.inner_text()
        faults += [] if title.split()[0] in words else [f"{path}: no title"]
        # In the health book's sentences one may sign in; elsewhere that is navigation.
        sign_in = () if path.startswith("/so-suc-khoe") else ("Đăng nhập",)
        for way in (*sign_in, "Đến nội dung chính", "Bản trình diễn", "Tổng quan", "Dành cho cán bộ y tế"):
            faults += [f"{path}: {way}"] if way in words else []
        page.close()
    context.close()
    assert not faults, "\n".join(faults)


def test_what_is_folded_on_the_screen_stands_on_paper(chromium: Browser, platform: dict[str, Any], tmp_path: Path):
    page = chromium.new_page(base_url=platform["base"])
    page.goto("/")
    provinces = (
        page.locator("#bang-tinh tbody th").all_inner_texts() or page.locator("#bang-tinh tbody th").all_text_contents()
    )
    words = printed(page, tmp_path)
    page.goto("/tro-giup")
    answers = page.locator("details > p").all_text_contents()
    help_words = " ".join(printed(page, tmp_path).split())
    page.close()
    assert len(provinces) == 63 and [name for name in provinces if name not in words] == []
    assert answers and [answer for answer in answers if answer[:30] not in help_words] == []


def test_a_file_is_printed_with_its_address(chromium: Browser, platform: dict[str, Any], tmp_path: Path):
    page = chromium.new_page(base_url=platform["base"])
    page.goto("/")
    words = printed(page, tmp_path)
    page.close()
    assert "/so-lieu/theo-ngay.csv" in words and "/so-lieu/dan-so.csv" in words
