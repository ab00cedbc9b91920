"""What people do on the portal without an account: look themselves up, check the figures, ask to become a site."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.figures import doses
from tests.journeys.steps import expect_no_fault, read_code, sign_in_staff
from tests.journeys.tables import in_the_database
from tests.journeys.test_the_citizens_book import when_somebody_registers
from tiemchung.domain import people
from tiemchung.kit.db import Db

pytestmark = pytest.mark.journey

PHONE, CARD, NAME = "0900000095", "046186000185", "Trần Thị Cổng Thông Tin"
# A page may be a minute old.
STAYS_SECONDS = 65
FILES = ("theo-ngay.csv", "dan-so.csv", "kho.csv", "phan-bo.csv", "chi-so.json")


def test_a_citizen_without_an_account_registers_and_later_sees_the_own_certificate(
    phone: BrowserContext, platform: dict[str, Any]
):
    page = phone.new_page()
    when_somebody_registers(page, PHONE, CARD, NAME)
    given_a_dose(platform)

    page.goto("/")
    page.locator("footer").get_by_role("link", name="Tra cứu chứng nhận").click()
    page.get_by_label("Số giấy tờ").fill(CARD)
    page.get_by_label("Số điện thoại").fill(PHONE)
    page.get_by_role("button", name="Gửi mã xác nhận").click()
    expect_no_fault(page)
    page.get_by_label("Mã xác nhận").fill(read_code(phone, PHONE))
    page.get_by_role("button", name=re.compile("Xem|Xác nhận|Tiếp tục")).click()
    main = page.locator("main")
    expect(main).to_contain_text("Thẻ xanh: đủ liều cơ bản")
    expect(main).to_contain_text("0461 •••• •185")
    expect(main).not_to_contain_text(NAME)
    expect_no_fault(page)


def given_a_dose(platform: dict[str, Any]) -> None:
    async def dose(db: Db) -> None:
        found = await people.find_by_number_and_phone(db, CARD, "VN", "+84" + PHONE[1:])
        assert found is not None
        await doses(db, person=found.person_id)

    in_the_database(platform, dose)


def test_a_journalist_downloads_the_data_and_recomputes_a_figure(phone: BrowserContext, tmp_path: Path):
    page = phone.new_page()
    shown = when_the_doses_of_the_campaign_are_counted(page)
    page.locator("footer").get_by_role("link", name="Dữ liệu mở").click()
    for name in ("tinh-lai.py", *FILES):
        link = page.locator(f'main a[href="/so-lieu/{name}"]')
        expect(link).to_have_count(1)
        downloaded(page, link.get_attribute("href") or "", tmp_path / name)

    command = [sys.executable, str(tmp_path / "tinh-lai.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    recomputed = re.search(r"ok    doses: (\d+)/None, lines say \((\d+), None\)", done.stdout)
    assert recomputed is not None and recomputed[1] == recomputed[2]
    assert int(recomputed[1]) == shown


def when_the_doses_of_the_campaign_are_counted(page: Page) -> int:
    """The overview's figure, when it has stayed the same for longer than a page is kept."""
    last, since = -1, time.monotonic()
    for _ in range(180):
        page.goto("/")
        shown = int(page.locator("#doses").inner_text().replace(".", ""))
        if shown != last:
            last, since = shown, time.monotonic()
        elif shown > 0 and time.monotonic() - since > STAYS_SECONDS:
            return shown
        page.wait_for_timeout(1000)
    raise AssertionError(last)


def downloaded(page: Page, href: str, file: Path) -> None:
    """As a browser stores what stands behind a link."""
    answer = page.request.get(href)
    assert answer.ok
    file.write_bytes(answer.body())


def test_a_facility_asks_is_sent_back_asks_again_and_is_found(
    chromium: Browser, platform: dict[str, Any], phone: BrowserContext, desk: Any
):
    page = phone.new_page()
    page.goto("/")
    page.locator("footer").get_by_role("link", name="Đăng ký cơ sở tiêm chủng").click()
    code = when_the_facility_sends_its_application(page)

    officer = sign_in_staff(desk(), platform, "province_officer")
    when_the_officer_decides(officer, "Trả lại", "Giấy phép đã hết hạn, cần bản còn hiệu lực.")

    status = when_it_looks_up(page, code)
    expect(status).to_contain_text("Giấy phép đã hết hạn, cần bản còn hiệu lực.")
    page.get_by_role("button", name="Bổ sung và gửi lại").click()
    expect(page.get_by_label("Tên cơ sở")).to_have_value("Phòng khám Cầu Lòn")
    page.get_by_label("Số giấy phép hoạt động").fill("00789/TTH-GPHĐ")
    page.get_by_label("Số điện thoại liên hệ").fill("0234 382 5002")
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.locator("#code")).to_have_text(code)

    when_the_officer_decides(officer, "Duyệt", "")
    status = when_it_looks_up(page, code)
    status.get_by_role("link", name=re.compile("Xem điểm tiêm 46")).click()
    expect(page.get_by_role("heading", name="Phòng khám Cầu Lòn")).to_be_visible()
    expect_no_fault(page)
    page.goto("/tim-diem-tiem?q=phong+kham+cau+lon")
    expect(page.locator("main")).to_contain_text("Phòng khám Cầu Lòn")


def when_the_facility_sends_its_application(page: Page) -> str:
    page.get_by_label("Loại cơ sở").select_option("clinic")
    for label, typed in (
        ("Tên cơ sở", "Phòng khám Cầu Lòn"),
        ("Số giấy phép hoạt động", "00321/TTH-GPHĐ"),
        ("Người phụ trách", "Bác sĩ Hoàng Thị Ngự Bình"),
        ("Số điện thoại liên hệ", "0234 382 5002"),
        ("Phường, xã", "phuong thuan hoa hue"),
        ("Số nhà, đường", "7 Trần Hưng Đạo"),
        ("Số bàn tiêm", "2"),
        ("Số ghế theo dõi sau tiêm", "20"),
    ):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_role("button", name="Gửi hồ sơ").click()
    # What is missing is told on its field, and what was typed stays.
    expect(page.get_by_label("Giờ làm việc")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Tên cơ sở")).to_have_value("Phòng khám Cầu Lòn")
    page.get_by_label("Giờ làm việc").fill("07:30–16:30, thứ Hai đến thứ Sáu")
    page.get_by_role("button", name="Gửi hồ sơ").click()
    return page.locator("#code").inner_text()


def when_it_looks_up(page: Page, code: str) -> Any:
    page.goto("/dang-ky-co-so/tra-cuu")
    page.get_by_label("Mã hồ sơ").fill(code)
    page.get_by_role("button", name="Tra cứu").click()
    return page.locator("main")


def when_the_officer_decides(page: Page, outcome: str, message: str) -> None:
    page.goto("/diem-tiem/co-so")
    page.get_by_role("link", name="Phòng khám Cầu Lòn").click()
    page.get_by_label(re.compile(outcome)).check()
    page.get_by_label("Lời nhắn cho cơ sở").fill(message)
    page.get_by_role("button", name="Ghi quyết định").click()
    expect(page.get_by_role("button", name="Ghi quyết định")).to_have_count(0)
