"""The board of a session with a thousand people, as a tablet asks for it every few seconds, against the target of 100 ms."""

import statistics
import time

import httpx

from bench.dose import SITE, ground
from bench.harness import Figure, against_target, platform

PEOPLE, ASKED = 1_000, 40
LIMIT_MS = 100.0


async def run() -> list[Figure]:
    """board.refresh, board.unchanged: the median answer of one tablet's question, alone."""
    async with platform() as here:
        session_id, _, _, token = await ground(here, PEOPLE)
        address = f"{here.base}/diem-tiem/phien/{SITE}/{session_id}/bang"
        async with httpx.AsyncClient(cookies={"tc_staff": token}, headers={"accept-encoding": "gzip"}) as client:
            whole, answer = await _asked(client, address, 200)
            same, _ = await _asked(client, address, 304, {"if-none-match": answer.headers["etag"]})
    people, size = len(answer.json()["visits"]), int(answer.headers["content-length"])
    return [
        against_target("board.refresh", whole, f"ms for {people} people, {size} bytes", LIMIT_MS, rounds=ASKED),
        against_target("board.unchanged", same, f"ms for {people} people, nothing new", LIMIT_MS, rounds=ASKED),
    ]


async def _asked(
    client: httpx.AsyncClient, address: str, status: int, headers: dict[str, str] | None = None
) -> tuple[float, httpx.Response]:
    """The median answer in milliseconds, after five to warm up, and the last answer. Raises on another status."""
    took: list[float] = []
    answer = await client.get(address, headers=headers)
    while len(took) < ASKED:
        began = time.perf_counter()
        answer = await client.get(address, headers=headers)
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != status:
            raise RuntimeError(answer.text[:500])
    return statistics.median(took[5:]), answer
