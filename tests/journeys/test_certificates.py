"""A certificate in people's hands: the holder without a network, the checker at a door, the officer who withdraws."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.certificates_issued import a_dose, the_registry_knows, the_site_signs
from tests.journeys.conftest import ARGUMENTS, CHROMIUM
from tests.journeys.steps import AXE, RULES, account, fresh_totp, sign_in_citizen, sign_in_staff, until
from tests.journeys.test_the_citizens_book import KEPT_PAGES
from tiemchung import follow_ups
from tiemchung.domain import access, certificates, people
from tiemchung.domain.people import PersonId
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database

pytestmark = pytest.mark.journey
HOLDER = "0900000031"
SECONDS = 60


@dataclass
class Held:
    """A passport that the running signing process has signed."""

    code: str
    uvci: str


@pytest.fixture(scope="module")
def held(platform: dict[str, Any]) -> Held:
    """Somebody was vaccinated, their site signed, the registry knows them: the signer does the rest."""
    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(lambda: asyncio.run(_vaccinated(platform))).result()


async def _vaccinated(platform: dict[str, Any]) -> Held:
    keys = Keys(Path(platform["folder"]) / "keys")
    async with Database(platform["database"], keys, now=follow_ups.NOW, connections=2) as database:
        async with database.transaction() as db:
            nurse, visit, _ = await a_dose(db)
            await the_registry_knows(db, visit.person_id)
            await the_site_signs(db, nurse, visit)
            account_id = await access.account_of(db, phone=f"+84{HOLDER[1:]}")
            await people.link(db, account_id, PersonId(visit.person_id), relation="self", proof="phone_code")
        for _ in range(SECONDS * 5):
            async with database.statement() as db:
                for passport in await certificates.passports(db, visit.person_id):
                    return Held(passport.code, passport.uvci)
            await asyncio.sleep(0.2)
    raise AssertionError("the signer did not sign")


def test_the_holder_shows_the_code_without_a_network(phone: BrowserContext, held: Held):
    page = given_the_holder_is_signed_in(phone)
    given_the_book_works_without_a_network(page)
    when_they_look_at_their_certificate(page)
    then_it_is_green_and_one_tap_fills_the_screen(page)
    phone.set_offline(True)
    when_they_look_at_their_certificate(page)
    expect(page.locator("#kept")).to_be_visible()
    then_it_is_green_and_one_tap_fills_the_screen(page)
    when_they_sign_out_nothing_is_left(phone, page)


def test_a_checker_at_a_door_needs_no_network_and_leaves_no_trace(phone: BrowserContext, held: Held, tmp_path: Path):
    page = given_the_check_was_opened_once(phone)
    given_no_network(phone, page, "/kiem-tra")
    asked = requests_of(page)
    when_a_picture_of_the_code_is_chosen(page, held.code, tmp_path)
    then_the_verdict_is(page, "valid", "Hợp lệ")
    expect(page.locator("[data-slot=name]")).to_contain_text("Nguyễn Thị A")
    then_a_machine_finds_no_barrier(page)
    when_the_next_is_pasted(page, held.code[:60] + ("A" if held.code[60] != "A" else "B") + held.code[61:])
    assert page.get_attribute("[data-check]", "data-verdict") != "valid"
    when_the_next_is_pasted(page, "https://example.org")
    then_the_verdict_is(page, "not_hc1", "Không phải chứng nhận")
    assert [url for url in asked if "/s/" not in url] == []
    then_nothing_of_it_is_stored(page, held)


def test_the_camera_reads_a_code_at_once(chromium: Browser, platform: dict[str, Any], held: Held, tmp_path: Path):
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(a_jpeg(held.code) * 30)
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
              f"--use-file-for-fake-video-capture={film}"],
    )  # fmt: skip
    context = browser.new_context(
        base_url=platform["base"], permissions=["camera"], viewport={"width": 390, "height": 844}
    )
    page = given_the_check_was_opened_once(context)
    page.get_by_role("button", name="Quét mã QR").click()
    then_the_verdict_is(page, "valid", "Hợp lệ")
    browser.close()


def test_two_officers_withdraw_and_the_checker_hears_of_it(
    phone: BrowserContext, desk: Any, platform: dict[str, Any], held: Held
):
    page = given_the_check_was_opened_once(phone)
    when_an_officer_proposes(sign_in_staff(desk(), platform, "province_officer"), held)
    when_another_decides(sign_in_staff(desk(), platform, "national_operator"), platform)
    then_the_next_list_says_withdrawn(page, phone, held)


def given_the_holder_is_signed_in(phone: BrowserContext) -> Page:
    return sign_in_citizen(phone, HOLDER)


def given_the_book_works_without_a_network(page: Page) -> None:
    page.goto("/so-suc-khoe/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "navigator.serviceWorker.controller !== null")


def when_they_look_at_their_certificate(page: Page) -> None:
    page.goto("/so-suc-khoe/chung-nhan")
    expect(page.get_by_role("heading", name="Hộ chiếu vắc xin")).to_be_visible()


def then_it_is_green_and_one_tap_fills_the_screen(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("Thẻ xanh: đủ liều cơ bản")
    page.get_by_role("link", name="Toàn màn hình").click()
    box = page.locator(".qr-full").bounding_box()
    assert box is not None and box["width"] >= 340


def given_no_network(context: BrowserContext, page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    page.goto(path)


def when_they_sign_out_nothing_is_left(phone: BrowserContext, page: Page) -> None:
    phone.set_offline(False)
    page.goto("/so-suc-khoe/")
    page.get_by_role("button", name="Đăng xuất").click()
    until(page, KEPT_PAGES, 0)
    phone.set_offline(True)
    page.goto("/so-suc-khoe/chung-nhan")
    expect(page.locator("main")).to_contain_text("Không có mạng")


def given_the_check_was_opened_once(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/kiem-tra")
    page.wait_for_selector("[data-check][data-ready=ok]")
    return page


def requests_of(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def when_a_picture_of_the_code_is_chosen(page: Page, code: str, folder: Path) -> None:
    page.wait_for_selector("[data-check][data-ready=ok]")
    picture = folder / "code.png"
    segno.make(code, error="l", micro=False).save(str(picture), scale=5)
    page.set_input_files("code-scanner input[type=file]", str(picture))


def when_the_next_is_pasted(page: Page, code: str) -> None:
    page.get_by_role("button", name="Quét mã tiếp theo").click()
    page.get_by_label("Nội dung mã QR").fill(code)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    page.wait_for_selector("[data-check][data-verdict]")


def then_the_verdict_is(page: Page, verdict: str, words: str) -> None:
    page.wait_for_selector(f"[data-check][data-verdict={verdict}]")
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()


def then_a_machine_finds_no_barrier(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [violation["id"] for violation in found["violations"]] == []


def then_nothing_of_it_is_stored(page: Page, held: Held) -> None:
    kept = page.evaluate("""async () => {
      const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href]
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) texts.push(request.url)
      for (const { name } of await indexedDB.databases()) {
        const base = await new Promise(done => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result) })
        for (const store of base.objectStoreNames) texts.push(JSON.stringify(await new Promise(done => {
          const asked = base.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result) })))
      }
      return texts.join("\\n")
    }""")
    assert "valueSets" in kept
    for trace in (held.code[:40], held.uvci, "Nguyễn Thị A", "Nguyễn"):
        assert trace not in kept


def when_an_officer_proposes(page: Page, held: Held) -> None:
    page.goto("/diem-tiem/thu-hoi")
    page.get_by_label("Mã chứng nhận").fill(held.uvci)
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_label("Lý do").fill("Phiên tiêm không có thật, biên bản số 12")
    page.get_by_role("button", name="Đề nghị thu hồi").click()
    expect(page.get_by_text("Chờ một người khác quyết định")).to_be_visible()


def when_another_decides(page: Page, platform: dict[str, Any]) -> None:
    page.goto("/diem-tiem/thu-hoi")
    page.get_by_label("Mã xác thực").fill(fresh_totp(account(platform, "national_operator")))
    page.get_by_role("button", name="Phê duyệt", exact=True).click()
    expect(page.get_by_text("Đã phê duyệt")).to_be_visible()


def then_the_next_list_says_withdrawn(page: Page, phone: BrowserContext, held: Held) -> None:
    for _ in range(SECONDS):
        page.goto("/kiem-tra")
        page.wait_for_selector("[data-check][data-ready=ok]")
        page.get_by_label("Nội dung mã QR").fill(held.code)
        page.get_by_role("button", name="Kiểm tra", exact=True).click()
        page.wait_for_selector("[data-check][data-verdict]")
        if page.get_attribute("[data-check]", "data-verdict") == "revoked":
            break
        page.wait_for_timeout(1000)
    phone.set_offline(True)
    page.get_by_role("button", name="Quét mã tiếp theo").click()
    page.get_by_label("Nội dung mã QR").fill(held.code)
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    then_the_verdict_is(page, "revoked", "Đã thu hồi")


def a_jpeg(code: str) -> bytes:
    """A frame of a camera that looks at the code."""
    drawn = io.BytesIO()
    segno.make(code, error="l", micro=False).save(drawn, kind="png", scale=6, border=8)
    square = Image.open(drawn).convert("RGB")
    frame = Image.new("RGB", (1280, 720), "white")
    frame.paste(square.resize((640, 640)), (320, 40))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=90)
    return out.getvalue()
