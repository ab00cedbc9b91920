"""One person's way: registered, approved, invited, vaccinated, certified; each step through its own door."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.steps import (
    account,
    expect_no_fault,
    fresh_totp,
    next_half_hour,
    sign_in_citizen,
    sign_in_staff,
    when_she_registers_for_vaccination,
)

pytestmark = pytest.mark.journey

NUMBER = "0900 000 001"
CCCD = "046186000127"
NAME = "Nguyễn Thị Thu Hương"


def test_one_person_goes_from_registration_to_a_certificate_that_verifies(
    platform: dict[str, Any], phone: BrowserContext, desk: Any
):
    book = given_a_citizen_who_signed_in(phone)
    code = when_she_registers_for_vaccination(book, CCCD, NAME)
    assert re.fullmatch(r"[0-9A-Z-]{9,}", code)
    expect_no_fault(book)

    officer = sign_in_staff(desk(), platform, "province_officer")
    when_the_province_approves_and_assigns_her(officer)

    head = sign_in_staff(desk(), platform, "site_head")
    session = when_the_site_plans_a_session(head)
    when_a_second_person_approves_it(sign_in_staff(desk(), platform, "district_officer"), session)
    when_the_site_invites(head, session)

    check_in_code = then_she_sees_time_and_check_in_code(book)
    and_she_confirms(book)

    nurse = sign_in_staff(desk(), platform, "nurse")
    when_the_session_opens(nurse)
    registrar = sign_in_staff(desk(), platform, "registrar")
    when_she_is_checked_in(registrar, session, check_in_code)
    when_the_doctor_screens_her(sign_in_staff(desk(), platform, "doctor"), session)
    when_the_nurse_injects(nurse, session)
    then_the_card_is_in_her_health_book(book)
    and_a_sign_of_danger_says_call_115_before_anything_is_sent(book)
    when_observation_is_over_she_goes_home(nurse)

    when_the_nurse_closes_and_signs(nurse, session, platform)
    passport = then_the_passport_follows(book)
    then_it_verifies_on_the_portal(phone, passport)
    then_the_figures_have_moved(phone, sign_in_staff(desk(), platform, "national_operator"))


def given_a_citizen_who_signed_in(phone: BrowserContext) -> Page:
    return sign_in_citizen(phone, NUMBER)


def when_the_province_approves_and_assigns_her(page: Page) -> None:
    page.goto("/diem-tiem/dang-ky?huyen=474")
    page.get_by_role("checkbox", name=re.compile("Thu Hương")).check()
    page.locator("#place").select_option(label=place_option(page))
    page.get_by_role("button", name=re.compile("Duyệt và phân")).click()
    expect(page).to_have_url(re.compile("xong="))


def place_option(page: Page) -> str:
    labels = page.locator("#place option").all_inner_texts()
    return next(label for label in labels if "phường Thuận Hòa" in label)


def when_the_site_plans_a_session(page: Page) -> str:
    day, starts, ends = next_half_hour()
    page.goto("/diem-tiem/ke-hoach")
    page.locator("[name=product]").select_option("JAN") if page.locator("select[name=product]").count() else (
        page.locator("[name=product][value=JAN]").check()
    )
    page.get_by_label("Ngày tiêm").fill("-".join(reversed(day.split("/"))))
    page.get_by_label("Giờ bắt đầu").fill(starts)
    page.get_by_label("Giờ kết thúc").fill(ends)
    page.get_by_role("button", name=re.compile("Lập kế hoạch")).click()
    expect(page).to_have_url(re.compile(r"/diem-tiem/ke-hoach/.+"))
    found = re.search(r"([0-9a-f-]{36})/([0-9a-f-]{36})", page.url)
    assert found is not None
    return f"{found[1]}/{found[2]}"


def when_a_second_person_approves_it(page: Page, session: str) -> None:
    page.goto(f"/diem-tiem/ke-hoach/{session}")
    page.get_by_role("button", name=re.compile("Duyệt")).click()
    expect(page.locator("main")).to_contain_text("Đã duyệt")
    expect_no_fault(page)


def when_the_site_invites(page: Page, session: str) -> None:
    page.goto(f"/diem-tiem/ke-hoach/{session}/moi")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Gửi lời mời").click()
    assert sent.value.status == 303


def then_she_sees_time_and_check_in_code(page: Page) -> str:
    page.goto("/so-suc-khoe/lich-hen")
    expect(page.locator("main")).to_contain_text("Thuận Hòa")
    page.goto("/so-suc-khoe/ma-qr")
    found = re.search(r"VX1:[0-9A-Z-]{14}", page.locator("main").inner_text())
    assert found is not None
    return found[0]


def and_she_confirms(page: Page) -> None:
    page.goto("/so-suc-khoe/lich-hen")
    page.locator("button[name=answer][value=yes]").click()
    expect(page).to_have_url(re.compile("tra-loi=yes"))


def when_the_session_opens(page: Page) -> None:
    page.goto("/diem-tiem/hom-nay")
    page.get_by_role("button", name="Mở phiên").click()
    expect(page.get_by_role("button", name="Tiếp đón")).to_be_visible()


def when_she_is_checked_in(page: Page, session: str, code: str) -> None:
    page.goto(f"/diem-tiem/phien/{session}")
    page.get_by_label("Mã check-in").fill("VX1:7K2Q-9XW3-M85T")
    page.get_by_role("button", name="Tiếp đón").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Mã check-in").fill(code.lower())
    page.get_by_role("button", name="Tiếp đón").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect_no_fault(page)


def when_the_doctor_screens_her(page: Page, session: str) -> None:
    page.goto(f"/diem-tiem/phien/{session}")
    page.get_by_role("link", name=re.compile("Thu Hương")).first.click()
    page.get_by_role("link", name="Khám sàng lọc", exact=True).click()
    page.get_by_role("button", name="Lưu kết luận").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_role("button", name="Tất cả KHÔNG").click()
    expect_no_fault(page)
    page.get_by_label("Nhiệt độ (°C)").fill("36,7")
    page.get_by_role("button", name="Lưu kết luận").click()
    expect(page.locator("main")).to_contain_text("Đủ điều kiện tiêm")


def when_the_nurse_injects(page: Page, session: str) -> None:
    page.goto(f"/diem-tiem/phien/{session}")
    page.get_by_role("button", name="Mở lọ").click()
    page.get_by_role("link", name=re.compile("Thu Hương")).first.click()
    page.get_by_role("button", name=re.compile("Xác nhận đã tiêm")).click()
    expect(page.locator("main")).to_contain_text("Đã ghi mũi 1")
    expect_no_fault(page)


def then_the_card_is_in_her_health_book(page: Page) -> None:
    page.goto("/so-suc-khoe/")
    expect(page.locator("main")).to_contain_text("Janssen")
    expect(page.locator("main")).to_contain_text("Đã tiêm đủ 1 mũi")
    expect_no_fault(page)


def and_a_sign_of_danger_says_call_115_before_anything_is_sent(page: Page) -> None:
    page.goto("/so-suc-khoe/phan-ung")
    page.get_by_role("link", name="Báo phản ứng sau mũi này").click()
    call = page.get_by_role("link", name="Gọi 115 ngay")
    expect(call).to_be_hidden()
    page.get_by_label(re.compile("Hô hấp: khó thở")).check()
    expect(call).to_be_visible()
    expect_no_fault(page)
    page.get_by_label(re.compile("Hô hấp: khó thở")).uncheck()
    page.get_by_label("Mệt mỏi", exact=True).check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator("main")).to_contain_text("Đã gửi báo cáo")


def when_observation_is_over_she_goes_home(page: Page) -> None:
    button = page.get_by_role("button", name="Cho về")
    for _ in range(10):
        if button.is_enabled():
            break
        page.wait_for_timeout(8_000)
        page.reload()
    button.click()
    expect(page.get_by_role("complementary", name="Theo dõi sau tiêm")).to_contain_text("Chưa có ai")


def when_the_nurse_closes_and_signs(page: Page, session: str, platform: dict[str, Any]) -> None:
    page.goto(f"/diem-tiem/phien/{session}/dong")
    expect(page.locator("main")).to_contain_text("Khớp")
    expect_no_fault(page)
    page.get_by_role("button", name="Đóng phiên").click()
    page.get_by_label("Mã xác thực").fill("000000")
    page.get_by_role("button", name="Ký").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_label("Mã xác thực").fill(fresh_totp(account(platform, "nurse")))
    page.get_by_role("button", name="Ký").click()
    expect(page.locator("main")).to_contain_text("Phiên đã ký")


def then_the_passport_follows(page: Page) -> str:
    for _ in range(30):
        page.goto("/so-suc-khoe/chung-nhan")
        if page.locator(".code-text").count():
            break
        page.wait_for_timeout(1_000)
    expect(page.get_by_role("heading", name="Hộ chiếu vắc xin")).to_be_visible()
    page.locator("summary", has_text="Nội dung mã QR").click()
    expect_no_fault(page)
    return page.locator(".code-text").first.inner_text()


def then_it_verifies_on_the_portal(phone: BrowserContext, code: str) -> None:
    page = phone.new_page()
    page.goto("/kiem-tra")
    page.get_by_label("Nội dung mã QR").fill(code)
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("main")).to_contain_text("Chữ ký đúng, chưa bị thu hồi")
    expect(page.locator("main")).to_contain_text("12/04/1986")
    page.goto("/kiem-tra")
    page.get_by_label("Nội dung mã QR").fill(code[:-6] + "AAAAAA")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("main")).not_to_contain_text("Chữ ký đúng, chưa bị thu hồi")


def then_the_figures_have_moved(phone: BrowserContext, wall: Page) -> None:
    wall.goto("/dieu-hanh/")
    expect(wall.locator("#today")).to_have_text("1", timeout=10_000)
    portal = phone.new_page()
    portal.goto("/")
    expect(portal.locator("#doses")).not_to_have_text("0")
