"""Addresses that nobody should ask for: each has a clear answer in the reader's language, and none breaks anything."""

import re
from html import unescape

import pytest

from tests.arrange import Client
from tests.figures import counted, doses

LONG = "a" * 6_000
HERE = {
    "/danh-ba-diem-tiem?trang=-1",
    "/danh-ba-diem-tiem?trang=0",
    "/danh-ba-diem-tiem?trang=999999999999",
    "/danh-ba-diem-tiem?trang=%F0%9F%92%89",
    "/danh-ba-diem-tiem?tinh=%27%20or%201=1",
    "/danh-ba-diem-tiem?page=999999999999",
    "/tim-diem-tiem?q=%25%25&vac-xin=%27&con-cho=2",
    "/tim-diem-tiem?q=%FF%FE",
    "/tim-diem-tiem?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/tim-diem-tiem?vi-do=nan&kinh-do=inf",
    "/tim-diem-tiem?vi-do=1e999&kinh-do=107",
    f"/tim-diem-tiem?q={LONG}",
    f"/lo-vac-xin?so={LONG}",
    f"/?x={LONG}",
    "/so-lieu/tien-do?trang=-1",
}
NOWHERE = {
    "/tinh/99",
    "/tinh/4600",
    "/tinh/%D9%A4%D9%A6",
    "/vung/ZZ",
    "/huyen/999",
    "/nhung/tinh/99",
    f"/tim-diem-tiem/{LONG}",
    "/tim-diem-tiem/..%2f..%2fetc%2fpasswd",
    "/lo-vac-xin/%27/x",
    "/boc-tham/00000000-0000-0000-0000-000000000000",
    "/boc-tham/khong",
    "/so-lieu/phien-ban/9999-99-99/theo-ngay.csv",
    "/so-lieu/phien-ban/2026-11-26/..%2f..%2fetc",
    "/khong-co",
}
WITH_NUL = {
    "/tim-diem-tiem?q=a%00b": "q",
    "/tim-diem-tiem/%00": "URL",
    "/lo-vac-xin?so=%00%00%00%00": "so",
    "/lo-vac-xin/AZ/%00": "URL",
    "/danh-ba-diem-tiem?tinh=%00": "tinh",
}


@pytest.fixture(autouse=True)
async def _doses(client: Client):
    async with client.database.transaction() as db:
        await doses(db, 6)
    await counted(client.database)


def told(page: str) -> str:
    """The words of the page's body."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1])).split())


async def test_what_cannot_be_meant_is_left_out_of_the_question(client: Client):
    for path in sorted(HERE):
        for address in (path, f"/en{path}"):
            answer = await client.get(address)
            assert answer.status_code == 200, address
            assert "<script>alert" not in answer.text


async def test_a_page_past_the_last_says_that_it_has_nothing(client: Client):
    past = await client.get("/danh-ba-diem-tiem?tinh=46&trang=99999")
    assert past.status_code == 200
    assert "Trang này không có điểm tiêm nào." in told(past.text)


async def test_what_is_unknown_is_not_found_in_the_readers_language(client: Client):
    for path in sorted(NOWHERE):
        vietnamese, english = await client.get(path), await client.get(f"/en{path}")
        assert (vietnamese.status_code, english.status_code) == (404, 404), path
        assert "Không tìm thấy nội dung này" in told(vietnamese.text), path
        assert "This was not found" in told(english.text), path


@pytest.mark.parametrize(("path", "field"), WITH_NUL.items())
async def test_a_nul_is_refused_by_the_name_of_its_field(client: Client, path: str, field: str):
    vietnamese, english = await client.get(path), await client.get(f"/en{path}")
    assert (vietnamese.status_code, english.status_code) == (422, 422)
    assert f"Dữ liệu ở mục {field} không hợp lệ: NUL (%00)." in told(vietnamese.text)
    assert f"{field}" in told(english.text) and "NUL (%00)" in told(english.text)


async def test_a_program_hears_of_a_nul_as_a_problem(client: Client):
    for path, field in (("/api/v1/diem-tiem?q=a%00b", "q"), ("/api/v1/tinh/%00", "URL")):
        answer = await client.get(path)
        assert answer.status_code == 422
        assert answer.json()["facts"] == {"field": field, "rule": "NUL (%00)"}


async def test_nobody_is_sent_to_another_site(client: Client):
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "%2F%2Fevil.example"):
        answer = await client.get(f"/ngon-ngu/en?ve={back}")
        assert answer.status_code == 303
        assert re.fullmatch(r"/[^/\\].*|/", answer.headers["location"]), back
