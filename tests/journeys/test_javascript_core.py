"""The check in the browser says what the server says: about what we issue, what was touched, and the public examples."""

import json
import os
import random
import zlib
from base64 import b64decode
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import msgspec
import pytest
from cryptography import x509
from playwright.sync_api import Browser, Page

from tests.certificates import a_code, a_record, content, signed, trusting
from tests.journeys.core import checked, checked_posters, core
from tiemchung.domain.certificates import SKEW, SigningKey, base45, jws, keys, load_or_make, posters, verify
from tiemchung.domain.certificates.posters import Poster
from tiemchung.kit.ids import uuid7

pytestmark = pytest.mark.journey

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
BROKEN = {"not_hc1", "base45", "zlib", "cbor", "not_cose", "alg", "no_kid"}
material = pytest.mark.skipif("TIEMCHUNG_MATERIAL" not in os.environ, reason="the public examples are elsewhere")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"), datetime.now(UTC))


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Generator[Page]:
    with core(chromium) as page:
        yield page


def agrees(
    tab: Page, codes: list[str], trusted: list[x509.Certificate], at: datetime, *, malformed: bool = False
) -> list[str]:
    """The verdicts, which both sides share; payload and times too where there are any.

    Of what is `malformed` two readers may name another stage; that it cannot be read they agree on.
    """
    ours = [verify(code, trusting(*trusted), at=at, skew=SKEW) for code in codes]
    theirs = checked(tab, codes, trusted, at)
    for code, here, there in zip(codes, ours, theirs, strict=True):
        same = there["verdict"] == here.verdict
        assert same or (malformed and {there["verdict"], here.verdict} <= BROKEN), (code, there, here)
        assert bool(there.get("payload")) == bool(here.payload), code
        if here.payload and here.issued_at and here.expires_at:
            assert there["payload"]["nam"] == here.payload["nam"]
            assert there["issuer"] == here.issuer
            assert there["issuedAt"] == here.issued_at.timestamp() * 1000
            assert there["expiresAt"] == here.expires_at.timestamp() * 1000
    return [here.verdict for here in ours]


def test_both_find_what_we_issue_valid(tab: Page, key: SigningKey):
    at = datetime.now(UTC)
    names = ["Nguyễn Thị Bích Phượng", "Đặng Ưng Ðình", "H'Hen Niê", "Lý", "Trần Lê Quỳnh Như"]
    codes = [a_code(key, at, a_record(name=name)) for name in names]
    assert agrees(tab, codes, [key.certificate], at) == ["valid"] * len(names)


def test_both_give_each_failure_its_verdict(tab: Page, key: SigningKey, tmp_path: Path):
    at = datetime.now(UTC)
    code, other = a_code(key, at), load_or_make(tmp_path, at)
    codes = [
        "", "HC1:", "XX1:" + code[4:], "HC1:aaa", code[:-3], "HC1:" + "A" * 5000,
        "HC1:" + base45.encode(b"no zlib here"),
        packed(b""), packed(b"\x83\x01\x02\x03"), packed(b"\x81" * 5000), packed(b"\0" * 10**6),
        a_code(other, at), a_code(key, at + timedelta(days=1)), a_code(key, at - timedelta(days=367)),
    ]  # fmt: skip
    found = agrees(tab, codes, [key.certificate], at)
    assert {"not_hc1", "base45", "zlib", "cbor", "not_cose", "unknown_key", "not_yet_valid", "expired"} <= set(found)
    assert "valid" not in found


def test_both_read_maps_and_lists_that_only_their_end_closes(tab: Page, key: SigningKey):
    """As some issuers' encoders write them."""
    at = datetime.now(UTC)
    claims = cbor2.dumps(content(c6=int(at.timestamp()), c4=int(at.timestamp()) + 9), indefinite_containers=True)
    assert claims[0] == 0xBF
    broken = [claims[:-1], claims + b"\xff", claims[:1] + b"\x01" + claims[1:]]
    messages = [signed(each, key.private, key.certificate) for each in (claims, *broken)]  # pyright: ignore[reportArgumentType]
    found = agrees(tab, [packed(cbor2.dumps(message)) for message in messages], [key.certificate], at)
    assert found == ["valid", "not_dcc", "not_dcc", "not_dcc"]


def test_both_refuse_every_changed_byte(tab: Page, key: SigningKey):
    at, chance = datetime.now(UTC), random.Random(7)
    raw = zlib.decompress(base45.decode(a_code(key, at)[4:]))
    changed = [raw[:k] + bytes([raw[k] ^ 1 << chance.randrange(8)]) + raw[k + 1 :] for k in range(len(raw))]
    assert "valid" not in agrees(tab, [packed(each) for each in changed], [key.certificate], at, malformed=True)


