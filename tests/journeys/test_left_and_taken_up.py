"""A form that is left is taken up again where it was: closed half-typed with a script, and page by page without one."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.steps import given_a_form_at_its_second_page, sign_in_citizen
from tests.journeys.test_the_citizens_book import a_phone

pytestmark = pytest.mark.journey


def test_a_page_that_is_closed_half_typed_is_there_again(phone: BrowserContext):
    page = sign_in_citizen(phone, "0900000051")
    given_a_form_at_its_second_page(page, "046186000235")

    with page.expect_response(lambda answer: answer.status == 204):
        page.get_by_label("Họ và tên").fill("Lê Thị Dở Dang")
        page.get_by_label("Ngày sinh").focus()  # a field is left
    with page.expect_response(lambda answer: answer.status == 204):
        page.get_by_label("Ngày sinh").fill("12/04/19")  # a hand rests in the middle of the next one
    page.close()

    taken_up = when_the_form_is_taken_up(phone)
    expect(taken_up.get_by_label("Họ và tên")).to_have_value("Lê Thị Dở Dang")
    expect(taken_up.get_by_label("Ngày sinh")).to_have_value("12/04/19")


def test_without_a_script_each_page_that_was_sent_is_kept(chromium: Browser, platform: dict[str, Any]):
    context = a_phone(chromium, platform, java_script_enabled=False)
    page = sign_in_citizen(context, "0900000052")
    given_a_form_at_its_second_page(page, "046186000243")
    page.close()

    taken_up = when_the_form_is_taken_up(context)
    expect(taken_up.get_by_label("Họ và tên")).to_have_value("")
    taken_up.get_by_role("link", name="Quay lại").click()
    expect(taken_up.get_by_label("Số giấy tờ")).to_have_value("046186000243")
    context.close()


def when_the_form_is_taken_up(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/so-suc-khoe/dang-ky")
    page.get_by_role("link", name="Làm tiếp").click()
    expect(page).to_have_url(re.compile("/nguoi-tiem$"))
    return page
