"""Certificates: what is issued verifies, what was touched does not, and nothing else is signed."""

import unicodedata
import zlib
from datetime import UTC, date, datetime, timedelta

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, ready
from tiemchung.domain import certificates, immunizations, people
from tiemchung.domain.certificates import SigningKey, base45, by_kid, cose, dcc, load_or_make, names, uvci, verify
from tiemchung.domain.certificates.verify import Verdict
from tiemchung.domain.people import PersonId
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"))


def a_record(**changes: object) -> dcc.Record:
    facts: dict[str, object] = {
        "name": "Nguyễn Thị Bích Phượng",
        "birth_date": date(1986, 4, 12),
        "birth_precision": "day",
        "occurred_on": date(2026, 11, 24),
        "medicinal_product": "EU/1/20/1525",
        "holder": "ORG-100001417",
        "prophylaxis": "29061000087103",
        "dose_number": 1,
        "doses_in_series": 1,
        "uvci": uvci.new(),
    }
    return dcc.Record(**(facts | changes))  # pyright: ignore[reportArgumentType]


def a_code(key: SigningKey, at: datetime = NOW, record: dcc.Record | None = None) -> str:
    until = dcc.expires_at(at, key.certificate.not_valid_after_utc)
    return cose.sign(dcc.claims(record or a_record(), at, until), key)


def checked(text: str, key: SigningKey, at: datetime | None = None, revoked: frozenset[str] = frozenset()) -> Verdict:
    return verify(text, by_kid([key.certificate]), at=at or datetime.now(UTC), revoked=revoked)


@pytest.mark.parametrize(
    ("raw", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_agrees_with_the_examples_of_rfc_9285(raw: bytes, text: str):
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@given(st.binary(max_size=200))
def test_base45_goes_there_and_back(raw: bytes):
    assert base45.decode(base45.encode(raw)) == raw


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "a", "AAAA"])
def test_base45_refuses_what_is_none(text: str):
    if text == "AAAA":
        text = "AAA:::"
    with pytest.raises(base45.BadBase45):
        base45.decode(text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_each_vietnamese_letter_becomes_one_letter(form: str):
    for letter in LETTERS + LETTERS.upper():
        written = names.transliterate(unicodedata.normalize(form, letter))
        assert len(written) == 1
        assert "A" <= written <= "Z"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Nguyễn Thị Bích Phượng", "NGUYEN<THI<BICH<PHUONG"),
        ("Đặng", "DANG"),
        ("Ưng Ðình", "UNG<DINH"),
        ("H’Hen Niê", "HHEN<NIE"),
        ("Müller", "MUELLER"),
        ("Anne-Marie,  van", "ANNE<MARIE<VAN"),
    ],
)
def test_names_are_written_as_in_a_passport(name: str, written: str):
    assert names.transliterate(name) == written


def test_an_identifier_carries_chance_and_its_check_character():
    made = uvci.new()
    body, _, check = made.partition("#")
    assert body.startswith("URN:UVCI:01:VN:")
    assert len(body.rpartition(":")[2]) == 26
    assert uvci.check_character(body) == check
    assert uvci.new() != made


@pytest.mark.parametrize(
    ("role", "ordinal", "course", "before", "expected"),
    [
        ("basic", 1, 2, 0, (1, 2)),
        ("basic", 2, 2, 1, (2, 2)),
        ("basic", 1, 1, 0, (1, 1)),
        ("basic", 3, 3, 2, (3, 3)),
        ("booster", 1, 2, 2, (3, 3)),
        ("booster", 1, 1, 1, (2, 1)),
        ("booster", 2, 2, 3, (4, 4)),
        ("additional", 1, 2, 2, (3, 3)),
    ],
)
def test_dose_numbers_are_derived(role: str, ordinal: int, course: int, before: int, expected: tuple[int, int]):
    assert dcc.numbers(role, ordinal, course, before) == expected


def test_a_year_only_birth_is_never_the_first_of_january():
    assert dcc.birth(date(1954, 1, 1), "year") == "1954"
    assert dcc.birth(date(1954, 9, 1), "month") == "1954-09"


