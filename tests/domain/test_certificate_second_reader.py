"""A second implementation (cwt, with its own older CBOR library) agrees about everything that we issue."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certificates import a_code, a_record, checked, packed
from tiemchung.domain.certificates import SigningKey, cose, dcc, load_or_make

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv/cwt/bin/python"
READER = ROOT / "tests/second_reader.py"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="the second reader is not installed (scripts/setup-cwt)")
RECORDS = [
    a_record(),
    a_record(name="Y"),
    a_record(name="H’Hen Niê", birth_precision="year"),
    a_record(name="Tôn Thất Đặng Ưng Ðình", birth_precision="month"),
    a_record(zone="MUELLER<<ANNA"),
    a_record(dose_number=2, doses_in_series=1),
    a_record(medicinal_product="Abdala", holder="CIGB", prophylaxis="28531000087107", dose_number=3, doses_in_series=3),
    a_record(medicinal_product="BBIBP-CorV", holder="ORG-100020693", prophylaxis="1157024006"),
    a_record(name="Nguyễn " * 12 + "An"),
]


def test_both_read_the_same_and_refuse_the_same(tmp_path: Path):
    # The second reader asks its own clock whether a code is in its time.
    now = datetime.now(UTC)
    key: SigningKey = load_or_make(tmp_path, now)
    codes = [a_code(key, now, record) for record in RECORDS]
    message = cose.read(codes[0])
    touched = cbor2.CBORTag(18, [message.protected, {}, message.payload, bytes(64)])
    (tmp_path / "signer.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    given = "\n".join([*codes, packed(touched)])
    done = subprocess.run(
        [PYTHON, READER, tmp_path / "signer.pem"], input=given, capture_output=True, text=True, check=True
    )
    *read, refused = done.stdout.splitlines()
    until = int(dcc.expires_at(now, key.ends_at).timestamp())
    for code, record, line in zip(codes, RECORDS, read, strict=True):
        ours = checked(code, key, now)
        assert json.loads(line) == {"iss": "VN", "exp": until, "iat": int(now.timestamp()), "certificate": ours.payload}
        assert ours.payload == dcc.certificate(record)
    assert refused == "refused"
    assert checked(packed(touched), key, now).verdict == "signature"
