"""A session that does not add up, in a browser."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import expect_no_fault, sign_in_staff
from tests.journeys.test_the_table import a_table, in_the_database
from tests.stores import SITE
from tiemchung.domain import immunizations
from tiemchung.kit.db import Db

pytestmark = pytest.mark.journey


def test_a_session_that_does_not_add_up_is_closed_with_a_reason_only(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 10, 360))
    in_the_database(platform, lambda db: everybody_goes_home(db, table.session_id))
    nurse = sign_in_staff(desk(), platform, "nurse")
    nurse.goto(f"/diem-tiem/phien/{SITE}/{table.session_id}/dong")
    nurse.get_by_label("Số lọ nhận về phiên").fill("3")
    nurse.get_by_label("Số lọ chưa mở trả lại kho").fill("1")
    nurse.get_by_role("button", name="Đóng phiên").click()

    expect(nurse.get_by_text(re.compile("số lọ lệch 1")).first).to_be_visible()
    expect(nurse.get_by_label("Số lọ nhận về phiên")).to_have_value("3")
    expect_no_fault(nurse)
    nurse.get_by_label("Lý do lệch").fill("Một lọ để quên ở bàn 2, đã tìm thấy")
    nurse.get_by_role("button", name="Đóng phiên").click()
    expect(nurse.get_by_role("heading", name="Ký xác nhận hồ sơ")).to_be_visible()


async def everybody_goes_home(db: Db, session_id: UUID) -> None:
    """Who waits leaves without a dose, who was watched goes."""
    for visit in await immunizations.visits(db, SITE, session_id):
        if visit.step == "injection":
            await immunizations.not_done(db, place_id=SITE, visit_id=visit.visit_id, reason="Hẹn lại ngày khác")
        elif visit.step == "observation":
            await immunizations.discharge(db, place_id=SITE, visit_id=visit.visit_id, early_reason="Về theo yêu cầu")
