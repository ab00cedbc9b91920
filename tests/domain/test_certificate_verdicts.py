"""Checking certificates: every failure has its verdict, nothing that was touched is valid, and no input raises."""

import zlib
from datetime import UTC, datetime, timedelta, timezone
from timeit import timeit
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import NOW, a_certificate, a_code, checked, content, packed, signed, trusting, unpacked
from tiemchung.domain.certificates import SigningKey, base45, command, cose, load_or_make, rules, verify
from tiemchung.domain.certificates.rules import Rule

TEST, VACCINATION, RECOVERY = (f"1.3.6.1.4.1.1847.2021.1.{k}" for k in (1, 2, 3))
KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = a_certificate(KEY, VACCINATION)
TRUST = trusting(CERTIFICATE)
P384 = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"), NOW)


def verdict(message: Any, at: datetime = NOW, **more: Any) -> str:
    return verify(packed(message), TRUST, at=at, **more).verdict


def good(**changes: Any) -> list[Any]:
    return signed(content(**changes), KEY, CERTIFICATE)


def entry(**changes: Any) -> dict[str, Any]:
    return content()[-260][1]["v"][0] | changes


def recovery() -> dict[str, Any]:
    return {name: entry()[name] for name in ("tg", "co", "is", "ci")} | dict.fromkeys(("fr", "df", "du"), "2026-10-01")


# What a code is made of, one flaw each, with the verdict of the flaw.
FLAWS: dict[str, list[Any]] = {
    "valid": [good(), good(c4=NOW.timestamp() + 1.5), good(dcc={"dob": ""}), good(dcc={"t": None})],
    "not_cose": [[1, 2, 3], cbor2.CBORTag(98, good()), [b"", {}, b""], {"a": 1}, [b"\x01", {}, b"", b""], "text"],
    "alg": [
        signed(content(), KEY, CERTIFICATE, alg=alg) for alg in (0, None, "ES256", -35, -36, 5, -7.0, True, b"\x26")
    ],
    "no_kid": [
        signed(content(), KEY, CERTIFICATE, protected={1: -7}),
        signed(content(), KEY, CERTIFICATE, protected={1: -7, 4: "text"}),
    ],
    "unknown_key": [signed(content(), KEY, CERTIFICATE, protected={1: -7, 4: bytes(8)})],
    "signature": [
        [*good()[:3], bytes(64)],
        [*good()[:3], b"\xff" * 64],
        [*good()[:3], KEY.sign(b"x", ec.ECDSA(hashes.SHA256()))],
        [*good()[:2], cbor2.dumps(content()), good()[3]],
        signed(content(), P384, CERTIFICATE),
        signed(content(), RSA, CERTIFICATE),
        signed(content(), RSA, CERTIFICATE, alg=cose.PS256),
    ],
    "not_yet_valid": [good(c6=int(NOW.timestamp()) + 1)],
    "expired": [good(c4=int(NOW.timestamp()) - 1)],
    "not_dcc": [
        signed(value, KEY, CERTIFICATE)
        for value in (b"", b"\xff", [1], {}, {-260: {}}, {4: 2**40, 6: 1}, {4: float("nan"), 6: 1, -260: {1: {}}})
    ]
    + [signed(content() | {-260: held}, KEY, CERTIFICATE) for held in (None, {}, {1: []}, {2: {}})],
    "schema": [
        good(dcc=changes)
        for changes in (
            {"v": []},
            {"v": None},
            {"v": [None]},
            {"v": "text"},
            {"dob": None},
            {"dob": "1809-02-28"},
            {"nam": {"fn": "Jones"}},
            {"ver": "1"},
            *({"v": [entry(**flaw)]} for flaw in ({"dn": 0}, {"sd": 1.5}, {"dn": "1"}, {"dt": "soon"}, {"ci": None})),
        )
    ],
    "several_entries": [good(dcc={"v": [entry(), entry()]}), good(dcc={"r": [recovery()]})],
    "key_usage": [good(dcc={"v": None, "r": [recovery()]})],
}


@pytest.mark.parametrize("expected", FLAWS)
def test_each_flaw_has_its_verdict(expected: str):
    assert [verdict(message) for message in FLAWS[expected]] == [expected] * len(FLAWS[expected])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not_hc1"),
        ("hc1:6BF", "not_hc1"),
        ("HL0:6BF", "not_hc1"),
        ("HC1:" + "A" * 4_300, "not_hc1"),
        ("HC1:a", "base45"),
        ("HC1::::", "base45"),
        ("HC1:ẞ", "base45"),
        ("HC1:", "zlib"),
        ("HC1:" + base45.encode(b"no zlib here"), "zlib"),
        ("HC1:" + base45.encode(zlib.compress(cbor2.dumps(good()))[:-1]), "zlib"),
        ("HC1:" + base45.encode(zlib.compress(cbor2.dumps(good())) + b"more"), "zlib"),
        ("HC1:" + base45.encode(zlib.compress(cbor2.dumps(good()) + b"\0")), "cbor"),
        ("HC1:" + base45.encode(zlib.compress(b"")), "cbor"),
        ("HC1:" + base45.encode(zlib.compress(b"\xa2\x01\x01\x01\x01")), "cbor"),
    ],
)
def test_each_layer_has_its_verdict(text: str, expected: str):
    assert verify(text, TRUST, at=NOW).verdict == expected


