"""A vaccination table for journeys and measurements: its people, its device, and what a nurse does there."""

import asyncio
import re
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.steps import sign_in_staff, until
from tests.stores import SITE, a_session, a_shelf, people_assigned
from tests.visits import a_nurse, an_injection, an_open_vial, facts, later, ready
from tiemchung import follow_ups
from tiemchung.domain import appointments, immunizations, sites
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db

PIN = "135790"
T = TypeVar("T")
COUNT_TAPS = """() => {
  if (window.taps === undefined) addEventListener("pointerdown", () => window.taps++, true)
  window.taps = 0
}"""


class Table(msgspec.Struct, frozen=True):
    """An open session: who is expected (code, name), who waits for the injection, who may go home;
    `codes`: of those who wait."""

    session_id: UUID
    expected: tuple[str, str]
    waiting: list[str]
    watched: str
    codes: list[str]


def in_the_database(platform: dict[str, Any], work: Callable[[Db], Coroutine[Any, Any, T]]) -> T:
    """Do something in the running platform's database; the browser's loop keeps this thread, so another one does it."""

    async def act() -> T:
        keys = Keys(Path(platform["folder"]) / "keys")
        async with (
            Database(platform["database"], keys, now=follow_ups.NOW, connections=2) as database,
            database.transaction() as db,
        ):
            return await work(db)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(act())).result()


async def a_table(db: Db, days: int, first: int) -> Table:
    """One person is expected, two wait for the injection, one was vaccinated forty minutes ago."""
    await a_shelf(db, 40, number=f"JN{first}")
    session_id = await a_session(db, days=days)
    await people_assigned(db, 4, first=first)
    await appointments.invite_next(db, SITE, session_id, 4)
    await sites.open_session(db, SITE, session_id)
    coming = await appointments.of_session(db, SITE, session_id)
    nurse = later(await a_nurse(db), minutes=-40)
    vial = await an_open_vial(nurse, session_id)
    visits = [await ready(nurse, session_id, one.shown_code) for one in coming[1:]]
    await immunizations.record(nurse, an_injection(visits[2], vial.vial_id))
    names = await facts(db, "select name from person where person_id = %(p)s", p=coming[0].person_id)
    return Table(
        session_id,
        (coming[0].shown_code, names[0]["name"]),
        [v.name for v in visits[:2]],
        visits[2].name,
        [one.shown_code for one in coming[1:3]],
    )


def opened(context: BrowserContext, platform: dict[str, Any], table: Table, role: str = "nurse") -> Page:
    """The application on a device that has not been used before."""
    page = sign_in_staff(context, platform, role)
    page.goto(f"/diem-tiem/ban#{SITE}/{table.session_id}")
    page.get_by_label("Mã PIN 6 số").fill(PIN)
    page.get_by_label("Nhập lại mã PIN").fill(PIN)
    page.get_by_label("Tên máy").fill("Máy tính bảng bàn 2")
    page.get_by_role("button", name="Đặt mã PIN").click()
    expect(page.get_by_role("tab", name="Chờ tiêm")).to_be_visible()
    until(page, "navigator.serviceWorker.ready.then(() => true)")
    return page


def vaccinate(page: Page, name: str) -> None:
    """One tap on the name, one on the button."""
    page.get_by_role("tab", name="Chờ tiêm").click()
    page.locator("desk-queue").get_by_role("button", name=name).click()
    page.get_by_role("button", name="Xác nhận đã tiêm").click()


def steps(platform: dict[str, Any], table: Table) -> dict[str, str]:
    """Where everybody of a session stands by the server."""

    async def look(db: Db) -> dict[str, str]:
        return {visit.name: visit.step for visit in await immunizations.visits(db, SITE, table.session_id)}

    return in_the_database(platform, look)


def doses_of(platform: dict[str, Any], table: Table) -> int:
    """How many doses a session's records count."""

    async def look(db: Db) -> int:
        return (await immunizations.reconcile(db, SITE, table.session_id)).recorded

    return in_the_database(platform, look)


def with_doses(page: Page, platform: dict[str, Any], table: Table, count: int) -> None:
    """Wait until the server holds so many doses: the screen moves on before its answer."""
    for _ in range(200):
        if doses_of(platform, table) == count:
            return
        page.wait_for_timeout(100)
    assert doses_of(platform, table) == count


def record_by_code(page: Page, code: str) -> tuple[int, float]:
    """A code from a scanner on USB, and one tap on the button; taps (the scanner's trigger is one) and seconds."""
    page.locator("body").click(position={"x": 1, "y": 1})
    page.evaluate(COUNT_TAPS)
    began = time.perf_counter()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Xác nhận đã tiêm").click()
    expect(page.get_by_text(re.compile("Đã ghi mũi 1 cho"))).to_be_visible(timeout=60_000)
    return 1 + page.evaluate("() => window.taps"), time.perf_counter() - began
