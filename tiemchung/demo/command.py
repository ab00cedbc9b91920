"""`tiemchung demo load`: the campaign into a database, with a bar that shows how far it is."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tiemchung.demo.load import AnotherLoad, load
from tiemchung.demo.plan import TooManyDoses
from tiemchung.demo.sheet import Detail
from tiemchung.kit.crypto import Keys

PEOPLE, DOSES = 100_000, 200_000
# Above this many people the register alone is loaded unless everything is asked for: each step of each person of
# ten million would fill a disk.
EVERYTHING_UP_TO = 1_000_000
LOADED, REFUSED = 0, 1


async def run_load(
    url: str, keys: Keys, *, people: int = PEOPLE, doses: int = DOSES, detail: Detail | None = None, once: bool = False
) -> int:
    """Load, or go on loading; the exit status. With `once` a demonstration of any size that is there is left as it is."""
    detail = detail or (Detail.everything if people <= EVERYTHING_UP_TO else Detail.register)
    started = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{people:,} people, {doses:,} doses", total=None)
        try:
            done = await load(
                url, keys, people, doses, lambda step, of: bar.update(task, completed=step, total=of), detail
            )
        except AnotherLoad as other:
            if once:
                return LOADED
            sys.stderr.write(
                f"This database holds a demonstration of {other}. `tiemchung reset` makes room for another one.\n"
            )
            return REFUSED
        except TooManyDoses as refused:
            sys.stderr.write(f"{refused}\n")
            return REFUSED
    seconds = time.monotonic() - started
    sys.stdout.write(f"{done.people:,} people, {done.doses:,} doses, {done.rows:,} rows ({seconds:.0f} s)\n")
    return LOADED
