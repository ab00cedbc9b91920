"""Every query that a module loads is prepared on the real schema: a column that is gone is named here, not at night."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

from tiemchung.kit.db import Db
from tiemchung.kit.sql import Queries


def query_files(folder: Traversable, prefix: str = "") -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name not in {"migrations", "views", "static", "templates", "indicators"}:
            found += query_files(entry, f"{name}/")
        elif entry.name.endswith(".sql") and prefix != "schema/":
            found.append((name, entry))
    return found


FILES = dict(query_files(files("tiemchung")))
QUERIES = [
    (name, query, text) for name, file in sorted(FILES.items()) for query, text in Queries(file.read_text(), name)
]


@pytest.mark.parametrize(("file", "name", "text"), QUERIES, ids=[f"{f}:{n}" for f, n, _ in QUERIES])
async def test_a_query_fits_the_schema(db: Db, file: str, name: str, text: str):
    numbers: dict[str, int] = {}
    numbered = re.sub(r"%\((\w+)\)s", lambda m: f"${numbers.setdefault(m[1], len(numbers) + 1)}", text).replace(
        "%%", "%"
    )
    prepared = db.connection.pgconn.prepare(b"", numbered.encode())
    assert prepared.status == 1, f"{file} {name}: {prepared.error_message.decode()}"
