"""Whom we trust: the published certificates of document signers, read from files."""

from collections.abc import Iterable
from pathlib import Path

from cryptography import x509

from tiemchung.domain.certificates.keys import kid_of


def from_folder(folder: Path) -> dict[bytes, list[x509.Certificate]]:
    """The signer certificates (DER or PEM) of a folder by key identifier; several may share one."""
    found: list[x509.Certificate] = []
    for file in sorted(folder.iterdir()):
        raw = file.read_bytes()
        if b"BEGIN CERTIFICATE" in raw:
            found += x509.load_pem_x509_certificates(raw)
        elif file.suffix in {".der", ".cer", ".crt"}:
            found.append(x509.load_der_x509_certificate(raw))
    return by_kid(found)


def by_kid(certificates: Iterable[x509.Certificate]) -> dict[bytes, list[x509.Certificate]]:
    """Certificates by key identifier."""
    trusted: dict[bytes, list[x509.Certificate]] = {}
    for certificate in certificates:
        trusted.setdefault(kid_of(certificate), []).append(certificate)
    return trusted
