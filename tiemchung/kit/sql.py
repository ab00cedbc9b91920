"""SQL kept in files: `load(__name__)` reads the `queries.sql` beside a module, each query under its name.

    -- name: open_slots
    -- What it answers, in a sentence.
    select … where slot.place_id = :place_id

`:name` is a parameter; `::type` is a cast. psycopg gets `%(name)s`.
"""

import re
from importlib.resources import files
from typing import LiteralString, NewType, cast

Query = NewType("Query", str)

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_TOKEN = re.compile(r"('(?:[^']|'')*'|--[^\n]*|::)|(?<![\w:]):([a-z_]\w*)|(%)")


class Queries:
    """The queries of one file as attributes: `sql.open_slots`."""

    def __init__(self, text: str, origin: str) -> None:
        parts = _NAME.split(text)
        self.origin = origin
        self.parameters: dict[str, list[str]] = {}
        self._queries: dict[str, Query] = {}
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            if name in self._queries:
                raise ValueError(f"{origin}: the query {name} stands twice")
            self.parameters[name] = list(dict.fromkeys(m[2] for m in _TOKEN.finditer(body) if m[2]))
            self._queries[name] = Query(_TOKEN.sub(_psycopg, body).strip())

    def __getattr__(self, name: str) -> Query:
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(f"{self.origin} has no query {name}") from None

    def __iter__(self):
        return iter(self._queries.items())


def load(module: str, file: str = "queries.sql") -> Queries:
    """The queries beside a module of a package, given the module's `__name__`."""
    package = module.rpartition(".")[0]
    return Queries((files(package) / file).read_text(encoding="utf-8"), f"{package}/{file}")


def literal(query: Query) -> LiteralString:
    """A loaded query as psycopg's types ask for it: its text comes from a file of ours, never from input."""
    return cast("LiteralString", query)


def _psycopg(match: re.Match[str]) -> str:
    if match[2]:
        return f"%({match[2]})s"
    return (match[1] or "%").replace("%", "%%")
