"""The store in a browser: a shipment with losses, a stocktake, a recall; storekeeper, operator and head of the site."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import expect_no_fault, sign_in_staff
from tests.journeys.test_the_table import in_the_database
from tests.stores import SITE
from tiemchung.domain import stock
from tiemchung.kit.db import Db

pytestmark = pytest.mark.journey


def test_losses_of_a_shipment_are_claimed_and_a_count_is_kept(platform: dict[str, Any], desk: Any):
    keeper = sign_in_staff(desk(), platform, "storekeeper")
    when_the_keeper_signs_for_a_shipment_with_a_broken_vial(keeper)
    then_the_claim_waits_for_the_sender(keeper)
    when_the_keeper_counts_while_doses_go_out(keeper, platform)
    then_the_count_is_verified_without_a_difference(keeper)
    then_every_page_of_the_store_is_without_fault(keeper)


def test_a_recalled_lot_is_seen_as_recalled_by_everybody(platform: dict[str, Any], desk: Any):
    operator = sign_in_staff(desk(), platform, "national_operator")
    number = when_the_operator_recalls_a_lot(operator)
    then_everybody_reads_that_it_was_recalled(operator, number)
    then_the_head_of_the_site_finds_the_page_of_recalls(sign_in_staff(desk(), platform, "site_head"))


def when_the_keeper_signs_for_a_shipment_with_a_broken_vial(page: Page) -> None:
    page.goto("/diem-tiem/kho")
    page.get_by_label("Nhận nguyên").first.fill("95")
    page.get_by_label("Vỡ").first.fill("5")
    page.get_by_label("Tôi đã đếm từng dòng cùng người giao").check()
    page.get_by_role("button", name="Ký nhận chuyến hàng").click()
    expect(page.get_by_text("Đã ký nhận chuyến hàng")).to_be_visible()
    expect(page.get_by_text("Khớp", exact=True)).to_be_visible()


def then_the_claim_waits_for_the_sender(page: Page) -> None:
    page.get_by_role("link", name="Khiếu nại").click()
    expect(page.get_by_text("Vỡ trên đường").first).to_be_visible()
    expect_no_fault(page)


def when_the_keeper_counts_while_doses_go_out(page: Page, platform: dict[str, Any]) -> None:
    page.get_by_role("link", name="Kiểm kê").click()
    page.get_by_role("button", name="Bắt đầu kiểm kê").click()
    expect(page).to_have_url(re.compile(r"/kiem-ke/[0-9a-f-]{36}$"))
    shelf = in_the_database(platform, on_hand)
    in_the_database(platform, lambda db: doses_go_out(db, next(iter(shelf))))
    units = [str(box.input_value()) for box in page.locator("input[name=unit]").all()]
    for unit, box in zip(units, page.locator("input[name=counted]").all(), strict=True):
        box.fill(str(shelf[UUID(unit)]))
    page.get_by_role("button", name="Ghi số đếm được").click()
    expect(page.get_by_role("columnheader", name="Sổ lúc đếm")).to_be_visible()
    assert {cell.inner_text() for cell in page.locator("#counted tbody td:last-child").all()} == {"0"}


async def on_hand(db: Db) -> dict[UUID, int]:
    """What lies on the site's shelf, by unit."""
    return {unit.unit_id: unit.on_hand for unit in await stock.units(db, SITE) if unit.on_hand}


async def doses_go_out(db: Db, unit_id: UUID) -> None:
    """Five doses of a unit break while the keeper counts."""
    (unit,) = [unit for unit in await stock.units(db, SITE) if unit.unit_id == unit_id]
    await stock.waste(db, SITE, lot_id=unit.lot_id, unit_id=unit_id, doses=5, reason=stock.Waste.broken)


def then_the_count_is_verified_without_a_difference(page: Page) -> None:
    expect_no_fault(page)
    page.get_by_role("button", name="Xác nhận kiểm kê").click()
    expect(page.get_by_text("Đã xác nhận").first).to_be_visible()


def then_every_page_of_the_store_is_without_fault(page: Page) -> None:
    for path in ("xuat", "de-nghi", "phan-bo", "dieu-chinh", "khay", "doi-chieu", "thu-hoi", "huy", "dau-ky", "quet"):
        page.goto(f"/diem-tiem/kho/{path}")
        expect_no_fault(page)


def when_the_operator_recalls_a_lot(page: Page) -> str:
    page.goto("/diem-tiem/lo")
    row = page.locator("tbody tr").filter(has_not_text="Janssen").filter(has_text="Được phép dùng").first
    number = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()
    expect_no_fault(page)
    page.get_by_role("link", name="Thu hồi lô này").click()
    page.get_by_label("Lý do thu hồi").fill("Thông báo của nhà sản xuất")
    page.get_by_label("Hướng dẫn cho người đã tiêm").fill("Không cần tiêm lại.")
    page.get_by_role("button", name="Thu hồi lô này").click()
    expect(page.get_by_text(f"Lô {number}").first).to_be_visible()
    expect_no_fault(page)
    return number


def then_everybody_reads_that_it_was_recalled(page: Page, number: str) -> None:
    page.goto(f"/lo-vac-xin?so={number}")
    page.get_by_role("link", name=f"Lô {number}").first.click()
    expect(page.get_by_text("Lô này đã bị thu hồi.")).to_be_visible()
    expect_no_fault(page)
    for path in ("/dieu-hanh/vac-xin", "/dieu-hanh/su-dung", "/dieu-hanh/thu-hoi"):
        page.goto(path)
        expect_no_fault(page)


def then_the_head_of_the_site_finds_the_page_of_recalls(page: Page) -> None:
    page.goto("/diem-tiem/kho/thu-hoi")
    expect(page.get_by_role("heading", name="Kho vắc xin").first).to_be_visible()
    expect_no_fault(page)
