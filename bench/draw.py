"""A draw among 500,000 people, and the published script that runs it again: in seconds, and byte for byte."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta
from importlib.resources import files

from bench.harness import Figure, Platform, platform
from tests.stores import SITE, a_session, a_shelf
from tiemchung.domain.appointments import draw
from tiemchung.kit import sql
from tiemchung.kit.sql import Query

PEOPLE = int(os.environ.get("SCALE", "500000"))
PLACES = PEOPLE // 10
BEACON = "XSMB 2021-12-01 48291"

queries = sql.load(__name__, "draw.sql")


async def run() -> list[Figure]:
    """draw.hold: seconds from the list to the winners in the database; draw.same: bytes that the script prints otherwise."""
    async with platform() as here:
        async with here.database.transaction() as db:
            await db.run(Query("set local statement_timeout = 0"))
            await a_shelf(db)
            session_id = await a_session(db)
            draw_id = await draw.announce(
                db,
                name="Đợt đo",
                place_id=SITE,
                session_id=session_id,
                places=PLACES,
                tiers=[[1], [9]],
                opens_at=db.at,
                closes_at=db.at + timedelta(milliseconds=1),
            )
            await db.run(queries.people, people=PEOPLE, draw_id=draw_id)
        async with here.database.statement() as db:
            await db.run(Query("analyze draw_entry"))
        began = time.perf_counter()
        async with here.database.transaction() as db:
            await draw.draw(db, draw_id, BEACON)
        took = time.perf_counter() - began
        script, differing = await _again(here, draw_id)
    return [
        Figure(
            name="draw.hold",
            figure=round(took, 2),
            unit=f"s for {PEOPLE} entries",
            limit=10.0,
            limit_is=f"10 s; the published script took {script:.2f} s",
            ratio=round(took / 10, 3),
            target="<= 1.0",
            rounds=1,
        ),
        Figure(
            name="draw.same",
            figure=differing,
            unit="bytes that differ",
            limit=script,
            limit_is="seconds of the published script",
            ratio=float(differing),
            target="<= 0",
            rounds=1,
        ),
    ]


async def _again(here: Platform, draw_id: object) -> tuple[float, int]:
    listed, script = here.folder / "danh-sach.csv", files("tiemchung.web").joinpath("static", "draw.py")
    async with here.database.transaction() as db:
        asked = (await draw.every(db))[0]
        assert asked.draw_id == draw_id
        listed.write_bytes(await draw.entries_csv(db, asked.draw_id))
        published = await draw.winners_csv(db, asked.draw_id)
    began = time.perf_counter()
    command = [sys.executable, str(script), str(listed), str(asked.seed), str(asked.beacon), str(asked.places)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
    took = time.perf_counter() - began
    same = sum(a == b for a, b in zip(done.stdout, published, strict=False))
    return took, max(len(done.stdout), len(published)) - same
