"""What comes in on paper and what is put right: a paper session, the official workbook, an amendment, a merge, a reaction."""

import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.citizens import a_person
from tests.immunization_support.test_people_list import AZ, a_row, with_dose
from tests.journeys.steps import expect_no_fault, sign_in_staff
from tests.journeys.test_the_table import a_table, in_the_database
from tests.stores import SITE, a_session, a_shelf, people_assigned
from tests.visits import facts
from tiemchung.domain import aefi, appointments, immunizations, people, sites
from tiemchung.domain.immunizations import paper
from tiemchung.immunization_support import people_rows
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

pytestmark = pytest.mark.journey

BAD_ROWS = {
    "Còn thiếu.": a_row(c1=""),
    "không có ngày 31/02/1960": a_row(c2="31/02/1960"),
    "Mã 2 không có trong danh mục.": a_row(c3="2"),
    "Mã 17 không có trong danh mục.": a_row(c4="17"),
    "10 chữ số": a_row(c6="12345"),
    "8, 9 hoặc 12 chữ số": a_row(c7="0460540001"),
    "10 hoặc 15 ký tự": a_row(c8="123"),
    "Mã 99999 không có trong danh mục.": a_row(c14="99999"),
    "Mã XYZ không có trong danh mục.": with_dose(a_row(), "XYZ", "01/06/2021", "", "46005"),
    "không thể ở tương lai": with_dose(a_row(), "AZ", "01/06/2121", "", "46005"),
}
RIGHT = with_dose(a_row(c1="Hồ Thị Sổ Giấy", c3="1", c6="0905993701", c7="046154993701"), *AZ)


def test_a_session_on_paper_is_typed_in_and_closed(platform: dict[str, Any], desk: Any):
    session_id, names = in_the_database(platform, a_session_of_yesterday)
    page = sign_in_staff(desk(), platform, "nurse")
    page.goto("/diem-tiem/hom-nay")
    page.locator(f"a[href$='{session_id}/giay']").click()

    when_the_vials_of_the_paper_are_recorded(page)
    fill(page, 0, who=names[0], time="07:40", vial="1")
    fill(page, 1, who="Người Không Có", time="07:45")
    fill(page, 2, who=names[2], time="07:50", reason="Đang sốt, hẹn lại")
    page.get_by_label("Có phiếu đồng ý đã ký").check()
    page.get_by_role("button", name="Ghi các dòng").click()
    expect(page.get_by_text("Hãy chọn ai đã tiêm theo giấy.").first).to_be_visible()
    expect(page.locator("#who-0")).to_have_value(names[0])
    page.get_by_label("Ai đã tiêm, theo giấy").select_option(index=1)
    page.get_by_role("button", name="Ghi các dòng").click()

    expect(page.get_by_text("Đã ghi 2 dòng")).to_be_visible()
    expect(page.get_by_text("Không có ai như vậy còn chờ kết quả")).to_be_visible()
    expect(page.locator("#who-0")).to_have_value("Người Không Có")
    expect_no_fault(page)
    fill(page, 0, who=names[1], time="20:00", vial="1")
    page.get_by_role("button", name="Ghi các dòng").click()

    expect(page.get_by_text("Đã ghi 1 dòng")).to_be_visible()
    expect(page.get_by_role("link", name="Chờ xem xét")).to_be_visible()
    assert in_the_database(platform, lambda db: counted(db, session_id)) == (2, 0)
    page.goto("/diem-tiem/chenh")
    expect(page.get_by_text("1 phiên quá giờ chưa đóng").first).to_be_visible()
    expect_no_fault(page)
    when_the_head_looks_and_closes(sign_in_staff(desk(), platform, "site_head"), session_id)


def test_a_workbook_with_every_kind_of_bad_row_keeps_the_right_one_alone(
    platform: dict[str, Any], desk: Any, tmp_path: Path
):
    page = sign_in_staff(desk(), platform, "site_head")
    page.goto("/diem-tiem/danh-sach")

    send(page, tmp_path, [*BAD_ROWS.values(), RIGHT], "Kiểm tra thử")
    expect(page.get_by_text(f"{len(BAD_ROWS)} dòng sai, 1 dòng đúng")).to_be_visible()
    for why in BAD_ROWS:
        expect(page.locator("main")).to_contain_text(why)
    expect_no_fault(page)
    assert in_the_database(platform, imported) == 0

    send(page, tmp_path, [*BAD_ROWS.values(), RIGHT], "Nhập các dòng đúng")
    send(page, tmp_path, [RIGHT], "Nhập các dòng đúng")
    expect(page.get_by_text("1 dòng đều đúng")).to_be_visible()
    assert in_the_database(platform, imported) == 1
    page.get_by_label("Tệp XLSX").set_input_files(
        {"name": "x.xlsx", "mimeType": "application/zip", "buffer": b"PK not a workbook"}
    )
    page.get_by_role("button", name="Kiểm tra thử").click()
    expect(page.get_by_text("Tệp phải là bảng tính XLSX").first).to_be_visible()


