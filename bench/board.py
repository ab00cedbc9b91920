"""The board of a session with a thousand people, as a tablet asks for it every few seconds, against the target of 100 ms."""

import statistics
import time

import httpx

from bench.dose import SITE, ground
from bench.harness import Figure, platform

PEOPLE, ASKED = 1_000, 40
LIMIT_MS = 100.0


async def run() -> list[Figure]:
    """board.refresh: the median answer of one tablet's question, alone."""
    async with platform() as here:
        session_id, _, _, token = await ground(here, PEOPLE)
        address = f"{here.base}/diem-tiem/phien/{SITE}/{session_id}/bang"
        async with httpx.AsyncClient(cookies={"tc_staff": token}, headers={"accept-encoding": "gzip"}) as client:
            took: list[float] = []
            shown = 0
            for _ in range(ASKED):
                began = time.perf_counter()
                answer = (await client.get(address)).raise_for_status()
                took.append((time.perf_counter() - began) * 1000)
                shown = len(answer.json()["visits"])
    figure = statistics.median(took[5:])
    return [
        Figure(
            name="board.refresh",
            figure=round(figure, 1),
            unit=f"ms for {shown} people",
            limit=LIMIT_MS,
            limit_is="the target itself",
            ratio=round(figure / LIMIT_MS, 3),
            target="<= 1",
            rounds=ASKED,
        )
    ]
