"""What verifiers fetch is public, whole, cached and signed; and the check without a script says the same."""

from html import unescape
from pathlib import Path

import pytest

from tests.arrange import Client
from tests.certificates_issued import a_passport, a_ring
from tiemchung.domain import certificates, immunizations
from tiemchung.domain.certificates import Passport, lists
from tiemchung.kit import clock
from tiemchung.kit.db import Database


@pytest.fixture
async def passport(client: Client, database: Database, tmp_path: Path) -> Passport:
    """A passport, with the lists published before it was issued."""
    async with database.transaction() as db:
        ring = await a_ring(db, tmp_path)
        await lists.publish(db, ring)
        _, _, issued = await a_passport(db, ring)
    return issued


async def test_the_lists_are_whole_public_files_with_their_tags(client: Client, passport: Passport):
    for path in ("khoa.jws", "thu-hoi.jws", "jwks.json", "did.json", "quy-tac.json"):
        answer = await client.get(f"/chung-nhan/{path}")
        assert answer.status_code == 200 and "public" in answer.headers["cache-control"], path
        again = await client.get(f"/chung-nhan/{path}", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304 and again.content == b""


async def test_the_trust_list_knows_the_key_of_what_was_issued(client: Client, passport: Passport):
    opened = lists.read((await client.get("/chung-nhan/khoa.jws")).text, None, at=clock.now())
    verdict = certificates.verify(passport.code, opened.trust, at=clock.now(), skew=certificates.SKEW)
    assert (opened.verdict, verdict.verdict) == ("ok", "valid")
    keys = (await client.get("/chung-nhan/jwks.json")).json()["keys"]
    assert len(keys) == 3 and {key["kty"] for key in keys} == {"EC"}


async def test_changes_lead_from_one_list_to_the_next_and_nowhere_from_the_newest(
    client: Client, database: Database, passport: Passport, tmp_path: Path
):
    assert (await client.get("/chung-nhan/thu-hoi/1.jws")).status_code == 204
    async with database.transaction() as db:
        await immunizations.undo(
            db, person_id=passport.person_id, immunization_id=passport.immunization_id, reason="nhầm người"
        )
        await lists.publish(db, await a_ring(db, tmp_path))
    change = await client.get("/chung-nhan/thu-hoi/1.jws")
    assert change.status_code == 200 and "immutable" in change.headers["cache-control"]
    for other in ("2.jws", "x", "9999999999.jws", "-1.jws"):
        assert (await client.get(f"/chung-nhan/thu-hoi/{other}")).status_code == 204, other


async def test_a_check_without_a_script_shows_name_birth_date_and_verdict_alone(client: Client, passport: Passport):
    page = unescape((await client.post("/kiem-tra", data={"code": passport.code})).text)
    assert "Hợp lệ" in page and "Nguyễn Thị A" in page and "03/09/1954" in page
    assert passport.uvci not in page and "Janssen" not in page and "EU/1/20/1525" not in page


async def test_a_check_leaves_no_name_and_no_code_in_the_logs(
    client: Client, passport: Passport, capsys: pytest.CaptureFixture[str]
):
    await client.post("/kiem-tra", data={"code": passport.code})
    told = capsys.readouterr()
    assert "/kiem-tra" in told.out
    for trace in ("Nguyễn", "1954", passport.uvci, passport.code[4:40]):
        assert trace not in told.out + told.err


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("", "Hãy nhập hoặc chọn"),
        ("H" * 5000, "dài tối đa"),
        ("HC1:", "Không phải chứng nhận"),
        ("<script>", "Không phải chứng nhận"),
    ],
)
async def test_what_is_no_code_is_told_in_words(client: Client, code: str, told: str):
    answer = await client.post("/kiem-tra", data={"code": code})
    assert answer.status_code == (422 if "chọn" in told or "dài" in told else 200)
    assert told in unescape(answer.text) and "<script>" not in answer.text


async def test_the_worker_names_files_that_are_there(client: Client):
    worker = (await client.get("/kiem-tra/sw.js")).text
    files = [part for part in worker.split('"') if part.startswith("/s/") and part != "/s/"]
    assert len(files) > 15
    for file in files:
        assert (await client.get(file)).status_code == 200, file
    english = await client.get("/en/kiem-tra/sw.js")
    assert english.headers["service-worker-allowed"] == "/en/kiem-tra" and '"/en/kiem-tra"' in english.text
    manifest = (await client.get("/kiem-tra/app.webmanifest")).json()
    assert manifest["scope"] == manifest["start_url"] == "/kiem-tra"


async def test_no_address_takes_an_identifier(client: Client, passport: Passport):
    for path in ("/kiem-tra", "/chung-nhan", "/so-suc-khoe/chung-nhan"):
        answer = await client.get(f"{path}/{passport.uvci.partition('#')[0]}")
        assert answer.status_code in {303, 404} and passport.code not in answer.text
