"""`tiemchung certificate verify` and `decode` as a program that others call: one line in, one JSON line out, whatever comes."""

import json
import subprocess
import sys
import zlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certificates import NOW, a_certificate, content, packed, signed
from tiemchung.domain.certificates import base45, cose, revoke, trust

VACCINATION, RECOVERY = "1.3.6.1.4.1.1847.2021.1.2", "1.3.6.1.4.1.1847.2021.1.3"
KEY, OTHER, P384 = (ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP256R1(), ec.SECP384R1()))
SIGNERS = {
    "der": a_certificate(KEY, VACCINATION),
    "pem": a_certificate(OTHER, RECOVERY),
    "p384": a_certificate(P384),
    "past": a_certificate(KEY, starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=1)),
}
GOOD = packed(signed(content(), KEY, SIGNERS["der"]))
BOMB = "HC1:" + base45.encode(zlib.compress(bytes(2_000_000), 9))
FIELDS = ["verdict", "payload", "kid", "issuer", "issued_at", "expires_at", "rules", "warnings"]
# What comes in and what it is found to be.
LINES: list[tuple[bytes, str]] = [
    (GOOD.encode(), "valid"),
    (f"  {GOOD} \r".encode(), "valid"),
    (f"\ufeff{GOOD}".encode(), "valid"),
    (b"", "not_hc1"),
    (b" \t ", "not_hc1"),
    (GOOD.lower().encode(), "not_hc1"),
    (f"HC2:{GOOD[4:]}".encode(), "not_hc1"),
    (GOOD[4:].encode(), "not_hc1"),
    (b"\xff\xfe\x00\x80", "not_hc1"),
    (b"HC1:\xff\xfe", "base45"),
    (f"{GOOD[:50]} {GOOD[50:]}".encode(), "base45"),
    (f"{GOOD[:50]}\t{GOOD[51:]}".encode(), "base45"),
    (b"HC1:", "zlib"),
    (BOMB[:4_296].encode(), "zlib"),
    (BOMB.encode(), "zlib" if len(BOMB) <= cose.LONGEST_TEXT else "not_hc1"),
    (b"X" * 3_000_000, "not_hc1"),
    (GOOD.encode() * 40, "not_hc1"),
    (packed([1, 2]).encode(), "not_cose"),
    (packed(signed(content(), P384, SIGNERS["p384"])).encode(), "signature"),
    (packed(signed(content(), OTHER, SIGNERS["pem"])).encode(), "key_usage"),
    (packed(signed(content(), KEY, SIGNERS["past"])).encode(), "key_expired"),
    (packed(signed(content(c4=1), KEY, SIGNERS["der"])).encode(), "expired"),
    (packed(signed(content(c6=int(NOW.timestamp()) + 1), KEY, SIGNERS["der"])).encode(), "not_yet_valid"),
    (packed(signed(content(dcc={"ver": 1}), KEY, SIGNERS["der"])).encode(), "schema"),
    (GOOD.encode(), "valid"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Signers as DER and PEM, two under one name, and files that are none."""
    for name in ("der", "p384", "past"):
        (tmp_path / f"{name}.cer").write_bytes(trust.der(SIGNERS[name]))
    (tmp_path / "again").write_bytes(trust.der(SIGNERS["der"]))
    (tmp_path / "pem.txt").write_bytes(SIGNERS["pem"].public_bytes(trust.Encoding.PEM))
    (tmp_path / "broken.der").write_bytes(trust.der(SIGNERS["der"])[:-9])
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


def tiemchung(*arguments: str, given: Sequence[bytes]) -> tuple[int, list[dict[str, Any]], str]:
    command = [sys.executable, "-m", "tiemchung.cli", *arguments]
    done = subprocess.run(command, input=b"\n".join(given), capture_output=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.split(b"\n")[:-1]], done.stderr.decode()


def test_each_line_gives_one_verdict_whatever_it_holds(folder: Path):
    status, found, said = tiemchung(
        "certificate", "verify", "--certs", str(folder), "--at", NOW.isoformat(), given=[line for line, _ in LINES]
    )
    assert [one["verdict"] for one in found] == [verdict for _, verdict in LINES]
    assert all(list(one) == FIELDS for one in found)
    assert (status, sorted(line.split()[0] for line in said.splitlines())) == (0, ["broken.der", "empty"])


def test_each_line_is_decoded_or_says_why_not(folder: Path):
    status, found, _ = tiemchung("certificate", "decode", given=[line for line, _ in LINES])
    assert (status, len(found)) == (0, len(LINES))
    for (_, verdict), one in zip(LINES, found, strict=True):
        assert list(one)[:3] == ["header", "claims", "payload"]
        assert one.get("error") == (verdict if verdict in {"not_hc1", "base45", "zlib", "not_cose"} else None)


def test_our_list_of_withdrawn_ones_counts_and_another_file_is_refused(folder: Path, tmp_path_factory: Any):
    kept = tmp_path_factory.mktemp("lists")
    message = cose.read(GOOD)
    times = {"issued_at": NOW, "expires_at": NOW + timedelta(days=7)}
    for name, entries in (("one", [revoke.of_signature(message)]), ("none", [])):
        (kept / name).write_text(revoke.sign(entries, OTHER, seq=1, **times), encoding="ascii")
    (kept / "other").write_bytes(b"\xff{}")
    arguments = ["certificate", "verify", "--certs", str(folder), "--at", NOW.isoformat(), "--revocations"]
    given = [GOOD.encode()]
    assert [one["verdict"] for one in tiemchung(*arguments, str(kept / "one"), given=given)[1]] == ["revoked"]
    assert [one["verdict"] for one in tiemchung(*arguments, str(kept / "none"), given=given)[1]] == ["valid"]
    for name in ("other", "absent"):
        status, found, said = tiemchung(*arguments, str(kept / name), given=given)
        assert (status, found) == (2, [])
        assert "list of withdrawn certificates" in said


# What cannot be worked out has no result to compare, only words.
RULES: list[tuple[bytes, dict[str, Any] | None]] = [
    (b'{"rule":{"===":[{"var":"a.0"},1]},"data":{"a":[1]}}', {"result": True}),
    (b'{"rule":{"var":"none"},"data":null}', {"result": None}),
    (b'{"rule":null,"data":{}}', None),
    (b'{"rule":1.5,"data":{}}', None),
    (b'{"rule":{"a":1,"b":2}}', None),
    (b'{"rule":{"plusTime":["9999-12-31",9,"year"]}}', None),
    (b'{"data":{}}', None),
    (b"[]", None),
    (b"", None),
    (b"{", None),
    (b"\xff", None),
    (b"[" * 100_000, None),
    (b'{"rule":' + b'{"!":[' * 5_000 + b"1" + b"]}" * 5_000 + b"}", None),
]


def test_each_rule_gives_its_result_or_its_error():
    status, found, _ = tiemchung("certlogic", given=[line for line, _ in RULES])
    assert (status, len(found)) == (0, len(RULES))
    for (line, result), one in zip(RULES, found, strict=True):
        assert (one == result) if result else (list(one) == ["error"] and one["error"]), line
