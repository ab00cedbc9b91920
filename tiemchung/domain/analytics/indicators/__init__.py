"""Indicators: one TOML file each with its definition; pages, charts and open data name them from here."""

import tomllib
from importlib.resources import files

import msgspec


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A number's definition: what is counted over what, from where."""

    code: str
    name: str
    name_en: str
    unit: str
    numerator: str
    denominator: str
    source: str


def _read() -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    for file in sorted(files("tiemchung.domain.analytics.indicators").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            code = file.name.removesuffix(".toml")
            found[code] = msgspec.convert({"code": code} | tomllib.loads(file.read_text(encoding="utf-8")), Indicator)
    return found


INDICATORS = _read()
