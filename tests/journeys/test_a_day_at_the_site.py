"""A day at the site: four roles at four devices, wrong vaccine, a child, a stranger, a correction, a reload in the middle."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import expect_no_fault
from tests.journeys.tables import PIN, Table, a_table, doses_of, in_the_database, opened, record_by_code, steps
from tests.stores import SITE, a_session, a_shelf
from tests.visits import facts
from tiemchung.domain import sites
from tiemchung.kit import clock
from tiemchung.kit.db import Db

pytestmark = pytest.mark.journey


def scanned(page: Page, code: str) -> None:
    """A scanner on USB types what it reads, wherever the focus is, and ends with Enter."""
    page.locator("body").click(position={"x": 1, "y": 1})
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def all_no(page: Page, temperature: str = "36,7") -> None:
    """Every question read aloud and answered no, the temperature taken, the conclusion kept."""
    page.get_by_role("button", name="Tất cả KHÔNG").click()
    page.get_by_label("Nhiệt độ (°C)").fill(temperature)
    expect(page.locator("[data-outcome]")).to_have_text("Đủ điều kiện tiêm")
    page.get_by_role("button", name="Lưu kết luận").click()


def a_stranger(page: Page, name: str, birth: str, **more: str) -> None:
    """The form for somebody who is on no list, filled in."""
    page.get_by_role("button", name="Tiếp đón ngoài danh sách").click()
    page.get_by_label("Họ và tên", exact=True).fill(name)
    page.get_by_label("Ngày sinh").fill(birth)
    page.get_by_label("Giới tính").select_option("male")
    for label, value in more.items():
        page.get_by_label(re.compile(label.replace("_", " "))).fill(value)
    page.get_by_label("Lý do tiếp đón ngoài danh sách").fill("Đi cùng người nhà, đủ điều kiện")
    who = "Cha mẹ hoặc người giám hộ" if "giám_hộ" in "".join(more) else "Người tiêm"
    page.get_by_label(who, exact=True).check()


def test_a_normal_day_goes_through_four_pairs_of_hands(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 20, 700))
    code, name = table.expected
    door, doctor, nurse = (opened(desk(), platform, table, role) for role in ("registrar", "doctor", "nurse"))

    door.get_by_label("Theo dõi", exact=True).check()
    door.get_by_role("button", name="Vào vị trí").click()
    scanned(door, code)
    expect(door.get_by_text("Chưa khai báo y tế hôm nay")).to_be_visible()
    door.get_by_role("button", name="Hỏi khai báo y tế").click()
    expect_no_fault(door)
    door.get_by_role("button", name="Tất cả KHÔNG").click()
    door.get_by_role("button", name="Ghi khai báo").click()
    expect(door.get_by_text("Đã khai báo y tế lúc")).to_be_visible()

    doctor.locator("desk-queue").get_by_role("button", name=name).click(timeout=30_000)
    all_no(doctor)
    expect(doctor.locator("desk-queue").get_by_role("button", name=name)).to_be_hidden()

    nurse.get_by_role("tab", name="Chờ tiêm").click()
    expect(nurse.locator("desk-queue").get_by_role("button", name=name)).to_be_visible(timeout=30_000)
    taps, _ = record_by_code(nurse, code)

    assert taps <= 2
    watched = door.locator("desk-observed").get_by_role("button", name=re.compile(f"Cho về.*{table.watched}"))
    watched.click()
    expect(watched).to_be_hidden()
    assert steps(platform, table)[name] == "observation"
    assert steps(platform, table)[table.watched] == "done"


def test_the_wrong_vaccine_is_refused_before_it_is_in_the_arm(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 21, 710))

    async def spoil(db: Db) -> None:
        await facts(
            db,
            "update vial set use_by = now() - interval '1 minute' where session_id = %(s)s returning 1",
            s=table.session_id,
        )
        await _vaccinated_yesterday(db, table)

    in_the_database(platform, spoil)
    page = opened(desk(), platform, table)

    scanned(page, "(01)09999999000010(17)280101(10)KHONGCO")
    expect(page.get_by_text("Lô KHONGCO không có ở điểm tiêm này, không được dùng")).to_be_visible()
    scanned(page, "(01)09999999000010(17)200101(10)JN710")
    expect(page.get_by_text("đã hết hạn: không dùng")).to_be_visible()
    page.get_by_role("tab", name="Chờ tiêm").click()
    page.locator("desk-queue").get_by_role("button", name=table.waiting[0]).click()
    expect(page.get_by_text("Chưa có lọ nào dùng được")).to_be_visible()
    expect(page.get_by_role("button", name="Xác nhận đã tiêm")).to_be_hidden()
    page.locator("desk-queue").get_by_role("button", name=table.waiting[1]).click()
    expect(page.locator("desk-person").get_by_role("alert")).to_contain_text("Không tiêm mũi này hôm nay")
    expect(page.get_by_role("button", name="Xác nhận đã tiêm")).to_be_hidden()

    assert doses_of(platform, table) == 1


def test_a_child_comes_with_a_guardian(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: _for_children(db, 22, "JN720"))
    page = opened(desk(), platform, table, "nurse")
    born = f"01/06/{clock.day_of(clock.now()).year - 13}"

    a_stranger(page, "Trần Minh Trẻ", born)
    page.get_by_role("button", name="Tiếp đón", exact=True).click()
    expect(page.locator("#desk-said")).to_contain_text("giám hộ")
    page.get_by_label("Cha mẹ hoặc người giám hộ", exact=True).check()
    page.get_by_label("Họ tên người giám hộ (dưới 18 tuổi)").fill("Trần Thị Mẹ")
    page.get_by_role("button", name="Tiếp đón", exact=True).click()
    expect(page.get_by_text("Dưới 18 tuổi: cần người giám hộ")).to_be_visible()

    doctor = opened(desk(), platform, table, "doctor")
    doctor.get_by_role("tab", name="Khám").click()
    doctor.locator("desk-queue").get_by_role("button", name="Trần Minh Trẻ").click()
    expect(doctor.get_by_text("Theo 5002/QĐ-BYT")).to_be_visible()
    all_no(doctor)

    page.locator("desk-vials").get_by_role("button", name="Mở lọ").click()
    page.get_by_role("tab", name="Chờ tiêm").click()
    page.locator("desk-queue").get_by_role("button", name="Trần Minh Trẻ").click(timeout=30_000)
    expect(page.get_by_text("0,30 ml")).to_be_visible()
    page.get_by_role("button", name="Xác nhận đã tiêm").click()
    expect(page.get_by_text("Đã ghi mũi")).to_be_visible()

    async def consent(db: Db) -> list[dict[str, Any]]:
        return await facts(
            db,
            "select given_by from consent join visit using (person_id) where session_id = %(s)s",
            s=table.session_id,
        )

    assert in_the_database(platform, consent) == [{"given_by": "guardian"}]


def test_a_stranger_who_is_known_already_is_not_written_down_twice(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 23, 730))
    page = opened(desk(), platform, table, "registrar")
    a_stranger(page, "Lê Văn Hai Lần", "12/05/1971")
    page.get_by_role("button", name="Tiếp đón", exact=True).click()
    expect(page.get_by_role("heading", name="Lê Văn Hai Lần")).to_be_visible()
    page.get_by_role("button", name="Không tiêm hôm nay").click()
    page.get_by_label("Lý do không tiêm hôm nay").fill("Xin về lấy giấy tờ")
    page.get_by_role("button", name="Ghi không tiêm").click()
    expect(page.locator("#desk-said")).to_have_text("Đã ghi.")

    a_stranger(page, "Lê Văn Hai Lần", "12/05/1971")
    page.get_by_role("button", name="Tiếp đón", exact=True).click()
    expect(page.get_by_text("Có phải người này không?")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 1400})
    expect_no_fault(page)
    page.get_by_label(re.compile("^Lê Văn Hai Lần · 12/05/1971")).check()
    page.get_by_role("button", name="Tiếp đón", exact=True).click()
    expect(page.locator("#desk-said")).to_contain_text("đã")

    async def known(db: Db) -> list[dict[str, Any]]:
        return await facts(db, "select count(*) as n from person where name = 'Lê Văn Hai Lần'")

    assert in_the_database(platform, known) == [{"n": 1}]


def test_a_wrong_arm_is_corrected_with_a_reason_and_both_versions_stay(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 24, 740))
    page = opened(desk(), platform, table)
    record_by_code(page, table.codes[0])
    in_the_database(platform, lambda db: _two_minutes_ago(db, table))

    page.get_by_role("link", name="Sửa bản ghi có lý do").click()
    page.get_by_text("Sửa bản ghi (bản 1)").click()
    page.get_by_label("Vị trí tiêm").select_option("right_arm")
    page.get_by_role("button", name="Lưu bản sửa").click()
    expect(page.get_by_text(re.compile("nhập hoặc chọn lý do")).first).to_be_visible()
    page.get_by_label("Lý do sửa").fill("Ghi nhầm tay, người tiêm nhắc lại")
    page.get_by_role("button", name="Lưu bản sửa").click()
    expect(page.get_by_text("Sửa bản ghi (bản 2)")).to_be_visible()

    async def versions(db: Db) -> list[dict[str, Any]]:
        return await facts(
            db,
            "select i.version, i.body_site from immunization i join person p using (person_id)"
            " where p.name = %(n)s and i.session_id = %(s)s order by i.version",
            n=table.waiting[0],
            s=table.session_id,
        )

    told = [(one["version"], one["body_site"]) for one in in_the_database(platform, versions)]
    assert told == [(1, "left_arm"), (2, "right_arm")]


def test_a_reload_in_the_middle_of_a_record_loses_nothing(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 25, 750))
    door = opened(desk(), platform, table, "registrar")
    scanned(door, table.expected[0])
    expect(door.get_by_role("heading", name=table.expected[1])).to_be_visible()
    page = opened(desk(), platform, table, "doctor")
    page.locator("desk-queue").get_by_role("button", name=table.expected[1]).click(timeout=30_000)
    page.get_by_role("button", name="Tất cả KHÔNG").click()
    page.get_by_label("Nhiệt độ (°C)").fill("37,9")
    expect(page.locator("[data-outcome]")).to_have_text(re.compile("hoãn|Thận trọng|bệnh viện"))

    page.reload()
    page.get_by_label("Mã PIN 6 số").fill(PIN)
    page.get_by_role("button", name="Mở khóa").click()

    expect(page.get_by_label("Nhiệt độ (°C)")).to_have_value("37,9")
    expect(page.locator("desk-person input[value=no]:checked")).to_have_count(
        page.locator("desk-person input[value=no]").count()
    )


async def _for_children(db: Db, days: int, lot: str) -> Table:
    """An open session with a vaccine for those of twelve and above, and nobody on its list."""
    await a_shelf(db, 60, product="PF", number=lot)
    session_id = await a_session(db, days=days, product="PF")
    await sites.open_session(db, SITE, session_id)
    return Table(session_id, ("", ""), [], "", [])


async def _vaccinated_yesterday(db: Db, table: Table) -> None:
    """The second of those who wait had a dose elsewhere yesterday: the schedule stops another one."""
    (found,) = await facts(
        db,
        "select v.person_id from visit v join person p using (person_id) where v.session_id = %(s)s and p.name = %(n)s",
        s=table.session_id,
        n=table.waiting[1],
    )
    await facts(
        db,
        "insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product,"
        " place_id, area_id, occurred_at, recorded_at, source)"
        " select %(p)s, uuidv7(), 1, 'completed', 'COVID-19', 'basic', 1, 'JAN', place_id, area_id,"
        " now() - interval '1 day', now(), 'imported' from place where place_id = %(site)s returning 1",
        p=found["person_id"],
        site=SITE,
    )


async def _two_minutes_ago(db: Db, table: Table) -> None:
    """Who was vaccinated just now was so two minutes ago: past the time for taking it back."""
    await facts(
        db,
        "update visit set injected_at = injected_at - interval '2 minutes' where session_id = %(s)s"
        " and step = 'observation' returning 1",
        s=table.session_id,
    )
