"""Checking a certificate: one verdict, the first failure wins, and nothing is interpreted before the signature holds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography import x509

from tiemchung.domain.certificates import cose, dcc
from tiemchung.domain.certificates.cose import Unreadable

Trust = Mapping[bytes, Sequence[x509.Certificate]]
SKEW = timedelta(minutes=5)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. `payload` is None until the signature holds."""

    verdict: str
    payload: dict[str, Any] | None = None
    kid: bytes | None = None
    issuer: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    rules: list[str] = []
    warnings: list[str] = []

    @property
    def ok(self) -> bool:
        """Whether the certificate is good."""
        return self.verdict == "valid"


def verify(text: str, trust: Trust, *, at: datetime, revoked: Collection[str] = ()) -> Verdict:
    """Check a code against trusted signer certificates at a moment; `revoked` holds identifiers that were withdrawn."""
    try:
        message = cose.read(text.strip())
    except Unreadable as failed:
        return Verdict(verdict=failed.verdict)
    candidates = trust.get(message.kid, ())
    if not candidates:
        return Verdict(verdict="unknown_key", kid=message.kid)
    signers = [c for c in candidates if c.not_valid_before_utc - SKEW <= at <= c.not_valid_after_utc]
    if not signers:
        return Verdict(verdict="key_expired", kid=message.kid)
    if not any(cose.holds(message, signer.public_key()) for signer in signers):
        return Verdict(verdict="signature", kid=message.kid)
    try:
        claims = dcc.read_claims(cose.strict_cbor(message.payload))
    except Unreadable:
        claims = None
    if claims is None:
        return Verdict(verdict="not_dcc", kid=message.kid)
    known: dict[str, Any] = {
        "payload": claims.certificate,
        "kid": message.kid,
        "issuer": claims.issuer,
        "issued_at": datetime.fromtimestamp(claims.issued_at, UTC),
        "expires_at": datetime.fromtimestamp(claims.expires_at, UTC),
    }
    if known["issued_at"] > at + SKEW:
        return Verdict(verdict="not_yet_valid", **known)
    if known["expires_at"] < at:
        return Verdict(verdict="expired", **known)
    try:
        certificate = msgspec.convert(claims.certificate, dcc.Certificate, strict=False)
    except msgspec.ValidationError:
        return Verdict(verdict="schema", **known)
    entries = [*(certificate.v or ()), *(certificate.t or ()), *(certificate.r or ())]
    if len(entries) != 1:
        return Verdict(verdict="several_entries" if entries else "schema", **known)
    if certificate.v and certificate.v[0].ci in revoked:
        return Verdict(verdict="revoked", **known)
    return Verdict(verdict="valid", **known)
