"""The pictures say in words and numbers what they show, and bring no style with them."""

import json
import subprocess
import sys
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from tiemchung.web import drawing

ROOT = Path(__file__).parents[2]
CODES = list(json.loads((files("tiemchung.web.drawing") / "centres.json").read_text(encoding="utf-8")))
NAMES = {code: f"Tỉnh {code}" for code in CODES}


def parsed(picture: str) -> Element:
    return fromstring(picture)  # noqa: S314 -- our own drawing, not somebody else's file


def a_map(shares: dict[str, float | None] | None = None, chosen: str = "") -> Element:
    all_shares = dict.fromkeys(CODES, 0.75) | (shares or {})
    return parsed(drawing.province_map(all_shares, NAMES, link="/tinh/{code}", label="Bản đồ", chosen=chosen))


def test_the_map_has_63_provinces_and_both_archipelagos_with_their_provinces():
    drawn = a_map()
    links = [link for link in drawn.iter("a") if link.get("class") != "isle"]
    words = "".join(drawn.itertext())
    assert len(links) == 63
    assert "Quần đảo Hoàng Sa(Đà Nẵng)" in words
    assert "Quần đảo Trường Sa(Khánh Hòa)" in words
    assert "BIỂN ĐÔNG" in words


def test_a_province_without_figures_is_hatched_and_says_so():
    drawn = a_map(shares={"01": None})
    province = next(link for link in drawn.iter("a") if link.get("href") == "/tinh/01")
    assert province.get("class") == "c0"
    assert province[1].get("fill") == "url(#no-data)"
    assert province[0].text == "Tỉnh 01: –"


def test_classes_are_fixed():
    assert [drawing.class_of(share) for share in (0, 0.5999, 0.6, 0.7, 0.8, 0.9, 1)] == [
        "c1",
        "c1",
        "c2",
        "c3",
        "c4",
        "c5",
        "c5",
    ]


def test_the_chosen_province_is_drawn_last():
    links = [link.get("href") for link in a_map(chosen="46").iter("a") if "isle" not in (link.get("class") or "")]
    assert links[-1] == "/tinh/46"


def test_names_are_escaped():
    drawn = drawing.province_map({}, NAMES | {"01": '<b onclick="x">'}, link="/{code}", label='"')
    assert "<b" not in drawn


def test_no_picture_carries_a_style():
    days = [(date(2021, 7, 1) + timedelta(days=k), 1000 * k) for k in range(90)]
    pictures = [
        drawing.daily(days, label="Mỗi ngày", peak="cao nhất {value}, {day}"),
        drawing.bars_by_hour([5] * 24, [6] * 24, label="Theo giờ"),
        drawing.share_bar(0.8, label="Đủ liều", mark=0.5),
        drawing.parts_bar([("given", 3), ("left", 1)], label="Đã tiêm 3, còn 1"),
        drawing.sparkline([5, 11.2, 6], label="Nhiệt độ", limit=8),
        drawing.ring(0.5, "15′", label="còn 15 phút"),
        drawing.slot_bars([drawing.SlotBar("07:00", 28, 2, 0, 30)], label="Khung giờ", limit=30, limit_words="30"),
    ]
    for picture in pictures:
        root = parsed(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert not any("style" in part.attrib for part in root.iter())


def test_every_hour_with_a_dose_is_drawn_and_not_every_one_is_named():
    hours = [0] * 24
    assert [t.text for t in parsed(drawing.bars_by_hour(hours, hours, label="Theo giờ")).iter("text")][-1] == "17h"
    night = parsed(drawing.bars_by_hour([50, *hours[1:]], [*hours[:21], 7, 0, 0], label="Theo giờ"))
    assert [title.text for title in night.iter("title")] == ["0h: 50"]
    named = [t.text for t in night.iter("text") if (t.text or "").endswith("h")]
    assert named[0] == "0h" and len(named) <= 12


def test_the_highest_mean_is_named_on_the_daily_chart():
    days = [(date(2021, 7, 1) + timedelta(days=k), 7_000) for k in range(30)]
    assert "cao nhất 7.000" in drawing.daily(days, label="Mỗi ngày", peak="cao nhất {value}, {day}")


def test_a_phone_gets_a_chart_of_its_own_with_fewer_names_of_months():
    days = [(date(2021, 3, 1) + timedelta(days=k), 7_000) for k in range(300)]
    wide, narrow = parsed(f"<div>{drawing.daily_pair(days, label='Mỗi ngày')}</div>")
    names = [sum("xa" in (text.get("class") or "") for text in part.iter("text")) for part in (wide, narrow)]
    assert wide[0].get("viewBox") == "0 0 600 232"
    assert narrow[0].get("viewBox") == "0 0 340 220"
    assert names[0] > names[1] >= 3


def test_parts_of_a_whole_fill_the_bar():
    parts = parsed(drawing.parts_bar([("given", 30), ("waiting", 10)], label="x"))
    assert [part.get("x") for part in parts[1:]] == ["0.00", "75.00"]


def test_the_shapes_are_what_the_script_makes_of_the_vendored_map():
    made = subprocess.run(
        [sys.executable, ROOT / "scripts/map", "--check"], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
