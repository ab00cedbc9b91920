"""The duty officer takes an alert to its end; the manager of a province walks down to the doses of a session."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import expect_no_fault, sign_in_staff
from tests.journeys.walking import SCROLLS

pytestmark = pytest.mark.journey


def test_the_duty_officer_takes_an_alert_to_its_end(platform: dict[str, Any], desk: Any):
    page = sign_in_staff(desk(), platform, "national_operator")
    alert = the_first_alert(page)
    about = alert.get_by_role("heading").inner_text()

    alert.get_by_role("button", name="Nhận xử lý").click()
    mine = page.locator("article", has_text="đã nhận lúc").first
    expect(mine).to_contain_text(about)
    mine.get_by_label("Ghi chú").fill("Đã gọi kho quốc gia, hẹn trả lời trong buổi sáng")
    mine.get_by_role("button", name="Thêm ghi chú").click()
    expect(page.get_by_text("Đã gọi kho quốc gia")).to_be_visible()

    mine = page.locator("article", has_text="đã nhận lúc").first
    mine.get_by_role("button", name="Đã xử lý").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy nhập hoặc chọn kết quả xử lý.")
    mine = page.locator("article", has_text="đã nhận lúc").first
    mine.get_by_label("Kết quả xử lý").fill("Kho đã trả lời khiếu nại")
    mine.get_by_role("button", name="Đã xử lý").click()
    expect(page.get_by_role("region", name="Đã xử lý trong 7 ngày qua")).to_contain_text("Kho đã trả lời khiếu nại")
    expect(page.get_by_role("main")).to_contain_text("Nhận xử lý sau")
    expect_no_fault(page)


def test_a_province_is_walked_down_to_the_doses_of_a_session(platform: dict[str, Any], desk: Any):
    page = sign_in_staff(desk(), platform, "province_officer")
    page.goto("/dieu-hanh/vung")
    page.get_by_role("link", name="Thừa Thiên Huế").last.click()
    expect(page.get_by_role("heading", name="Quận, huyện")).to_be_visible()
    elsewhere = page.goto("/dieu-hanh/vung/01")
    assert elsewhere is not None
    assert elsewhere.status == 403

    page.goto("/dieu-hanh/vung/46")
    page.get_by_role("link", name="Trạm Y tế phường Thuận Hòa").click()
    expect(page.get_by_role("heading", name="Trạm Y tế phường Thuận Hòa")).to_be_visible()
    expect_no_fault(page)

    page.goto("/dieu-hanh/ban-tin")
    expect(page.get_by_role("region", name="Mười tỉnh đầu và cuối")).to_contain_text("Tiêm/phân bổ")
    expect_no_fault(page)


def test_a_wall_fits_its_screen_and_is_as_large_on_a_larger_one(platform: dict[str, Any], desk: Any):
    page = sign_in_staff(desk(), platform, "national_operator")
    parts: list[float] = []
    for width, height in ((1920, 1080), (2560, 1440), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        for path in ("/dieu-hanh", "/dieu-hanh/tinh/46"):
            page.goto(path)
            size = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
            assert size == [width, height], (path, size)
        clock = page.locator("wall-clock time").bounding_box()
        assert clock is not None
        parts.append(clock["height"] / height)
    assert parts == pytest.approx([parts[0]] * 3, rel=0.02), "what is read from five metres stays so"


CUT = """(alerts) => {
    const list = document.createElement("ul");
    const alert = "<b>Mũi tiêm ghi vào ban đêm (22 giờ đến 5 giờ)</b><small>Trạm Y tế</small>";
    list.className = "alerts";
    list.innerHTML = `<li><span class="ic"></span><div>${alert}</div></li>`.repeat(alerts);
    document.querySelector("#wall-alerts > :is(ul, p)").replaceWith(list);
    const box = list.getBoundingClientRect(), all = [...list.children].map((one) => one.getBoundingClientRect());
    const seen = all.filter((one) => one.left < box.right && one.top < box.bottom);
    return [seen.length, seen.filter((one) => one.bottom > box.bottom + 1).length];
}"""


def test_a_wall_shows_an_alert_whole_or_not_at_all(platform: dict[str, Any], desk: Any):
    page = sign_in_staff(desk(), platform, "national_operator")
    for width, height in ((1280, 800), (1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto("/dieu-hanh")
        shown, cut = page.evaluate(CUT, 12)
        assert shown >= 2, width
        assert cut == 0, (width, shown)


def test_a_wall_opened_on_a_phone_stacks_without_scrolling_sideways(platform: dict[str, Any], desk: Any):
    page = sign_in_staff(desk(), platform, "national_operator")
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for path in ("/dieu-hanh", "/dieu-hanh/tinh/46"):
            page.goto(path)
            expect(page.get_by_role("button", name="Luân phiên tỉnh")).to_be_visible()
            assert not page.evaluate(SCROLLS), (path, width)


def test_the_provinces_are_shown_in_turn_and_a_key_picks_a_page(platform: dict[str, Any], desk: Any):
    page = sign_in_staff(desk(), platform, "national_operator")
    page.goto("/dieu-hanh")
    page.get_by_role("button", name="Luân phiên tỉnh").click()
    expect(page.get_by_role("button", name="Luân phiên tỉnh")).to_have_attribute("aria-pressed", "true")
    serious = int(page.locator("#wall-alerts .tally .bad").inner_text().split()[0])
    page.locator("wall-turn").evaluate("turn => turn.setAttribute('seconds', '1')")
    page.wait_for_timeout(4_000)
    assert bool(re.search(r"/dieu-hanh/tinh/\d\d$", page.url)) == (serious == 0), (
        "a serious alert keeps the wall where it is"
    )
    page.get_by_role("button", name="Luân phiên tỉnh").click()
    expect(page.get_by_role("button", name="Luân phiên tỉnh")).to_have_attribute("aria-pressed", "false")
    page.goto("/dieu-hanh")
    page.keyboard.press("2")
    page.wait_for_url("**/dieu-hanh/vung")
    expect_no_fault(page)


def the_first_alert(page: Page) -> Any:
    """The first alert that nobody has taken; rules are applied each minute."""
    for _ in range(80):
        page.goto("/dieu-hanh/canh-bao")
        free = page.locator("article", has=page.get_by_role("button", name=re.compile("Nhận xử lý"))).first
        if free.count():
            return free
        page.wait_for_timeout(1_000)
    raise AssertionError("no alert within 80 seconds")
