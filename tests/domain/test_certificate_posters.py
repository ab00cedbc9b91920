"""The code on a session's poster: signed from an approved session alone, checked offline, and gone with its session or key."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import NOW, a_certificate, a_code, signed, trusting
from tests.certificates_issued import a_ring, an_operator
from tests.stores import SITE, a_session, a_shelf
from tests.visits import an_open_session, facts, later
from tiemchung.domain import certificates
from tiemchung.domain.certificates import (
    SigningKey,
    Target,
    base45,
    jws,
    keys,
    lists,
    load_or_make,
    posters,
    revoke,
    withdraw,
)
from tiemchung.domain.certificates.posters import Checked, Poster
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = a_certificate(KEY, keys.SESSION.dotted_string)
TRUST = trusting(CERTIFICATE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signer")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    folder = tmp_path_factory.mktemp("sessions")
    load_or_make(folder, NOW)
    return keys.make_signer(folder, "session-1-1", NOW, (keys.SESSION,))


def a_poster(**changes: Any) -> Poster:
    known: dict[str, Any] = {
        "place_id": uuid7(NOW), "session_id": uuid7(NOW), "site": "Trạm y tế phường Phú Hội", "address": "12 Nguyễn Tri Phương",
        "starts_at": NOW, "ends_at": NOW + timedelta(hours=4), "product": "AstraZeneca",
    }  # fmt: skip
    return Poster(**(known | changes))


def said(**changes: Any) -> dict[Any, Any]:
    """Claims of a good poster, parts replaced."""
    start, end = int(NOW.timestamp()), int(NOW.timestamp()) + 9
    words = {"site": "Trạm", "address": "Huế", "vaccine": "AZ", "from": start, "to": end}
    body: dict[str, Any] = {"place": bytes(16), "id": bytes(16), **words}
    return {1: "VN", 4: end, 6: start, posters.CLAIM: body | changes}


def code(claims: Any, **more: Any) -> str:
    return jws.encode(cbor2.dumps(signed(claims, KEY, CERTIFICATE, **more)))


def checked(text: str, *, at: Any = NOW, **more: Any) -> Checked:
    return posters.verify_poster(text, TRUST, at=at, **more)


def test_a_posters_code_says_where_when_and_with_what_and_is_valid_until_the_session_ends(key: SigningKey):
    poster = a_poster()
    text = posters.sign(poster, key, NOW)
    trust = trusting(key.certificate)
    found = posters.verify_poster(text, trust, at=NOW)
    assert (found.verdict, found.poster) == ("valid", poster)
    after = posters.verify_poster(text, trust, at=poster.ends_at + timedelta(seconds=1))
    assert (after.verdict, after.poster) == ("expired", poster)
    assert posters.verify_poster(text, trust, at=NOW - timedelta(minutes=4)).verdict == "not_yet_valid"
    assert posters.verify_poster(text, {}, at=NOW).verdict == "unknown_key"
    assert len(text) < 450


def test_no_changed_character_stays_valid(key: SigningKey):
    text, trust = posters.sign(a_poster(), key, NOW), trusting(key.certificate)
    for position, character in enumerate(text):
        other = "A" if character != "A" else "B"
        changed = text[:position] + other + text[position + 1 :]
        # The last character of base64 may carry bits that no byte has.
        assert not posters.verify_poster(changed, trust, at=NOW).ok or jws.decode(changed) == jws.decode(text)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (code(said()), "valid"),
        ("", "cbor"),
        ("ä", "not_poster"),
        ("A" * 9_999, "cbor"),
        (jws.encode(b"\x80"), "not_cose"),
        (code(said(), alg=-35), "alg"),
        (code(said(), protected={1: -7}), "no_kid"),
        (code(said() | {6: int(NOW.timestamp()) + 1}), "not_yet_valid"),
        (code({1: "VN"}), "not_poster"),
        (code(b"\x81" * 99), "not_poster"),
        (code(said(place=b"short")), "not_poster"),
        (code(said(site=None)), "not_poster"),
        (code(said(to=2**70)), "not_poster"),
        (code(said(to=2**62)), "not_poster"),
        (code(said() | {posters.CLAIM: []}), "not_poster"),
    ],
)  # fmt: skip
def test_each_flaw_has_its_verdict(text: str, verdict: str):
    assert checked(text).verdict == verdict


@given(st.text(max_size=99), st.binary(max_size=99))
def test_no_input_raises(text: str, raw: bytes):
    for each in (text, jws.encode(raw), code(raw)):
        assert not checked(each).ok


def test_a_key_of_sessions_signs_no_certificate_and_a_key_of_certificates_no_session(key: SigningKey, tmp_path: Path):
    dsc = load_or_make(tmp_path, NOW)
    trust = trusting(key.certificate, dsc.certificate)
    assert certificates.verify(a_code(key), trust, at=NOW).verdict == "key_usage"
    assert posters.verify_poster(posters.sign(a_poster(), dsc, NOW), trust, at=NOW).verdict == "key_usage"
    assert posters.verify_poster(jws.encode(base45.decode(a_code(dsc)[4:])), trust, at=NOW).verdict == "cbor"
    everything = a_certificate(KEY)
    poster = jws.encode(cbor2.dumps(signed(said(), KEY, everything)))
    assert posters.verify_poster(poster, trusting(everything), at=NOW).verdict == "key_usage"


async def test_an_approved_session_gets_one_code_and_the_signature_its_audit_row(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    session_id, _ = await an_open_session(db)
    assert await posters.of_session(db, SITE, session_id) is None
    assert await posters.sign_due(db, ring) == 1
    assert await posters.sign_due(db, ring) == 0
    text = await posters.of_session(db, SITE, session_id)
    assert text is not None
    found = await posters.check(db, text)
    assert found.ok and found.poster is not None
    assert (found.poster.place_id, found.poster.session_id) == (SITE, session_id)
    (row,) = await facts(db, "select body from event where kind = 'certificate.poster_signed'")
    assert row["body"]["session_id"] == str(session_id)


async def test_a_planned_or_past_session_gets_no_code(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    await an_open_session(db)
    assert await posters.sign_due(later(db, days=2), ring) == 0
    await db.run(Query("update session set status = 'planned'"))
    assert await posters.sign_due(db, ring) == 0


async def test_an_older_installations_first_posters_wait_until_verifiers_know_their_keys(db: Db, tmp_path: Path):
    await a_ring(db, tmp_path)
    await db.run(Query("delete from signing_key where use = 'sessions'"))
    ring = await a_ring(db, tmp_path)
    await a_session_of_next_week(db)
    assert await posters.sign_due(later(db, hours=47), ring) == 0
    assert await posters.sign_due(later(db, hours=49), ring) == 1


async def a_session_of_next_week(db: Db) -> None:
    await a_shelf(db)
    await a_session(db, days=7)


async def test_a_cancelled_sessions_code_is_withdrawn_online_at_once_and_offline_with_the_next_list(
    db: Db, folder: Path
):
    ring = await a_ring(db, folder)
    session_id, _ = await an_open_session(db)
    await posters.sign_due(db, ring)
    text = await posters.of_session(db, SITE, session_id) or ""
    await lists.publish(db, ring)
    assert await offline(db, text) == "valid"
    await db.run(Query("update session set status = 'cancelled'"))
    assert (await posters.check(db, text)).verdict == "revoked"
    assert await lists.publish(db, ring) == ["revocations"]
    assert await offline(db, text) == "revoked"


async def test_a_leaked_key_of_sessions_voids_its_codes_and_another_signs_them_anew(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    session_id, _ = await an_open_session(db)
    await posters.sign_due(db, ring)
    first, second = await an_operator(db), await an_operator(db)
    (row,) = await facts(db, "select kid from session_poster")
    leaked, proposal = await posters.of_session(db, SITE, session_id) or "", uuid7()
    await withdraw.propose(first, proposal, Target(kid=row["kid"]), reason="Khóa nằm trên máy bị mất cắp.")
    await withdraw.decide(second, proposal, approve=True)
    await ring.refresh(db)
    await lists.publish(db, ring)
    assert await offline(db, leaked) == "unknown_key"
    assert await posters.sign_due(db, ring) == 1
    again = await posters.of_session(db, SITE, session_id)
    assert again is not None and again != leaked
    assert await offline(db, again) == "valid"


async def offline(db: Db, text: str) -> str:
    """What somebody finds who has our newest lists and nothing else."""
    signers, withdrawn = await lists.published(db, "trust"), await lists.published(db, "revocations")
    assert signers is not None and withdrawn is not None
    trusted = lists.read(signers.text, None, at=db.at).trust
    gone = revoke.read(withdrawn.text, None, at=db.at).revocations
    return posters.verify_poster(text, trusted, at=db.at, revocations=gone).verdict
