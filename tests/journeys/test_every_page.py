"""Every page of the way: axe finds nothing, the console says nothing, the bytes stay in their budget, 320 px suffice."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.steps import AXE, RULES, sign_in_citizen, sign_in_staff

pytestmark = pytest.mark.journey

FIRST_LOAD_BYTES, LATER_BYTES = 100 * 1024, 20 * 1024

PUBLIC = [
    "/", "/en/", "/tinh/46", "/so-lieu/cach-tinh", "/tro-giup", "/tim-diem-tiem?q=thuan+hoa", "/kiem-tra",
    "/vung/NCC", "/huyen/474", "/tinh/46/nhom", "/so-lieu/tien-do", "/so-lieu/phan-bo", "/so-lieu/an-toan",
    "/so-lieu/phuong-phap", "/danh-ba-diem-tiem?tinh=46", "/tim-diem-tiem/46001", "/dang-ky-co-so", "/dang-ky-co-so/tra-cuu",
    "/tro-giup/hoi",
    "/so-suc-khoe/dang-nhap", "/so-suc-khoe/tra-cuu-dang-ky", "/so-suc-khoe/tra-cuu-chung-nhan",
    "/diem-tiem/dang-nhap", "/demo/", "/khong-co",
]  # fmt: skip
CITIZEN = [
    "/so-suc-khoe/", "/so-suc-khoe/dang-ky", "/so-suc-khoe/lich-hen", "/so-suc-khoe/ma-qr", "/so-suc-khoe/ai-da-xem",
    "/so-suc-khoe/chung-nhan",
]  # fmt: skip
STAFF = {
    "site_head": ["/diem-tiem/hom-nay", "/diem-tiem/ke-hoach", "/diem-tiem/kho"],
    "storekeeper": ["/diem-tiem/kho"],
    "province_officer": [
        "/diem-tiem/dang-ky?huyen=474",
        "/diem-tiem/nhan-vien",
        "/diem-tiem/dinh-danh",
        "/diem-tiem/thu-hoi",
    ],
    "station_clerk": ["/diem-tiem/dinh-danh"],
    "national_operator": [
        "/dieu-hanh/",
        "/dieu-hanh/canh-bao",
        "/dieu-hanh/canh-bao/quy-tac",
        "/dieu-hanh/vung",
        "/dieu-hanh/vung/46",
        "/dieu-hanh/ban-tin",
        "/dieu-hanh/chat-luong",
        "/diem-tiem/khoa-ky",
    ],
}


@pytest.mark.parametrize("width", [390, 1280])
def test_public_pages_have_no_fault(chromium: Browser, platform: dict[str, Any], width: int):
    context = a_browser(chromium, platform, width)
    faults = [fault for path in PUBLIC for fault in faults_of(context.new_page(), path)]
    context.close()
    assert faults == []


def test_a_citizens_pages_have_no_fault(chromium: Browser, platform: dict[str, Any]):
    context = a_browser(chromium, platform, 390)
    sign_in_citizen(context, "0900000002")
    faults = [fault for path in CITIZEN for fault in faults_of(context.new_page(), path)]
    context.close()
    assert faults == []


@pytest.mark.parametrize("role", STAFF)
def test_staff_pages_have_no_fault(chromium: Browser, platform: dict[str, Any], role: str):
    context = a_browser(chromium, platform, 1280)
    sign_in_staff(context, platform, role)
    faults = [fault for path in STAFF[role] for fault in faults_of(context.new_page(), path)]
    context.close()
    assert faults == []


def test_first_and_later_loads_stay_in_their_budgets(chromium: Browser, platform: dict[str, Any]):
    context = a_browser(chromium, platform, 390)
    first = bytes_of(context.new_page(), lambda page: page.goto("/"))
    later = bytes_of(context.new_page(), lambda page: page.goto("/tinh/46"))
    context.close()
    book = a_browser(chromium, platform, 390)
    sign_in = bytes_of(book.new_page(), lambda page: page.goto("/so-suc-khoe/dang-nhap"))
    book.close()
    assert first <= FIRST_LOAD_BYTES, first
    assert later <= LATER_BYTES, later
    assert sign_in <= FIRST_LOAD_BYTES, sign_in


def test_public_pages_need_no_sideways_scroll_at_320_px(chromium: Browser, platform: dict[str, Any]):
    context = a_browser(chromium, platform, 320)
    page = context.new_page()
    wide = [
        path
        for path in PUBLIC
        if page.goto(path)
        and page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    ]
    context.close()
    assert wide == []


def a_browser(chromium: Browser, platform: dict[str, Any], width: int) -> BrowserContext:
    return chromium.new_context(
        base_url=platform["base"],
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": width, "height": 844},
    )


def faults_of(page: Page, path: str) -> list[str]:
    """What axe and the console say about a page."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path)
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.close()
    expected_404 = path == "/khong-co"
    console = [text for text in said if not (expected_404 and "404" in text)]
    violations = [
        f"{path}: {violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    return [f"{path}: {text}" for text in console] + violations


def bytes_of(page: Page, visit: Callable[[Page], object]) -> int:
    """Bytes over the wire of a visit, bodies and headers as they were transferred."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visit(page)
    page.wait_for_load_state("networkidle")
    page.close()
    return round(sum(sizes))
