"""Loading the register of a country against plain COPY of the very same rows into the same tables with the same indexes.

SCALE is the doses (20,000,000 for the whole claim); people are half as many, and up to a million of them the command
loads every step of their way, above it the register alone. What the loader makes while it copies (people,
courses, sealed names, stock that adds up) costs nothing extra as long as the database is the slower of the two.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from bench.harness import Figure, Platform, against_target, platform
from tiemchung import follow_ups
from tiemchung.demo.copier import OPTIONS
from tiemchung.demo.sheet import COLUMNS
from tiemchung.domain import rulebook
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.schema import load

SCALE = int(os.environ.get("SCALE", "400000"))
ROUNDS = 3 if SCALE <= 2_000_000 else 1
PART_BYTES = 2**20
LIMIT_MB = 1024.0


async def run() -> list[Figure]:
    """national.load: rows a second of the loader over plain COPY; national.memory: the most that the loader held."""
    rates: list[tuple[float, float]] = []
    peak = 0
    async with platform() as here:
        for _ in range(ROUNDS):
            loaded, plain = await _empty(here, "loaded"), await _empty(here, "plain")
            took, held = await asyncio.to_thread(_load, loaded, here.folder)
            rows, copying = await asyncio.to_thread(_copy, loaded, plain, here.folder / "rows")
            rates.append((rows / took, rows / copying))
            peak = max(peak, held)
            with psycopg.connect(here.url, autocommit=True) as connection:
                for name in (b"loaded", b"plain"):
                    connection.execute(b"drop database " + name)
    size = f"rows/s, {SCALE // 2:,} people and {SCALE:,} doses"
    return [
        Figure(
            name="national.load",
            figure=round(statistics.median(own for own, _ in rates)),
            unit=size,
            limit=round(statistics.median(limit for _, limit in rates)),
            limit_is="rows/s of plain COPY of the same rows, table by table",
            ratio=round(statistics.median(own / limit for own, limit in rates), 3),
            target=">= 0.8",
            rounds=ROUNDS,
        ),
        against_target("national.memory", peak / 2**20, "MB at the most", LIMIT_MB, rounds=ROUNDS),
    ]


async def _empty(here: Platform, name: str) -> str:
    """A database with the schema and the reference data; its address."""
    url = server.ensure_database(here.folder / "pg", name)
    async with Database(url, Keys(here.folder / "keys"), now=follow_ups.NOW, connections=3) as database:
        await load.everything(database, published=rulebook.tabulate)
    return url


def _load(url: str, folder: Path) -> tuple[float, int]:
    """Run the command; its seconds, and the most bytes that its processes held, looked at five times a second."""
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": url, "TIEMCHUNG_FOLDER": str(folder)}
    size = ["--people", str(SCALE // 2), "--doses", str(SCALE)]
    began, held = time.perf_counter(), 0
    command = [sys.executable, "-m", "tiemchung.cli", "demo", "load", *size]
    process = psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            held = max(held, sum(each.memory_info().rss for each in (process, *process.children(recursive=True))))
        with suppress(psutil.TimeoutExpired):
            process.wait(0.2)
    if process.returncode:
        raise RuntimeError(f"the loader ended with {process.returncode}")
    return time.perf_counter() - began, held


def _copy(loaded: str, plain: str, file: Path) -> tuple[int, float]:
    """Copy all rows that were loaded into the other database, from a file for each table; rows, and seconds of COPY alone."""
    rows, seconds = 0, 0.0
    with (
        psycopg.connect(loaded, autocommit=True, options=OPTIONS) as source,
        psycopg.connect(plain, autocommit=True, options=OPTIONS) as target,
    ):
        for table, columns in COLUMNS.items():
            if target.execute(f"select from {table} limit 1".encode()).fetchone() is not None:
                raise RuntimeError(f"{table} is not empty")
            with (
                file.open("wb") as lines,
                source.cursor().copy(f"copy (select {columns} from {table}) to stdout".encode()) as copy,
            ):
                for part in copy:
                    lines.write(part)
            began = time.perf_counter()
            with target.cursor() as cursor, file.open("rb") as lines:
                with cursor.copy(f"copy {table} ({columns}) from stdin".encode()) as copy:
                    while part := lines.read(PART_BYTES):
                        copy.write(part)
                rows += cursor.rowcount
            target.execute(f"analyze {table}".encode())
            seconds += time.perf_counter() - began
    file.unlink()
    return rows, seconds
