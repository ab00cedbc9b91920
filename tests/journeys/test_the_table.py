"""The vaccination table as one application: with a line, without one, on two tablets, after a reload."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import expect_no_fault
from tests.journeys.tables import PIN, a_table, doses_of, in_the_database, opened, steps, vaccinate, with_doses

pytestmark = pytest.mark.journey

ALL_THAT_IS_KEPT = """async () => {
  const done = asked => new Promise(answer => { asked.onsuccess = () => answer(asked.result) })
  const db = await done(indexedDB.open("diem-tiem"))
  const all = name => done(db.transaction(name).objectStore(name).getAll())
  const read = (_, value) => {
    if (!(value instanceof ArrayBuffer || ArrayBuffer.isView(value))) return value
    return String.fromCharCode(...new Uint8Array(value.buffer || value))
  }
  return JSON.stringify([await all("things"), await all("acts")], read)
}"""


def test_the_network_goes_from_check_in_to_discharge_and_comes_back(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 4, 300))
    tablet = desk()
    page = opened(tablet, platform, table)
    expect_no_fault(page)

    tablet.set_offline(True)
    page.get_by_label(re.compile("Mã check-in")).fill(table.expected[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=table.expected[1])).to_be_visible()
    vaccinate(page, table.waiting[0])
    expect(page.get_by_text(re.compile("Đã ghi mũi 1 cho"))).to_be_visible()
    page.get_by_role("button", name=re.compile(f"Cho về.*{table.watched}")).click()
    expect(page.get_by_text("3 việc đã lưu trên máy này")).to_be_visible()
    assert steps(platform, table)[table.waiting[0]] == "injection"

    page.reload()
    page.get_by_label("Mã PIN 6 số").fill("000000")
    page.get_by_role("button", name="Mở khóa").click()
    expect(page.get_by_text("còn 4 lần thử")).to_be_visible()
    page.get_by_label("Mã PIN 6 số").fill(PIN)
    page.get_by_role("button", name="Mở khóa").click()
    expect(page.get_by_text("3 việc đã lưu trên máy này")).to_be_visible()
    vaccinate(page, table.waiting[1])
    expect(page.get_by_text("4 việc đã lưu trên máy này")).to_be_visible()

    tablet.set_offline(False)
    expect(page.locator("desk-line")).to_be_hidden(timeout=30_000)
    assert steps(platform, table) == {
        table.expected[1]: "screening",
        table.waiting[0]: "observation",
        table.waiting[1]: "observation",
        table.watched: "done",
    }
    assert doses_of(platform, table) == 3


def test_two_tablets_give_one_person_one_dose(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 5, 310))
    first, second = opened(desk(), platform, table), opened(desk(), platform, table)
    name = table.waiting[0]
    second.get_by_role("tab", name="Chờ tiêm").click()
    second.locator("desk-queue").get_by_role("button", name=name).click()
    expect(second.get_by_role("button", name="Xác nhận đã tiêm")).to_be_visible()
    second.route("**/bang?*", lambda route: route.abort())  # its picture of the session stays as it is

    vaccinate(first, name)
    expect(first.get_by_text("Đã ghi mũi 1")).to_be_visible()
    second.get_by_role("button", name="Xác nhận đã tiêm").click()

    expect(second.locator("#desk-said")).to_contain_text(re.compile("không ở bước chờ tiêm|Không tiêm mũi này"))
    assert doses_of(platform, table) == 2


def test_nothing_readable_rests_on_the_device(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 6, 320))
    tablet = desk()
    page = opened(tablet, platform, table)
    expect(page.locator("desk-queue").get_by_role("button", name=table.waiting[0])).to_be_visible(timeout=30_000)
    tablet.set_offline(True)
    vaccinate(page, table.waiting[0])
    expect(page.get_by_text("1 việc đã lưu trên máy này")).to_be_visible()

    kept = page.evaluate(ALL_THAT_IS_KEPT)

    people = [table.expected[1], table.watched, *table.waiting]
    assert all(name not in kept for name in people)
    assert table.expected[0].removeprefix("VX1:") not in kept
    acts = json.loads(kept)[1]
    assert [sorted(act) for act in acts] == [["id", "letter", "memo", "seq", "staff_id", "state"]]


def test_undo_and_a_severe_reaction(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 7, 330))
    page = opened(desk(), platform, table)

    vaccinate(page, table.waiting[0])
    page.get_by_role("button", name="Hoàn tác (trong 60 giây)").click()
    expect(page.get_by_role("button", name="Xác nhận đã tiêm")).to_be_visible()
    with_doses(page, platform, table, 1)
    page.get_by_role("button", name="Xác nhận đã tiêm").click()
    page.get_by_role("button", name="Sự cố sau tiêm").click()
    expect(page.get_by_text("Adrenalin 1 mg/1 ml")).to_be_visible()
    expect_no_fault(page)
    page.get_by_role("checkbox", name=re.compile("khó thở")).check()
    page.get_by_label("Diễn biến và xử trí").fill("Khó thở sau 5 phút, đã tiêm adrenalin 0,5 mg")
    page.get_by_role("checkbox", name="Đã chuyển viện").check()
    page.get_by_role("button", name="Ghi sự cố").click()

    expect(page.locator("desk-observed").get_by_text(table.waiting[0])).to_be_hidden()
    page.goto("/diem-tiem/phan-ung")
    expect(page.get_by_text(table.waiting[0]).first).to_be_visible()
    assert steps(platform, table)[table.waiting[0]] == "done"


def test_without_a_line_a_tablet_opens_what_it_holds_and_nothing_else(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 8, 340))
    tablet = desk()
    page = opened(tablet, platform, table)
    expect(page.get_by_text("Máy này giữ 10 liều chưa mở")).to_be_visible()
    expect_no_fault(page)

    tablet.set_offline(True)
    for left in (5, 0):
        page.locator("desk-vials").get_by_role("button", name="Mở lọ").click()
        shown = f"Máy này giữ {left} liều chưa mở" if left else "Đã hết liều giữ cho máy này"
        expect(page.get_by_text(shown)).to_be_visible()
    expect(page.locator("desk-vials").get_by_role("button", name="Mở lọ")).to_be_hidden()
    vaccinate(page, table.waiting[0])

    tablet.set_offline(False)
    with_doses(page, platform, table, 2)
    page.get_by_text("Giữ thêm hoặc trả lọ").click()
    page.get_by_role("button", name="Giữ thêm 1 lọ").click()
    expect(page.get_by_text("Máy này giữ 5 liều chưa mở")).to_be_visible()
    page.get_by_role("button", name="Trả các lọ chưa mở về kho").click()
    expect(page.get_by_text("Máy này giữ 5 liều chưa mở")).to_be_hidden()
