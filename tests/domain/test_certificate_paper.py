"""Certificates on paper: one page, eleven fields in two languages, a name that is right in any form, a code that reads back."""

import shutil
import subprocess
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.certificates import NOW, a_code, a_record
from tests.certificates_issued import a_passport, a_ring
from tiemchung.domain import certificates
from tiemchung.domain.certificates import NotLive, SigningKey, cose, dcc, load_or_make, pictures, render
from tiemchung.domain.certificates.render import Sheet, Words
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

NAME = "Nguyễn Thị Bích Phượng"
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make(tmp_path_factory.mktemp("signer"), NOW)


def a_sheet(key: SigningKey, **changes: object) -> Sheet:
    record = a_record(**({"name": NAME} | changes))
    return Sheet(
        code=a_code(key, record=record),
        payload=dcc.certificate(record),
        expires_at=dcc.expires_at(NOW, key.ends_at),
        nationality=Words(vi="Việt Nam", en="Viet Nam"),
    )


def words_of(pdf: bytes, folder: Path) -> str:
    (folder / "page.pdf").write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", "-layout", folder / "page.pdf", "-"], capture_output=True, text=True, check=True
    )
    return found.stdout


def pictured(pdf: bytes, folder: Path, dpi: int = 150) -> list[Path]:
    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", folder / "page.pdf", folder / "page"], check=True)
    return sorted(folder.glob("page*.png"))


@poppler
@pytest.mark.parametrize("kind", [render.passport, render.wallet])
def test_a_page_reads_back_its_code_at_150_dots_an_inch(key: SigningKey, tmp_path: Path, kind):
    sheet = a_sheet(
        key, name="Trương Thị Nguyễn Hoàng Bảo Ngọc Minh Phương Khánh Linh", doses_in_series=3, dose_number=3
    )
    (page,) = pictured(kind(sheet), tmp_path)
    assert pictures.read(page) == [sheet.code]
    with Image.open(page) as picture:
        assert picture.size == (1241, 1754)


@poppler
def test_the_page_carries_the_eleven_fields_in_both_languages(key: SigningKey, tmp_path: Path):
    sheet = a_sheet(key)
    text = words_of(render.passport(sheet), tmp_path)
    fields = render.fields(sheet)
    assert len(fields) == 11
    for label, value in fields:
        assert label.vi in text
        assert label.en in text
        assert " ".join(value.split()[:3]) in text
    assert "24/11/2027" in text


@poppler
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_given_back_whatever_form_it_came_in(key: SigningKey, tmp_path: Path, form: str):
    text = words_of(render.passport(a_sheet(key, name=unicodedata.normalize(form, NAME))), tmp_path)
    assert NAME in unicodedata.normalize("NFC", text)


@poppler
def test_decomposed_letters_look_the_same(key: SigningKey, tmp_path: Path):
    sheet = a_sheet(key)
    names = {
        **sheet.payload["nam"],
        "fn": unicodedata.normalize("NFD", "Nguyễn"),
        "gn": unicodedata.normalize("NFD", "Thị Bích Phượng"),
    }
    decomposed = Sheet(
        code=sheet.code,
        payload=sheet.payload | {"nam": names},
        expires_at=sheet.expires_at,
        nationality=sheet.nationality,
    )
    pages = []
    for name, one in (("composed", sheet), ("decomposed", decomposed)):
        (tmp_path / name).mkdir()
        (page,) = pictured(render.passport(one), tmp_path / name)
        pages.append(Image.open(page).convert("L").tobytes())
    assert pages[0] == pages[1]


@poppler
def test_fonts_are_embedded_and_the_page_is_tagged_for_screen_readers(key: SigningKey, tmp_path: Path):
    (tmp_path / "page.pdf").write_bytes(render.passport(a_sheet(key)))
    fonts = subprocess.run(["pdffonts", tmp_path / "page.pdf"], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all("BeVietnamPro" in row and " yes yes yes " in row for row in rows)
    told = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in told
    assert "Pages:           1" in told
    assert "A4" in told


@pytest.mark.parametrize(("precision", "shown"), [("day", "12/04/1986"), ("month", "04/1986"), ("year", "1986")])
def test_a_birth_date_is_shown_as_far_as_it_is_known(key: SigningKey, precision: str, shown: str):
    assert render.fields(a_sheet(key, birth_precision=precision))[1][1] == shown
    assert render.day(dcc.birth(date(1986, 4, 12), precision)) == shown


def test_codes_are_drawn_in_the_alphanumeric_mode(key: SigningKey):
    code = a_code(key)
    for level in ("L", "Q"):
        modules = segno.make(code, mode="alphanumeric", error=level, boost_error=False, micro=False).symbol_size(
            border=0
        )[0]
        assert f'width="{modules + 8}"' in pictures.svg(code, level=level)


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_no_name_breaks_the_page(key: SigningKey, name: str):
    sheet = a_sheet(key)
    given_name = sheet.payload | {"nam": {"fn": name, "fnt": "X"}}
    page = render.passport(Sheet(code=sheet.code, payload=given_name, expires_at=NOW, nationality=sheet.nationality))
    assert page.startswith(b"%PDF")


async def test_the_holders_sheet_is_made_from_the_code_itself(db: Db, tmp_path: Path):
    _, visit, passport = await a_passport(db, await a_ring(db, tmp_path))
    sheet = await certificates.sheet(db, visit.person_id, passport.certificate_id)
    assert sheet.code == passport.code
    assert sheet.payload["v"][0]["ci"] == passport.uvci
    assert sheet.nationality.en
    assert cose.read(sheet.code).kid == passport.kid
    with pytest.raises(NotLive):
        await certificates.sheet(db, visit.person_id, uuid7())
