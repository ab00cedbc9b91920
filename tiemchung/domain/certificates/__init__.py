"""Certificates: issued from signed dose records alone, checked with one verdict, retired with the dose they rest on.

`verify` needs nothing but trusted signers and a moment; `check` asks the database too. `lists` has what is published (trust list,
JWK Set, withdrawn certificates), `posters` the codes of sessions, `withdraw` what two persons withdraw, `chain` how a certificate
came about, `render` the page and the card that are printed.
"""

from tiemchung.domain.certificates import lists, posters, render, rules, withdraw
from tiemchung.domain.certificates.actions import (
    card_of,
    chain,
    check,
    course_completed,
    dose_changed,
    identity_checked,
    passports,
    person_corrected,
    queue_person,
    reissue,
    renew,
    session_signed,
    set_passport_name,
    sheet,
    tell_issued,
    waiting_seconds,
)
from tiemchung.domain.certificates.errors import (
    AlreadyDecided,
    AlreadyProposed,
    CertificateReplaced,
    NameZoneWrong,
    NothingToWithdraw,
    NotLive,
    ReasonTooShort,
    SamePerson,
)
from tiemchung.domain.certificates.issue import sign_due
from tiemchung.domain.certificates.keyring import Files, Ring, Store, tend
from tiemchung.domain.certificates.keys import SigningKey, load_or_make
from tiemchung.domain.certificates.model import (
    Card,
    CertificateIssued,
    CertificateRestored,
    CertificateRetired,
    Link,
    Passport,
    PosterSigned,
    WithdrawalDecided,
    WithdrawalProposed,
)
from tiemchung.domain.certificates.trust import Signer, Trust, by_kid, from_folder, signer
from tiemchung.domain.certificates.verify import SKEW, Verdict, verify
from tiemchung.domain.certificates.withdraw import Proposal, Target

__all__ = [
    "SKEW",
    "AlreadyDecided",
    "AlreadyProposed",
    "Card",
    "CertificateIssued",
    "CertificateReplaced",
    "CertificateRestored",
    "CertificateRetired",
    "Files",
    "Link",
    "NameZoneWrong",
    "NotLive",
    "NothingToWithdraw",
    "Passport",
    "PosterSigned",
    "Proposal",
    "ReasonTooShort",
    "Ring",
    "SamePerson",
    "Signer",
    "SigningKey",
    "Store",
    "Target",
    "Trust",
    "Verdict",
    "WithdrawalDecided",
    "WithdrawalProposed",
    "by_kid",
    "card_of",
    "chain",
    "check",
    "course_completed",
    "dose_changed",
    "from_folder",
    "identity_checked",
    "lists",
    "load_or_make",
    "passports",
    "person_corrected",
    "posters",
    "queue_person",
    "reissue",
    "render",
    "renew",
    "rules",
    "session_signed",
    "set_passport_name",
    "sheet",
    "sign_due",
    "signer",
    "tell_issued",
    "tend",
    "verify",
    "waiting_seconds",
    "withdraw",
]
