"""The portal's pages of areas: a region, a province, a district, each with map, chart and table; who was reached there."""

from collections.abc import Sequence

from tiemchung.domain import analytics
from tiemchung.domain.analytics import Area
from tiemchung.domain.analytics.public import OpenArea, OpenDay, open_areas, open_days
from tiemchung.kit.db import Db
from tiemchung.portal.figures import common, name_of, prefix
from tiemchung.web import drawing
from tiemchung.web.drawing import Dot
from tiemchung.web.i18n import translator
from tiemchung.web.pages import render
from tiemchung.web.text import day, number

# The whole series is in the open data.
TABLE_DAYS = 14
WITHHELD = "•••"


async def region(db: Db, lang: str, code: str) -> str | None:
    """A region with its provinces; None for a code that is none."""
    found = await analytics.region(db, code)
    if found is None:
        return None
    own, figures = found
    translate = translator(lang)
    everywhere = await analytics.national(db, as_of=figures.as_of)
    inside = open_areas(figures.areas)
    shares = {area.code: area.complete_share for area in inside}
    map_ = drawing.province_map(
        shares,
        {area.code: name_of(area, lang) for area in everywhere.areas},
        link=f"{prefix(lang)}/tinh/{{code}}",
        label=translate("Bản đồ tỷ lệ tiêm đủ liều cơ bản theo tỉnh"),
        within=shares,
        translate=translate,
    )
    here = common(f"/vung/{code}", lang)
    told = {"region": own, "figures": figures, "areas": inside, "map": map_, **days_of(open_days(figures.days), lang)}
    return render("portal/region.html", lang, **here, **told)


async def province(db: Db, lang: str, code: str) -> str | None:
    """A province with its districts; None for a code that is none."""
    found = await analytics.province(db, code)
    if found is None:
        return None
    own, figures = found
    inside = open_areas(figures.areas)
    map_ = drawing.district_map(
        code,
        _dots(figures.areas, inside, lang),
        link=f"{prefix(lang)}/huyen/{{code}}",
        label=translator(lang)("Bản đồ tỷ lệ tiêm đủ liều cơ bản theo huyện, vị trí gần đúng"),
    )
    here = common(f"/tinh/{code}", lang)
    told = {"province": own, "figures": figures, "areas": inside, "map": map_, **days_of(open_days(figures.days), lang)}
    return render("portal/province.html", lang, **here, **told)


async def district(db: Db, lang: str, code: str) -> str | None:
    """A district with its communes; None for a code that is none."""
    found = await analytics.public.district(db, code)
    if found is None:
        return None
    around = await analytics.province(db, found.district.province_code)
    areas = around[1].areas if around else []
    map_ = drawing.district_map(
        found.district.province_code,
        _dots(areas, open_areas(areas), lang),
        link=f"{prefix(lang)}/huyen/{{code}}",
        label=translator(lang)("Bản đồ tỷ lệ tiêm đủ liều cơ bản theo huyện, vị trí gần đúng"),
        chosen=code,
    )
    here = common(f"/huyen/{code}", lang)
    told = {"district": found.district, "found": found, "map": map_, **days_of(found.days, lang)}
    return render("portal/district.html", lang, **here, **told)


async def reached(db: Db, lang: str, code: str) -> str | None:
    """Who was reached in a province, by age, sex and priority group; small numbers are withheld."""
    found = await analytics.province(db, code)
    if found is None:
        return None
    own, figures = found
    told = {"figures": figures, "province": own, "reached": await analytics.reached(db, province=code)}
    return render("portal/reached.html", lang, **common(f"/tinh/{code}/nhom", lang), **told)


def days_of(days: Sequence[OpenDay], lang: str) -> dict[str, object]:
    """The chart of days and the table of the last ones; a day that is withheld has no bar and three dots."""
    label = translator(lang)("Số mũi tiêm mỗi ngày")
    chart = drawing.daily_pair([(each.day, each.doses or 0) for each in days], label=label)
    recent = [
        (day(each.day), WITHHELD if each.doses is None else number(each.doses)) for each in reversed(days[-TABLE_DAYS:])
    ]
    return {"chart": chart, "recent": recent}


def _dots(areas: Sequence[Area], inside: Sequence[OpenArea], lang: str) -> list[Dot]:
    return [
        Dot(code=open_.code, name=name_of(open_, lang), share=open_.complete_share, lat=area.lat, lon=area.lon)
        for area, open_ in zip(areas, inside, strict=True)
    ]
