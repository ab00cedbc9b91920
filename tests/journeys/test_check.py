"""Every verdict of the certificate check as somebody with a phone sees it, and the poster at the door of a session."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import segno
from playwright.sync_api import BrowserContext, Page, expect

from tests.certificates import a_code, a_record, content, packed, signed
from tests.journeys.steps import AXE, RULES
from tests.journeys.test_certificates import (
    SECONDS,
    given_no_network,
    given_the_check_was_opened_once,
    then_the_verdict_is,
    when_the_next_is_pasted,
)
from tests.stores import CENTRE, SITE, a_session, a_shelf, acting
from tiemchung import follow_ups
from tiemchung.domain import sites
from tiemchung.domain.certificates import SigningKey, keys, load_or_make, posters
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database

pytestmark = pytest.mark.journey
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_DOSES = {"medicinal_product": "EU/1/20/1528", "holder": "ORG-100030215", "prophylaxis": "1119349007"}


@pytest.fixture
def check(phone: BrowserContext) -> Page:
    return given_the_check_was_opened_once(phone)


@pytest.fixture
def signers(platform: dict[str, Any], check: Page) -> dict[str, SigningKey]:
    """The keys of the running platform, with which a test may sign what the signing process never would."""
    assert check.get_attribute("[data-check]", "data-ready") == "ok"
    folder = Path(platform["folder"]) / "keys" / "signer"
    return {name: keys.load(folder, f"{name}-1-1") for name in ("dsc", "session")}


def test_every_verdict_has_its_words_and_no_barrier(check: Page, signers: dict[str, SigningKey], tmp_path: Path):
    now = datetime.now(UTC).replace(microsecond=0)
    dsc, other = signers["dsc"], load_or_make(tmp_path / "other", now)
    told = [
        (a_code(dsc, now, a_record(occurred_on=now.date())), "valid", "Hợp lệ"),
        (_signed(dsc, now, dcc={"v": None, "r": [_recovery(now)]}), "key_usage", "Khóa ký sai mục đích"),
        (
            a_code(dsc, now, a_record(occurred_on=now.date(), **TWO_DOSES, doses_in_series=2)),
            "rules",
            "Chưa đạt quy tắc",
        ),
        (_signed(dsc, now, c4=int(now.timestamp()) - 1), "expired", "Đã hết hạn"),
        (a_code(dsc, now + HOUR), "not_yet_valid", "Chưa có hiệu lực"),
        (a_code(other, now), "unknown_key", "Không rõ nơi cấp"),
        (a_code(signers["session"], now), "key_usage", "Khóa ký sai mục đích"),
        (_forged(dsc, now), "signature", "Chữ ký không đúng"),
        (_signed(dsc, now, dcc={"dob": 5, "nam": None}), "schema", "Không phải chứng nhận"),
        ("HC1:NOTHING", "base45", "Không phải chứng nhận"),
        ("https://example.org", "not_hc1", "Không phải chứng nhận"),
    ]
    for code, verdict, words in told:
        when_pasted(check, code)
        then_the_verdict_is(check, verdict, words)
        then_a_machine_finds_no_barrier(check)


def test_old_lists_make_the_answer_amber_and_an_old_key_red(
    phone: BrowserContext, check: Page, signers: dict[str, SigningKey]
):
    now = datetime.now(UTC)
    code = a_code(signers["dsc"], now, a_record(occurred_on=now.date()))
    check.clock.set_fixed_time(now + 8 * DAY)
    check.reload()
    check.wait_for_selector("[data-check][data-ready=stale]")
    when_pasted(check, code)
    then_the_verdict_is(check, "valid", "Chưa chắc chắn")
    expect(check.locator("main")).to_contain_text("Nối mạng trên máy đang kiểm tra")
    expect(check.locator(".verdict-head")).to_have_class("verdict-head drum warn")
    check.clock.set_fixed_time(now + 600 * DAY)
    when_pasted(check, code)
    then_the_verdict_is(check, "key_expired", "Khóa ký đã hết hạn")


def test_without_a_list_the_device_says_so(phone: BrowserContext, tmp_path: Path):
    phone.route("**/chung-nhan/**", lambda route: route.abort())
    page = phone.new_page()
    page.goto("/kiem-tra")
    page.wait_for_selector("[data-check][data-ready=none]")
    picture = tmp_path / "code.png"
    segno.make("HC1:ANYTHING", micro=False).save(str(picture), scale=5)
    page.set_input_files("code-scanner input[type=file]", str(picture))
    then_the_verdict_is(page, "no_lists", "Cần mạng lần đầu")


def test_a_poster_is_known_without_a_network_until_its_session_is_cancelled(
    phone: BrowserContext, check: Page, platform: dict[str, Any]
):
    code, session_id = in_the_platform(platform, an_approved_session)
    given_no_network(phone, check, f"/kiem-tra/phien/{code}")
    then_the_verdict_is(check, "valid", "Phiên tiêm chính thức")
    expect(check.locator("[data-slot=site]")).to_contain_text("Thuận Hòa")
    then_a_machine_finds_no_barrier(check)
    when_the_next_is_pasted(check, f"https://elsewhere.example/kiem-tra/phien/{code[:-40]}{'A' * 40}")
    then_the_verdict_is(check, "signature", "Không phải phiên tiêm của hệ thống")
    phone.set_offline(False)
    in_the_platform(platform, partial(cancelled, session_id=session_id))
    then_the_next_list_says_so(check, code)


def in_the_platform(platform: dict[str, Any], act: Any) -> Any:
    """An act on the running platform's database, in a thread with a loop of its own."""

    async def there() -> Any:
        keys = Keys(Path(platform["folder"]) / "keys")
        async with Database(platform["database"], keys, now=follow_ups.NOW, connections=2) as database:
            return await act(database)

    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(lambda: asyncio.run(there())).result()


