"""Every page of the health book, found by its links, on a narrow phone: width, twice the text, the Tab key, names."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.steps import go_on, read_code, sign_in_citizen, tomorrow, when_the_form_is_filled_to_the_consent
from tests.journeys.test_every_page import FIRST_LOAD_BYTES, LATER_BYTES, bytes_of
from tests.journeys.test_the_citizens_book import a_phone
from tests.journeys.walking import faults, links, shape, somebody_certified
from tiemchung import health_book

pytestmark = pytest.mark.journey

DOOR = "/so-suc-khoe"
# Where links lead to from a message, a poster or the portal, and where somebody begins who has no account.
BEGINNINGS = [
    "/so-suc-khoe/", "/so-suc-khoe/dang-nhap", "/so-suc-khoe/tra-cuu-dang-ky", "/so-suc-khoe/tra-cuu-chung-nhan",
    "/so-suc-khoe/tra-cuu-phan-anh", "/so-suc-khoe/boc-tham", "/so-suc-khoe/ma-moi", "/so-suc-khoe/dat-lich",
    "/so-suc-khoe/ngoai-tuyen",
]  # fmt: skip
NO_PAGES = re.compile(r"(\.(pdf|json|ics|webmanifest|js)|/(pdf|the|xlsx|csv))$|/(mau|loi)/")
# Pages that stand only while something waits; each is walked in a journey of its own kind, named here.
ELSEWHERE = {
    "/so-suc-khoe/giu-cho/{id}/{id}": "test_the_booking",
    "/so-suc-khoe/lich-hen/{id}/{id}/mui-sau": "test_the_booking",
    "/so-suc-khoe/to-chuc/danh-sach/{id}": "test_an_organisation",
    "/so-suc-khoe/tra-cuu-chung-nhan/ket-qua": "test_certificates",
    "/so-suc-khoe/tra-cuu-chung-nhan/ma": "test_certificates",
}


class Walk:
    """Goes from page to page and writes down where it was and what is wrong there."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def look(self, page: Page) -> None:
        """Look at the page as it stands, whether it was seen before or not."""
        self.seen.add(shape(re.sub(r"^https?://[^/]+", "", page.url)))
        self.wrong += faults(page)

    def follow(self, page: Page, paths: Iterable[str]) -> None:
        """Every page that can be reached, each kind of page once."""
        waiting, met = list(paths), set[str]()
        while waiting:
            path = waiting.pop(0)
            kind = shape(path)
            if kind in met or NO_PAGES.search(kind):
                continue
            met.add(kind)
            page.goto(path)
            waiting += links(page, DOOR)
            self.look(page)


@pytest.mark.prove
def test_every_page_can_be_read_narrow_large_and_by_key_and_names_what_is_wrong(
    chromium: Browser, platform: dict[str, Any]
):
    walk = Walk()
    context = a_phone(chromium, platform, width=320)
    page = context.new_page()
    walk.follow(page, BEGINNINGS[1:])
    walk_the_sign_in(walk, context, "0900000165")
    page = context.pages[-1]
    walk_a_registration(walk, page)
    walk.follow(page, BEGINNINGS)
    walk_forms_that_are_refused(walk, page)
    context.close()

    certified = a_phone(chromium, platform, width=320)
    walk.follow(sign_in_citizen(certified, somebody_certified(platform, 0)), BEGINNINGS)
    certified.close()

    guest = a_phone(chromium, platform, width=320)
    walk_a_registration_without_an_account(walk, guest)
    guest.close()

    assert walk.wrong == []
    assert pages_of_the_door() - walk.seen - set(ELSEWHERE) == set()


def walk_the_sign_in(walk: Walk, context: BrowserContext, number: str) -> None:
    page = context.new_page()
    page.goto("/so-suc-khoe/dang-nhap")
    page.get_by_role("button", name="Gửi mã").click()
    expect(page.locator("#error-summary")).to_be_visible()
    walk.look(page)
    page.get_by_label("Số điện thoại").fill(number)
    page.get_by_role("button", name="Gửi mã").click()
    walk.look(page)
    page.get_by_label("Mã xác nhận").fill("000000")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.locator("#error-summary")).to_be_visible()
    walk.look(page)
    page.get_by_label("Mã xác nhận").fill(read_code(context, number))
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(re.compile(r"/so-suc-khoe/?$"))
    walk.look(page)


