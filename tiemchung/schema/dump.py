"""The schema as one file: `schema.sql` shows a reader the whole, and a test holds the migrations against it."""

import re
import subprocess
import sys
from importlib.resources import files

from tiemchung.kit import server

_NOISE = re.compile(r"^(--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*)\n", re.MULTILINE)


def dump(url: str) -> str:
    """The definitions of a migrated database, without the monthly partitions, comments of the tool and its settings."""
    arguments = [
        "--schema-only",
        "--no-owner",
        "--no-privileges",
        "--exclude-table=event_2*",
        "--exclude-table=migration",
    ]
    done = subprocess.run(  # noqa: S603 — our own program, no shell
        [server.binary("pg_dump"), *arguments, url], capture_output=True, text=True, check=True
    )
    return re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", done.stdout)).strip() + "\n"


def kept() -> str:
    """The file as it is committed."""
    return (files("tiemchung.schema") / "schema.sql").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(dump(sys.argv[1]))