async def an_approved_session(database: Database) -> tuple[str, UUID]:
    """A session of the day after tomorrow, and the code that the signing process makes for its poster."""
    async with database.transaction() as db:
        await a_shelf(db, number="XD956")
        session_id = await a_session(db, days=2)
    for _ in range(SECONDS * 5):
        async with database.statement() as db:
            if code := await posters.of_session(db, SITE, session_id):
                return code, session_id
        await asyncio.sleep(0.2)
    raise AssertionError("the signer did not sign")


async def cancelled(database: Database, *, session_id: UUID) -> None:
    async with database.transaction() as db:
        officer = await acting(db, "district_officer", place=CENTRE)
        await sites.cancel(officer, SITE, session_id, reason="Không đủ vắc xin")


def when_pasted(page: Page, code: str) -> None:
    if page.get_attribute("[data-check]", "data-verdict"):
        page.get_by_role("button", name="Quét mã tiếp theo").click()
    page.get_by_label("Nội dung mã QR").fill(code)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    page.wait_for_selector("[data-check][data-verdict]")


def then_a_machine_finds_no_barrier(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [violation["id"] for violation in found["violations"]] == []


def then_the_next_list_says_so(page: Page, code: str) -> None:
    for _ in range(SECONDS):
        page.goto("/kiem-tra")
        page.wait_for_selector("[data-check][data-ready=ok]")
        when_pasted(page, f"https://elsewhere.example/kiem-tra/phien/{code}")
        if page.get_attribute("[data-check]", "data-verdict") == "revoked":
            break
        page.wait_for_timeout(1000)
    then_the_verdict_is(page, "revoked", "Phiên tiêm đã hủy")


def _signed(key: SigningKey, at: datetime, **changes: Any) -> str:
    return packed(_message(key, at, **changes))


def _forged(key: SigningKey, at: datetime) -> str:
    return packed([*_message(key, at)[:3], bytes(64)])


def _message(key: SigningKey, at: datetime, **changes: Any) -> list[Any]:
    moments = {"c6": int(at.timestamp()), "c4": int((at + DAY).timestamp())}
    return signed(content(**(moments | changes)), key.private, key.certificate)  # pyright: ignore[reportArgumentType]


def _recovery(at: datetime) -> dict[str, str]:
    common = {"tg": "840539006", "co": "VN", "is": "MOH", "ci": "URN:UVCI:01:VN:A"}
    return common | dict.fromkeys(("fr", "df", "du"), at.date().isoformat())
