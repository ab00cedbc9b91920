"""The command line behind `make`: one verb a job, each in the package it belongs to."""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from tiemchung import follow_ups, signer, up, worker
from tiemchung.demo import command as demo_command
from tiemchung.demo import denominators, live
from tiemchung.domain.analytics import command as analytics_command
from tiemchung.domain.appointments import command as appointments_command
from tiemchung.domain.certificates import command as certificate_command
from tiemchung.domain.schedule import cdsi
from tiemchung.domain.schedule import command as schedule_command
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.model import Spec
from tiemchung.domain.schedule.read import load_schedule
from tiemchung.domain.schedule.wrong import ScheduleWrong
from tiemchung.domain.schedule.xml_text import BadSchedule
from tiemchung.domain.stock import command as stock_command
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query
from tiemchung.settings import settings


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and do it; the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    return int(given.run(given) or 0)


def with_database(
    work: Callable[[argparse.Namespace], Coroutine[Any, Any, int | None]],
) -> Callable[[argparse.Namespace], int]:
    """A command that needs the database: the embedded server runs for it when nothing else runs it."""

    def run(given: argparse.Namespace) -> int:
        if settings().database_url:
            return asyncio.run(work(given)) or 0
        with server.running(settings().folder / "pg") as url:
            os.environ["TIEMCHUNG_DATABASE_URL"] = url
            settings.cache_clear()
            return asyncio.run(work(given)) or 0

    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiemchung", description="Tiêm Chủng: the national vaccination platform.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "up", "start everything, in the foreground", lambda _: up.run())
    _verb(verbs, "reset", "throw this machine's data away", _reset)
    _verb(verbs, "worker", "run the worker process", lambda _: asyncio.run(worker.run()))
    _verb(verbs, "signer", "run the signing process", lambda _: signer.run())
    agrees = "prints JSON; status 0 agrees, 1 differs, 2 could not look"
    stock = _group(verbs, "stock", "the stock ledger")
    _verb(stock, "prove", f"re-prove the ledger; {agrees}", _prove(stock_command.prove))
    booked = _group(verbs, "appointments", "bookings")
    _verb(booked, "prove", f"compare all places, appointments and claims; {agrees}", _prove(appointments_command.prove))
    analytics = _group(verbs, "analytics", "the figures")
    _verb(analytics, "prove", f"rebuild the figures and compare; {agrees}", _prove(analytics_command.prove))
    _certificates(verbs)
    schedule = _group(verbs, "schedule", "vaccination schedules")
    assess = _verb(schedule, "assess", "answer persons as JSON lines; no database", _assess)
    rules = assess.add_mutually_exclusive_group(required=True)
    rules.add_argument("--cdsi", type=Path, metavar="FOLDER", help="CDC's supporting data, XML")
    rules.add_argument("--schedule", type=Path, metavar="FOLDER", help="a schedule of ours, YAML")
    numbers = (
        "what CDC's forecast numbers count: all valid doses (4.4), the season's (4.5); told by the release unless given"
    )
    assess.add_argument("--spec", type=Spec, choices=list(Spec), metavar="4.4|4.5", help=numbers)
    demo = _group(verbs, "demo", "the demonstration")
    load = _verb(demo, "load", "load the campaign for N people and M doses", with_database(_load))
    load.add_argument("--people", type=int, default=int(os.environ.get("PEOPLE", demo_command.PEOPLE)), metavar="N")
    load.add_argument("--doses", type=int, metavar="M", help="two a person unless told otherwise")
    load.add_argument("--once", action="store_true", help="leave a demonstration of another size as it is")
    day = _verb(demo, "live", "play a day through the real acts", with_database(_live))
    day.add_argument("--doses", type=int, default=400, metavar="N", help="doses of the day")
    day.add_argument("--speed", type=float, default=60, metavar="X", help="how many times as fast as the clock")
    return parser


