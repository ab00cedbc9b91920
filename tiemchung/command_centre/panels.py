"""The panels of a wall: each a piece of HTML with an id of its own, drawn from one look at the figures."""

from collections.abc import Callable

from tiemchung.domain.analytics import Wall
from tiemchung.kit import clock
from tiemchung.web import drawing
from tiemchung.web.i18n import translator
from tiemchung.web.pages import render

NATION = ("figures", "daily", "hours", "map", "alerts", "supply", "foot")
PROVINCE = ("figures", "daily", "hours", "districts", "alerts", "supply", "foot")


def draw(wall: Wall, lang: str) -> dict[str, str]:
    """Every panel of a wall by its name."""
    translate = translator(lang)
    context: dict[str, object] = {
        "wall": wall,
        "figures": wall.figures,
        "now": clock.local(wall.figures.at),
        "peak": max(wall.figures.days, key=lambda day: day.doses, default=None),
        **_pictures(wall, lang, translate),
    }
    names = NATION if wall.province is None else PROVINCE
    return {name: render(f"command_centre/wall/{name}.html", lang, **context) for name in names}


def _pictures(wall: Wall, lang: str, translate: Callable[[str], str]) -> dict[str, str]:
    drawn = {
        "daily": drawing.daily(
            [(day.day, day.doses) for day in wall.figures.days],
            label=translate("Số mũi tiêm mỗi ngày"),
            width=430,
            height=290,
        ),
        "hours": drawing.bars_by_hour(
            wall.hours, wall.hours_before, label=translate("Tiêm theo giờ"), width=430, height=250
        ),
    }
    if wall.province is None:
        areas = wall.figures.areas
        shares = {area.code: area.complete_share for area in areas}
        names = {area.code: area.name if lang == "vi" else area.name_en for area in areas}
        serious = {alert.province_code for alert in wall.alerts if alert.severity == "serious"}
        drawn["map"] = drawing.province_map(
            shares,
            names,
            link="/dieu-hanh/tinh/{code}",
            label=translate("Bản đồ tỷ lệ tiêm đủ liều cơ bản theo tỉnh"),
            named=drawing.cities(shares, names),
            alerts={code: names[code] for code in serious if code is not None},
            translate=translate,
        )
    return drawn