def test_a_key_past_its_end_has_a_verdict_of_its_own():
    late = NOW + timedelta(days=401)
    assert verdict(good(c4=int(late.timestamp()) + 9), at=late) == "key_expired"
    assert verdict(good(c6=0), at=NOW - timedelta(days=2)) == "key_expired"


def test_the_payload_stays_unread_until_the_signature_holds():
    touched = verify(packed([*good()[:3], bytes(64)]), TRUST, at=NOW)
    assert (touched.payload, touched.issuer, touched.issued_at) == (None, None, None)
    assert touched.kid is not None
    assert verify(packed(good(c4=1)), TRUST, at=NOW).payload is not None


@pytest.mark.parametrize(
    "tagged", [lambda m: m, lambda m: cbor2.CBORTag(18, m), lambda m: cbor2.CBORTag(61, cbor2.CBORTag(18, m))]
)
def test_a_message_may_be_tagged_once_twice_or_not(tagged: Any):
    assert verdict(tagged(good())) == "valid"


def test_what_is_signed_wins_over_what_anybody_may_add():
    kid = next(iter(TRUST))
    only_outside = signed(content(), KEY, CERTIFICATE, protected={1: -7}, unprotected={4: kid})
    assert verdict(only_outside) == "valid"
    assert verdict(signed(content(), KEY, CERTIFICATE, unprotected={4: bytes(8), 1: -37})) == "valid"
    assert (
        verdict(signed(content(), KEY, CERTIFICATE, protected={1: -7, 4: bytes(8)}, unprotected={4: kid}))
        == "unknown_key"
    )


def test_rsa_signers_are_checked_and_only_with_their_own_algorithm():
    certificate = a_certificate(RSA)
    trust = trusting(certificate)
    assert verify(packed(signed(content(), RSA, certificate, alg=-37)), trust, at=NOW).verdict == "valid"
    assert verify(packed(signed(content(), RSA, certificate)), trust, at=NOW).verdict == "signature"


def test_a_key_on_another_curve_signs_nothing_here():
    certificate = a_certificate(P384)
    assert verify(packed(signed(content(), P384, certificate)), trusting(certificate), at=NOW).verdict == "signature"


def test_all_signers_of_one_short_name_are_tried():
    other = a_certificate(ec.generate_private_key(ec.SECP256R1()))
    (kid, signers), wrong = next(iter(TRUST.items())), trusting(other)
    both = {kid: [*next(iter(wrong.values())), *signers]}
    assert verify(packed(good()), both, at=NOW).verdict == "valid"


@pytest.mark.parametrize("use", [VACCINATION, VACCINATION.replace(".1847", ".0.1847"), None])
def test_a_signer_may_sign_what_its_certificate_names_in_either_spelling_or_all(use: str | None):
    certificate = a_certificate(KEY, *([use] if use else []))
    assert verify(packed(signed(content(), KEY, certificate)), trusting(certificate), at=NOW).verdict == "valid"


def test_clocks_may_differ_by_the_minutes_that_a_checker_allows():
    early = good(c6=int(NOW.timestamp()) + 60)
    assert verdict(early) == "not_yet_valid"
    assert verdict(early, skew=timedelta(minutes=5)) == "valid"


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"dcc": {"dob": ""}}, "blank"),
        ({"dcc": {"nam": {"fnt": "STARK "}}}, "blank"),
        ({"c4": NOW.timestamp() + 925.925}, "float"),
        ({"dcc": {"v": [entry(dn=1.0)]}}, "float"),
        ({"dcc": {"v": [entry(dt=datetime(2026, 11, 1, tzinfo=UTC))]}}, "tagged_time"),
        ({"dcc": {"t": None}}, "null"),
        ({"dcc": {"v": [entry(vp="J07BX03")]}}, "deprecated_code"),
        ({"dcc": {"v": [entry(mp="Made-Up")]}}, "unknown_code"),
        ({"dcc": {"v": [entry(ma="ORG-100030215")]}}, "mismatched_codes"),
    ],
)
def test_what_others_issue_carelessly_is_valid_with_a_warning(changes: dict[str, Any], warning: str):
    found = verify(packed(good(**changes)), TRUST, at=NOW)
    assert (found.verdict, found.warnings) == ("valid", [warning])


