"""Withdrawing certificates through the pages: two persons, a reason, a fresh code; and nothing outside one's province."""

from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from httpx import Response

from tests.arrange import Client, totp_now
from tests.certificates_issued import a_passport, a_ring
from tests.citizens import an_area
from tiemchung.domain import certificates, sites
from tiemchung.domain.certificates import Passport
from tiemchung.domain.immunizations import Visit
from tiemchung.kit import clock
from tiemchung.kit.db import Database

HERE, KEYS = "/diem-tiem/thu-hoi", "/diem-tiem/khoa-ky"
REASON = "Phiên tiêm không có thật, biên bản 12"
Issue = Callable[[], Awaitable[tuple[Visit, Passport]]]


@pytest.fixture
def issue(database: Database, tmp_path: Path) -> Issue:
    """Issues a passport as all are issued."""

    async def issued() -> tuple[Visit, Passport]:
        async with database.transaction() as db:
            _, visit, passport = await a_passport(db, await a_ring(db, tmp_path))
        return visit, passport

    return issued


async def province(client: Client, code: str = "46") -> UUID:
    async with client.database.statement() as db:
        area_id = await an_area(db, code)
    return await client.staff("province_officer", area_id=area_id)


async def proposed(client: Client, passport: Passport, *, act: str = "revoke", reason: str = REASON) -> Response:
    return await client.write(
        f"{HERE}/de-nghi", act=act, scope="certificate", first=passport.uvci, second="", reason=reason
    )


async def decided(client: Client, *, decision: str = "approve", totp: str | None = None) -> Response:
    async with client.database.statement() as db:
        (waiting,) = await certificates.withdraw.proposals(db, waiting=True)
    at = f"{HERE}/{waiting.revocation_id}/quyet-dinh"
    return await client.write(at, decision=decision, totp=totp or totp_now())


async def verdict(client: Client, passport: Passport) -> str:
    page = unescape((await client.post("/kiem-tra", data={"code": passport.code})).text)
    return page.partition('<h1 class="title" tabindex="-1">')[2].partition("</h1>")[0]


async def test_one_proposes_another_decides_and_the_check_says_so(client: Client, issue: Issue):
    _, passport = await issue()
    await province(client)
    found = await client.post(f"{HERE}/tim", data={"identifier": passport.uvci.lower()})
    assert "Còn hiệu lực" in found.text and "Nguyễn Thị A" not in found.text
    assert (await proposed(client, passport)).headers["location"] == HERE
    assert REASON in (await client.get(HERE)).text
    assert await verdict(client, passport) == "Hợp lệ"

    await client.staff("national_operator")
    assert (await decided(client)).headers["location"] == HERE
    assert await verdict(client, passport) == "Đã thu hồi"
    assert "Đã phê duyệt" in (await client.get(HERE)).text


async def test_what_was_withdrawn_comes_back_by_the_same_way(client: Client, issue: Issue):
    _, passport = await issue()
    await province(client)
    await proposed(client, passport)
    await client.staff("national_operator")
    await decided(client)
    await province(client)
    assert "Đề nghị khôi phục" in (await client.post(f"{HERE}/tim", data={"identifier": passport.uvci})).text
    await proposed(client, passport, act="restore")
    await client.staff("national_operator")
    await decided(client)
    assert await verdict(client, passport) == "Hợp lệ"


async def test_all_certificates_of_a_session_fall_together(client: Client, issue: Issue):
    visit, passport = await issue()
    await province(client)
    assert visit.session_id is not None
    async with client.database.statement() as db:
        session = await sites.session(db, visit.place_id, visit.session_id)
        place = await sites.place(db, visit.place_id)
    day = f"{clock.day_of(session.starts_at):%d/%m/%Y}"
    found = await client.post(f"{HERE}/tim", data={"place_code": place.code, "day": day})
    assert str(visit.session_id) in found.text
    target = {"scope": "session", "first": str(visit.place_id), "second": str(visit.session_id)}
    await client.write(f"{HERE}/de-nghi", act="revoke", reason=REASON, **target)
    await client.staff("national_operator")
    await decided(client)
    assert await verdict(client, passport) == "Đã thu hồi"


async def test_nobody_decides_their_own_proposal_and_a_code_must_be_fresh(client: Client, issue: Issue):
    _, passport = await issue()
    await client.staff("national_operator")
    await proposed(client, passport)
    own = await decided(client)
    assert own.status_code == 409 and "cần một người khác" in own.text
    await client.staff("national_operator")
    stale = await decided(client, totp="000000")
    assert stale.status_code == 403 and "Hãy nhập mã xác thực" in stale.text
    assert (await decided(client, decision="refuse")).status_code == 303
    assert await verdict(client, passport) == "Hợp lệ"


async def test_another_province_finds_and_proposes_nothing(client: Client, issue: Issue):
    visit, passport = await issue()
    await province(client, "01")
    found = await client.post(f"{HERE}/tim", data={"identifier": passport.uvci})
    assert found.status_code == 422 and "trong địa bàn của bạn" in found.text
    assert (await proposed(client, passport)).status_code == 404
    target = {"scope": "session", "first": str(visit.place_id), "second": str(visit.session_id)}
    assert (await client.write(f"{HERE}/de-nghi", act="revoke", reason=REASON, **target)).status_code == 404
    key = {"scope": "key", "first": passport.kid.hex(), "second": ""}
    assert (await client.write(f"{HERE}/de-nghi", act="revoke", reason=REASON, **key)).status_code == 404
    assert (await client.get(KEYS)).status_code == 403


async def test_bad_input_names_its_field(client: Client, issue: Issue):
    _, passport = await issue()
    await province(client)
    told = {
        "bắt đầu bằng URN:UVCI:": {"identifier": "12345"},
        "Không có chứng nhận nào với mã này": {"identifier": "URN:UVCI:01:VN:NOBODY#A"},
        "Không có điểm tiêm nào với mã này": {"place_code": "X9", "day": "01/01/2026"},
        "Không có phiên nào": {"place_code": "46005", "day": "01/01/2020"},
        "không có ngày 31/02/2026": {"place_code": "46005", "day": "31/02/2026"},
    }
    for words, typed in told.items():
        answer = await client.post(f"{HERE}/tim", data=typed)
        assert answer.status_code == 422 and words.casefold() in unescape(answer.text).casefold(), words
    short = await proposed(client, passport, reason="sai")
    assert short.status_code == 422 and "cần ít nhất 10 ký tự" in short.text
    await proposed(client, passport)
    again = await proposed(client, passport)
    assert again.status_code == 409 and "đang chờ quyết định" in again.text


async def test_the_operator_sees_the_keys_and_withdraws_one_with_another(client: Client, issue: Issue):
    _, passport = await issue()
    await client.staff("national_operator")
    page = await client.get(KEYS)
    assert passport.kid.hex() in page.text and "Đang ký" in page.text and "Dùng ký danh sách" in page.text
    key = {"scope": "key", "first": passport.kid.hex(), "second": ""}
    answer = await client.write(f"{HERE}/de-nghi", act="revoke", reason=REASON, **key)
    assert answer.headers["location"] == KEYS
    await client.staff("national_operator")
    await decided(client)
    assert await verdict(client, passport) == "Không rõ nơi cấp"
    assert "Đã thu hồi" in (await client.get(KEYS)).text
