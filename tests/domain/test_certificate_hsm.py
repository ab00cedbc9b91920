"""Keys in a security module: made and used inside, with the same codes as files give. Needs SoftHSM 2."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.certificates import NOW, a_code, checked
from tests.certificates_issued import a_passport
from tiemchung.domain import certificates
from tiemchung.domain.certificates import Ring
from tiemchung.kit.db import Db

pkcs11 = pytest.importorskip("pkcs11")
LIBRARIES = [Path("/usr/lib/softhsm/libsofthsm2.so"), *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")]
LIBRARY = next((one for one in LIBRARIES if one.exists()), None)
pytestmark = pytest.mark.skipif(
    LIBRARY is None or shutil.which("softhsm2-util") is None, reason="SoftHSM 2 is not installed"
)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory):
    from tiemchung.domain.certificates.hsm import Module  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    given = ["--init-token", "--free", "--label", "test", "--pin", "1234", "--so-pin", "5678"]
    subprocess.run(["softhsm2-util", *given], check=True, capture_output=True)
    return Module(str(LIBRARY), "test", "1234", folder / "keys")


def test_a_key_signs_inside_and_its_codes_verify(module):
    key = module.make("dsc-1-1", NOW)
    assert checked(a_code(key), key).verdict == "valid"
    assert module.load("dsc-1-1").kid == key.kid
    assert module.make("dsc-1-1", NOW).kid == key.kid
    assert not (module.folder / "dsc-1-1.key").exists()
    with pytest.raises(LookupError):
        module.load("dsc-9-9")


def test_a_key_whose_maker_was_interrupted_is_taken_up_again(module):
    public = module.make("dsc-3-1", NOW).certificate.public_key()
    (module.folder / "dsc-3-1.pem").unlink()
    assert module.make("dsc-3-1", NOW).certificate.public_key() == public


def test_a_private_key_never_leaves(module):
    module.make("dsc-2-1", NOW)
    key = module._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="dsc-2-1")
    with pytest.raises(pkcs11.exceptions.PKCS11Error):
        _ = key[pkcs11.Attribute.VALUE]


async def test_the_signing_process_issues_with_the_modules_keys(db: Db, module):
    await certificates.tend(db, module)
    ring = Ring(module)
    await ring.refresh(db)
    _, _, passport = await a_passport(db, ring)
    assert (await certificates.check(db, passport.code, others={})).verdict == "valid"
