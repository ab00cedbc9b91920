"""PostgreSQL is really stopped: what was made goes on answering with its age, what was not says so, and it all comes back."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from tests.arrange import Client
from tiemchung import follow_ups
from tiemchung.app import create
from tiemchung.domain import rulebook
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.portal import shelf
from tiemchung.schema import load

KEPT = (
    "/",
    "/tinh/46",
    "/so-lieu/tien-do",
    "/so-lieu/phan-bo",
    "/so-lieu/du-lieu-mo",
    "/so-lieu/chi-so.json",
    "/nhung/ban-do",
)


async def test_kept_pages_answer_with_their_age_while_postgresql_is_stopped(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shelf, "FRESH", shelf.FRESH * 0)
    with tempfile.TemporaryDirectory(prefix="tiemchung-stopped-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "pg"
        with server.running(place) as url:
            async with Database(url, keys, now=follow_ups.NOW, connections=3) as database:
                await load.everything(database, published=rulebook.tabulate)
                async with Client(create(database), database) as client:
                    before = {path: (await client.get(path)).text for path in KEPT}
                    await asyncio.to_thread(server.stop, place, "immediate")
                    await asyncio.sleep(1.1)
                    for path, text in before.items():
                        kept = await client.get(path)
                        assert (kept.status_code, kept.text) == (200, text), path
                        assert int(kept.headers["age"]) >= 1, path
                    state = await client.get("/trang-thai")
                    assert state.status_code == 200 and "Gián đoạn" in state.text
                    never_made = await client.get("/tinh/01")
                    assert never_made.status_code == 503 and "retry-after" in never_made.headers
                    await asyncio.to_thread(server.start, place)
                    for _ in range(100):
                        if (await client.get("/tinh/01")).status_code == 200:
                            break
                        await asyncio.sleep(0.2)
                    assert (await client.get("/tinh/01")).status_code == 200
