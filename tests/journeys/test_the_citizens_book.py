"""What citizens do on the phone, told as they would: register, declare, read without a network, report, dispute, tidy up."""

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.steps import (
    expect_no_fault,
    go_on,
    read_code,
    sign_in_citizen,
    tomorrow,
    until,
    when_she_registers_for_vaccination,
    when_the_form_is_filled_to_the_consent,
)

pytestmark = pytest.mark.journey

CARD = "046186000143||Nguyễn Thị Thu Hương|12041986|Nữ|26 Ngô Thời Nhậm, Thuận Hòa, Huế|01012022"
MOST_TAPS, MOST_SECONDS = 20, 180


def test_a_scanned_card_registers_within_twenty_taps_and_three_minutes(phone: BrowserContext, tmp_path: Path):
    page = sign_in_citizen(phone, "0900000011")
    slow_down(page)
    taps = Taps(page)
    page.goto("/so-suc-khoe/dang-ky")
    taps.press(page.get_by_role("button", name="Bắt đầu đăng ký mới"))

    taps.scan(lambda: when_the_card_is_scanned(page, tmp_path))
    taps.press(page.get_by_label("Tôi", exact=True))
    taps.go_on()
    then_the_person_is_filled_in(page)
    taps.type(page.get_by_label("Nghề nghiệp"), "Giáo viên")
    taps.go_on()
    taps.type(page.get_by_label("Tìm xã, phường"), "thuan hoa hue")
    taps.enter(page.get_by_label("Tìm xã, phường"))
    taps.press(page.get_by_role("radio", name=re.compile("Thuận Hòa")).first)
    taps.go_on()
    taps.press(page.locator("[name=group][value='8']"))
    taps.go_on()
    taps.press(page.get_by_role("button", name=re.compile("Không với tất cả")))
    taps.think(QUESTIONS)
    taps.go_on()
    taps.press(page.locator("[name=dose]").first)
    taps.type(page.get_by_label("Ngày muốn được tiêm"), tomorrow())
    taps.press(page.locator("[name=wanted_part]").first)
    taps.go_on()
    taps.press(page.locator("[name=consent]"))
    taps.press(page.get_by_role("button", name="Gửi đăng ký"))

    expect(page.locator("#registration-code")).to_be_visible()
    assert taps.count <= MOST_TAPS, taps.count
    assert taps.seen == taps.count - 1  # the camera's own button is on no page
    assert taps.seconds <= MOST_SECONDS, taps.seconds


def when_the_card_is_scanned(page: Page, folder: Path) -> None:
    picture = folder / "card.png"
    segno.make(CARD, error="m").save(str(picture), scale=6)
    with page.expect_file_chooser() as chooser:
        page.locator("code-scanner label").click()
    chooser.value.set_files(str(picture))
    expect(page.locator("code-scanner [role=status]")).to_contain_text("Nguyễn Thị Thu Hương")
    expect(page.get_by_label("Số giấy tờ")).to_have_value("046186000143")
    expect_no_fault(page)


def then_the_person_is_filled_in(page: Page) -> None:
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Thu Hương")
    expect(page.get_by_label("Ngày sinh")).to_have_value("12/04/1986")
    expect(page.get_by_label("Nữ", exact=True)).to_be_checked()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_somebody_registers_without_an_account(chromium: Browser, platform: dict[str, Any], script: bool):
    context = a_phone(chromium, platform, java_script_enabled=script)
    page = context.new_page()
    if script:
        when_somebody_registers(page, "0900000021", "046186000151", "Trần Thị Không Tài Khoản")
    else:
        when_somebody_registers(page, "0900000022", "046186000169", "Trần Thị Không Mã Lệnh")
    page.get_by_role("button", name="Khai báo y tế").click()
    page.get_by_role("button", name=re.compile("Không với tất cả")).click()
    page.get_by_role("button", name="Gửi khai báo").last.click()
    expect(page.locator("main")).to_contain_text("KB1:")
    context.close()


