"""Keys: narrow, published before they sign, rotated in time, and withdrawn without stopping anybody's certificate."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.x509 import load_der_x509_certificate

import tiemchung
from tests.certificates_issued import a_passport, a_ring, an_operator
from tests.visits import facts, later
from tiemchung import signer
from tiemchung.domain import certificates
from tiemchung.domain.certificates import Files, Ring, SamePerson, Target, keyring, lists, rotation, verify, withdraw
from tiemchung.domain.certificates.keyring import SCOPES
from tiemchung.domain.certificates.rotation import GATE, Rotation
from tiemchung.kit.db import Database, Db
from tiemchung.kit.ids import uuid7

START = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signer")


def a_key(name: str = "a", scope: int = 1, published_at: datetime = START, *, opening: bool = True) -> Rotation:
    return Rotation(
        kid=name.encode(),
        name=name,
        use="certificates",
        scope=scope,
        certificate=b"",
        ends_at=published_at + timedelta(days=730),
        published_at=published_at,
        signs_from=rotation.first_signature(published_at, opening=opening),
        withdrawn_at=None,
    )


def test_a_key_signs_six_months_and_is_listed_a_year_longer():
    key = a_key()
    assert key.signs_until == datetime(2026, 7, 28, tzinfo=UTC)
    assert key.listed_until == datetime(2027, 7, 28, tzinfo=UTC)
    assert rotation.may_sign(key, START)
    assert not rotation.may_sign(key, key.signs_until)
    assert rotation.listed(key, key.listed_until - timedelta(seconds=1))
    assert not rotation.listed(key, key.listed_until)


def test_a_successor_waits_48_hours_and_the_old_key_signs_on():
    old, at = a_key(), datetime(2026, 7, 1, tzinfo=UTC)
    new = a_key("b", published_at=at, opening=False)
    assert rotation.wants_successor([old], "certificates", 1, at)
    assert not rotation.wants_successor([old], "certificates", 1, old.signs_until - rotation.ALARM - timedelta(days=1))
    assert not rotation.wants_successor([old, new], "certificates", 1, at)
    assert rotation.signing([old, new], 1, at + GATE - timedelta(seconds=1)) == old
    assert rotation.signing([old, new], 1, at + GATE) == new
    assert rotation.signing([old, new], 1, START - timedelta(days=1)) is None


async def test_an_installation_opens_with_narrow_keys_for_all_provinces_and_one_for_lists(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    names = sorted(key.name for key in ring.published)
    narrow = [f"{beginning}-{scope}-1" for beginning in ("dsc", "session") for scope in (1, 2, 3)]
    assert names == sorted([*narrow, "list-1"])
    provinces = [f"{code:02}" for code in range(1, 97)]
    used = {ring.of_province(province, db.at).name for province in provinces}  # pyright: ignore[reportOptionalMemberAccess]
    assert used == {name for name in names if name.startswith("dsc")}
    assert {keyring.scope_of(province) for province in provinces} == set(range(1, SCOPES + 1))
    assert await certificates.tend(db, Files(folder)) == []


async def test_the_database_refuses_a_key_that_would_sign_before_its_48_hours(db: Db, folder: Path):
    await a_ring(db, folder)
    with pytest.raises(psycopg.errors.CheckViolation, match="signing_key_gate"):
        await db.run(
            keyring.queries.insert, kid=bytes(8), name="early", use="certificates", scope=1, certificate=b"",
            ends_at=db.at, opening=False, at=db.at, signs_from=db.at + timedelta(hours=47),
        )  # fmt: skip


async def test_a_second_opening_key_of_a_scope_is_refused(db: Db, folder: Path):
    await a_ring(db, folder)
    with pytest.raises(psycopg.errors.UniqueViolation, match="signing_key_opening"):
        await db.run(
            keyring.queries.insert, kid=bytes(8), name="early", use="certificates", scope=1, certificate=b"",
            ends_at=db.at, opening=True, at=db.at, signs_from=db.at,
        )  # fmt: skip


async def test_private_keys_are_readable_by_their_owner_alone_and_never_in_the_database(db: Db, folder: Path):
    await a_ring(db, folder)
    assert {key.stat().st_mode & 0o077 for key in Path(folder).glob("*.key")} == {0}  # noqa: ASYNC240
    for row in await facts(db, "select certificate from signing_key"):
        assert load_der_x509_certificate(row["certificate"])
    (folder / "dsc-1-1.key").chmod(0o640)
    with pytest.raises(PermissionError):
        Files(folder).load("dsc-1-1")
    (folder / "dsc-1-1.key").chmod(0o600)


def test_a_key_whose_maker_was_interrupted_is_taken_up_again(tmp_path: Path):
    store = Files(tmp_path)
    public = store.make("dsc-1-1", START).certificate.public_key()
    (tmp_path / "dsc-1-1.pem").unlink()
    assert store.make("dsc-1-1", START).certificate.public_key() == public


async def test_no_private_key_is_written_anywhere_but_into_its_file(
    db: Db, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    _, visit, _ = await a_passport(db, await a_ring(db, tmp_path))
    secrets = [file.read_text().splitlines()[1] for file in tmp_path.glob("*.key")]  # noqa: ASYNC240
    told = capsys.readouterr()
    kept = await facts(db, "select to_jsonb(c) as row from certificate c union all select to_jsonb(e) from event e")
    assert len(secrets) == 8
    for secret in secrets:
        assert secret not in told.out + told.err + str(kept)
    assert visit.name not in told.out + told.err


def test_no_door_holds_a_key_or_signs():
    """Names, dates and products cannot be sent to be signed: no address reaches what signs."""
    root = Path(tiemchung.__file__).parent
    doors = ("health_book", "portal", "immunization_support", "command_centre", "exchange", "web")
    signing = re.compile(
        r"sign_due|\bRing\b|cose\.sign|posters\.sign|load_or_make|SigningKey|certificates\.tend|\.issue\b"
    )
    found = {
        (file.name, match[0])
        for door in doors
        for file in (root / door).rglob("*.py")
        for match in signing.finditer(file.read_text())
    }
    assert found == set()


async def test_rotation_keeps_old_codes_valid(db: Db, tmp_path: Path):
    store = Files(tmp_path)
    _, _, passport = await a_passport(db, ring := await a_ring(db, tmp_path))
    near = later(db, days=160)
    made = await certificates.tend(near, store)
    assert made == [f"{beginning}-{scope}-2" for beginning in ("dsc", "session") for scope in (1, 2, 3)]
    await ring.refresh(near)
    old = ring.of_province("01", near.at)
    assert old is not None and old.name.endswith("-1")
    new = ring.of_province("01", near.at + GATE)
    assert new is not None and new.name.endswith("-2")
    assert (await certificates.check(later(db, days=250), passport.code, others={})).verdict == "valid"


async def test_the_drill_for_a_leaked_key(database: Database, tmp_path: Path):
    """Two persons withdraw, one refresh of the list makes every code of the key unknown, and all are made anew."""
    store = Files(tmp_path)
    ring = Ring(store)
    await signer.keep_house(database, store, ring)
    async with database.transaction() as db:
        first, second = (await an_operator(db)).actor, (await an_operator(db)).actor
        _, visit, passport = await a_passport(db, ring)
    listed = await the_trust_list(database)
    assert verify(passport.code, listed.trust, at=passport.issued_at).verdict == "valid"

    withdrawal = uuid7()
    async with database.transaction(first) as db:
        await withdraw.propose(db, withdrawal, Target(kid=passport.kid), reason="Khóa riêng bị lộ trên một máy ký.")
    with pytest.raises(SamePerson):
        async with database.transaction(first) as db:
            await withdraw.decide(db, withdrawal, approve=True)
    async with database.transaction(second) as db:
        await withdraw.decide(db, withdrawal, approve=True)
    await signer.keep_house(database, store, ring)

    after = await the_trust_list(database)
    assert passport.kid in after.removed
    assert verify(passport.code, after.trust, at=passport.issued_at).verdict == "unknown_key"
    assert await signer.sign_all(database, ring) == 1
    async with database.transaction() as db:
        (again,) = await certificates.passports(db, visit.person_id)
        assert (await certificates.check(db, passport.code, others={})).verdict == "unknown_key"
        assert (await certificates.check(db, again.code, others={})).verdict == "valid"
    assert again.kid != passport.kid
    assert verify(again.code, after.trust, at=again.issued_at).verdict == "valid"


async def the_trust_list(database: Database) -> lists.OpenedTrust:
    async with database.transaction() as db:
        published = await lists.published(db, "trust")
        assert published is not None
        opened = lists.read(published.text, await the_list_key(db), at=db.at)
    assert opened.verdict == "ok"
    return opened


async def the_list_key(db: Db):
    ring = await keyring.published(db)
    (key,) = (one for one in ring if one.use == "lists")
    return load_der_x509_certificate(key.certificate).public_key()  # pyright: ignore[reportReturnType]
