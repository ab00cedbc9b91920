"""Signed lists: they only rise, they end, they name what is withdrawn exactly; and nobody withdraws alone."""

import base64
from datetime import timedelta
from pathlib import Path
from timeit import timeit
from uuid import UUID

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certificates import NOW, a_certificate, a_code, checked, packed, unpacked
from tests.certificates_issued import a_passport, a_ring, an_operator
from tests.visits import later
from tiemchung.domain import certificates
from tiemchung.domain.certificates import (
    AlreadyDecided,
    AlreadyProposed,
    NothingToWithdraw,
    ReasonTooShort,
    Ring,
    SamePerson,
    SigningKey,
    Target,
    cose,
    jws,
    keyring,
    lists,
    load_or_make,
    revoke,
    trust,
    uvci,
    verify,
    withdraw,
)
from tiemchung.domain.certificates.keys import kid_of
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

KEY, OTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
PUBLIC = KEY.public_key()
WHY = "Người tiêm không có mặt tại buổi tiêm."
WEEK = jws.LONGEST_LIFE


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"), NOW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signers")


def a_list(*entries: revoke.Entry, seq: int = 1) -> str:
    return revoke.sign(entries, KEY, seq=seq, issued_at=NOW, expires_at=NOW + WEEK)


def the_list(*entries: revoke.Entry, seq: int = 1) -> revoke.Revocations:
    found = revoke.read(a_list(*entries, seq=seq), PUBLIC, at=NOW).revocations
    assert found is not None
    return found


def test_a_lists_troubles_have_verdicts_of_their_own():
    text = a_list(seq=5)
    assert revoke.read(text, PUBLIC, at=NOW, last_seq=5).verdict == "ok"
    assert revoke.read(text, PUBLIC, at=NOW, last_seq=6).verdict == "seq"
    assert revoke.read(text, OTHER.public_key(), at=NOW).verdict == "signature"
    assert revoke.read(text, PUBLIC, at=NOW + WEEK + timedelta(seconds=1)).verdict == "stale"
    head, body, signature = text.split(".")
    assert revoke.read(f"{head}.{body[:-4]}AAAA.{signature}", PUBLIC, at=NOW).verdict in {"signature", "format"}
    for broken in ("", "a.b", "a.b.c.d", f"{head}.{signature}.{body}", "=" * 99, "é.é.é"):
        assert revoke.read(broken, PUBLIC, at=NOW).verdict == "format"
    assert lists.read(text, PUBLIC, at=NOW).verdict == "format"


def test_no_list_lives_longer_than_a_week():
    with pytest.raises(ValueError, match="seven days"):
        revoke.sign([], KEY, seq=1, issued_at=NOW, expires_at=NOW + WEEK + timedelta(seconds=1))


def test_a_withdrawn_code_is_revoked_and_so_are_its_twins(key: SigningKey):
    code = a_code(key)
    message = cose.read(code)
    entry = revoke.of_signature(message)
    ci = (checked(code, key).payload or {})["v"][0]["ci"]
    by_all = [entry, revoke.of_identifier(key.kid, ci), revoke.of_issuer_and_identifier(key.kid, "VN", ci)]
    for twin in (code, mirrored(code), packed([message.protected, {}, message.payload, message.signature])):
        assert checked(twin, key).verdict == "valid"
        for one in by_all:
            assert checked(twin, key, revocations=the_list(one)).verdict == "revoked"
    assert checked(code, key, revocations=the_list()).verdict == "valid"
    assert checked(code, key, revocations=the_list(revoke.of_identifier(bytes(8), ci))).verdict == "valid"


def mirrored(code: str) -> str:
    """The same code with (r, n - s), which is as good a signature."""
    message = cose.read(code)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    s = order - int.from_bytes(message.signature[32:])
    assert unpacked(code)
    return packed([message.protected, {}, message.payload, message.signature[:32] + s.to_bytes(32)])


def test_a_stale_list_is_told_with_its_age(key: SigningKey):
    found = checked(a_code(key), key, NOW + timedelta(days=8), the_list())
    assert (found.verdict, found.warnings, found.list_age) == ("valid", ["stale_list"], 8 * 86_400)


def test_changes_add_and_take_back_and_fit_one_list_alone():
    one, two, three = (revoke.of_identifier(b"12345678", uvci.new()) for _ in range(3))
    times = {"issued_at": NOW, "expires_at": NOW + WEEK}
    change = revoke.sign_delta([three], [one], KEY, base=1, seq=2, **times)
    changed = revoke.apply(the_list(one, two), change, PUBLIC, at=NOW)
    assert changed.verdict == "ok"
    assert changed.revocations is not None
    assert changed.revocations.prefixes == the_list(two, three, seq=2).prefixes
    assert revoke.apply(the_list(one, seq=7), change, PUBLIC, at=NOW).verdict == "seq"
    assert revoke.apply(the_list(one, seq=2), change, PUBLIC, at=NOW).verdict == "base"
    assert revoke.apply(the_list(one), change, OTHER.public_key(), at=NOW).verdict == "signature"


