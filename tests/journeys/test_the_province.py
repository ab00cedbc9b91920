"""The province's store in a browser: its round from the decision to the ranking, a request, a correction with a second person."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.arrange import PASSWORD, TOTP, a_member_of_staff
from tests.journeys.steps import expect_no_fault, sign_in_as, sign_in_staff
from tests.journeys.test_the_table import in_the_database
from tests.stores import CENTRE, PROVINCE, a_shelf
from tests.visits import facts
from tiemchung.domain import analytics, sites
from tiemchung.kit import clock
from tiemchung.kit.db import Db

pytestmark = pytest.mark.journey

INSTITUTE, CENTRE_NAME = "Viện Pasteur Nha Trang", "Trung tâm Y tế TP Huế"
PROVINCE_NAME, DECISION, LOT = "Trung tâm Kiểm soát bệnh tật Thừa Thiên Huế", "QĐ 4801/QĐ-BYT", "TT4801"


class Keepers(msgspec.Struct, frozen=True):
    """Accounts of the stores on the way of a round, as a sign-in asks for them."""

    institute: dict[str, str]
    province: dict[str, str]
    second: dict[str, str]
    centre: dict[str, str]


def test_a_round_goes_from_its_decision_to_the_ranking(platform: dict[str, Any], desk: Any):
    who = in_the_database(platform, the_keepers)
    institute, province = sign_in_as(desk(), who.institute), sign_in_as(desk(), who.province)

    when_the_institute_decides_and_sends_a_part(institute)
    then_the_province_sees_what_was_decided_for_it(province, received="0")
    when_the_province_signs_with_a_loss(province)
    then_the_province_sees_what_was_decided_for_it(province, received="190")
    then_the_nation_hears_that_the_rest_is_late(sign_in_staff(desk(), platform, "national_operator"), platform)
    then_provinces_are_ranked_both_ways(sign_in_staff(desk(), platform, "province_officer"), platform)


def test_a_request_is_approved_and_a_large_correction_needs_a_second_person(platform: dict[str, Any], desk: Any):
    who = in_the_database(platform, lambda db: the_keepers(db, "TT4802"))
    centre, province = sign_in_as(desk(), who.centre), sign_in_as(desk(), who.province)

    when_the_centre_asks_for_doses(centre)
    when_the_province_approves_less_and_sends_it(province)
    then_the_centre_sees_the_decision(centre)
    when_the_keeper_corrects_more_than_one_person_may(province)
    then_another_person_agrees(sign_in_as(desk(), who.second))


async def the_keepers(db: Db, lot: str = LOT) -> Keepers:
    """Keepers of three stores, a head of the province's, and doses on two shelves."""
    institute = (await sites.by_code(db, "KV002")).place_id
    await a_shelf(db, 500, institute if lot == LOT else PROVINCE, number=lot)
    places = [("storekeeper", institute), ("storekeeper", PROVINCE), ("site_head", PROVINCE), ("storekeeper", CENTRE)]
    return Keepers(*[await an_account(db, role, place) for role, place in places])


async def an_account(db: Db, role: str, place_id: UUID) -> dict[str, str]:
    _, login = await a_member_of_staff(db, role, place_id=place_id)
    return {"login": login, "password": PASSWORD, "totp": TOTP}


def when_the_institute_decides_and_sends_a_part(page: Page) -> None:
    """Decided six days ago: what has not come yet is late."""
    today = clock.day_of(clock.now())
    page.goto("/diem-tiem/kho/phan-bo")
    page.get_by_label("Vắc xin", exact=True).select_option("JAN")
    page.get_by_label("Số quyết định").fill(DECISION)
    page.get_by_label("Ngày quyết định").fill(f"{today - timedelta(days=6):%d/%m/%Y}")
    page.get_by_label("Tiêm xong trước ngày").fill(f"{today - timedelta(days=7):%d/%m/%Y}")
    page.get_by_label(f"Số liều cho {PROVINCE_NAME}").fill("300")
    page.get_by_role("button", name="Ghi đợt phân bổ").click()
    expect(page.get_by_text("Ngày phải tiêm xong không được trước ngày quyết định.").first).to_be_visible()
    expect(page.get_by_label("Số quyết định")).to_have_value(DECISION)
    page.get_by_label("Tiêm xong trước ngày").fill(f"{today + timedelta(days=20):%d/%m/%Y}")
    page.get_by_role("button", name="Ghi đợt phân bổ").click()

    row = page.get_by_role("row", name=re.compile(PROVINCE_NAME)).first
    expect(row).to_contain_text("Quá hạn giao")
    expect_no_fault(page)
    row.get_by_role("link", name="Xuất 300 liều").click()
    lots = page.locator("input[name=doses]")
    for k in range(lots.count()):
        lots.nth(k).fill("0")
    page.get_by_label(f"Số liều xuất, lô {LOT}").fill("200")
    page.get_by_label("Căn cứ xuất kho").fill(DECISION)
    page.get_by_label("Giờ hẹn đến").fill("23:30")
    page.get_by_label("Lý do xuất lô khác").fill("Quyết định nêu rõ lô")
    page.get_by_role("button", name="Xuất kho").click()
    expect(page.get_by_text("Đã xuất kho.")).to_be_visible()


def then_the_province_sees_what_was_decided_for_it(page: Page, *, received: str) -> None:
    page.goto("/diem-tiem/kho/phan-bo")
    row = page.get_by_role("region", name="Được phân bổ cho kho này").get_by_role("row").filter(has_text=DECISION)
    assert row.get_by_role("cell").all_inner_texts()[:3] == ["300", "200", received]
    expect(row).to_contain_text(INSTITUTE)
    expect(row).to_contain_text("Quá hạn giao")
    expect_no_fault(page)


