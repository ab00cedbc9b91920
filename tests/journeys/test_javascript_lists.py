"""Signed lists and business rules in the browser: read, refused, changed and worked out as on the server."""

import base64
import json
from collections.abc import Generator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page

from tests.certificates import MATERIAL, a_code, a_record, needs_material
from tests.journeys.core import core
from tiemchung.domain.certificates import SigningKey, certlogic, cose, jws, load_or_make, revoke
from tiemchung.domain.certificates.lists import TYP
from tiemchung.domain.certificates.revoke import Entry
from tiemchung.domain.certificates.trust import der

pytestmark = pytest.mark.journey

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)
LISTS = "const lists = await import('/s/x/js/certificate/lists.js');"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"), AT - 10 * DAY)


@pytest.fixture(scope="module")
def private() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Generator[Page]:
    with core(chromium) as page:
        yield page


def pinned(private: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = private.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": jws.encode(numbers.x.to_bytes(32)),
        "y": jws.encode(numbers.y.to_bytes(32)),
    }


def run(tab: Page, script: str, **given: Any) -> Any:
    return tab.evaluate(f"async given => {{ {LISTS} {script} }}", given)


def opened(
    tab: Page, text: str, private: ec.EllipticCurvePrivateKey, *, kind: str, at: datetime = AT, last: int = 0
) -> str:
    script = "return (await lists.open(lists[given.kind], given.text, given.key, {at: given.at, lastSeq: given.last})).verdict"
    return run(tab, script, kind=kind, text=text, key=pinned(private), at=at.timestamp() * 1000, last=last)


def a_list(entries: Iterable[Entry], private: ec.EllipticCurvePrivateKey, seq: int = 3) -> str:
    return revoke.sign(entries, private, seq=seq, issued_at=AT, expires_at=AT + 7 * DAY)


def a_trust_list(key: SigningKey, private: ec.EllipticCurvePrivateKey, **changes: Any) -> str:
    listed = {
        "kid": base64.b64encode(key.kid).decode(),
        "cert": base64.b64encode(der(key.certificate)).decode(),
        "use": ["v"],
        "from": int((AT - DAY).timestamp()),
        "until": int((AT + 100 * DAY).timestamp()),
    }
    body = {"dsc": [listed | changes], "removed": []}
    return jws.sign(TYP, revoke.frame(5, AT, AT + 7 * DAY) | body, private)


def test_each_fault_of_a_list_has_its_verdict(tab: Page, private: ec.EllipticCurvePrivateKey):
    text, other = a_list([], private), ec.generate_private_key(ec.SECP256R1())
    head, body, signature = text.split(".")
    faults = {
        "ok": opened(tab, text, private, kind="revocations"),
        "stale": opened(tab, text, private, kind="revocations", at=AT + 8 * DAY),
        "seq": opened(tab, text, private, kind="revocations", last=4),
        "signature": opened(tab, text, other, kind="revocations"),
        "format": opened(tab, text, private, kind="trust"),
    }
    assert faults == {name: name for name in faults}
    for broken in ("", "a.b", f"{head}.{body}", f"{body}.{head}.{signature}", text + ".x", "\0" * 9):
        assert opened(tab, broken, private, kind="revocations") == "format", broken
    longer = jws.encode(jws.decode(body).replace(b'"seq":3', b'"seq":9'))
    assert opened(tab, f"{head}.{longer}.{signature}", private, kind="revocations") == "signature"


def test_a_signer_counts_in_the_days_that_the_list_gives_it(
    tab: Page, key: SigningKey, private: ec.EllipticCurvePrivateKey
):
    script = """const { verify } = await import('/s/x/js/certificate/verify.js')
      const { signers } = await lists.open(lists.trust, given.text, given.key, {at: given.at})
      return (await verify(given.code, {trust: signers, isRevoked: () => false, at: given.at})).verdict"""

    def verdict(**changes: Any) -> str:
        text, at = a_trust_list(key, private, **changes), datetime.now(UTC)
        return run(tab, script, text=text, key=pinned(private), at=at.timestamp() * 1000, code=a_code(key, at))

    now = int(datetime.now(UTC).timestamp())
    assert verdict(**{"from": now - 10, "until": now + 1000}) == "valid"
    assert verdict(**{"from": now + 1000, "until": now + 2000}) == "key_expired"
    assert verdict(**{"from": now - 2000, "until": now - 1000}) == "key_expired"


