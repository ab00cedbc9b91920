"""One person at the table, from the code to the recorded dose, in a browser whose processor is slowed down six times."""

import asyncio
import statistics
from typing import Any

from playwright.sync_api import sync_playwright

from bench.harness import Figure, platform
from tests.arrange import PASSWORD, TOTP, a_member_of_staff
from tests.journeys.conftest import ARGUMENTS, CHROMIUM
from tests.journeys.tables import a_table, in_the_database, opened, record_by_code
from tests.stores import SITE

SESSIONS, SLOWER, LIMIT_S = 3, 6, 12.0


async def run() -> list[Figure]:
    """table.person: seconds at the screen with a code; fails where it takes more than two taps."""
    async with platform() as here:
        async with here.database.transaction() as db:
            _, login = await a_member_of_staff(db, "nurse", place_id=SITE)
        account = {"role": "nurse", "login": login, "password": PASSWORD, "totp": TOTP}
        told = {"base": here.base, "database": here.url, "folder": str(here.folder), "accounts": [account]}
        took = await asyncio.to_thread(_measured, told)
    figure = statistics.median(took)
    return [
        Figure(
            name="table.person",
            figure=round(figure, 2),
            unit="s from the scanned code to the record, processor slowed 6 times, 2 taps",
            limit=LIMIT_S,
            limit_is="the target itself",
            ratio=round(figure / LIMIT_S, 3),
            target="<= 1",
            rounds=len(took),
        )
    ]


def _measured(told: dict[str, Any]) -> list[float]:
    took: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for k in range(SESSIONS):
            table = in_the_database(told, lambda db, k=k: a_table(db, 2 + k, 100 + 10 * k))
            context = browser.new_context(base_url=told["base"], locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
            page = opened(context, told, table)
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            for code in table.codes:
                taps, seconds = record_by_code(page, code)
                if taps > 2:
                    raise RuntimeError(f"{taps} taps")
                took.append(seconds)
            context.close()
        browser.close()
    return took
