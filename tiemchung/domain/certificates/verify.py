"""Checking a certificate: one verdict, the first failure wins, and nothing is interpreted before the signature holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tiemchung.domain.certificates import cose, reading, revoke, rules
from tiemchung.domain.certificates.cose import Message, Unreadable
from tiemchung.domain.certificates.reading import Certificate, Claims
from tiemchung.domain.certificates.revoke import Revocations
from tiemchung.domain.certificates.rules import Rule
from tiemchung.domain.certificates.trust import Signer, Trust

# What a check on the spot forgives a new code or key: clocks of issuers and verifiers differ by minutes.
SKEW = timedelta(minutes=5)
_NONE = timedelta(0)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found; `verdict` is the first failure in this order, or valid.

    not_hc1, base45, zlib, cbor, not_cose, alg, no_kid, unknown_key, key_expired, signature, not_yet_valid, expired, not_dcc,
    schema, several_entries, key_usage, revoked, rules, valid. All but the kid is None until the signature holds. `rules`
    names the business rules that failed; `warnings` what a strict reader would not like (`reading.warnings`), and `stale_list`
    when the list of withdrawn certificates is past its end; `list_age` is that list's age in seconds.
    """

    verdict: str
    payload: dict[str, Any] | None = None
    kid: bytes | None = None
    issuer: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    rules: list[str] = []
    warnings: list[str] = []
    list_age: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the certificate is good."""
        return self.verdict == "valid"


def verify(
    text: str,
    trust: Trust,
    *,
    at: datetime,
    revocations: Revocations | None = None,
    business: Sequence[Rule] = (),
    skew: timedelta = _NONE,
) -> Verdict:
    """Check a code against trusted signers at a moment. Never raises, whatever the text."""
    try:
        message = cose.read(text.strip())
    except Unreadable as failed:
        return Verdict(verdict=failed.verdict)
    signer, failed = signer_of(message, trust, at, skew)
    if signer is None:
        return Verdict(verdict=failed, kid=message.kid)
    try:
        claims = reading.claims(cose.strict_cbor(message.payload))
    except Unreadable:
        claims = None
    if claims is None:
        return Verdict(verdict="not_dcc", kid=message.kid)
    verdict, read = _content(claims, signer, at, skew)
    failing: list[str] = []
    if read is not None and claims.certificate is not None and verdict == "valid":
        if revocations is not None and _is_revoked(revocations, message, claims.issuer, read):
            verdict = "revoked"
        elif failing := rules.failing(business, claims.certificate, issuer=claims.issuer, at=at):
            verdict = "rules"
    return Verdict(
        verdict=verdict,
        payload=claims.certificate,
        kid=message.kid,
        issuer=claims.issuer,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        rules=failing,
        warnings=_warnings(claims, read, revocations, at),
        list_age=int((at - revocations.issued_at).total_seconds()) if revocations is not None else None,
    )


def signer_of(message: Message, trust: Trust, at: datetime, skew: timedelta) -> tuple[Signer | None, str]:
    """The signer whose signature holds, or the verdict: unknown_key, key_expired, signature."""
    known = trust.get(message.kid, ())
    if not known:
        return None, "unknown_key"
    able = [one for one in known if one.starts_at - skew <= at <= one.ends_at]
    if not able:
        return None, "key_expired"
    return next(((one, "") for one in able if cose.holds(message, one.public)), (None, "signature"))


def _content(claims: Claims, signer: Signer, at: datetime, skew: timedelta) -> tuple[str, Certificate | None]:
    if claims.issued_at > at + skew:
        return "not_yet_valid", None
    if claims.expires_at < at:
        return "expired", None
    if claims.certificate is None:
        return "not_dcc", None
    read = reading.certificate(claims.certificate)
    if read is None or not read.entries:
        return "schema", None
    if len(read.entries) > 1:
        return "several_entries", read
    return ("key_usage" if signer.uses and read.kind not in signer.uses else "valid"), read


def _is_revoked(revocations: Revocations, message: Message, issuer: str | None, read: Certificate) -> bool:
    return any(revoke.is_revoked(revocations, message, issuer, entry.ci) for entry in read.entries)


def _warnings(claims: Claims, read: Certificate | None, revocations: Revocations | None, at: datetime) -> list[str]:
    found = set(claims.remarks)
    if read is not None and claims.certificate is not None:
        found |= reading.warnings(read, claims.certificate)
    if revocations is not None and at > revocations.expires_at:
        found.add("stale_list")
    return sorted(found)
