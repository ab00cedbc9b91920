"""Open data: what a journalist downloads, checks and recomputes."""

import csv
import hashlib
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.arrange import Client
from tests.figures import counted, days_ago, doses
from tiemchung.domain.analytics import open_data
from tiemchung.kit import clock
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

AT = "/so-lieu"


async def given(client: Client) -> None:
    async with client.database.transaction() as db:
        await doses(db, 4, at=days_ago(2))
        await doses(db, 3, product="AZ", area="00001", at=days_ago(1))
        await doses(db, 1, role="booster")
    await counted(client.database)


async def downloaded(client: Client, folder: Path) -> Path:
    for name in (*open_data.FILES, "tinh-lai.py"):
        (folder / name).write_bytes((await client.get(f"{AT}/{name}")).content)
    return folder


def recomputed(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "tinh-lai.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def test_the_published_script_works_every_published_number_out_again(client: Client, tmp_path: Path):
    await given(client)
    done = recomputed(await downloaded(client, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok    doses: 8/None" in done.stdout
    assert "WRONG" not in done.stdout


async def test_the_script_finds_a_line_that_was_changed(client: Client, tmp_path: Path):
    await given(client)
    folder = await downloaded(client, tmp_path)
    lines = (folder / "theo-ngay.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",400"
    (folder / "theo-ngay.csv").write_text("\n".join(lines), encoding="utf-8")
    done = recomputed(folder)
    assert done.returncode == 1
    assert "WRONG doses:" in done.stdout


async def test_a_small_line_names_no_province_and_the_sums_stay(client: Client, tmp_path: Path):
    async with client.database.transaction() as db:
        await doses(db, 12, at=days_ago(1))
        await doses(db, 9, area="00001", at=days_ago(1))
        await doses(db, 2, product="AZ", at=days_ago(1))
        await doses(db, 6, product="AZ", area="00001", at=days_ago(1))
    await counted(client.database)
    folder = await downloaded(client, tmp_path)
    rows = list(csv.DictReader(io.StringIO((folder / "theo-ngay.csv").read_text(encoding="utf-8"))))
    assert {(row["province_code"], row["product"], row["doses"]) for row in rows} == {
        ("other", "AZ", "8"),
        ("other", "JAN", "21"),
    }
    assert (await client.get(f"{AT}/theo-ngay.json")).json()["rows"][0]["province_code"] == "other"
    assert recomputed(folder).returncode == 0


async def test_small_numbers_of_provinces_are_not_in_the_open_bulletin(client: Client):
    async with client.database.transaction() as db:
        await doses(db, 2)
        await doses(db, 30, area="00001")
    await counted(client.database)
    told = (await client.get(f"{AT}/ban-tin.json")).json()
    complete = {one["code"]: one["complete"] for one in told["provinces"]}
    assert complete["46"] is None
    # No other province of its region has a number to hide it behind, and no number above nothing is told beside it.
    assert [one["complete"] for one in told["provinces"] if one["region"] == "NCC" and one["complete"]] == []
    assert complete["01"] == 30


async def at(database: Database, day: int, hour: int) -> None:
    when = clock.start_of(clock.day_of(clock.now())) + timedelta(days=day, hours=hour)
    async with database.transaction(at=when) as db:
        await open_data.publish(db)


async def test_a_version_is_put_aside_at_five_each_day_and_never_changes(client: Client):
    await given(client)
    await at(client.database, 1, 17)
    async with client.database.transaction() as db:
        first = await open_data.publications(db)
        await doses(db, 2)
    await counted(client.database)
    await at(client.database, 2, 16)
    async with client.database.transaction() as db:
        assert await open_data.publications(db) == first
    await at(client.database, 2, 17)
    async with client.database.transaction() as db:
        assert len(await open_data.publications(db)) == 2 * len(open_data.FILES)
    page = (await client.get(f"{AT}/du-lieu-mo")).text
    for file in first:
        told = await client.get(f"{AT}/phien-ban/{file.published_on}/{file.name}")
        assert hashlib.sha256(told.content).hexdigest() == file.sha256
        assert file.sha256 in page


async def test_a_version_that_was_never_published_is_not_found(client: Client):
    for path in ("2021-01-01/theo-ngay.csv", "2021-13-40/theo-ngay.csv", "x/theo-ngay.csv"):
        assert (await client.get(f"{AT}/phien-ban/{path}")).status_code == 404


async def test_a_version_made_before_small_numbers_were_withheld_is_listed_and_given_to_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    await given(client)
    await at(client.database, 1, 17)
    monkeypatch.setattr(open_data, "WITHHOLDING", open_data.WITHHOLDING + 1)
    await at(client.database, 2, 17)
    async with client.database.transaction() as db:
        published = await open_data.publications(db)
        readable = await open_data.bulletins(db)
    old = min(file.published_on for file in published)
    page = (await client.get(f"{AT}/du-lieu-mo")).text
    for file in published:
        told = await client.get(f"{AT}/phien-ban/{file.published_on}/{file.name}")
        gone = file.published_on == old and file.name not in {"dan-so.csv", "kho.csv", "chi-so.json"}
        assert told.status_code == (410 if gone else 200), file
        assert (f'"{AT}/phien-ban/{file.published_on}/{file.name}"' in page) is not gone
        assert file.sha256 in page
    assert page.count("đã rút lại") == 4
    assert [file.published_on for file in readable] == [max(file.published_on for file in published)]


async def test_a_version_of_unknown_rules_is_taken_for_an_old_one(client: Client):
    await given(client)
    await at(client.database, 1, 17)
    async with client.database.transaction() as db:
        await db.run(Query("update publication set withholding = default"))
        file = next(each for each in await open_data.publications(db) if each.name == "theo-ngay.csv")
    told = await client.get(f"{AT}/phien-ban/{file.published_on}/{file.name}")
    assert told.status_code == 410
    assert "province_code" not in told.text


async def test_nothing_is_published_before_the_first_dose(database: Database):
    await at(database, 1, 17)
    async with database.transaction() as db:
        assert await open_data.publications(db) == []


async def test_every_column_of_a_file_is_in_the_dictionary(client: Client):
    await given(client)
    page = (await client.get(f"{AT}/du-lieu-mo")).text
    for name in ("theo-ngay.csv", "dan-so.csv", "kho.csv"):
        header = (await client.get(f"{AT}/{name}")).text.split("\n", 1)[0]
        for column in header.split(","):
            assert f"<code>{column}</code>" in page