def walk_a_registration(walk: Walk, page: Page) -> None:
    """Each step as it comes, with its errors, and filled in."""
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("button", name="Bắt đầu đăng ký mới").click()
    refused(walk, page)
    page.get_by_label("Con tôi").check()
    page.get_by_label("Họ và tên của bạn").fill("Lê Thị Người Mẹ")
    page.get_by_label("CCCD hoặc CMND").check()
    page.get_by_label("Số giấy tờ").fill("046186001268")
    go_on(page)
    refused(walk, page)
    page.get_by_label("Họ và tên", exact=True).fill("Lê Thị Đi Hết Trang")
    page.get_by_label("Ngày sinh").fill("12/04/1986")
    page.get_by_label("Nữ", exact=True).check()
    page.get_by_label("Nghề nghiệp").fill("Thợ may")
    go_on(page)
    refused(walk, page)
    page.get_by_label("Tìm xã, phường").fill("thuan hoa hue")
    page.get_by_role("button", name="Tìm", exact=True).click()
    walk.look(page)
    page.get_by_role("radio", name=re.compile("Thuận Hòa")).first.check()
    page.get_by_label("Số nhà, đường, thôn").fill("26 Ngô Thời Nhậm")
    go_on(page)
    refused(walk, page)
    page.locator("[name=group][value='8']").check()
    go_on(page)
    refused(walk, page)
    page.get_by_role("button", name=re.compile("Không với tất cả")).click()
    walk.look(page)
    go_on(page)
    refused(walk, page)
    page.locator("[name=dose]").first.check()
    page.get_by_label("Ngày muốn được tiêm").fill(tomorrow())
    page.locator("[name=wanted_part]").first.check()
    go_on(page)
    walk.look(page)
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page.locator("#error-summary")).to_be_visible()
    walk.look(page)
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page.locator("#registration-code")).to_be_visible()
    walk.look(page)


def walk_a_registration_without_an_account(walk: Walk, context: BrowserContext) -> None:
    """The pages that only a browser without an account sees: the phone at first, the code at the end."""
    page = context.new_page()
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("button", name="Bắt đầu đăng ký mới").click()
    page.get_by_label("Tôi", exact=True).check()
    page.get_by_label("Chưa có giấy tờ").check()
    refused(walk, page)
    page.get_by_label("Số điện thoại nhận mã xác nhận").fill("0900000166")
    go_on(page)
    when_the_form_is_filled_to_the_consent(page, "Lê Thị Chưa Có Giấy")
    page.get_by_role("button", name="Nhận mã xác nhận và gửi").click()
    refused(walk, page, "Gửi đăng ký")
    page.get_by_label("Mã xác nhận").fill(read_code(context, "0900000166"))
    page.get_by_role("button", name="Gửi đăng ký").click()
    code = page.locator("#registration-code").inner_text()
    walk.look(page)
    page.goto("/so-suc-khoe/tra-cuu-dang-ky")
    refused(walk, page, "Tra cứu")
    page.get_by_label("Mã đăng ký").fill(code)
    page.get_by_role("button", name="Tra cứu").click()
    walk.look(page)
    page.get_by_role("button", name="Khai báo y tế").click()
    refused(walk, page, "Gửi khai báo")
    page.get_by_role("button", name=re.compile("Không với tất cả")).click()
    page.get_by_role("button", name="Gửi khai báo").last.click()
    walk.look(page)


