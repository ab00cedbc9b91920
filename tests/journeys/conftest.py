"""A platform as `make up` starts it, and a browser: what every journey walks through."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
READY_SECONDS = 90


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, Any]]:
    """`tiemchung up` on a folder and port of its own; what it wrote into up.json."""
    folder = tmp_path_factory.mktemp("up")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"TIEMCHUNG_FOLDER": str(folder), "PORT": str(port), "PEOPLE": "2000"}
    environment |= {"TIEMCHUNG_PUSH_SUBJECT": "mailto:thu@example.vn"}
    environment.pop("TIEMCHUNG_DATABASE_URL", None)
    log = (folder / "up.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "tiemchung.cli", "up"], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        yield _told(process, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        log.close()


def _told(process: subprocess.Popen[bytes], folder: Path) -> dict[str, Any]:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "up.log").read_text()
        if "\nready" in (folder / "up.log").read_text():
            return json.loads((folder / "up.json").read_text()) | {"folder": str(folder)}
        time.sleep(0.2)
    raise AssertionError((folder / "up.log").read_text())


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser]:
    """One browser for all journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, platform: dict[str, Any]) -> Generator[BrowserContext]:
    """A citizen's phone."""
    context = chromium.new_context(
        base_url=platform["base"],
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": 390, "height": 844},
    )
    yield context
    context.close()


@pytest.fixture
def desk(chromium: Browser, platform: dict[str, Any]) -> Generator[Any]:
    """Makes a desk for each member of staff: a browser of their own."""
    opened: list[BrowserContext] = []

    def make() -> BrowserContext:
        context = chromium.new_context(
            base_url=platform["base"],
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": 1280, "height": 800},
        )
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
