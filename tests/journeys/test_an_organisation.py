"""A company registers its people: opens its account, tries a list, mends the line at fault, registers once."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.health_book.test_organisations import ALSO, HEADS, RIGHT, but
from tests.journeys.steps import expect_no_fault, sign_in_citizen, tomorrow
from tests.journeys.test_the_citizens_book import a_phone, too_wide
from tiemchung.web import sheets

pytestmark = pytest.mark.journey


def test_a_list_is_tried_mended_and_registered_once(chromium: Browser, platform: dict[str, Any], tmp_path: Path):
    context = a_phone(chromium, platform, width=320)
    page = sign_in_citizen(context, "0900000061")
    given_an_account(page)

    when_a_list_is_sent(page, tmp_path, [RIGHT, but(ALSO, 4, "0461840001")])
    expect(page.locator("main")).to_contain_text("1 dòng sai, 1 dòng đúng")
    expect(page.locator("main")).to_contain_text("8, 9 hoặc 12 chữ số")
    then_the_page_is_sound(page)
    with page.expect_download() as errors:
        page.get_by_role("link", name="Tải dòng sai (XLSX)").click()
    assert errors.value.suggested_filename == "dong-sai.xlsx"

    page.get_by_role("link", name="Công ty Dệt Huế").click()
    when_a_list_is_sent(page, tmp_path, [RIGHT, ALSO])
    page.get_by_label("Ngày muốn được tiêm").fill(tomorrow())
    page.get_by_label("Cả ngày").check()
    page.get_by_label("Từng người trong danh sách").check()
    page.get_by_role("button", name="Đăng ký 2 người").click()

    expect(page.get_by_role("heading", name="Đã đăng ký 2 người")).to_be_visible()
    then_the_page_is_sound(page)
    context.close()


def given_an_account(page: Page) -> None:
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("link", name="Cơ quan, doanh nghiệp đăng ký theo danh sách").click()
    page.get_by_label("Tên tổ chức").fill("Công ty Dệt Huế")
    page.get_by_label("Mã số thuế").fill("3300101011")
    page.get_by_label("Người phụ trách").fill("Trần Văn Phụ")
    page.get_by_label("Tìm xã, phường").fill("thuan hoa hue")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio", name=re.compile("Thuận Hòa")).first.check()
    page.get_by_label("Số nhà, đường, thôn").fill("9 Lê Lợi")
    then_the_page_is_sound(page)
    page.get_by_role("button", name="Mở tài khoản").click()
    expect(page.get_by_role("heading", name="Công ty Dệt Huế")).to_be_visible()
    then_the_page_is_sound(page)


def when_a_list_is_sent(page: Page, folder: Path, rows: list[list[str]]) -> None:
    file = folder / "danh-sach.xlsx"
    file.write_bytes(sheets.xlsx(HEADS, rows))
    page.get_by_label("Tệp danh sách").set_input_files(str(file))
    page.get_by_role("button", name="Kiểm tra thử").click()
    expect(page.get_by_role("heading", name="Kết quả kiểm tra thử")).to_be_visible()


def then_the_page_is_sound(page: Page) -> None:
    expect_no_fault(page)
    assert not too_wide(page), page.url
