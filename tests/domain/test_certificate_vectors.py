"""The public test material of the EU's certificates, where it is at hand: every vector, schema example and rule."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography import x509

from tests.certificates import MATERIAL, a_record, needs_material
from tiemchung.domain.certificates import Verdict, by_kid, command, cose, dcc, pictures, reading, signer, verify

pytestmark = needs_material
VECTORS = sorted(MATERIAL.glob("vectors/**/raw/*.json"))
SUITES = sorted(MATERIAL.glob("certlogic/testSuite/*.json"))
EXAMPLES = sorted([*MATERIAL.glob("schema/examples/**/*.json"), *MATERIAL.glob("schema/test/**/*.json")])
BEFORE_VALID_CLAIMS = {"signature", "unknown_key", "no_kid", "alg", "not_cose", "cbor", "zlib", "base45", "not_hc1"}


def the(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def named(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def verdict_of(vector: dict[str, Any]) -> Verdict:
    context = vector["TESTCTX"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(context["CERTIFICATE"]))
    return verify(
        vector["PREFIX"], by_kid([signer(certificate)]), at=datetime.fromisoformat(context["VALIDATIONCLOCK"])
    )


# What must hold of our verdict when a step must succeed, and when it must fail.
STEPS: dict[str, tuple[Callable[[Verdict], bool], Callable[[Verdict], bool]]] = {
    "EXPECTEDUNPREFIX": (lambda v: v.verdict != "not_hc1", lambda v: v.verdict == "not_hc1"),
    "EXPECTEDB45DECODE": (lambda v: v.verdict != "base45", lambda v: v.verdict == "base45"),
    "EXPECTEDCOMPRESSION": (lambda v: v.verdict != "zlib", lambda v: v.verdict == "zlib"),
    "EXPECTEDVERIFY": (lambda v: v.payload is not None, lambda v: v.verdict in BEFORE_VALID_CLAIMS),
    "EXPECTEDEXPIRATIONCHECK": (
        lambda v: v.verdict not in {"expired", "not_yet_valid", "key_expired"},
        lambda v: v.verdict in {"expired", "not_yet_valid", "key_expired"},
    ),
    "EXPECTEDKEYUSAGE": (lambda v: v.verdict == "valid", lambda v: v.verdict == "key_usage"),
    "EXPECTEDSCHEMAVALIDATION": (lambda v: v.verdict == "valid", lambda v: v.verdict in {"schema", "several_entries"}),
    "EXPECTEDVALIDJSON": (lambda v: v.payload is not None, lambda v: v.payload is None),
    "EXPECTEDDECODE": (lambda v: v.payload is not None, lambda v: v.payload is None),
}


@pytest.mark.parametrize("file", VECTORS, ids=named)
def test_every_vector_meets_its_expected_results(file: Path, tmp_path: Path):
    vector = the(file)
    found = verdict_of(vector)
    for step, expected in vector["EXPECTEDRESULTS"].items():
        if step == "EXPECTEDPICTUREDECODE":
            picture = tmp_path / "code.png"
            picture.write_bytes(base64.b64decode(vector["2DCODE"]))
            assert pictures.read(picture) == [vector["PREFIX"]]
        else:
            assert STEPS[step][0 if expected else 1](found), (step, found.verdict)
    if found.payload is not None and "JSON" in vector:
        assert found.payload == vector["JSON"]


def test_a_picture_of_viet_nams_own_sample_reads_as_its_publisher_decoded_it():
    (sample,) = (json.loads(line) for line in (MATERIAL / "vectors/qr-images/vectors.jsonl").read_text().splitlines())
    (text,) = pictures.read(MATERIAL / "vectors/qr-images" / sample["file"])
    assert text == sample["qr"]
    read = command.decoded(text)
    assert read["payload"] == sample["hcert"]
    assert read["claims"] == {"iss": sample["iss"], "exp": sample["exp"], "iat": sample["iat"]}
    assert read["header"] == {"alg": "PS256", "kid": sample["kid"]}


@pytest.mark.parametrize("file", SUITES, ids=named)
def test_every_case_of_the_public_rule_suite_gives_its_result(file: Path):
    for case in the(file)["cases"]:
        for assertion in case["assertions"]:
            rule = assertion.get("certLogicExpression", case.get("certLogicExpression"))
            line = json.dumps({"rule": rule, "data": assertion["data"]}).encode()
            assert command.evaluated(line) == {"result": assertion["expected"]}, case["name"]


@pytest.mark.parametrize("file", EXAMPLES, ids=named)
def test_schema_examples_are_read_and_broken_ones_are_not(file: Path):
    read = reading.certificate(the(file))
    if "invalid" in file.parts:
        assert read is None or not read.entries
    else:
        assert read is not None
        assert len(read.entries) == 1


def test_what_we_issue_meets_schema_1_3_3_to_the_letter():
    schema = the(MATERIAL / "schema/1.3.3/DCC.combined-schema.json")
    for changes in ({}, {"name": "Y"}, {"birth_precision": "year"}, {"birth_precision": "month"}):
        jsonschema.validate(
            dcc.certificate(a_record(**changes)), schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )


def test_the_codes_we_know_are_those_of_the_published_value_sets():
    known = reading.codes()
    published = the(MATERIAL / "valuesets/vaccine-medicinal-product.json")["valueSetValues"]
    kinds = the(MATERIAL / "valuesets/vaccine-prophylaxis.json")["valueSetValues"]
    assert known.products.keys() == published.keys()
    assert known.deprecated == {code for code, value in {**published, **kinds}.items() if not value["active"]}
    instructions = the(MATERIAL / "valuesets/vaccine-encoding-instructions.json")["valueSetValues"].values()
    assert {code: (held.holder, {*held.kinds, reading.ANY_KIND}) for code, held in known.products.items()} == {
        one["vaccine-code"].split(" ")[0]: (one["vaccine-manufacturer"], set(one["sct-codes"])) for one in instructions
    }
    others = ("vaccine-prophylaxis", "test-result", "test-type", "disease-agent-targeted")
    sets = [the(MATERIAL / f"valuesets/{name}.json")["valueSetValues"] for name in others]
    assert known.others == {code for values in sets for code, value in values.items() if value["active"]}


def test_the_command_line_checks_and_decodes_streams_of_codes(tmp_path: Path):
    vector = the(MATERIAL / "vectors/common/2DCode/raw/CO3.json")
    (tmp_path / "signer.anything").write_bytes(base64.b64decode(vector["TESTCTX"]["CERTIFICATE"]))
    (tmp_path / "README").write_text("no certificate")
    arguments = ["--certs", str(tmp_path), "--at", vector["TESTCTX"]["VALIDATIONCLOCK"]]
    done = tiemchung("certificate", "verify", *arguments, given=f"{vector['PREFIX']}\nHC1:broken\n\n{'X' * 100_000}\n")
    good, *bad = map(json.loads, done.stdout.splitlines())
    assert good == {
        "verdict": "valid",
        "payload": vector["JSON"],
        "kid": "rDaQ7oNhzJY=",
        "issuer": "AT",
        "issued_at": "2021-05-03T18:00:00Z",
        "expires_at": "2021-05-05T18:00:00Z",
        "rules": [],
        "warnings": [],
    }
    assert [one["verdict"] for one in bad] == ["base45", "not_hc1", "not_hc1"]
    assert all(one["payload"] is None for one in bad)
    assert "README" in done.stderr
    decoded = tiemchung("certificate", "decode", given=vector["PREFIX"]).stdout
    assert json.loads(decoded)["payload"] == vector["JSON"]


def test_a_moment_without_a_zone_is_utc():
    assert command.moment("2021-05-03T18:00:00") == datetime(2021, 5, 3, 18, tzinfo=UTC)
    assert cose.read(the(MATERIAL / "vectors/common/2DCode/raw/CO1.json")["PREFIX"]).alg == cose.PS256


def tiemchung(*arguments: str, given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tiemchung.cli", *arguments], input=given, capture_output=True, text=True, check=True
    )
