"""Certificates: issued from signed dose records alone, checked with one verdict, retired with the dose they rest on."""

from tiemchung.domain.certificates.actions import card_of, passports, retire, revocations, sign_person, sign_session
from tiemchung.domain.certificates.keys import SigningKey, load_or_make
from tiemchung.domain.certificates.model import Card, CertificateIssued, CertificateRetired, Passport
from tiemchung.domain.certificates.trust import Signer, Trust, by_kid, from_folder, signer
from tiemchung.domain.certificates.verify import SKEW, Verdict, verify

__all__ = [
    "SKEW",
    "Card",
    "CertificateIssued",
    "CertificateRetired",
    "Passport",
    "Signer",
    "SigningKey",
    "Trust",
    "Verdict",
    "by_kid",
    "card_of",
    "from_folder",
    "load_or_make",
    "passports",
    "retire",
    "revocations",
    "sign_person",
    "sign_session",
    "signer",
    "verify",
]
