"""Somebody books, resumes, confirms, moves and gives back a place; a phone agent books from the same places."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.steps import expect_no_fault, sign_in_citizen, sign_in_staff, when_she_registers_for_vaccination

pytestmark = pytest.mark.journey

BOOK, APPOINTMENTS = "/so-suc-khoe/dat-lich", "/so-suc-khoe/lich-hen"
PEOPLE = {
    True: ("0900000071", "046186000877", "Lê Thị Tự Đặt"),
    False: ("0900000072", "046186000885", "Phạm Thị Đặt Không Kịch Bản"),
}


@pytest.mark.parametrize("script", [True, False])
def test_a_place_is_held_confirmed_moved_and_given_back_and_an_agent_books_it_again(
    chromium: Browser, platform: dict[str, Any], desk: Any, script: bool
):
    number, card, name = PEOPLE[script]
    context = chromium.new_context(
        base_url=platform["base"],
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": 390, "height": 844},
        java_script_enabled=script,
    )
    book = sign_in_citizen(context, number)
    code = when_she_registers_for_vaccination(book, card=card, name=name)

    when_she_holds_a_place(book)
    then_the_clock_says_until_when(book, script)
    when_she_leaves_and_comes_back_from_her_appointments(book)
    when_she_confirms(book)
    when_she_moves_to_the_last_half_hour(book)
    then_she_has_one_appointment_late_in_the_day(book)
    when_she_gives_it_back(book)
    when_an_agent_books_for_her(sign_in_staff(desk(), platform, "registrar"), code)
    then_she_has_one_appointment_late_in_the_day(book)
    context.close()


def when_she_holds_a_place(page: Page) -> None:
    page.goto(BOOK)
    page.get_by_role("link", name="Trạm Y tế phường Thuận Hòa").click()
    page.locator(".half-hour:not(.full)").first.click()
    page.get_by_role("button", name="Giữ chỗ 10 phút").click()
    expect(page).to_have_url(re.compile("/giu-cho/"))


def then_the_clock_says_until_when(page: Page, script: bool) -> None:
    expect(page.locator("hold-clock")).to_contain_text(re.compile(r"\d{1,2}:\d{2}"))
    if script:
        expect_no_fault(page)


def when_she_leaves_and_comes_back_from_her_appointments(page: Page) -> None:
    page.goto(APPOINTMENTS)
    page.get_by_role("link", name="Xác nhận lịch này").click()


def when_she_confirms(page: Page) -> None:
    page.get_by_role("button", name="Xác nhận lịch này").click()
    expect(page.get_by_text("Đã đặt lịch.")).to_be_visible()


def when_she_moves_to_the_last_half_hour(page: Page) -> None:
    page.get_by_role("link", name="Đổi lịch").click()
    page.get_by_role("link", name="Trạm Y tế phường Thuận Hòa").click()
    page.locator(".half-hour:not(.full)", has_text="15:30").last.click()
    page.get_by_role("button", name="Đổi sang giờ này").click()
    expect(page.get_by_text("Chỗ cũ đã trả lại.")).to_be_visible()


def then_she_has_one_appointment_late_in_the_day(page: Page) -> None:
    page.goto(APPOINTMENTS)
    expect(page.locator(".code-big")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("15:30")


def when_she_gives_it_back(page: Page) -> None:
    page.locator("summary", has_text="Hủy lịch hẹn").click()
    page.get_by_role("button", name="Hủy lịch hẹn này").click()
    expect(page.get_by_text("Đã hủy lịch hẹn.")).to_be_visible()
    expect(page.locator(".code-big")).to_have_count(0)


def when_an_agent_books_for_her(page: Page, code: str) -> None:
    page.goto(f"/diem-tiem/dat-ho?ma={code}")
    page.get_by_role("link", name="Trạm Y tế phường Thuận Hòa").click()
    expect_no_fault(page)
    page.locator("label", has_text="15:30").last.click()
    page.get_by_role("button", name=re.compile("Đặt")).click()
    expect(page).to_have_url(re.compile("xong=1"))