def test_a_record_is_amended_with_a_reason_and_the_case_of_a_reaction_is_concluded(platform: dict[str, Any], desk: Any):
    table = in_the_database(platform, lambda db: a_table(db, 12, 380))
    nurse = sign_in_staff(desk(), platform, "nurse")
    nurse.goto(f"/diem-tiem/phien/{SITE}/{table.session_id}?buoc=observation")
    nurse.get_by_role("link", name=re.compile(table.watched)).first.click()
    nurse.get_by_text("Sửa bản ghi (bản 1)").click()
    nurse.get_by_label("Vị trí tiêm").select_option("right_arm")
    nurse.get_by_role("button", name="Lưu bản sửa").click()
    expect(nurse.get_by_label("Vị trí tiêm")).to_have_value("right_arm")
    nurse.get_by_label("Lý do sửa").fill("Ghi nhầm bên tay")
    nurse.get_by_role("button", name="Lưu bản sửa").click()
    expect(nurse.get_by_text("Sửa bản ghi (bản 2)")).to_be_visible()
    assert in_the_database(platform, lambda db: arms(db, table.session_id)) == ["left_arm", "right_arm"]

    in_the_database(platform, lambda db: a_reaction(db, table.session_id))
    when_the_site_finds_it_serious(nurse, table.watched)
    then_the_council_concludes(sign_in_staff(desk(), platform, "province_officer"), table.watched)


def test_two_records_are_united_and_parted_again(platform: dict[str, Any], desk: Any):
    in_the_database(platform, two_records)
    page = sign_in_staff(desk(), platform, "province_officer")
    page.goto("/diem-tiem/trung-lap")
    page.locator("tr", has_text="Tống Thị Nguyệt Ánh").first.get_by_role("link", name="So sánh").click()
    page.get_by_role("button", name="Gộp vào hồ sơ thứ nhất").click()
    expect(page.get_by_text("Hãy nhập hoặc chọn lý do.").first).to_be_visible()
    expect_no_fault(page)
    page.get_by_label("Lý do").fill("Cùng một người, một hồ sơ thiếu số giấy tờ")
    page.get_by_role("button", name="Gộp vào hồ sơ thứ nhất").click()

    merged = page.locator("form", has_text="Tống Thị Nguyệt Ánh")
    expect(merged).to_be_visible()
    assert in_the_database(platform, live_records) == 1
    merged.get_by_label("Lý do tách lại").fill("Hóa ra là hai chị em")
    merged.get_by_role("button", name="Tách lại như cũ").click()
    expect(page.locator("tr", has_text="Tống Thị Nguyệt Ánh").first).to_be_visible()
    assert in_the_database(platform, live_records) == 2


async def a_session_of_yesterday(db: Db) -> tuple[UUID, list[str]]:
    """An open session of yesterday that nobody recorded; the names of the three who were invited."""
    await a_shelf(db, 20, number="JN370")
    session_id = await a_session(db, days=11)
    await people_assigned(db, 3, first=370)
    await appointments.invite_next(db, SITE, session_id, 3)
    await sites.open_session(db, SITE, session_id)
    await db.connection.execute(
        "update session set starts_at = starts_at - interval '12 days', ends_at = ends_at - interval '12 days'"
        " where session_id = %s",
        [session_id],
    )
    return session_id, [one.name for one in await paper.missing(db, SITE, session_id)]


def when_the_vials_of_the_paper_are_recorded(page: Page) -> None:
    page.get_by_role("button", name="Ghi các lọ này").click()
    expect(page.get_by_text("Hãy nhập hoặc chọn giờ mở lọ.").first).to_be_visible()
    lot = page.locator("#lot_id option", has_text="JN370")
    page.get_by_label("Lô vắc xin").select_option(str(lot.get_attribute("value")))
    page.get_by_label("Giờ mở lọ").fill("07:30")
    page.get_by_role("button", name="Ghi các lọ này").click()
    expect(page.get_by_role("rowheader", name="1", exact=True)).to_be_visible()


def fill(page: Page, k: int, **typed: str) -> None:
    """Type a row of the paper."""
    for name, text in typed.items():
        page.locator(f"#{name}-{k}").fill(text)