def test_a_withdrawn_code_is_found_by_identifier_issuer_and_what_lasts_of_its_signature(
    tab: Page, key: SigningKey, private: ec.EllipticCurvePrivateKey
):
    records = [a_record() for _ in range(4)]
    codes = [a_code(key, AT, record) for record in records]
    messages = [cose.read(code) for code in codes]
    entries = [
        revoke.of_identifier(key.kid, records[0].uvci),
        revoke.of_issuer_and_identifier(key.kid, "VN", records[1].uvci),
        revoke.of_signature(messages[2]),
    ]
    twin = s_twin(messages[2].signature)
    script = """const { read } = await import('/s/x/js/certificate/cose.js')
      const list = await lists.open(lists.revocations, given.text, given.key, {at: given.at})
      const found = []
      const named = async (message, k) => found.push(await lists.isRevoked(list, message, 'VN', given.identifiers[k]))
      for (const [k, code] of given.codes.entries()) await named(await read(code), k)
      const message = await read(given.codes[2])
      message.signature = Uint8Array.from(given.twin)
      await named(message, 2)
      return found"""
    found = run(
        tab,
        script,
        text=a_list(entries, private),
        key=pinned(private),
        at=AT.timestamp() * 1000,
        codes=codes,
        identifiers=[record.uvci for record in records],
        twin=list(twin),
    )
    assert found == [True, True, True, False, True]


def test_changes_add_and_take_back_and_fit_only_their_own_list(
    tab: Page, key: SigningKey, private: ec.EllipticCurvePrivateKey
):
    one, two, three = (revoke.of_identifier(key.kid, a_record().uvci) for _ in range(3))
    times = {"issued_at": AT, "expires_at": AT + 7 * DAY}
    delta = revoke.sign_delta([three], [one], private, base=3, seq=4, **times)
    script = """const at = given.at, list = await lists.open(lists.revocations, given.text, given.key, {at})
      const changed = await lists.change(list, given.delta, given.key, {at})
      const again = await lists.change(changed, given.delta, given.key, {at})
      const stranger = await lists.change({...list, seq: 2}, given.delta, given.key, {at})
      const held = [...changed.revoked.values()].map(bytes => Array.from(bytes))
      return [changed.verdict, changed.seq, held, again.verdict, stranger.verdict]"""
    verdict, seq, held, again, stranger = run(
        tab, script, text=a_list([one, two], private), delta=delta, key=pinned(private), at=AT.timestamp() * 1000
    )
    wanted = b"".join(sorted(entry.hash[: revoke.PREFIX_BYTES] for entry in (two, three)))
    assert (verdict, seq, held) == ("ok", 4, [list(wanted)])
    assert (again, stranger) == ("base", "base")


@needs_material
@pytest.mark.parametrize("file", sorted(MATERIAL.glob("certlogic/testSuite/*.json")), ids=lambda file: file.stem)
def test_business_rules_come_out_as_the_public_suite_says_and_as_on_the_server(tab: Page, file: Path):
    cases = [
        (each.get("certLogicExpression") or case.get("certLogicExpression"), each["data"], each["expected"])
        for case in json.loads(file.read_text("utf-8"))["cases"]
        for each in case["assertions"]
    ]
    script = """const { evaluate } = await import('/s/x/js/certificate/certlogic.js')
      return given.cases.map(([logic, data]) => { const value = evaluate(logic, data) ?? null
        return value instanceof Date ? value.toISOString() : value })"""
    for (logic, data, expected), found in zip(cases, run(tab, script, cases=cases), strict=True):
        ours = certlogic.evaluate(logic, data)
        if isinstance(ours, datetime):
            assert datetime.fromisoformat(found) == ours, logic
        else:
            assert found == ours == expected, logic


def s_twin(signature: bytes) -> bytes:
    """The other signature that holds for the same message: (r, n − s)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    return signature[:32] + (order - int.from_bytes(signature[32:])).to_bytes(32)
