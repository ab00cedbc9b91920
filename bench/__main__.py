"""Runs all benchmarks, or those whose names are given."""

import asyncio
import sys

from bench import (
    analytics,
    board,
    booking,
    capacity,
    certificate,
    check,
    citizen,
    dose,
    draw,
    national,
    opening_day,
    portal,
    registration,
    schedule,
    stock,
    table,
    wall,
)
from bench.harness import tell

BENCHMARKS = {
    "analytics": analytics.run,
    "board": board.run,
    "portal": portal.run,
    "citizen": citizen.run,
    "dose": dose.run,
    "certificate": certificate.run,
    "booking": booking.run,
    "capacity": capacity.run,
    "draw": draw.run,
    "registration": registration.run,
    "schedule": schedule.run,
    "national": national.run,
    "opening_day": opening_day.run,
    "check": check.run,
    "stock": stock.run,
    "table": table.run,
    "wall": wall.run,
}


def main(names: list[str]) -> int:
    """Run them in order; 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}\n")
        return 2
    for name in names or BENCHMARKS:
        tell(asyncio.run(BENCHMARKS[name]()))
    return 0


sys.exit(main(sys.argv[1:]))
