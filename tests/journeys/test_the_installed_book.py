"""The health book as an app on the phone: installed, told what is new, brought up to date, left empty by signing out."""

import re
import threading
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.steps import expect_no_fault, sign_in_citizen, until, when_she_registers_for_vaccination
from tests.journeys.test_the_citizens_book import a_phone

pytestmark = pytest.mark.journey

# What a push service answers; browsers without an account at one, such as a headless Chromium, get none.
A_SUBSCRIPTION = """PushManager.prototype.subscribe = async () => ({ toJSON: () => ({ endpoint: "https://push.invalid/1",
  keys: { p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          auth: "BTBZMqHH6r4Tts7J_aSIgg" } }) })"""
SHOWN = "navigator.serviceWorker.ready.then(one => one.getNotifications()).then(all => all.map(one => one.body))"
LEFT = """async () => {
  const asked = indexedDB.open("health-book")
  const database = await new Promise(done => { asked.onsuccess = () => done(asked.result) })
  const count = name => new Promise(done => {
    const all = database.transaction(name).objectStore(name).count()
    all.onsuccess = () => done(all.result)
  })
  const left = [await count("pages"), await count("keys")]
  database.close()
  return left
}"""


def test_the_book_can_be_installed_on_android_and_on_an_iphone(phone: BrowserContext):
    page = phone.new_page()
    page.goto("/so-suc-khoe/dang-nhap")
    given_the_worker_looks_after_the_page(page)
    chrome = phone.new_cdp_session(page)

    manifest = chrome.send("Page.getAppManifest")
    stands_in_the_way = {
        fault["errorId"] for fault in chrome.send("Page.getInstallabilityErrors")["installabilityErrors"]
    }

    assert manifest["errors"] == []
    assert stands_in_the_way <= {"in-incognito"}  # every browser of a test is one
    icon = page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert icon
    assert page.request.get(icon).headers["content-type"] == "image/png"


def test_who_has_registered_is_asked_once_for_messages_and_they_come_until_signing_out(phone: BrowserContext):
    phone.grant_permissions(["notifications"])
    phone.add_init_script(A_SUBSCRIPTION)
    page = sign_in_citizen(phone, "0900000161")
    when_she_registers_for_vaccination(page, card="046186001250", name="Lê Thị Nhận Tin")

    page.get_by_role("button", name="Bật thông báo").click()
    expect(page.locator("push-switch [role=status]")).to_have_text("Đã bật thông báo trên máy này.")
    expect_no_fault(page)
    page.goto("/so-suc-khoe/thong-bao")
    expect(page.get_by_role("heading", name="Máy này đang nhận thông báo")).to_be_visible()
    expect(page.locator("push-switch")).to_have_count(0)
    expect_no_fault(page)

    when_the_push_service_delivers(page, "Tiêm Chủng: lịch hẹn của bạn đã đổi")
    until(page, f"{SHOWN}.then(all => all.length === 1)")
    assert page.evaluate(SHOWN) == ["Tiêm Chủng: lịch hẹn của bạn đã đổi"]

    page.goto("/so-suc-khoe/")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/dang-nhap$"))
    until(page, f"{SHOWN}.then(all => all.length === 0)")
    assert page.evaluate(LEFT) == [0, 0]
    again = sign_in_citizen(phone, "0900000161")
    again.goto("/so-suc-khoe/thong-bao")
    expect(again.get_by_role("button", name="Bật thông báo")).to_be_visible()


def test_messages_can_be_turned_off_and_a_browser_that_refuses_is_told_so(phone: BrowserContext):
    phone.grant_permissions(["notifications"])
    phone.add_init_script(A_SUBSCRIPTION)
    page = sign_in_citizen(phone, "0900000162")
    page.goto("/so-suc-khoe/thong-bao")
    page.get_by_role("button", name="Bật thông báo").click()
    expect(page.locator("push-switch [role=status]")).to_have_text("Đã bật thông báo trên máy này.")
    page.reload()
    page.get_by_role("button", name="Tắt thông báo trên máy này").click()
    expect(page.get_by_role("button", name="Bật thông báo")).to_be_visible()

    page.evaluate("Notification.requestPermission = async () => 'denied'")
    page.get_by_role("button", name="Bật thông báo").click()
    expect(page.locator("push-switch [role=status]")).to_contain_text("Trình duyệt không cho phép")


def test_a_newer_book_says_so_and_comes_when_it_is_wanted(chromium: Browser, platform: dict[str, Any]):
    with in_front_of(platform["base"]) as (front, release):
        context = a_phone(chromium, platform | {"base": front})
        page = context.new_page()
        page.goto("/so-suc-khoe/dang-nhap")
        given_the_worker_looks_after_the_page(page)
        bar = page.get_by_text("Có bản mới của sổ.")
        page.reload()
        expect(bar).to_be_hidden()

        release.append("// newer")
        page.reload()
        expect(bar).to_be_visible()
        expect_no_fault(page)
        page.evaluate("window.before = true")
        page.get_by_role("button", name="Cập nhật").click()

        until(page, "window.before === undefined")
        until(page, "navigator.serviceWorker.getRegistration().then(one => one.active && !one.waiting)")
        expect(page.get_by_text("Có bản mới của sổ.")).to_be_hidden()
        context.close()


def given_the_worker_looks_after_the_page(page: Page) -> None:
    until(page, "navigator.serviceWorker.controller !== null")


def when_the_push_service_delivers(page: Page, text: str) -> None:
    chrome = page.context.new_cdp_session(page)
    workers: list[str] = []
    chrome.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: workers.extend(one["registrationId"] for one in told["registrations"]),
    )
    chrome.send("ServiceWorker.enable")
    until(page, "navigator.serviceWorker.controller !== null")
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    assert workers
    chrome.send("ServiceWorker.deliverPushMessage", {"origin": origin[0], "registrationId": workers[-1], "data": text})


@contextmanager
def in_front_of(base: str) -> Generator[tuple[str, list[str]]]:
    """A server in front of the platform; what is in the list stands at the end of the worker, as in a later release."""
    added: list[str] = []

    class Front(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urllib.request.urlopen(base + self.path, timeout=20) as answer:  # noqa: S310 — our own platform
                body: bytes = answer.read()
                kept = [
                    (name, value)
                    for name, value in answer.headers.items()
                    if name.lower() in {"content-type", "cache-control", "content-security-policy"}
                ]
            if self.path == "/so-suc-khoe/sw.js":
                body += "\n".join(added).encode()
            self.send_response(200)
            for name, value in [*kept, ("content-length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its name there
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", added
    finally:
        server.shutdown()
        server.server_close()
