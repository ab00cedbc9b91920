"""What the look promises: contrast of every pair, by day and by night, and a first page that a slow network can carry."""

import re
from pathlib import Path

import pytest

from tiemchung.web.assets import assets

CSS = Path(__file__).parents[2] / "tiemchung/web/static/css"
# Text on ground, the least contrast (WCAG 2.2: 4.5 for text, 3 for borders of controls), where it stands.
PAIRS = [
    ("--ink-900", "--paper", 7),
    ("--ink-900", "--surface", 7),
    ("--ink-700", "--surface", 4.5),
    ("--ink-700", "--quiet", 4.5),
    ("--ink-500", "--surface", 4.5),
    ("--ink-500", "--paper", 4.5),
    ("--link", "--surface", 4.5),
    ("--link", "--paper", 4.5),
    ("--on-action", "--action", 4.5),
    ("--tint-ink", "--tint", 4.5),
    ("--on-bar-2", "--bar", 4.5),
    ("--ok-700", "--ok-50", 4.5),
    ("--ok-900", "--ok-50", 4.5),
    ("--warn-800", "--warn-50", 4.5),
    ("--warn-900", "--warn-50", 4.5),
    ("--bad-700", "--bad-50", 4.5),
    ("--bad-700", "--surface", 4.5),
    ("--bad-900", "--bad-50", 4.5),
    ("--info-700", "--info-50", 4.5),
    ("--info-900", "--info-50", 4.5),
    ("--gold-ink", "--gold-100", 4.5),
    ("--on-disabled", "--disabled", 4.5),
    ("--line-strong", "--surface", 3),
    ("--focus", "--surface", 3),
    ("--focus", "--paper", 3),
]


def tokens(*names: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found |= dict(re.findall(r"(--[a-z0-9-]+):\s*([^;]+);", (CSS / name).read_text("utf-8")))
    return found


def colour(found: dict[str, str], name: str) -> tuple[int, int, int]:
    value = found[name].strip()
    if used := re.fullmatch(r"var\((--[a-z0-9-]+)\)", value):
        return colour(found, used[1])
    digits = value.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (int(digits[k : k + 2], 16) for k in (0, 2, 4))
    return red, green, blue


def luminance(rgb: tuple[int, int, int]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (value / 255 for value in rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("files", [("tokens.css",), ("tokens.css", "night.css")], ids=["day", "night"])
def test_every_pair_of_tokens_can_be_read(files: tuple[str, ...]):
    found = tokens(*files)
    for ink, ground, least in PAIRS:
        light, dark = sorted((luminance(colour(found, ink)), luminance(colour(found, ground))), reverse=True)
        contrast = (light + 0.05) / (dark + 0.05)
        assert contrast >= least, f"{ink} on {ground}: {contrast:.2f}"


def test_a_style_sheet_fits_its_budget():
    """10 KB a page over the wire; the gallery, which shows everything, is for people who build pages."""
    sheets = {path: file for path, file in assets().files.items() if re.fullmatch(r"css/\w+\.css", path)}
    assert "css/citizen.css" in sheets
    for path, file in sheets.items():
        assert path == "css/gallery.css" or len(file.gzipped or file.body) <= 10 * 1024, path


def test_faces_and_pictures_of_a_first_page_fit_their_budgets():
    sizes = {path: len(file.gzipped or file.body) for path, file in assets().files.items()}
    assert sum(size for path, size in sizes.items() if path.endswith(".woff2")) <= 35 * 1024
    assert sizes["icons.svg"] + sizes["img/drum-white.svg"] + sizes["img/vietnam.svg"] <= 18 * 1024
    assert sum(size for path, size in sizes.items() if path.startswith("vendor/h")) <= 25 * 1024


def test_no_rule_names_a_side_of_the_screen():
    """Logical properties: the page can be turned around for a language that runs the other way."""
    physical = re.compile(r"[;{]\s*(?:margin|padding|border)-(?:left|right|top|bottom)\b|text-align:\s*(?:left|right)")
    for file in CSS.rglob("*.css"):
        assert not physical.search(file.read_text("utf-8")), file.name


def test_every_part_of_a_sheet_stands_in_a_layer():
    for file in CSS.rglob("*.css"):
        assert "@layer" in file.read_text("utf-8"), file.name