def test_tests_and_recoveries_are_read():
    common = {name: entry()[name] for name in ("tg", "co", "is", "ci")}
    test = common | {"tt": "LP6464-4", "sc": "2026-11-23T08:00:00Z", "tr": "260415000"}
    certificate = a_certificate(KEY, TEST, RECOVERY)
    for kind, one in (("t", test), ("r", recovery() | {"du": "2027-03-30"})):
        message = signed(content(dcc={"v": None, kind: [one]}), KEY, certificate)
        found = verify(packed(message), trusting(certificate), at=NOW, business=rules.public())
        assert (found.verdict, found.warnings) == ("valid", ["null"])


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({}, []),
        ({"dn": 1, "sd": 2}, ["VR-VN-0001"]),
        ({"dt": "2026-11-27"}, ["VR-VN-0002"]),
        ({"mp": "NVX-CoV2373"}, ["VR-VN-0003"]),
        ({"mp": "Abdala", "ma": "CIGB", "dn": 2, "sd": 2}, ["VR-VN-0004"]),
        ({"mp": "Abdala", "ma": "CIGB", "dn": 3, "sd": 3}, []),
        ({"tg": "1", "dn": 1, "sd": 2}, ["GR-VN-0001", "VR-VN-0001"]),
    ],
)
def test_business_rules_that_fail_are_named(changes: dict[str, Any], failing: list[str]):
    found = verify(packed(good(dcc={"v": [entry(**changes)]})), TRUST, at=NOW, business=rules.public())
    assert (found.verdict, found.rules) == ("rules" if failing else "valid", failing)


def test_a_rule_that_cannot_be_worked_out_fails():
    broken: Rule = rules.read(rules.PUBLIC_FILE.read_bytes().replace(b'">="', b'"nonsense"'))[1]
    assert verify(packed(good()), TRUST, at=NOW, business=[broken]).rules == [broken.identifier]


def test_no_changed_byte_stays_valid(key: SigningKey):
    raw = unpacked(a_code(key))
    for position in range(len(raw)):
        changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        assert not checked("HC1:" + base45.encode(zlib.compress(changed)), key).ok


def test_no_changed_character_stays_valid(key: SigningKey):
    text = a_code(key)
    for position, character in enumerate(text):
        other = "A" if character != "A" else "B"
        assert not checked(text[:position] + other + text[position + 1 :], key).ok


@given(st.text(max_size=300), st.binary(max_size=300))
def test_no_input_raises(text: str, raw: bytes):
    for given_text in (text, "HC1:" + text, "HC1:" + base45.encode(raw), "HC1:" + base45.encode(zlib.compress(raw))):
        assert not verify(given_text, TRUST, at=NOW).ok
        assert command.decoded(given_text)["payload"] is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=9)
    | st.datetimes(timezones=st.sampled_from([UTC, *(timezone(timedelta(hours=hours)) for hours in (-23, 23))])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, VALUES, st.sampled_from(["v", "t", "r", "dob", "nam", "ver"]))
def test_no_signed_content_raises(value: Any, other: Any, field: str):
    for claims in (
        value,
        content() | {-260: value},
        content() | {4: value, 1: other},
        content(dcc={field: value, "v": other}),
    ):
        message = packed(signed(claims, KEY, CERTIFICATE))
        found = verify(message, TRUST, at=NOW, business=rules.public())
        command.shown(found)
        assert command.decoded(message)["header"] is not None or found.verdict == "not_dcc"


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+23:00"])
def test_a_time_that_no_clock_tells_is_shown_as_nothing(time: str):
    tagged = cbor2.CBORTag(0, time)
    assert verdict(good(c4=tagged)) == "not_dcc"
    message = packed(good(c4=tagged, dcc={"v": [entry(dt=tagged)]}))
    shown = command.decoded(message)
    assert (shown["claims"]["exp"], shown["payload"]["v"][0]["dt"]) == (None, None)


BIG_LENGTHS = [bytes([0x1B + major * 32]) + b"\x7f" + b"\xff" * 7 for major in range(2, 7)]


@pytest.mark.parametrize(
    "raw",
    [b"\0" * 10**6, b"\x81" * 5_000 + b"\0", b"\xd2" * 5_000, b"\x9f" * 5_000, b"\xa1\x01" * 5_000, *BIG_LENGTHS,
     b"\xc4\x82\x1a\x7f\xff\xff\xff\x01", b"\xc2\x5a\x00\x00\xf0\x00" + b"\xff" * 61_440],
    ids=repr,
)  # fmt: skip
def test_bombs_are_refused_at_once(raw: bytes):
    bomb, good_one = "HC1:" + base45.encode(zlib.compress(raw, 9)), packed(good())
    seconds = {text: timeit(lambda text=text: verify(text, TRUST, at=NOW), number=3) for text in (bomb, good_one)}
    assert verify(bomb, TRUST, at=NOW).verdict in {"zlib", "cbor", "not_cose"}
    # Unbounded, each of these would take seconds or gigabytes.
    assert seconds[bomb] < 100 * seconds[good_one]
    inside = packed(signed(raw[:60_000], KEY, CERTIFICATE))
    assert verify(inside, TRUST, at=NOW).verdict in {"not_dcc", "not_hc1"}