def when_somebody_registers(page: Page, number: str, card: str, name: str) -> None:
    """From the portal to the code of a registration and where it stands, without an account."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("Đăng ký tiêm")).first.click()
    page.get_by_role("button", name="Bắt đầu đăng ký mới").click()
    page.get_by_label("Tôi", exact=True).check()
    page.get_by_label("Số điện thoại nhận mã xác nhận").fill(number)
    page.get_by_label("CCCD hoặc CMND").check()
    page.get_by_label("Số giấy tờ").fill(card)
    go_on(page)
    when_the_form_is_filled_to_the_consent(page, name)
    page.get_by_role("button", name="Nhận mã xác nhận và gửi").click()
    page.get_by_label("Mã xác nhận").fill(read_code(page.context, number))
    page.get_by_role("button", name="Gửi đăng ký").click()
    code = page.locator("#registration-code").inner_text()
    page.get_by_role("link", name="Tra cứu đăng ký").click()
    page.get_by_label("Mã đăng ký").fill(code)
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("main")).to_contain_text("Sở Y tế đang xem đăng ký")


def test_the_book_is_read_without_a_network_and_forgotten_after_signing_out(
    chromium: Browser, platform: dict[str, Any]
):
    context = a_phone(chromium, platform)
    page = sign_in_citizen(context, "0900000013")
    when_she_registers_for_vaccination(page, card="046186000177", name="Lê Thị Ngoại Tuyến")
    page.goto("/so-suc-khoe/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "navigator.serviceWorker.controller !== null")
    for path in ("/so-suc-khoe/", "/so-suc-khoe/ho-so", "/so-suc-khoe/chung-nhan", "/so-suc-khoe/lich-hen"):
        page.goto(path)
    until(page, KEPT_PAGES, 4)

    context.set_offline(True)
    page.goto("/so-suc-khoe/ho-so")
    expect(page.locator("h1")).to_have_text("Lê Thị Ngoại Tuyến")
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator("#kept")).to_contain_text(re.compile(r"\d{1,2}:\d{2}"))
    for path, heading in (("/so-suc-khoe/chung-nhan", "Chứng nhận tiêm chủng"), ("/so-suc-khoe/lich-hen", "Lịch hẹn")):
        page.goto(path)
        expect(page.locator("h1")).to_have_text(heading)
        expect(page.locator("#kept")).to_be_visible()
    page.goto("/so-suc-khoe/gia-dinh")
    expect(page.locator("main")).to_contain_text("Không có mạng")

    context.set_offline(False)
    page.goto("/so-suc-khoe/")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/dang-nhap$"))
    until(page, KEPT_PAGES, 0)
    context.set_offline(True)
    page.goto("/so-suc-khoe/ho-so")
    expect(page.locator("main")).to_contain_text("Không có mạng")
    context.close()


def test_what_is_missing_is_claimed_with_a_picture_and_has_a_number(phone: BrowserContext, tmp_path: Path):
    page = sign_in_citizen(phone, "0900000014")
    when_she_registers_for_vaccination(page, card="046186000193", name="Lê Thị Thiếu Mũi")
    page.goto("/so-suc-khoe/")
    page.get_by_role("link", name="Báo sai, thiếu mũi tiêm").click()
    page.get_by_role("link", name="Thiếu mũi tiêm").click()
    expect_no_fault(page)
    page.get_by_label("Vắc xin của mũi bị thiếu").select_option(index=1)
    page.get_by_label("Ngày tiêm").fill("31/02/2026")
    page.get_by_label("Điểm đã tiêm").select_option(index=1)
    page.get_by_label("Điều gì sai, đúng ra là gì").fill("Tiêm tại trạm, có giấy xác nhận")
    page.get_by_label("Ảnh giấy xác nhận tiêm").set_input_files(a_picture(tmp_path))
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator("#error-summary")).to_contain_text("31/02/2026")
    expect(page.get_by_label("Điều gì sai, đúng ra là gì")).to_have_value("Tiêm tại trạm, có giấy xác nhận")
    page.get_by_label("Ngày tiêm").fill("28/02/2026")
    page.get_by_label("Ảnh giấy xác nhận tiêm").set_input_files(a_picture(tmp_path))
    page.get_by_role("button", name="Gửi", exact=True).click()

    expect(page.locator("#ticket-number")).to_have_text(re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$"))
    expect_no_fault(page)
    page.goto("/so-suc-khoe/ho-so")
    expect(page.locator("main")).to_contain_text("Tự khai, chờ điểm tiêm xác nhận")


PAGES = [
    "/so-suc-khoe/", "/so-suc-khoe/ho-so", "/so-suc-khoe/gia-dinh", "/so-suc-khoe/khai-bao", "/so-suc-khoe/phan-ung",
    "/so-suc-khoe/phan-anh", "/so-suc-khoe/quyen-rieng-tu", "/so-suc-khoe/ai-da-xem", "/so-suc-khoe/dang-ky",
]  # fmt: skip


def test_every_page_of_the_book_has_no_fault_fits_320_px_and_twice_the_text(
    chromium: Browser, platform: dict[str, Any]
):
    context = a_phone(chromium, platform, width=320)
    page = sign_in_citizen(context, "0900000015")
    when_she_registers_for_vaccination(page, card="046186000201", name="Lê Thị Khổ Hẹp")
    wide: list[str] = []
    for path in PAGES:
        page.goto(path)
        expect_no_fault(page)
        wide += [path] if too_wide(page) else []
        page.evaluate(TWICE_THE_TEXT)
        wide += [f"{path} at 200 %"] if too_wide(page) else []
    context.close()
    assert wide == []


@pytest.mark.prove
def test_every_page_of_a_registration_is_there_in_time_on_a_slow_phone(chromium: Browser, platform: dict[str, Any]):
    """400 kbit/s, 400 ms away, a sixth of the speed: the largest paint within 4.5 seconds, the first page with all it needs."""
    context = a_phone(chromium, platform)
    page = context.new_page()
    painted = {path: painted_slowly(context.new_page(), path) for path in FIRST_PAGES}
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("button", name="Bắt đầu đăng ký mới").click()
    draft = page.url.removesuffix("/giay-to")
    painted |= {step: painted_slowly(context.new_page(), f"{draft}/{step}") for step in STEPS}
    context.close()
    assert {path: paint for path, paint in painted.items() if paint > 4_500} == {}, painted


FIRST_PAGES = ("/so-suc-khoe/dang-ky", "/so-suc-khoe/dang-nhap")
STEPS = ("giay-to", "nguoi-tiem", "noi-o", "nhom-uu-tien", "suc-khoe", "mong-muon")


def painted_slowly(page: Page, path: str) -> float:
    slow_down(page)
    page.goto(path, wait_until="networkidle")
    painted = page.evaluate(LARGEST_PAINT)
    page.close()
    return painted


KEPT_PAGES = """count => new Promise(done => {
  const asked = indexedDB.open("health-book")
  asked.onsuccess = () => {
    if (!asked.result.objectStoreNames.contains("pages")) { asked.result.close(); return done(false) }
    const all = asked.result.transaction("pages").objectStore("pages").count()
    all.onsuccess = () => { asked.result.close(); done(count === 0 ? all.result === 0 : all.result >= count) }
  }
})"""
LARGEST_PAINT = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
  .observe({ type: "largest-contentful-paint", buffered: true }))"""
