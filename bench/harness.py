"""What every benchmark needs: a server of its own, a web process, a load, pgbench, and one JSON line a figure."""

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from tiemchung import follow_ups
from tiemchung.domain import rulebook
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.schema import load

ROUNDS = 5


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A measured figure and its limit; `ratio` is figure over limit, both medians of interleaved rounds."""

    name: str
    figure: float
    unit: str
    limit: float
    limit_is: str
    ratio: float
    target: str
    rounds: int


def against_target(name: str, figure: float, unit: str, target: float, *, rounds: int) -> Figure:
    """A figure whose limit is the target itself: milliseconds, seconds or megabytes at the most."""
    return Figure(
        name=name,
        figure=round(figure, 3),
        unit=unit,
        limit=target,
        limit_is="the target itself",
        ratio=round(figure / target, 3),
        target="<= 1",
        rounds=rounds,
    )


class Platform(msgspec.Struct, frozen=True):
    """A web process on a database of its own."""

    base: str
    url: str
    database: Database
    folder: Path


@asynccontextmanager
async def platform() -> AsyncGenerator[Platform]:
    """Start a database and a web process, and end both."""
    with tempfile.TemporaryDirectory(prefix="tiemchung-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with server.running(folder / "pg") as url, socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
            free.close()
            async with Database(url, Keys(folder / "keys"), now=follow_ups.NOW, connections=4) as database:
                await load.everything(database, published=rulebook.tabulate)
                process = web(url, folder, port)
                try:
                    base = f"http://127.0.0.1:{port}"
                    await answers(f"{base}/readyz")
                    yield Platform(base, url, database, folder)
                finally:
                    process.terminate()
                    process.wait(20)


def web(url: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a web process on a database."""
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": url, "TIEMCHUNG_FOLDER": str(folder)}
    command = ["granian", "--interface", "asgi", "--factory", "--workers", "1", "--no-ws", "--log-level", "error"]
    command += ["--host", "127.0.0.1", "--port", str(port), "tiemchung.app:served"]
    return subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=subprocess.DEVNULL)


async def answers(address: str) -> None:
    """Wait until an address answers."""
    async with httpx.AsyncClient() as client:
        for _ in range(300):
            try:
                if (await client.get(address)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


async def rate(request: Callable[[int], bytes], base: str, *, seconds: float = 3, connections: int = 16) -> float:
    """Requests a second over kept-alive connections; `request(k)` is the k-th request's bytes. Raises on any error answer."""
    host, _, port = base.removeprefix("http://").partition(":")
    until, answered = time.perf_counter() + seconds, 0
    counter = iter(range(10**9))

    async def one() -> None:
        nonlocal answered
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.perf_counter() < until:
            writer.write(request(next(counter)))
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if length:
                await reader.readexactly(int(length[1]))
            if status >= 400:
                raise RuntimeError(head.decode())
            answered += 1
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return answered / (time.perf_counter() - started)


async def latency(
    request: Callable[[int], bytes], base: str, *, a_second: float, seconds: float = 10, connections: int = 64
) -> float:
    """The 99th percentile in milliseconds when requests come at a steady rate, each counted from when it was due."""
    host, _, port = base.removeprefix("http://").partition(":")
    due = iter([k / a_second for k in range(int(a_second * seconds))])
    began, waits = time.perf_counter(), list[float]()

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for k, at in enumerate(due):
            await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
            writer.write(request(k))
            head = await reader.readuntil(b"\r\n\r\n")
            if length := re.search(rb"content-length: (\d+)", head, re.IGNORECASE):
                await reader.readexactly(int(length[1]))
            if int(head[9:12]) >= 400:
                raise RuntimeError(head.decode())
            waits.append(time.perf_counter() - began - at)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return statistics.quantiles(waits, n=100)[98] * 1000


def get(path: str, headers: str = "") -> Callable[[int], bytes]:
    """The bytes of a GET request."""
    raw = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n{headers}\r\n".encode()
    return lambda _: raw


async def interleaved(
    figure: Callable[[], Awaitable[float]], limit: Callable[[], Awaitable[float]], rounds: int = ROUNDS
) -> tuple[float, float, float]:
    """Medians of a figure and of its limit, measured in turn, and the median of the ratios of each pair."""
    pairs = [(await limit(), await figure()) for _ in range(rounds)]
    return (
        statistics.median(f for _, f in pairs),
        statistics.median(m for m, _ in pairs),
        statistics.median(f / m for m, f in pairs),
    )


async def pgbench(url: str, script: str, *, seconds: int = 3, clients: int = 16, a_second: int | None = None) -> float:
    """Transactions a second of a script under pgbench, prepared; at a steady rate where one is given."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        arguments = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", file.name]
        arguments += ["-R", str(a_second)] if a_second else []
        done = await asyncio.to_thread(
            subprocess.run, [server.binary("pgbench"), *arguments, url], capture_output=True, text=True, check=False
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stderr[-2000:])
    return float(found[1])


def tell(figures: Sequence[Figure]) -> None:
    """One JSON line a figure."""
    for figure in figures:
        sys.stdout.write(msgspec.json.encode(figure).decode() + "\n")
        sys.stdout.flush()