def walk_forms_that_are_refused(walk: Walk, page: Page) -> None:
    """The other forms, sent with nothing in them; then a request that goes out, with its own page."""
    for path, button in (
        ("/so-suc-khoe/khai-bao", "Gửi khai báo"),
        ("/so-suc-khoe/gia-dinh", "Gửi mã cho người thân"),
        ("/so-suc-khoe/to-chuc", "Mở tài khoản"),
        ("/so-suc-khoe/tra-cuu-chung-nhan", "Gửi mã xác nhận"),
        ("/so-suc-khoe/tra-cuu-phan-anh", "Tra cứu"),
    ):
        page.goto(path)
        refused(walk, page, button)
    page.goto("/so-suc-khoe/gia-dinh")
    page.get_by_label("Số giấy tờ của người thân").fill("046186009998")
    page.get_by_label("Ngày sinh của người thân").fill("01/02/1980")
    page.get_by_label("Người thân", exact=True).check()
    page.get_by_role("button", name="Gửi mã cho người thân").click()
    refused(walk, page, re.compile("Thêm|Xác nhận"))
    page.goto("/so-suc-khoe/phan-anh")
    page.get_by_role("link", name="Yêu cầu được xem, nhận dữ liệu").click()
    refused(walk, page, "Gửi")
    page.get_by_label("Nội dung").or_(page.locator("textarea[name=said]")).first.fill("Cho tôi xem dữ liệu của tôi")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator("#ticket-number")).to_be_visible()
    walk.look(page)


def refused(walk: Walk, page: Page, button: str | re.Pattern[str] = "Tiếp tục") -> None:
    """Look at a form, send it as it is, and look at what it says then."""
    walk.look(page)
    page.get_by_role("button", name=button).last.click()
    expect(page.locator("#error-summary")).to_be_visible()
    walk.look(page)


def pages_of_the_door() -> set[str]:
    """The addresses that the health book answers with a page."""
    handlers = [one for one in health_book.routes if isinstance(one, HTTPRouteHandler)]
    paths = {path for one in handlers if "GET" in one.http_methods for path in one.paths}
    steps = {path for path in paths if "{step" in path}
    shapes = {shape(re.sub(r"\{\w+:uuid\}", "{id}", path)) for path in paths - steps}
    return {path for path in shapes if not NO_PAGES.search(path)}


STEPS = ("giay-to", "nguoi-tiem", "noi-o", "nhom-uu-tien", "suc-khoe", "mong-muon")


def test_a_first_page_weighs_100_kb_at_most_and_every_later_one_20(chromium: Browser, platform: dict[str, Any]):
    """Without the worker, which would answer for the line; with it, later visits weigh less."""
    first = {
        path: weight_of_a_first_visit(chromium, platform, path) for path in ("/so-suc-khoe/dang-ky", BEGINNINGS[1])
    }
    context = a_phone(chromium, platform, service_workers="block")
    page = sign_in_citizen(context, somebody_certified(platform, 1))
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("button", name="Bắt đầu đăng ký mới").click()
    draft = page.url.rpartition("/")[0]
    begun = context.storage_state()
    context.close()

    fresh = a_phone(chromium, platform, service_workers="block", storage_state=begun)
    first["/so-suc-khoe/"] = bytes_of(fresh.new_page(), lambda tab: tab.goto("/so-suc-khoe/"))
    waiting = ["/so-suc-khoe/", *(f"{draft}/{step}" for step in STEPS)]
    later: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        kind = shape(path.removeprefix(platform["base"]))
        if kind not in later and not NO_PAGES.search(kind):
            found: list[str] = []
            later[kind] = bytes_of(fresh.new_page(), lambda tab, path=path, found=found: visit(tab, path, found))
            waiting += found
    fresh.close()

    assert {path: weight for path, weight in first.items() if weight > FIRST_LOAD_BYTES} == {}
    assert {path: weight for path, weight in later.items() if not 0 < weight <= LATER_BYTES} == {}
    assert len(later) > 20, later


def weight_of_a_first_visit(chromium: Browser, platform: dict[str, Any], path: str) -> int:
    context = a_phone(chromium, platform, service_workers="block")
    weight = bytes_of(context.new_page(), lambda tab: tab.goto(path))
    context.close()
    return weight


def visit(page: Page, path: str, found: list[str]) -> None:
    page.goto(path)
    found += links(page, DOOR)
