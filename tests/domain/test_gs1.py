"""Codes on cartons: every guard by its own vectors, typed ones too, and our labels read back by another maker's reader."""

import contextlib
import io
from datetime import date, timedelta

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.stores import a_lot
from tiemchung.domain import stock, vaccines
from tiemchung.domain.stock import CodeUnreadable, LotOfCodeUnknown, WrongCheckDigit, gs1
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import datamatrix

OURS = f"0040000000001{gs1.check_digit('0040000000001')}"
GTIN, WRONG = "09506000134352", "09506000134353"


@pytest.mark.parametrize(
    "scanned",
    [
        f"]d201{GTIN}1721123110ABC123\x1d21XYZ",
        f"01{GTIN}1721123110ABC123\x1d21XYZ",
        f"(01){GTIN}(17)211231(10)ABC123(21)XYZ",
        f"01{GTIN}1721123110ABC123\x1d21XYZ\r\n",
    ],
)
def test_scanned_and_typed_codes_say_the_same(scanned: str):
    assert gs1.read(scanned) == gs1.Code(gtin=GTIN, lot="ABC123", expires_on=date(2021, 12, 31), serial="XYZ")


def test_day_00_is_the_last_day_of_its_month():
    assert gs1.read(f"01{GTIN}1722020010A1").expires_on == date(2022, 2, 28)
    assert gs1.read(f"01{GTIN}1724020010A1").expires_on == date(2024, 2, 29)


def test_a_cartons_number_is_read_with_and_without_its_identifier():
    for scanned in ("]C100106141412345678908", "00106141412345678908", "106141412345678908"):
        assert gs1.read(scanned) == gs1.Code(sscc="106141412345678908")


@pytest.mark.parametrize("scanned", [f"01{WRONG}1721123110ABC", f"(01){WRONG}(10)ABC", "00106141412345678909"])
def test_a_wrong_check_digit_is_refused(scanned: str):
    with pytest.raises((WrongCheckDigit, CodeUnreadable)):
        gs1.read(scanned)


@pytest.mark.parametrize("scanned", ["", "  ", "xin chào", "(01)", "(99)", "10ABC", "1" * 300, "\x1d"])
def test_nothing_and_nonsense_are_refused(scanned: str):
    with pytest.raises(CodeUnreadable):
        gs1.read(scanned)


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_fail_otherwise(scanned: str):
    with contextlib.suppress(CodeUnreadable, WrongCheckDigit):
        gs1.read(scanned)


def test_a_fused_lot_is_told_apart_by_the_known_lots_only_when_there_is_one_way():
    assert gs1.split("ABC12321XYZ", ["ABC123", "ABC"]) == ("ABC123", "XYZ")
    assert gs1.split("ABC12321XYZ", ["FM3289"]) is None
    assert gs1.split("AB21C21X", ["AB", "AB21C"]) is None


@given(st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_every_changed_digit_is_noticed(body: str):
    gtin = body + str(gs1.check_digit(body))
    assert gs1.read(f"01{gtin}10A1").gtin == gtin
    changed = gtin[:5] + str((int(gtin[5]) + 1) % 10) + gtin[6:]
    with pytest.raises(WrongCheckDigit):
        gs1.read(f"01{changed}10A1")


async def a_code(db: Db, lot: str, days: int = 180) -> str:
    package = (await gs1.by_product(db))["JAN"]
    return gs1.elements(package.gtin, lot, clock.day_of(db.at) + timedelta(days=days))


async def test_one_scan_gives_product_doses_and_lot(db: Db):
    lot_id = await a_lot(db)

    found = await gs1.scan(db, await a_code(db, "XD955"))

    assert (found.lot.lot_id, found.package.product, found.package.doses, found.split) == (lot_id, "JAN", 50, False)
    assert found.lot.manufacturer == "Nhà sản xuất thử nghiệm"


async def test_a_scanner_without_fnc1_still_finds_the_lot(db: Db):
    await a_lot(db)

    found = await gs1.scan(db, await a_code(db, "XD95521SERIAL7"))

    assert (found.lot.number, found.code.serial, found.split) == ("XD955", "SERIAL7", True)


async def test_unknown_expired_and_recalled_lots_stop_each_in_their_own_way(db: Db):
    lot_id = await a_lot(db)
    for code in (await a_code(db, "KHONG"), await a_code(db, "XD955", days=10), f"01{GTIN}10XD955"):
        with pytest.raises(LotOfCodeUnknown):
            await gs1.scan(db, code)
    await a_lot(db, "JAN", "OLD", clock.day_of(db.at) - timedelta(days=1))
    with pytest.raises(vaccines.LotUnusable):
        await gs1.scan(db, await a_code(db, "OLD", days=-1))
    await stock.recalls.order(db, lot_id, reason="Thông báo", instructions="Không cần tiêm lại.")
    with pytest.raises(vaccines.LotUnusable):
        await gs1.scan(db, await a_code(db, "XD955"))


async def test_every_trade_item_of_ours_has_its_check_digit(db: Db):
    for package in (await gs1.by_product(db)).values():
        assert gs1.read(f"01{package.gtin}10A1").gtin == package.gtin


def pixels(elements: str) -> Image.Image:
    """The label's modules, ten pixels each, within a quiet zone."""
    modules = datamatrix.modules(elements)
    image = Image.new("L", ((len(modules[0]) + 4) * 10, (len(modules) + 4) * 10), 255)
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                draw.rectangle([(x + 2) * 10, (y + 2) * 10, (x + 3) * 10 - 1, (y + 3) * 10 - 1], fill=0)
    return image


@pytest.mark.parametrize("serial", [None, "KHAY-07"])
def test_our_labels_are_read_back_by_another_makers_reader(serial: str | None):
    elements = gs1.elements(OURS, "FM3289", date(2022, 1, 31), serial)
    assert "<path" in datamatrix.svg(elements)
    buffer = io.BytesIO()
    pixels(elements).save(buffer, "PNG")

    (symbol,) = zxingcpp.read_barcodes(Image.open(buffer))

    assert symbol.content_type == zxingcpp.ContentType.GS1
    assert gs1.read(symbol.text) == gs1.Code(gtin=OURS, lot="FM3289", expires_on=date(2022, 1, 31), serial=serial)
