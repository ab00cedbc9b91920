"""The schedule in a browser: a medical officer changes an interval, a second one reads what it does, and it is published."""

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import NOW, accounts, expect_no_fault, sign_in_as

pytestmark = pytest.mark.journey

NOTE = "Hai mũi Vero Cell cách nhau 4 tuần theo 77/BYT-DP"
DAY = (datetime.now(NOW) + timedelta(days=1)).strftime("%d/%m/%Y")


def test_a_change_is_in_force_minutes_after_its_paper(platform: dict[str, Any], desk: Any):
    first, second = accounts(platform, "national_operator")[:2]
    author = sign_in_as(desk(), first)
    when_the_officer_types_an_interval_that_cannot_be(author)
    then_the_error_stands_at_its_field_and_what_was_typed_stays(author)
    address = when_the_officer_mends_it(author)
    then_the_draft_waits_for_its_comparison_on_everybody(author, address)
    reader = sign_in_as(desk(), second)
    when_the_second_officer_reads_the_comparison_and_approves(reader, address)
    when_it_is_published_from_tomorrow_on(reader)
    then_everybody_reads_it_in_the_history(reader)


def when_the_officer_types_an_interval_that_cannot_be(page: Page) -> None:
    page.goto("/dieu-hanh/lich-tiem")
    page.get_by_role("link", name="Thay đổi thường gặp").click()
    page.get_by_label("Mũi", exact=True).select_option("vc.2")
    page.get_by_label("Ít nhất").fill("4 tuần")
    page.get_by_label("Nên tiêm khi đủ").fill("3 tuần")
    page.get_by_label("Áp dụng từ ngày").fill(DAY)
    page.get_by_label("Số văn bản").fill("77/BYT-DP")
    page.get_by_label("Ngày văn bản").fill(DAY)
    page.get_by_label("Thay đổi gì, theo văn bản nào").fill(NOTE)
    expect_no_fault(page)
    page.get_by_role("button", name="Kiểm tra và lưu bản thảo").click()


def then_the_error_stands_at_its_field_and_what_was_typed_stays(page: Page) -> None:
    expect(page.locator("#recommended-error")).to_contain_text("phải theo thứ tự")
    expect(page.get_by_label("Ít nhất")).to_have_value("4 tuần")
    expect(page.get_by_label("Mũi", exact=True)).to_have_value("vc.2")
    expect_no_fault(page)


def when_the_officer_mends_it(page: Page) -> str:
    page.get_by_label("Nên tiêm khi đủ").fill("4 tuần")
    page.get_by_role("button", name="Kiểm tra và lưu bản thảo").click()
    expect(page).to_have_url(re.compile(r"/nhap/[0-9a-f-]{36}$"))
    expect(page.get_by_text("minimum: 4 weeks, recommended: 4 weeks")).to_be_visible()
    return page.url


def then_the_draft_waits_for_its_comparison_on_everybody(page: Page, address: str) -> None:
    until_it_is_compared(page, address)
    expect(page.get_by_text("người được trả lời khác đi")).to_be_visible()
    expect(page.get_by_role("button", name="Duyệt thay đổi này")).to_have_count(0)
    expect_no_fault(page)


def when_the_second_officer_reads_the_comparison_and_approves(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Tôi đã đọc bản so sánh và phần khác biệt ở trên").check()
    page.get_by_role("button", name="Duyệt thay đổi này").click()
    expect(page.get_by_label("Áp dụng từ ngày")).to_be_visible()


def when_it_is_published_from_tomorrow_on(page: Page) -> None:
    page.get_by_label("Áp dụng từ ngày").fill(DAY)
    page.get_by_role("button", name="Công bố").click()


def then_everybody_reads_it_in_the_history(page: Page) -> None:
    expect(page.get_by_role("row").filter(has_text=NOTE).filter(has_text=DAY).last).to_be_visible()
    expect_no_fault(page)


def until_it_is_compared(page: Page, address: str) -> None:
    """The follower compares within seconds; the page says so when it is loaded again."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        page.goto(address)
        if page.get_by_text("người được trả lời khác đi").count():
            return
