"""What people do, in their words: the sentences that journeys are written in."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Error, Page, expect
from pyotp.totp import TOTP

NOW = ZoneInfo("Asia/Ho_Chi_Minh")
AXE = (Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def account(platform: dict[str, Any], role: str) -> dict[str, Any]:
    """The demonstration's account of a role."""
    return next(found for found in platform["accounts"] if found["role"] == role)


def sign_in_staff(context: BrowserContext, platform: dict[str, Any], role: str) -> Page:
    """Sign in at the support system; a page there."""
    return sign_in_as(context, account(platform, role))


def accounts(platform: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """All accounts of a role."""
    return [found for found in platform["accounts"] if found["role"] == role]


def sign_in_as(context: BrowserContext, who: dict[str, Any]) -> Page:
    """Sign in at the support system with one account; a page there."""
    page = context.new_page()
    page.goto("/diem-tiem/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(who["login"])
    page.get_by_label("Mật khẩu").fill(who["password"])
    page.get_by_label("Mã xác thực").fill(TOTP(who["totp"]).now())
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    return page


def fresh_totp(who: dict[str, Any]) -> str:
    """The code that a second factor shows now."""
    return TOTP(who["totp"]).now()


def read_code(context: BrowserContext, number: str) -> str:
    """The newest one-time code that was sent to a number, from the demonstration's inbox."""
    inbox = context.new_page()
    inbox.goto(f"/demo/tin-nhan?phone={number}")
    code = re.search(r"\b(\d{6})\b", inbox.locator("main").inner_text())
    inbox.close()
    assert code is not None
    return code[1]


def sign_in_citizen(context: BrowserContext, number: str) -> Page:
    """Sign in to the health book with a phone number and its code."""
    page = context.new_page()
    page.goto("/so-suc-khoe/dang-nhap")
    page.get_by_label("Số điện thoại").fill(number)
    page.get_by_role("button", name="Gửi mã").click()
    page.get_by_label("Mã xác nhận").fill(read_code(context, number))
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(re.compile(r"/so-suc-khoe/?$"))
    return page


def next_half_hour() -> tuple[str, str, str]:
    """A day and two hours of a session that is still to come, within one day of Viet Nam."""
    now = datetime.now(NOW)
    starts = (now + timedelta(minutes=31)).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if starts.hour > 20 or starts.date() != now.date():
        starts = (now + timedelta(days=1)).replace(hour=14, minute=0, second=0, microsecond=0)
    ends = starts + timedelta(hours=2)
    return f"{starts:%d/%m/%Y}", f"{starts:%H:%M}", f"{ends:%H:%M}"


def expect_no_fault(page: Page) -> None:
    """Axe finds nothing on the page as it stands; the page's browser must run scripts, or axe never answers."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == [], page.url


def go_on(page: Page) -> None:
    """Press the one button at the bottom; the next page is another one."""
    before = page.url
    page.get_by_role("button", name="Tiếp tục", exact=True).last.click()
    expect(page).not_to_have_url(before)


def until(page: Page, expression: str, argument: object = None) -> None:
    """Wait until an expression is true of the page; the driver's own wait evaluates inside it, which our policy forbids."""
    for _ in range(300):
        try:
            if page.evaluate(expression, argument):
                return
        except Error as left:
            if "navigation" not in str(left):
                raise
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def tomorrow() -> str:
    """The day after today in Viet Nam, as people write it."""
    return (datetime.now(NOW) + timedelta(days=1)).strftime("%d/%m/%Y")


def given_a_form_at_its_second_page(page: Page, card: str) -> None:
    """Somebody who is signed in has begun a form for themselves with a citizen's card."""
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("button", name="Bắt đầu đăng ký mới").click()
    page.get_by_label("Tôi", exact=True).check()
    page.get_by_label("CCCD hoặc CMND").check()
    page.get_by_label("Số giấy tờ").fill(card)
    go_on(page)


def when_she_registers_for_vaccination(page: Page, card: str, name: str) -> str:
    """Somebody who is signed in registers with a citizen's card; the registration's code."""
    given_a_form_at_its_second_page(page, card)
    when_the_form_is_filled_to_the_consent(page, name, born="12/04/1986")
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page).to_have_url(re.compile("/xong$"))
    return page.locator("#registration-code").inner_text()


def when_the_form_is_filled_to_the_consent(page: Page, name: str, *, born: str = "1986") -> None:
    """All pages of a registration after that of the papers, the consent ticked and nothing sent."""
    page.get_by_label("Họ và tên", exact=True).fill(name)
    page.get_by_label("Ngày sinh").fill(born)
    page.get_by_label("Nữ", exact=True).check()
    page.get_by_label("Nghề nghiệp").fill("Giáo viên")
    go_on(page)
    page.get_by_label("Tìm xã, phường").fill("thuan hoa hue")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio", name=re.compile("Thuận Hòa")).first.check()
    page.get_by_label("Số nhà, đường, thôn").fill("26 Ngô Thời Nhậm")
    go_on(page)
    page.locator("[name=group][value='8']").check()
    go_on(page)
    page.get_by_role("button", name=re.compile("Không với tất cả")).click()
    go_on(page)
    page.locator("[name=dose]").first.check()
    page.get_by_label("Ngày muốn được tiêm").fill(tomorrow())
    page.locator("[name=wanted_part]").first.check()
    go_on(page)
    page.locator("[name=consent]").check()