def when_the_province_signs_with_a_loss(page: Page) -> None:
    page.goto("/diem-tiem/kho")
    page.get_by_label("Nhận nguyên").first.fill("190")
    page.get_by_label("Vỡ").first.fill("10")
    page.get_by_label("Tôi đã đếm từng dòng cùng người giao").check()
    page.get_by_role("button", name="Ký nhận chuyến hàng").click()
    expect(page.get_by_text("Đã ký nhận chuyến hàng")).to_be_visible()


def then_the_nation_hears_that_the_rest_is_late(page: Page, platform: dict[str, Any]) -> None:
    in_the_database(platform, analytics.alerts.raise_all)
    page.goto("/dieu-hanh/canh-bao")
    alert = (
        page.get_by_role("article").filter(has_text="Vắc xin đã phân bổ nhưng quá hạn giao").filter(has_text=DECISION)
    )
    expect(alert).to_contain_text("110")
    expect_no_fault(page)
    page.goto("/dieu-hanh/canh-bao/quy-tac")
    expect(page.get_by_text("báo trước 7 ngày").first).to_be_visible()


def then_provinces_are_ranked_both_ways(page: Page, platform: dict[str, Any]) -> None:
    page.goto("/dieu-hanh/su-dung")
    ranking = page.get_by_role("region", name="Xếp hạng tỉnh: đã tiêm trên đã nhận")
    expect(ranking.get_by_role("row", name=re.compile("Thừa Thiên Huế")).first).to_be_visible()
    expect_no_fault(page)
    page.get_by_role("link", name="Trên được phân bổ").click()
    ranking = page.get_by_role("region", name="Xếp hạng tỉnh: đã tiêm trên được phân bổ")
    row = ranking.get_by_role("row", name=re.compile("Thừa Thiên Huế")).first
    decided = int(row.get_by_role("cell").nth(1).inner_text().replace(".", ""))
    assert decided == in_the_database(platform, decided_for_the_province) >= 300
    expect_no_fault(page)


async def decided_for_the_province(db: Db) -> int:
    query = "select sum(doses)::int as doses from allocation_line where to_place_id = %(p)s"
    return (await facts(db, query, p=PROVINCE))[0]["doses"]


def when_the_centre_asks_for_doses(page: Page) -> None:
    page.goto("/diem-tiem/kho/de-nghi")
    page.get_by_label("Hỏi nơi").select_option(label=PROVINCE_NAME)
    page.get_by_label("Vắc xin", exact=True).select_option("JAN")
    page.get_by_label("Số liều", exact=True).fill("60")
    page.get_by_label("Cần trước ngày").fill(f"{clock.day_of(clock.now()) + timedelta(days=5):%d/%m/%Y}")
    page.get_by_label("Lý do").fill("Phiên lưu động tuần tới 4802")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_role("row", name=re.compile("4802"))).to_contain_text("Chờ duyệt")


def when_the_province_approves_less_and_sends_it(page: Page) -> None:
    page.goto("/diem-tiem/kho/de-nghi")
    row = page.get_by_role("row", name=re.compile("4802"))
    row.get_by_label("Số liều duyệt").fill("50")
    row.get_by_label("Ý kiến").fill("Còn 50 liều cho tuần này")
    row.get_by_role("button", name="Ghi quyết định").click()
    expect_no_fault(page)
    page.get_by_role("row", name=re.compile("4802")).get_by_role("link", name="Xuất 50 liều").click()
    lots = page.locator("input[name=doses]")
    for k in range(lots.count()):
        lots.nth(k).fill("0")
    page.get_by_label("Số liều xuất, lô TT4802").fill("50")
    page.get_by_label("Căn cứ xuất kho").fill("Đề nghị 4802")
    page.get_by_label("Giờ hẹn đến").fill("23:30")
    page.get_by_label("Lý do xuất lô khác").fill("Lô dành cho đội lưu động")
    page.get_by_role("button", name="Xuất kho").click()
    expect(page.get_by_text("Đã xuất kho.")).to_be_visible()


def then_the_centre_sees_the_decision(page: Page) -> None:
    page.goto("/diem-tiem/kho/de-nghi")
    row = page.get_by_role("row", name=re.compile("4802"))
    expect(row).to_contain_text("Đã xuất kho")
    expect(row).to_contain_text("Còn 50 liều cho tuần này")
    expect_no_fault(page)


def when_the_keeper_corrects_more_than_one_person_may(page: Page) -> None:
    page.goto("/diem-tiem/kho/dieu-chinh")
    form = page.locator("form").filter(has=page.get_by_role("heading", name="Điều chỉnh số dư"))
    unit = form.get_by_role("option", name=re.compile("TT4802")).get_attribute("value")
    form.get_by_label("Vắc xin, lô").select_option(unit)
    form.get_by_label("Số liều tăng hoặc giảm").fill("-40")
    form.get_by_label("Giải trình").fill("Rơi một khay khi xếp kho 4802")
    form.get_by_role("button", name="Điều chỉnh").click()
    row = page.get_by_role("row", name=re.compile("TT4802"))
    expect(row).to_contain_text("chờ người khác")
    expect_no_fault(page)


def then_another_person_agrees(page: Page) -> None:
    page.goto("/diem-tiem/kho/dieu-chinh")
    row = page.get_by_role("row", name=re.compile("TT4802"))
    row.get_by_role("button", name="Đồng ý", exact=True).click()
    row = page.get_by_role("row", name=re.compile("TT4802"))
    expect(row).not_to_contain_text("chờ người khác")
    expect(row.get_by_role("button")).to_have_count(0)
    expect_no_fault(page)
