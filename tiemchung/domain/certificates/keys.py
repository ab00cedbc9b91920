"""Signing keys: a certificate authority of our own and document signers (DSC) under it, as files that only the signer reads."""

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# GDHCN: the authority four years, a signer two (its key signs for six months).
AUTHORITY_LIFE, SIGNER_LIFE = timedelta(days=4 * 365), timedelta(days=2 * 365)
TEST, VACCINATION, RECOVERY = (x509.ObjectIdentifier(f"1.3.6.1.4.1.1847.2021.1.{k}") for k in (1, 2, 3))
# An arc that needs no registration (ITU-T X.667): what signs the codes of sessions, and nothing else.
SESSION = x509.ObjectIdentifier("2.25.127087551478520826411039362864243860402")
DEFAULT = "dsc"


class Private(Protocol):
    """A P-256 private key, in memory or behind a security module: it signs, and gives the DER form of the signature."""

    def sign(self, data: bytes, signature_algorithm: ec.ECDSA, /) -> bytes:
        """Sign `data` with ECDSA and SHA-256."""
        ...


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A document signer: its key, its certificate, the short name that codes carry, and the moments it lies between.

    `header` is the encoded protected header of every message that it signs.
    """

    name: str
    private: Private
    certificate: x509.Certificate
    kid: bytes
    header: bytes
    starts_at: datetime
    ends_at: datetime


def signing_key(private: Private, certificate: x509.Certificate, name: str = DEFAULT) -> SigningKey:
    """A signer from a key object and its certificate."""
    kid = kid_of(certificate)
    return SigningKey(
        name=name,
        private=private,
        certificate=certificate,
        kid=kid,
        # The map {1: -7, 4: kid}, that is {alg: ES256, kid: …}.
        header=b"\xa2\x01\x26\x04\x48" + kid,
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
    )


def kid_of(certificate: x509.Certificate) -> bytes:
    """The key identifier of a certificate (EU DCC: first 8 bytes of SHA-256 over its DER)."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()[:8]


def load_or_make(folder: Path, at: datetime) -> SigningKey:
    """The first signer of an installation; the first call makes an authority and this signer."""
    if not (folder / f"{DEFAULT}.key").exists():
        make_authority(folder, at)
        make_signer(folder, DEFAULT, at)
    return load(folder, DEFAULT)


def make_authority(folder: Path, at: datetime, *, name: str = "Tiêm Chủng development authority") -> x509.Certificate:
    """An authority that signs itself: `authority.key` and `authority.pem`. Raises `FileExistsError` rather than replace one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    certificate = (
        _builder(subject, subject, key.public_key(), _before(at), AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "authority.key", _pem(key))
    (folder / "authority.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate


def make_signer(
    folder: Path, name: str, at: datetime, uses: Sequence[x509.ObjectIdentifier] = (VACCINATION,)
) -> SigningKey:
    """A document signer under the folder's authority: `<name>.key` (readable by its owner alone) and `<name>.pem`.

    A key that is there already is kept: its maker was interrupted before it had a certificate.
    """
    file = folder / f"{name}.key"
    if not file.exists():
        _write(file, _pem(ec.generate_private_key(ec.SECP256R1())))
    key = _private(file)
    return signing_key(key, certify(folder, name, key.public_key(), at, uses), name)


def certify(
    folder: Path,
    name: str,
    public: ec.EllipticCurvePublicKey,
    at: datetime,
    uses: Sequence[x509.ObjectIdentifier] = (VACCINATION,),
) -> x509.Certificate:
    """The authority's certificate for a signer's key, kept as `<name>.pem`; it never outlives the authority's own."""
    authority = certificate_of(folder, "authority")
    life = min(SIGNER_LIFE, authority.not_valid_after_utc - _before(at))
    certificate = (
        _builder(_name(f"Tiêm Chủng {name}"), authority.subject, public, _before(at), life)
        .add_extension(x509.ExtendedKeyUsage(list(uses)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(_private(folder / "authority.key"), hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate


def certificate_of(folder: Path, name: str) -> x509.Certificate:
    """A certificate of the folder by its name."""
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def load(folder: Path, name: str) -> SigningKey:
    """A signer of a folder. Raises `PermissionError` when others may read its key."""
    return signing_key(_private(folder / f"{name}.key"), certificate_of(folder, name), name)


def _private(file: Path) -> ec.EllipticCurvePrivateKey:
    if file.stat().st_mode & 0o077:
        raise PermissionError(f"{file.name} may be read by others")
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise TypeError(f"{file.name} is not a key on P-256")
    return key


def _before(at: datetime) -> datetime:
    # Clocks of verifiers differ by minutes.
    return at.replace(microsecond=0) - timedelta(minutes=5)


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
