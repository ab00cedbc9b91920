"""Certificates: issued from signed dose records alone, checked with one verdict, retired with the dose they rest on."""

from tiemchung.domain.certificates.actions import card_of, passports, retire, revoked, sign_person, sign_session
from tiemchung.domain.certificates.keys import SigningKey, load_or_make
from tiemchung.domain.certificates.model import Card, CertificateIssued, CertificateRetired, Passport
from tiemchung.domain.certificates.trust import by_kid, from_folder
from tiemchung.domain.certificates.verify import Trust, Verdict, verify

__all__ = [
    "Card",
    "CertificateIssued",
    "CertificateRetired",
    "Passport",
    "SigningKey",
    "Trust",
    "Verdict",
    "by_kid",
    "card_of",
    "from_folder",
    "load_or_make",
    "passports",
    "retire",
    "revoked",
    "sign_person",
    "sign_session",
    "verify",
]