def _certificates(verbs: Any) -> None:
    certificate = _group(verbs, "certificate", "certificates; all but prove without a database")
    agrees = "prints JSON; status 0 agrees, 1 differs, 2 could not look"
    _verb(certificate, "prove", f"prove all certificates again; {agrees}", _prove(certificate_command.prove))
    verify = _verb(
        certificate,
        "verify",
        "check the codes on standard input, one a line; prints one JSON object a line",
        lambda given: certificate_command.verify_lines(given.certs, given.at, given.revocations),
    )
    verify.add_argument("--certs", type=Path, required=True, metavar="FOLDER", help="signer certificates, DER or PEM")
    verify.add_argument("--at", type=certificate_command.moment, metavar="TIME", help="the moment of the check; now")
    verify.add_argument("--revocations", type=Path, metavar="FILE", help="our list of withdrawn certificates")
    decode = _verb(
        certificate,
        "decode",
        "print what codes hold, without any trust: of pictures, or of standard input",
        lambda given: certificate_command.decode(given.pictures),
    )
    decode.add_argument("pictures", nargs="*", metavar="PICTURE")
    _verb(
        verbs,
        "certlogic",
        'work out the {"rule", "data"} lines on standard input',
        lambda _: certificate_command.certlogic_lines(),
    )


def _verb(verbs: Any, name: str, help_: str, run: Callable[[argparse.Namespace], object]) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help_, description=help_)
    parser.set_defaults(run=run)
    return parser


def _group(verbs: Any, name: str, help_: str) -> Any:
    return verbs.add_parser(name, help=help_, description=help_).add_subparsers(required=True, metavar="VERB")


def _prove(proof: Callable[[str, Keys], Coroutine[Any, Any, int]]) -> Callable[[argparse.Namespace], int]:
    """A proof's verb: a database that cannot be started is one that could not be looked at."""
    look = with_database(lambda _: proof(settings().database_url, Keys(settings().keys_folder)))

    def run(given: argparse.Namespace) -> int:
        try:
            return look(given)
        except (server.ServerFailed, OSError) as failed:
            sys.stderr.write(f"{failed}\n")
            return stock_command.COULD_NOT_LOOK

    return run


def _assess(given: argparse.Namespace) -> int:
    try:
        schedule = Schedule(cdsi.load(given.cdsi, spec=given.spec)) if given.cdsi else load_schedule(given.schedule)
    except (BadSchedule, ScheduleWrong) as wrong:
        words = wrong.words(str) if isinstance(wrong, ScheduleWrong) else wrong
        sys.stderr.write(f"schedule assess: {words}\n")
        return schedule_command.BAD_SCHEDULE
    return schedule_command.assess(schedule)


async def _load(given: argparse.Namespace) -> int:
    doses = given.people * 2 if given.doses is None else given.doses
    url, keys = settings().database_url, Keys(settings().keys_folder)
    status = await demo_command.run_load(url, keys, people=given.people, doses=doses, once=given.once)
    if status == demo_command.LOADED:
        async with Database(url, keys, connections=2) as database, database.transaction() as db:
            await db.run(Query("set local statement_timeout = 0"))
            await denominators.scale(db)
    return status


async def _live(given: argparse.Namespace) -> int:
    url, keys = settings().database_url, Keys(settings().keys_folder)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Một ngày tiêm chủng", total=given.doses)
        async with Database(url, keys, now=follow_ups.NOW, connections=3) as database:
            done = await live.play(
                database,
                doses=given.doses,
                speed=given.speed,
                progress=lambda k: bar.update(task, completed=k),
            )
    sys.stdout.write(f"{done} doses given\n")
    return 0


def _reset(_: argparse.Namespace) -> int:
    """Remove the folder of this installation: database, keys, everything. A server of one's own is left alone."""
    folder = settings().folder
    if server.is_running(folder / "pg"):
        server.stop(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"{folder} is gone.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
