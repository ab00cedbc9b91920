"""Business rules in CertLogic: what a checker asks beyond a true certificate; the public file is `rules.json` beside this."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tiemchung.domain.certificates import certlogic, reading
from tiemchung.domain.certificates.certlogic import RuleError

_KINDS = {"General": "vtr", "Vaccination": "v", "Test": "t", "Recovery": "r"}
PUBLIC_FILE = Path(__file__).with_name("rules.json")


class Rule(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A rule in the EU's exchange format, as far as it decides anything."""

    identifier: str
    type: str
    country: str
    version: str
    schema_version: str
    engine: str
    engine_version: str
    certificate_type: str
    description: list[dict[str, str]]
    valid_from: datetime
    valid_to: datetime
    affected_fields: list[str]
    logic: Any


def failing(rules: Sequence[Rule], certificate: dict[str, Any], *, issuer: str | None, at: datetime) -> list[str]:
    """The identifiers of the rules in force that a certificate does not meet; a rule that cannot be worked out fails."""
    if not rules:
        return []
    external = {
        "validationClock": at.astimezone(UTC).isoformat(),
        "valueSets": value_sets(),
        "issuerCountryCode": issuer,
    }
    given = {"payload": certificate, "external": external}
    return [rule.identifier for rule in rules if _applies(rule, certificate, at) and not _holds(rule, given)]


def read(raw: bytes) -> list[Rule]:
    """The rules of a file. Raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return msgspec.json.decode(raw, type=list[Rule])


@cache
def public() -> tuple[Rule, ...]:
    """The rules that the platform publishes."""
    return tuple(read(PUBLIC_FILE.read_bytes()))


def _applies(rule: Rule, certificate: dict[str, Any], at: datetime) -> bool:
    if not rule.valid_from <= at < rule.valid_to:
        return False
    return any(certificate.get(kind) for kind in _KINDS.get(rule.certificate_type, ""))


def _holds(rule: Rule, given: dict[str, Any]) -> bool:
    try:
        return certlogic.evaluate(rule.logic, given) is True
    except RuleError:
        return False


@cache
def value_sets() -> dict[str, list[str]]:
    """The value sets that rules name, as far as ours do."""
    known = reading.codes()
    return {
        "vaccines-covid-19-names": sorted(known.products.keys() - known.deprecated),
        "vaccines-covid-19-auth-holders": sorted({product.holder for product in known.products.values()}),
        "disease-agent-targeted": ["840539006"],
    }
