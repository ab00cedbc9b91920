"""Whom we trust: the certificates of document signers, read once into what checking needs."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from tiemchung.domain.certificates.keys import SESSION, kid_of

Public: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

# Both spellings of the arc are found in the world (with and without a zero).
_USES = {
    f"1.3.6.1.4.1.{arc}.2021.1.{number}": kind
    for arc in ("1847", "0.1847")
    for number, kind in ((1, "t"), (2, "v"), (3, "r"))
} | {SESSION.dotted_string: "s"}


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """A document signer. `uses` are the kinds of entry (v, t, r) that it may sign, or s for sessions; none named: all entries."""

    certificate: x509.Certificate
    kid: bytes
    public: Public
    starts_at: datetime
    ends_at: datetime
    uses: frozenset[str]


# Several certificates may share an identifier: all are tried.
Trust: TypeAlias = Mapping[bytes, Sequence[Signer]]


def signer(certificate: x509.Certificate) -> Signer:
    """The signer of a certificate. Raises `ValueError` for a key that signs no certificates of this kind."""
    try:
        public = certificate.public_key()
    except UnsupportedAlgorithm as unknown:
        raise ValueError(str(unknown)) from None
    if not isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise ValueError(f"no signing key: {type(public).__name__}")  # noqa: TRY004
    return Signer(
        certificate=certificate,
        kid=kid_of(certificate),
        public=public,
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
        uses=_uses(certificate),
    )


def from_folder(folder: Path) -> dict[bytes, list[Signer]]:
    """The signers of a folder's files, whatever their endings (`certificates_in`); others are left aside (`unusable`)."""
    return by_kid(one for file in _files(folder) for one in _signers_in(file.read_bytes()))


def unusable(folder: Path) -> list[str]:
    """The names of a folder's files that hold no signer certificate."""
    return [file.name for file in _files(folder) if not _signers_in(file.read_bytes())]


def certificates_in(raw: bytes) -> list[x509.Certificate]:
    """The certificates of a DER or PEM file, a JWK Set or a DID document. Raises `ValueError` when it is none.

    Of lists in JSON only the certificates count (`x5c`): published ones have coordinates and identifiers that are wrong.
    """
    if raw[:1] == b"{":
        return [*_published(raw)]
    if b"-----BEGIN CERTIFICATE-----" in raw:
        return x509.load_pem_x509_certificates(raw)
    return [x509.load_der_x509_certificate(raw)]


def der(certificate: x509.Certificate) -> bytes:
    """A certificate's DER form."""
    return certificate.public_bytes(Encoding.DER)


def by_kid(signers: Iterable[Signer]) -> dict[bytes, list[Signer]]:
    """Signers by key identifier."""
    trusted: dict[bytes, list[Signer]] = {}
    for one in signers:
        trusted.setdefault(one.kid, []).append(one)
    return trusted


def _signers_in(raw: bytes) -> list[Signer]:
    found: list[Signer] = []
    try:
        certificates = certificates_in(raw)
    except ValueError:
        return found
    for certificate in certificates:
        try:
            found.append(signer(certificate))
        except ValueError:
            continue
    return found


def _published(raw: bytes) -> Iterator[x509.Certificate]:
    """The certificates of a published list; entries that hold none are passed over, as such lists have some."""
    try:
        read = msgspec.json.decode(raw, type=_KeyList)
    except msgspec.DecodeError as broken:
        raise ValueError(str(broken)) from None
    for key in (*read.keys, *(one.get("publicKeyJwk") for one in read.methods if isinstance(one, dict))):
        match key:
            case {"x5c": [str() as first, *_]}:
                try:
                    yield x509.load_der_x509_certificate(base64.b64decode(first))
                except ValueError:
                    continue
            case _:
                continue


class _KeyList(msgspec.Struct):
    keys: list[Any] = []
    methods: list[Any] = msgspec.field(name="verificationMethod", default_factory=list)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file())


def _uses(certificate: x509.Certificate) -> frozenset[str]:
    try:
        named = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return frozenset()
    return frozenset(_USES[use.dotted_string] for use in named if use.dotted_string in _USES)