def test_both_survive_noise(tab: Page, key: SigningKey):
    chance = random.Random(11)
    noise = [packed(chance.randbytes(chance.randrange(200))) for _ in range(300)]
    noise += ["HC1:" + "".join(chance.choices(base45.ALPHABET, k=chance.randrange(100))) for _ in range(300)]
    assert "valid" not in agrees(tab, noise, [key.certificate], AT, malformed=True)


def test_both_judge_posters_alike(tab: Page, key: SigningKey, tmp_path_factory: pytest.TempPathFactory):
    at = datetime.now(UTC).replace(microsecond=0)
    folder = tmp_path_factory.mktemp("sessions")
    load_or_make(folder, at)
    ours = keys.make_signer(folder, "session", at, (keys.SESSION,))
    poster = Poster(
        place_id=uuid7(at), session_id=uuid7(at), site="Trạm y tế phường Phú Hội", address="12 Nguyễn Tri Phương",
        starts_at=at, ends_at=at + timedelta(hours=4), product="AstraZeneca",
    )  # fmt: skip
    past = msgspec.structs.replace(poster, ends_at=at - timedelta(seconds=1))
    text, chance = posters.sign(poster, ours, at), random.Random(5)
    raw = jws.decode(text)
    codes = [
        text, posters.sign(past, ours, at), posters.sign(poster, ours, at + timedelta(hours=1)), posters.sign(poster, key, at),
        "", "ä", "A" * 3000, text[:-40], a_code(key, at), jws.encode(base45.decode(a_code(key, at)[4:])),
        *(jws.encode(raw[:k] + bytes([raw[k] ^ 1]) + raw[k + 1 :]) for k in range(0, len(raw), 3)),
        *(jws.encode(chance.randbytes(60)) for _ in range(100)),
    ]  # fmt: skip
    trusted = [ours.certificate, key.certificate]
    here = [posters.verify_poster(code, trusting(*trusted), at=at, skew=SKEW) for code in codes]
    there = checked_posters(tab, codes, trusted, at)
    assert [one["verdict"] for one in there[:4]] == ["valid", "expired", "not_yet_valid", "key_usage"]
    for mine, theirs in zip(here, there, strict=True):
        same = mine.verdict == theirs["verdict"] or {mine.verdict, theirs["verdict"]} <= BROKEN | {"not_poster"}
        assert same, (mine, theirs)
    assert [one["verdict"] for one in there].count("valid") == 1
    said = there[0]["session"]
    assert (said["site"], said["id"]) == (poster.site, str(poster.session_id))
    assert (said["startsAt"], said["endsAt"]) == (
        poster.starts_at.timestamp() * 1000,
        poster.ends_at.timestamp() * 1000,
    )


@material
@pytest.mark.parametrize("name", ["CO1", "CO3", "CO5", "CO8", "CO12", "CO17", "CO18", "H1", "Z1", "PL2"])
def test_the_public_examples_are_judged_as_they_ask(tab: Page, name: str):
    example = vector(name)
    context, wanted = example["TESTCTX"], example["EXPECTEDRESULTS"]
    signer = x509.load_der_x509_certificate(b64decode(context["CERTIFICATE"]))
    at = datetime.fromisoformat(context["VALIDATIONCLOCK"])
    (found,) = checked(tab, [example["PREFIX"]], [signer], at)
    verdict = found["verdict"]
    if "EXPECTEDVERIFY" in wanted:
        assert (verdict not in BROKEN | {"signature", "unknown_key"}) == wanted["EXPECTEDVERIFY"], verdict
    if not wanted.get("EXPECTEDUNPREFIX", True):
        assert verdict == "not_hc1"
    if not wanted.get("EXPECTEDCOMPRESSION", True):
        assert verdict == "zlib"
    if not wanted.get("EXPECTEDEXPIRATIONCHECK", True):
        assert verdict in {"expired", "key_expired"}
    if "EXPECTEDKEYUSAGE" in wanted:
        assert (verdict == "key_usage") != wanted["EXPECTEDKEYUSAGE"]


@material
def test_viet_nams_own_sample_is_read_and_its_signer_is_not_known(tab: Page):
    lines = (folder() / "qr-images/vectors.jsonl").read_text("utf-8").splitlines()
    (found,) = checked(tab, [json.loads(lines[0])["qr"]], [], AT)
    assert found["verdict"] == "unknown_key"
    assert b64decode(found["kid"]).hex() == "f30da46716f7882d"


def packed(raw: bytes) -> str:
    return "HC1:" + base45.encode(zlib.compress(raw))


def folder() -> Path:
    return Path(os.environ["TIEMCHUNG_MATERIAL"]) / "dcc/vectors"


def vector(name: str) -> dict[str, Any]:
    file = "PL/1.3.0/2DCode/raw/2.json" if name == "PL2" else f"common/2DCode/raw/{name}.json"
    return json.loads((folder() / file).read_text("utf-8"))
