"""The holder's pages: the card, the code full width, what it rests on; nobody else's, and nothing that no longer holds."""

from html import unescape
from pathlib import Path

import pytest

from tests.arrange import Client
from tests.certificates_issued import a_dose, a_passport, a_ring
from tiemchung.domain import certificates, immunizations, people
from tiemchung.domain.people import PersonId
from tiemchung.kit.db import Database
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

HERE = "/so-suc-khoe/chung-nhan"


@pytest.fixture
async def holder(client: Client, database: Database, tmp_path: Path) -> certificates.Passport:
    """Somebody signed in who holds a passport."""
    account_id = await client.citizen()
    async with database.transaction() as db:
        _, visit, passport = await a_passport(db, await a_ring(db, tmp_path))
        await people.link(db, account_id, PersonId(visit.person_id), relation="self", proof="phone_code")
    return passport


async def test_the_card_is_green_and_the_code_is_there_with_what_it_rests_on(
    client: Client, holder: certificates.Passport
):
    page = unescape((await client.get(HERE)).text)
    assert "Thẻ xanh: đủ liều cơ bản" in page
    assert holder.code in page and holder.uvci in page and holder.kid.hex() in page
    for link in (
        "tại Trạm Y tế",
        "Điểm tiêm ký hồ sơ",
        "Định danh khớp cơ sở dữ liệu dân cư",
        "Cục Y tế dự phòng ký",
    ):
        assert link in page, link


async def test_the_whole_screen_shows_the_code_with_name_and_birth_date_alone(
    client: Client, holder: certificates.Passport
):
    page = unescape((await client.get(f"{HERE}/{holder.certificate_id}")).text)
    assert 'class="qr-big"' in page and "Nguyễn Thị A" in page and "03/09/1954" in page
    assert holder.uvci not in page and "Janssen" not in page


@pytest.mark.parametrize("kind", ["pdf", "the"])
async def test_the_page_and_the_card_to_print_are_files_of_the_holder_alone(
    client: Client, holder: certificates.Passport, kind: str
):
    at = f"{HERE}/{holder.certificate_id}/{kind}"
    file = await client.get(at)
    assert file.headers["content-type"] == "application/pdf" and file.content.startswith(b"%PDF-")
    assert "attachment" in file.headers["content-disposition"] and file.headers["cache-control"] == "no-store"
    await client.citizen("+84900000077")
    assert (await client.get(at)).status_code == 404


async def test_nobody_elses_code_opens(client: Client, holder: certificates.Passport):
    at = f"{HERE}/{holder.certificate_id}"
    assert (await client.get(f"{HERE}/{uuid7()}")).status_code == 404
    await client.citizen("+84900000077")
    assert (await client.get(at)).status_code == 404
    assert (await client.get(f"{at}?nguoi={holder.person_id}")).status_code == 404
    client.cookies.clear()
    assert (await client.get(at)).headers["location"].endswith("/dang-nhap")


async def test_a_corrected_dose_leaves_no_code_to_show(
    client: Client, database: Database, holder: certificates.Passport
):
    async with database.transaction() as db:
        await immunizations.undo(
            db, person_id=holder.person_id, immunization_id=holder.immunization_id, reason="nhầm người"
        )
    page = unescape((await client.get(HERE)).text)
    assert holder.code not in page and "Không còn hiệu lực từ" in page
    assert (await client.get(f"{HERE}/{holder.certificate_id}")).status_code == 404


async def test_a_name_that_was_put_right_takes_the_old_code_away(
    client: Client, database: Database, holder: certificates.Passport
):
    async with database.transaction() as db:
        await people.correct(
            db, PersonId(holder.person_id), name="Nguyễn Thị Á", cause="station", reason="theo giấy tờ"
        )
    page = unescape((await client.get(HERE)).text)
    assert holder.code not in page and "Hộ chiếu vắc xin" in page


async def test_what_a_person_only_declared_is_labelled_and_has_no_code(client: Client, database: Database):
    account_id = await client.citizen()
    async with database.transaction() as db:
        _, visit, dose_id = await a_dose(db)
        await people.link(db, account_id, PersonId(visit.person_id), relation="self", proof="phone_code")
        await db.run(
            Query("update immunization set source = 'self_declared' where immunization_id = %(id)s"), id=dose_id
        )
    page = unescape((await client.get(HERE)).text)
    assert "Tự khai, chưa xác nhận" in page and "Thẻ xanh" not in page and "qr-big" not in page
