"""Signing keys: a certificate authority of our own and document signers (DSC) under it, as files that only the signer reads."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# GDHCN: the authority four years, a signer two (its key signs for six months).
AUTHORITY_LIFE, SIGNER_LIFE = timedelta(days=4 * 365), timedelta(days=2 * 365)
VACCINATION = x509.ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")


class SigningKey(msgspec.Struct, frozen=True):
    """A document signer: its key, its certificate and the short name that codes carry."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def kid(self) -> bytes:
        """The first eight bytes of the certificate's SHA-256."""
        return kid_of(self.certificate)


def kid_of(certificate: x509.Certificate) -> bytes:
    """The key identifier of a certificate (EU DCC: first 8 bytes of SHA-256 over its DER)."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()[:8]


def load_or_make(folder: Path) -> SigningKey:
    """The signer's key of an installation; the first call makes an authority and one signer.

    Development keys have their own authority, named as such, and never share a list with a ministry's.
    """
    key_file, certificate_file = folder / "dsc.key", folder / "dsc.pem"
    if not key_file.exists():
        _make(folder)
    private = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("the document signer's key is not on P-256")
    return SigningKey(private, x509.load_pem_x509_certificate(certificate_file.read_bytes()))


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC) - timedelta(minutes=5)
    authority, signer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name("Tiêm Chủng development authority")
    root = (
        _builder(issuer, issuer, authority.public_key(), now, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority, hashes.SHA256())
    )
    document = (
        _builder(_name("Tiêm Chủng development signer 1"), issuer, signer.public_key(), now, SIGNER_LIFE)
        .add_extension(x509.ExtendedKeyUsage([VACCINATION]), critical=False)
        .sign(authority, hashes.SHA256())
    )
    _write(folder / "authority.key", _pem(authority))
    (folder / "authority.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "dsc.pem").write_bytes(document.public_bytes(serialization.Encoding.PEM))
    _write(folder / "dsc.key", _pem(signer))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + life)
    )


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _write(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