TWICE_THE_TEXT = "document.documentElement.style.fontSize = '200%'"


QUESTIONS = 12
# Seconds. A button and pointing at it, and making up one's mind: Card, Moran and Newell 1980 (B is 0.2 with the finger's way
# down and up, P 1.1, M 1.35). A letter on a phone: 36.2 words of five letters a minute, Palin and others 2019.
TO_PRESS, TO_DECIDE, A_LETTER = 1.1 + 0.2, 1.35, 60 / (36.2 * 5)
# No source: to take the card out and hold it before the camera. Generous on purpose.
TO_HOLD_A_CARD = 15


class Taps:
    """Counts what a thumb does and how long it takes by the keystroke-level model, with the waits for the pages as they are.

    Presses, and fields that are touched to be typed into. Before each the model has the time of a decision; each of the twelve
    questions that "no to everything" answers has one too, because the answers stay to be checked. Reading longer texts is in no
    keystroke-level model: a first reading of the consent comes on top. The page itself counts what touched it (`seen`).
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0
        self.seconds = 0.0
        self.seen = 0
        page.expose_function("touched", self._touched)
        page.add_init_script("addEventListener('pointerdown', one => one.isTrusted && touched(), true)")

    def _touched(self) -> None:
        self.seen += 1

    def press(self, target: Any) -> None:
        self._act(target.click)

    def type(self, target: Any, text: str) -> None:
        self._act(target.click)
        target.fill(text)
        self.seconds += len(text) * A_LETTER

    def enter(self, target: Any) -> None:
        """A key of the keyboard, like the letters: no tap on the page."""
        self.seconds += A_LETTER + timed(lambda: target.press("Enter"))

    def scan(self, scanned: Callable[[], None]) -> None:
        """The page's button, the card held before the camera, the camera's own button."""
        self.count += 1
        self._act(scanned)
        self.seconds += TO_PRESS + TO_HOLD_A_CARD

    def think(self, decisions: int) -> None:
        self.seconds += decisions * TO_DECIDE

    def go_on(self) -> None:
        self._act(lambda: go_on(self.page))

    def _act(self, act: Callable[[], None]) -> None:
        self.count += 1
        self.seconds += TO_DECIDE + TO_PRESS + timed(act)


def timed(act: Callable[[], None]) -> float:
    """How long an act of the browser took, the page that it leads to included."""
    began = time.monotonic()
    act()
    return time.monotonic() - began


def slow_down(page: Page) -> None:
    """400 kbit/s, 400 ms away, a sixth of the speed."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})


def a_phone(chromium: Browser, platform: dict[str, Any], width: int = 390, **options: Any) -> BrowserContext:
    return chromium.new_context(
        base_url=platform["base"],
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": width, "height": 844},
        **options,
    )


def too_wide(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def a_picture(folder: Path) -> str:
    drawn = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(drawn, "JPEG")
    file = folder / "giay.jpg"
    file.write_bytes(drawn.getvalue())
    return str(file)
