"""The daily bulletin: put aside at 17:00, the same on paper, in the workbook and in the open file."""

import io
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook

from tests.arrange import Client
from tests.figures import counted, doses
from tests.stores import SITE
from tiemchung.domain.analytics import bulletin, open_data
from tiemchung.domain.analytics.model import Totals
from tiemchung.kit import clock
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

HERE = "/dieu-hanh/ban-tin"

ALLOCATED = Query("""
    with giver as (select place_id from place where kind = 'national_store' limit 1),
         made as (insert into allocation (place_id, allocation_id, round, product, decision, decided_on, made_at)
                  select place_id, gen_random_uuid(), 1, 'JAN', '1/QĐ-BYT', current_date, now() from giver
                  returning place_id, allocation_id)
    insert into allocation_line (place_id, allocation_id, to_place_id, doses)
    select made.place_id, made.allocation_id, %(to)s, 40 from made
""")


async def published(database: Database) -> date:
    """A bulletin of today with eight doses; the province was allocated forty."""
    async with database.transaction() as db:
        await doses(db, 8)
        await db.run(ALLOCATED, to=SITE)
    await counted(database)
    today = clock.day_of(clock.now())
    async with database.transaction(at=clock.start_of(today) + timedelta(hours=17, minutes=1)) as db:
        await open_data.publish(db)
    return today


def read_back(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout


async def test_a_bulletin_stays_as_it_was_made(database: Database):
    day = await published(database)
    async with database.transaction() as db:
        await doses(db, 5)
    await counted(database)
    async with database.transaction() as db:
        kept = await open_data.bulletin_of(db, day)
        now = await bulletin.made(db)
    assert (kept.totals.doses, now.totals.doses) == (8, 13)
    (hue,) = [one for one in kept.provinces if one.code == "46"]
    assert (hue.complete, hue.allocated, hue.of_allocated) == (8, 40, (hue.given or 0) / 40)
    assert sum(one.complete or 0 for one in kept.provinces) == kept.totals.adults_complete


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the paper back")
async def test_paper_workbook_and_open_file_say_the_same(client: Client, tmp_path: Path):
    day = await published(client.database)
    await client.staff("national_operator")
    assert f"{HERE}/{day}/ban-tin.pdf" in (await client.get(HERE)).text
    book = load_workbook(io.BytesIO((await client.get(f"{HERE}/{day}/ban-tin.xlsx")).content)).active
    told = msgspec.json.decode((await client.get("/so-lieu/ban-tin.json")).content, type=bulletin.Bulletin)
    printed = tmp_path / "ban-tin.pdf"
    printed.write_bytes((await client.get(f"{HERE}/{day}/ban-tin.pdf")).content)
    words = read_back(printed)

    assert book is not None
    assert book.max_row == 64, "a head and 63 provinces"
    ranked = [one.name for one in told.ranked()]
    assert [row[1].value for row in book.iter_rows(min_row=2)] == ranked
    assert [words.index(name) for name in ranked[:2]] == sorted(words.index(name) for name in ranked[:2])
    assert "BẢN TIN TIÊM CHỦNG HẰNG NGÀY" in words and "Thừa Thiên Huế" in words


async def test_a_day_without_a_bulletin_and_a_day_that_is_none_are_not_found(client: Client):
    await client.staff("national_operator")
    for day in ("2020-01-01", "hom-nay", "2021-13-45"):
        assert (await client.get(f"{HERE}/{day}/ban-tin.pdf")).status_code == 404, day


def test_who_used_nothing_stands_before_who_received_nothing():
    line = bulletin.ProvinceLine(
        code="02", name="Hà Giang", name_en="Ha Giang", adults=9, complete=0, allocated=0, received=5, given=0
    )
    none = msgspec.structs.replace(line, code="01", name="Hà Nội", name_en="Hanoi", received=0)
    nothing = msgspec.convert(dict.fromkeys(Totals.__struct_fields__, 0), Totals)
    told = bulletin.Bulletin(
        as_of=date(2021, 8, 1),
        made_at=clock.now(),
        totals=nothing,
        adults=18,
        people=20,
        products=[],
        provinces=[none, line],
    )

    assert [one.code for one in told.ranked()] == ["02", "01"]
