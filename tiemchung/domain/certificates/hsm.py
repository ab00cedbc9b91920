"""Keys in a security module (PKCS#11): made there, used there, never outside. Certificates and the authority stay in a folder."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from tiemchung.domain.certificates import keys
from tiemchung.domain.certificates.keys import SigningKey

_P256_BYTES = 32


class Module:
    """A token of a security module, opened once for the life of the process."""

    def __init__(self, library: str, token: str, pin: str, folder: Path) -> None:
        self.folder = folder
        self._session = pkcs11.lib(library).get_token(token_label=token).open(rw=True, user_pin=pin)

    def make(self, name: str, at: datetime, use: x509.ObjectIdentifier = keys.VACCINATION) -> SigningKey:
        """A new key in the module with a certificate of the authority, or the one of that name when it exists already."""
        if (self.folder / f"{name}.pem").exists():
            return self.load(name)
        if not (self.folder / "authority.key").exists():
            keys.make_authority(self.folder, at)
        public = serialization.load_der_public_key(encode_ec_public_key(cast("pkcs11.PublicKey", self._public(name))))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise TypeError("the module made no key on P-256")
        keys.certify(self.folder, name, public, at, (use,))
        return self.load(name)

    def _public(self, name: str) -> pkcs11.Key:
        """The public half of a key, which is made when there is none: its maker may have been interrupted."""
        try:
            return self._session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=name)
        except pkcs11.NoSuchKey:
            curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters = self._session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
            public, _ = parameters.generate_keypair(label=name, store=True)
            return public

    def load(self, name: str) -> SigningKey:
        """A key of the module by its name. Raises `LookupError`."""
        try:
            private = self._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=name)
        except pkcs11.NoSuchKey:
            raise LookupError(f"the key {name} is not in the module") from None
        return keys.signing_key(_Inside(private), keys.certificate_of(self.folder, name), name)


class _Signs(Protocol):
    """What a key of the module does; the package's own types name it only in parts."""

    def sign(self, data: bytes, *, mechanism: pkcs11.Mechanism) -> bytes: ...


class _Inside:
    """A private key that stays in the module and signs there."""

    def __init__(self, key: pkcs11.Key) -> None:
        self._key = cast("_Signs", key)

    def sign(self, data: bytes, _: ec.ECDSA, /) -> bytes:
        """Hash here, sign there: not every module hashes. The signature in its DER form."""
        raw = self._key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        return encode_dss_signature(int.from_bytes(raw[:_P256_BYTES]), int.from_bytes(raw[_P256_BYTES:]))
