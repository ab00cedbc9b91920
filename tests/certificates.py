"""Signing keys, codes and hostile messages for tests of certificates."""

import os
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509 import Certificate, CertificateBuilder, ExtendedKeyUsage, Name, ObjectIdentifier

from tiemchung.domain.certificates import SigningKey, Verdict, base45, by_kid, cose, dcc, signer, uvci, verify
from tiemchung.domain.certificates.keys import kid_of
from tiemchung.domain.certificates.revoke import Revocations
from tiemchung.domain.certificates.trust import Signer

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
MATERIAL = Path(os.environ["TIEMCHUNG_MATERIAL"]) / "dcc" if "TIEMCHUNG_MATERIAL" in os.environ else Path("absent")
needs_material = pytest.mark.skipif(not MATERIAL.is_dir(), reason="the public test material is not here")
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def a_record(**changes: object) -> dcc.Record:
    facts: dict[str, object] = {
        "name": "Nguyễn Thị Bích Phượng",
        "birth_date": date(1986, 4, 12),
        "birth_precision": "day",
        "occurred_on": date(2026, 11, 24),
        "medicinal_product": "EU/1/20/1525",
        "holder": "ORG-100001417",
        "prophylaxis": "29061000087103",
        "dose_number": 1,
        "doses_in_series": 1,
        "uvci": uvci.new(),
    }
    return dcc.Record(**(facts | changes))  # pyright: ignore[reportArgumentType]


def a_code(key: SigningKey, at: datetime = NOW, record: dcc.Record | None = None) -> str:
    until = dcc.expires_at(at, key.ends_at)
    return cose.sign(dcc.claims(record or a_record(), at, until), key)


def checked(text: str, key: SigningKey, at: datetime = NOW, revocations: Revocations | None = None) -> Verdict:
    return verify(text, by_kid([signer(key.certificate)]), at=at, revocations=revocations)


def packed(message: Any) -> str:
    """The text of any CBOR value."""
    return "HC1:" + base45.encode(zlib.compress(cbor2.dumps(message)))


def unpacked(text: str) -> bytes:
    """The CBOR of a code."""
    return zlib.decompress(base45.decode(text[4:]))


def content(**changes: Any) -> dict[Any, Any]:
    """Claims of a good certificate, parts replaced: `dcc` for the certificate's own fields, or claims by number as `c6`."""
    certificate = dcc.certificate(a_record()) | changes.pop("dcc", {})
    claims: dict[Any, Any] = {1: "VN", 4: int((NOW + timedelta(days=100)).timestamp()), 6: int(NOW.timestamp())}
    return claims | {-260: {1: certificate}} | {int(name[1:]): value for name, value in changes.items()}


def signed(
    claims: Any,
    key: Private,
    certificate: Certificate,
    *,
    alg: Any = cose.ES256,
    protected: Any = None,
    unprotected: Any = None,
) -> list[Any]:
    """A COSE message over any claims, as parts that a test may still touch."""
    header = cbor2.dumps({1: alg, 4: kid_of(certificate)} if protected is None else protected)
    body = claims if isinstance(claims, bytes) else cbor2.dumps(claims)
    return [header, unprotected or {}, body, signature(key, cose.to_sign(header, body))]


def signature(key: Private, message: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
        return key.sign(message, pss, hashes.SHA256())
    size = (key.curve.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def a_certificate(
    key: Private,
    *uses: str,
    starts_at: datetime = NOW - timedelta(days=1),
    ends_at: datetime = NOW + timedelta(days=400),
) -> Certificate:
    """A signer certificate that signs itself."""
    builder = CertificateBuilder(Name([]), Name([]), key.public_key(), 7, starts_at, ends_at)
    if uses:
        builder = builder.add_extension(ExtendedKeyUsage([ObjectIdentifier(use) for use in uses]), critical=False)
    return builder.sign(key, hashes.SHA256())


def trusting(*certificates: Certificate) -> dict[bytes, list[Signer]]:
    return by_kid(signer(certificate) for certificate in certificates)