def test_a_hundred_thousand_withdrawn_are_small_and_quick_to_look_up(key: SigningKey):
    many = [revoke.Entry(kid=key.kid, kind=revoke.UCI, hash=k.to_bytes(16, "little")) for k in range(100_000)]
    text = a_list(*many)
    assert len(text) < 1_500_000
    read = revoke.read(text, PUBLIC, at=NOW).revocations
    assert read is not None and len(read) == 100_000
    code = a_code(key)
    short, long = (
        timeit(lambda held=held: checked(code, key, revocations=held), number=20) for held in (the_list(), read)
    )
    # The look-up is a bisection: little beside the signature, however long the list.
    assert long < 3 * short


def test_another_issuers_file_of_signers_is_read_whatever_its_form(key: SigningKey, tmp_path: Path):
    (tmp_path / "one.pem").write_bytes(key.certificate.public_bytes(trust.Encoding.PEM))
    (tmp_path / "two").write_bytes(trust.der(a_certificate(OTHER)))
    (tmp_path / "notes.txt").write_text("nothing")
    assert len(certificates.from_folder(tmp_path)) == 2
    assert trust.unusable(tmp_path) == ["notes.txt"]


async def test_the_trust_list_and_the_key_set_carry_the_keys_that_sign(db: Db, folder: Path, tmp_path: Path):
    ring = await a_ring(db, folder)
    assert await lists.publish(db, ring) == ["trust", "revocations"]
    assert await lists.publish(db, ring) == []
    assert await lists.publish(later(db, hours=25), ring) == ["trust", "revocations"]
    published = await lists.published(db, "trust")
    assert published is not None and published.seq == 2
    opened = lists.read(published.text, await the_list_key(db), at=db.at)
    assert (opened.verdict, opened.removed) == ("ok", frozenset())
    names, sessions = ({key.kid for key in ring.published if key.use == use} for use in ("certificates", "sessions"))
    assert {kid: one.uses for kid, (one,) in opened.trust.items()} == {
        **dict.fromkeys(names, frozenset("v")),
        **dict.fromkeys(sessions, frozenset("s")),
    }
    shown = msgspec.json.decode(await lists.jwks(db))["keys"]
    assert {jws.decode(key[part]).__len__() for key in shown for part in ("x", "y")} == {32}
    assert {jws.decode(key["kid"]) for key in shown} == names
    assert await lists.list_key(db) is not None
    for name, published in (("jwks", await lists.jwks(db)), ("did", await lists.did(db, "did:web:example.org"))):
        (tmp_path / name).write_bytes(published)
        assert certificates.from_folder(tmp_path).keys() == names
        (tmp_path / name).unlink()


def test_a_published_list_with_broken_entries_gives_the_others(tmp_path: Path):
    """As the GDHCN's has them: plain strings, other curves, wrong coordinates and identifiers, no certificate."""
    certificate = a_certificate(OTHER)
    good = base64.b64encode(trust.der(certificate)).decode()
    methods = ["did:web:x#1", None, {}, {"publicKeyJwk": 5}, {"publicKeyJwk": {"x5c": []}}, {"publicKeyJwk": {"x5c": ["*"]}},
               {"publicKeyJwk": {"kid": "wrong", "x": "AA", "x5c": [good]}}]  # fmt: skip
    (tmp_path / "did.json").write_bytes(msgspec.json.encode({"id": "did:web:x", "verificationMethod": methods}))
    (tmp_path / "broken.json").write_text('{"keys": 5}')
    assert list(certificates.from_folder(tmp_path)) == [kid_of(certificate)]
    assert trust.unusable(tmp_path) == ["broken.json"]


