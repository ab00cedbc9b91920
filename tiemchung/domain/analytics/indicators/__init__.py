"""Indicators: one SQL file each, with its definition in the header; pages name them from here."""

import re
from importlib.resources import files

import msgspec

from tiemchung.kit.sql import Queries, Query

_FACT = re.compile(r"^-- (\w+): (.+)$", re.MULTILINE)


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A number's definition in both languages, and the query that makes it for a `:day`."""

    code: str
    name: str
    name_en: str
    unit: str
    numerator: str
    numerator_en: str
    denominator: str
    denominator_en: str
    source: str
    source_en: str
    query: Query


def _read(text: str) -> Indicator:
    facts = dict(_FACT.findall(text))
    facts |= {"name": facts.pop("indicator"), "name_en": facts.pop("indicator_en")}
    query = Queries(f"-- name: value\n{text}", facts["code"]).value
    return msgspec.convert(facts | {"query": query}, Indicator)


INDICATORS = {
    indicator.code: indicator
    for indicator in (
        _read(file.read_text(encoding="utf-8"))
        for file in sorted(files(__name__).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    )
}
