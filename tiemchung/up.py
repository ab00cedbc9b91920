"""`tiemchung up`: database, migrations, reference data, the three processes, and the demonstration behind the first page."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import msgspec

from tiemchung import demo, follow_ups
from tiemchung.domain import rulebook
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.tls import self_made
from tiemchung.schema import load
from tiemchung.settings import settings

READY_SECONDS = 60
STOP_SECONDS = 10
SYSTEMS = {
    "health_book": ("Sổ sức khỏe điện tử", "/so-suc-khoe/"),
    "portal": ("Cổng thông tin", "/"),
    "immunization_support": ("Hỗ trợ tiêm chủng", "/diem-tiem/"),
    "command_centre": ("Trung tâm điều hành", "/dieu-hanh/"),
}


def run() -> int:
    """Start everything, say where it is, wait for Ctrl-C, end everything."""
    # A shell that starts this in the background has told it to ignore Ctrl-C.
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.default_int_handler)
    _expect_free_port()
    if settings().database_url:
        return _serve(settings().database_url)
    with server.running(settings().folder / "pg") as url:
        return _serve(url)


def _serve(url: str) -> int:
    started = time.monotonic()
    os.environ["TIEMCHUNG_DATABASE_URL"] = url
    settings.cache_clear()
    accounts = asyncio.run(_prepare(url))
    processes = [_start(*command) for command in _commands()]
    try:
        _wait_until_ready(processes)
        _announce(url, accounts, time.monotonic() - started)
        return _watch(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(processes)


def _expect_free_port() -> None:
    # Asked before anything is touched: what answers there may be this very platform, started twice.
    with socket.socket() as probe:
        if probe.connect_ex((settings().host, settings().port)) == 0:
            raise SystemExit(f"{settings().base} is taken by another program. Choose another port:  PORT=8001 make up")


async def _prepare(url: str) -> list[demo.Account]:
    async with Database(url, Keys(settings().keys_folder), now=follow_ups.NOW, connections=3) as database:
        await load.everything(database, published=rulebook.tabulate)
        return await demo.prepare(database) if settings().demo else []


def _commands() -> list[tuple[str, list[str]]]:
    here = [sys.executable, "-m"]
    web = [*here, "granian", "--interface", "asgi", "--factory", "--workers", "1", "--no-ws", "--log-level", "warning"]
    web += ["--host", settings().host, "--port", str(settings().port)]
    if settings().tls:
        certificate, key = _certificate()
        web += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
    commands = [
        ("web", [*web, "tiemchung.app:served"]),
        ("worker", [*here, "tiemchung.cli", "worker"]),
        ("signer", [*here, "tiemchung.cli", "signer"]),
    ]
    if settings().demo:
        # The first pages are there before the campaign is: the portal says that it is being loaded.
        commands.append(("demo", [*here, "tiemchung.cli", "demo", "load", "--once"]))
    return commands


def _start(name: str, command: list[str]) -> tuple[str, subprocess.Popen[bytes]]:
    # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order. What they log goes
    # into a file each; the bar of the demonstration stays on the screen.
    if name == "demo":
        return name, subprocess.Popen(command, start_new_session=True)  # noqa: S603 — our own programs, no shell
    with _log(name).open("ab") as log:
        return name, subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log)  # noqa: S603


def _log(name: str) -> Path:
    folder = settings().folder / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def _wait_until_ready(processes: list[tuple[str, subprocess.Popen[bytes]]]) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        for name, process in processes:
            if process.poll() not in (None, 0):
                raise SystemExit(f"{name} ended with status {process.returncode}; see {_log(name)}")
        try:
            if httpx.get(f"{settings().base}/readyz", verify=False, timeout=2).status_code == 200:  # noqa: S501 — itself
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"{settings().base} did not answer within {READY_SECONDS} seconds")


def _announce(url: str, accounts: list[demo.Account], seconds: float) -> None:
    base = settings().base
    told = {
        "base": base,
        "systems": {name: base + path for name, (_, path) in SYSTEMS.items()},
        "accounts": [msgspec.to_builtins(account) for account in accounts],
        "database": url,
    }
    file = settings().folder / "up.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2))
    file.chmod(0o600)
    lines = [f"  {words:<24}{base}{path}" for words, path in SYSTEMS.values()]
    if accounts:
        lines += ["", f"  Tài khoản trình diễn (mã xác thực và tin nhắn: {base}/demo/)"]
        lines += [f"  {account.role:<24}{account.login:<24}{account.password or ''}" for account in accounts]
    sys.stdout.write("\n".join(["", *lines, "", f"ready ({seconds:.1f} s)", ""]))
    sys.stdout.flush()


def _watch(processes: list[tuple[str, subprocess.Popen[bytes]]]) -> int:
    while True:
        for name, process in processes:
            status = process.poll()
            if status not in (None, 0) or (status == 0 and name != "demo"):
                sys.stderr.write(f"{name} ended with status {status}; see {_log(name)}\n")
                return 1
        time.sleep(0.5)


def _end(processes: list[tuple[str, subprocess.Popen[bytes]]]) -> None:
    for _, process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for _, process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _certificate() -> tuple[Path, Path]:
    """A certificate made by ourselves, for tablets on the same network: a browser asks once whether to trust it."""
    folder = settings().folder / "tls"
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    if not certificate.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self_made(certificate, key, settings().host)
    return certificate, key