async def test_withdrawing_takes_two_persons_and_goes_out_with_the_next_list(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    await lists.publish(db, ring)
    first, second = await an_operator(db), await an_operator(db)
    target = Target(person_id=visit.person_id, certificate_id=passport.certificate_id)
    proposal = uuid7()
    await withdraw.propose(first, proposal, target, reason=WHY)
    await withdraw.propose(first, proposal, target, reason=WHY)
    assert await verdict_offline(db, passport.code) == "valid"
    (waiting,) = await withdraw.proposals(db, waiting=True)
    assert (waiting.revocation_id, waiting.scope, waiting.waiting) == (proposal, "certificate", 1)
    await refused(withdraw.decide, first, proposal, SamePerson)
    assert await withdraw.decide(second, proposal, approve=True) == 1
    await refused(withdraw.decide, second, proposal, AlreadyDecided)
    assert await certificates.passports(db, visit.person_id) == []
    assert (await certificates.check(db, passport.code, others={})).verdict == "revoked"

    assert await lists.publish(db, ring) == ["revocations"]
    assert await verdict_offline(db, passport.code) == "revoked"
    change = await lists.delta(db, 1)
    assert change is not None and change.seq == 2
    assert await lists.delta(db, 2) is None


async def test_what_was_withdrawn_by_mistake_comes_back(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, ring := await a_ring(db, folder))
    first, second = await an_operator(db), await an_operator(db)
    assert visit.session_id is not None
    session = Target(place_id=visit.place_id, session_id=visit.session_id)
    assert await carried_out(first, second, session, "revoke") == 1
    await lists.publish(db, ring)
    assert await verdict_offline(db, passport.code) == "revoked"
    assert await carried_out(second, first, session, "restore") == 1
    await lists.publish(db, ring)
    assert await verdict_offline(db, passport.code) == "valid"
    (again,) = await certificates.passports(db, visit.person_id)
    assert again.uvci == passport.uvci
    with pytest.raises(NothingToWithdraw):
        await withdraw.propose(first, uuid7(), session, act="restore", reason=WHY)


async def test_a_refused_proposal_changes_nothing(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, await a_ring(db, folder))
    first, second = await an_operator(db), await an_operator(db)
    target, proposal = Target(person_id=visit.person_id, certificate_id=passport.certificate_id), uuid7()
    await withdraw.propose(first, proposal, target, reason=WHY)
    assert await withdraw.decide(second, proposal, approve=False) == 0
    assert (await certificates.check(db, passport.code, others={})).verdict == "valid"
    (decided,) = await withdraw.proposals(db, waiting=False)
    assert (decided.approved, decided.certificates) == (False, 0)


@pytest.mark.parametrize(("reason", "error"), [("ngắn", ReasonTooShort), ("x" * 501, ReasonTooShort)])
async def test_a_withdrawal_says_why(db: Db, folder: Path, reason: str, error: type[Exception]):
    _, visit, passport = await a_passport(db, await a_ring(db, folder))
    target = Target(person_id=visit.person_id, certificate_id=passport.certificate_id)
    with pytest.raises(error):
        await withdraw.propose(await an_operator(db), uuid7(), target, reason=reason)


async def test_the_same_is_proposed_once_and_only_what_is_there(db: Db, folder: Path):
    _, visit, passport = await a_passport(db, await a_ring(db, folder))
    operator = await an_operator(db)
    with pytest.raises(NothingToWithdraw):
        await withdraw.propose(operator, uuid7(), Target(kid=bytes(8)), reason=WHY)
    found = await withdraw.find(db, passport.uvci.lower())
    assert found is not None and found.certificate_id == passport.certificate_id
    assert await withdraw.find(db, "URN:UVCI:01:VN:AAAA#A") is None
    target = Target(person_id=visit.person_id, certificate_id=passport.certificate_id)
    await withdraw.propose(operator, uuid7(), target, reason=WHY)
    with pytest.raises(AlreadyProposed):
        await withdraw.propose(operator, uuid7(), target, reason=WHY)


async def refused(act, db: Db, proposal: UUID, error: type[Exception]) -> None:
    with pytest.raises(error):
        async with db.connection.transaction():
            await act(db, proposal, approve=True)


async def carried_out(first: Db, second: Db, target: Target, act) -> int:
    proposal = uuid7()
    await withdraw.propose(first, proposal, target, act=act, reason=WHY)
    return await withdraw.decide(second, proposal, approve=True)


async def verdict_offline(db: Db, code: str) -> str:
    """What somebody finds who has our newest lists and nothing else."""
    key = await the_list_key(db)
    signers, withdrawn = await lists.published(db, "trust"), await lists.published(db, "revocations")
    assert signers is not None and withdrawn is not None
    trusted = lists.read(signers.text, key, at=db.at).trust
    return verify(code, trusted, at=db.at, revocations=revoke.read(withdrawn.text, key, at=db.at).revocations).verdict


async def the_list_key(db: Db) -> ec.EllipticCurvePublicKey:
    (key,) = (one for one in await keyring.published(db) if one.use == "lists")
    public = x509.load_der_x509_certificate(key.certificate).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    return public


def test_a_ring_without_keys_signs_nothing():
    ring = Ring(certificates.Files(Path("absent")))
    assert ring.of_province("01", NOW) is None
    assert ring.of_lists(NOW) is None
    assert not ring.can_sign(NOW)
