"""The whole registration in a browser that runs no script."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.steps import sign_in_citizen, when_she_registers_for_vaccination

pytestmark = pytest.mark.journey


def test_a_citizen_signs_in_and_registers_without_javascript(chromium: Browser, platform: dict[str, Any]):
    context = chromium.new_context(
        base_url=platform["base"],
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    page = sign_in_citizen(context, "0900000003")
    code = when_she_registers_for_vaccination(page, card="046186000135", name="Trần Thị Không Kịch Bản")
    context.close()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4})+", code)