def test_a_certificate_lasts_a_year_and_not_longer_than_its_key():
    leap = datetime(2024, 2, 29, tzinfo=UTC)
    assert dcc.expires_at(leap, leap + timedelta(days=900)) == datetime(2025, 3, 1, tzinfo=UTC)
    assert dcc.expires_at(leap, leap + timedelta(days=10)) == leap + timedelta(days=10)


def test_what_is_issued_verifies(key: SigningKey):
    at = datetime.now(UTC)
    verdict = checked(a_code(key, at), key, at)
    assert verdict.verdict == "valid"
    assert verdict.payload is not None
    assert verdict.payload["nam"]["fnt"] == "NGUYEN"


def test_each_failure_has_its_verdict(key: SigningKey, tmp_path_factory: pytest.TempPathFactory):
    at = datetime.now(UTC)
    code = a_code(key, at)
    other = load_or_make(tmp_path_factory.mktemp("other"))
    record = a_record()
    packed = zlib.compress(cbor2.dumps([1, 2, 3]))
    verdicts = {
        "not_hc1": checked("XX1:" + code[4:], key),
        "base45": checked("HC1:aaa", key),
        "zlib": checked("HC1:" + base45.encode(b"no zlib here"), key),
        "not_cose": checked("HC1:" + base45.encode(packed), key),
        "unknown_key": checked(code, other),
        "expired": checked(code, key, at + timedelta(days=367)),
        "not_yet_valid": checked(a_code(key, at + timedelta(days=1)), key, at),
        "revoked": checked(a_code(key, at, record), key, at, frozenset({record.uvci})),
    }
    assert {name: verdict.verdict for name, verdict in verdicts.items()} == {name: name for name in verdicts}


def test_no_changed_byte_stays_valid(key: SigningKey):
    at = datetime.now(UTC)
    packed = base45.decode(a_code(key, at)[4:])
    raw = zlib.decompress(packed)
    for position in range(len(raw)):
        changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        assert not checked("HC1:" + base45.encode(zlib.compress(changed)), key, at).ok


@given(st.text(max_size=300), st.binary(max_size=300))
def test_no_input_raises(key: SigningKey, text: str, raw: bytes):
    assert not checked(text, key).ok
    assert not checked("HC1:" + base45.encode(raw), key).ok
    assert not checked("HC1:" + base45.encode(zlib.compress(raw)), key).ok


def test_bombs_are_refused(key: SigningKey):
    assert checked("HC1:" + base45.encode(zlib.compress(b"\0" * 10**6, 9)), key).verdict == "zlib"
    assert not checked("HC1:" + base45.encode(zlib.compress(b"\x81" * 5000)), key).ok


async def test_a_passport_waits_for_signature_and_identity_and_falls_with_its_dose(db: Db, key: SigningKey):
    session_id, (code, *_) = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, code)
    dose_id = await immunizations.record(nurse, an_injection(visit, (await an_open_vial(nurse, session_id)).vial_id))
    place = {"place_id": visit.place_id, "session_id": session_id}
    assert await certificates.sign_session(db, key, **place) == 0

    await sign_as_the_site(db, nurse, visit, dose_id)
    assert await certificates.sign_session(db, key, **place) == 0
    await people.keep_identity_check(db, PersonId(visit.person_id), registry="test", matches=True)
    assert await certificates.sign_person(db, key, visit.person_id) == 1
    assert await certificates.sign_person(db, key, visit.person_id) == 0
    (passport,) = await certificates.passports(db, visit.person_id)
    assert checked(passport.code, key).ok

    await immunizations.undo(nurse, person_id=visit.person_id, immunization_id=dose_id, reason="nhầm người")
    assert await certificates.passports(db, visit.person_id) == []
    assert passport.uvci in await certificates.revoked(db)


async def sign_as_the_site(db: Db, nurse: Db, visit: immunizations.Visit, dose_id: object) -> None:
    await db.run(
        Query(
            "insert into site_signature (place_id, session_id, signature_id, staff_id, covers, digest, signed_at, second_factor)"
            " values (%(place)s, %(session)s, uuidv7(), %(staff)s, jsonb_build_array(jsonb_build_array(%(dose)s::text, 1)),"
            " 'x', now(), 'totp')"
        ),
        place=visit.place_id,
        session=visit.session_id,
        staff=nurse.actor.id,
        dose=dose_id,
    )