async def counted(db: Db, session_id: UUID) -> tuple[int, int]:
    """Doses recorded in a session, and how many doses the vials differ from them."""
    found = await immunizations.reconcile(db, SITE, session_id)
    return found.recorded, found.difference


def when_the_head_looks_and_closes(page: Page, session_id: UUID) -> None:
    page.goto(f"/diem-tiem/phien/{SITE}/{session_id}/xem-xet")
    page.get_by_label("Ghi chú").fill("Lọ đã quá giờ, đã hẹn theo dõi thêm")
    page.get_by_role("button", name="Đã tiêm đúng như ghi").click()
    expect(page.get_by_text("Không có mũi nào chờ xem xét")).to_be_visible()
    page.goto(f"/diem-tiem/phien/{SITE}/{session_id}/dong")
    page.get_by_role("button", name="Đóng phiên").click()
    expect(page.get_by_role("heading", name="Ký xác nhận hồ sơ")).to_be_visible()


def send(page: Page, folder: Path, rows: list[list[str]], button: str) -> None:
    """Send a list as the official workbook."""
    file = folder / "danh-sach.xlsx"
    file.write_bytes(people_rows.workbook(people_rows.HEADS, rows, {}))
    page.get_by_label("Tệp XLSX").set_input_files(str(file))
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("columnheader", name="Kết quả nhập")).to_be_visible()


async def imported(db: Db) -> int:
    """How many doses the person of the right row has."""
    found = await facts(
        db, "select count(*) as n from current_dose join person using (person_id) where name = 'Hồ Thị Sổ Giấy'"
    )
    return found[0]["n"]


async def arms(db: Db, session_id: UUID) -> list[str]:
    """The arms that the versions of a session's one dose name."""
    rows = await facts(db, "select body_site from immunization where session_id = %(s)s order by version", s=session_id)
    return [row["body_site"] for row in rows]


async def a_reaction(db: Db, session_id: UUID) -> None:
    """The person under observation reports a sign of danger."""
    (dose,) = await facts(
        db, "select distinct person_id, immunization_id from immunization where session_id = %(s)s", s=session_id
    )
    noticed = aefi.Noticed(dangers=["breathing"], onset_on=clock.day_of(db.at), note="Khó thở khi về nhà")
    await aefi.report(db, dose["person_id"], dose["immunization_id"], noticed, report_id=uuid7(), channel="app")


def when_the_site_finds_it_serious(page: Page, name: str) -> None:
    page.goto("/diem-tiem/phan-ung")
    page.get_by_role("link", name=name).first.click()
    page.get_by_label("Tình trạng").select_option("investigating")
    page.get_by_label("Mức độ nghiêm trọng").select_option("hospital")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Hãy nhập hoặc chọn diễn biến và việc đã làm.").first).to_be_visible()
    page.get_by_label("Diễn biến và việc đã làm").fill("Đã nhập viện, thở oxy, ổn định")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Ca nghiêm trọng.")).to_be_visible()
    expect(page.get_by_label("Nguyên nhân")).to_be_hidden()
    expect_no_fault(page)


def then_the_council_concludes(page: Page, name: str) -> None:
    page.goto("/diem-tiem/phan-ung")
    page.get_by_role("link", name=name).first.click()
    page.get_by_label("Nguyên nhân").select_option("A1")
    page.get_by_label("Tình trạng").select_option("closed")
    page.get_by_label("Diễn biến và việc đã làm").fill("Hội đồng đã họp")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Hãy ghi hội đồng và ngày kết luận.").first).to_be_visible()
    expect(page.get_by_label("Nguyên nhân")).to_have_value("A1")
    page.get_by_label("Hội đồng kết luận").fill("Hội đồng tư vấn chuyên môn tỉnh")
    page.get_by_label("Ngày kết luận").fill(f"{clock.day_of(clock.now()):%d/%m/%Y}")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("A1, Hội đồng tư vấn chuyên môn tỉnh")).to_be_visible()
    page.goto("/diem-tiem/phan-ung?tab=da-xong")
    expect(page.get_by_role("link", name=name).first).to_be_visible()


async def two_records(db: Db) -> None:
    """One human being known twice, once without a number."""
    born = date(1961, 5, 17)
    number = people.Identifier(kind="national_id", country="VN", value="046161993801")
    await a_person(db, name="Tống Thị Nguyệt Ánh", birth_date=born, identifiers=[number], contacts=[])
    await a_person(db, name="Tống Thị Nguyệt Ánh", birth_date=born, identifiers=[], contacts=[])


async def live_records(db: Db) -> int:
    """How many of the two records stand."""
    rows = await facts(
        db, "select count(*) as n from person where name = 'Tống Thị Nguyệt Ánh' and merged_into is null"
    )
    return rows[0]["n"]
