"""Figures for other sites' pages: cards without chrome, the only addresses that may stand in somebody else's frame."""

from tiemchung.domain import analytics
from tiemchung.kit.db import Db
from tiemchung.portal.figures import common, goals_of, map_of
from tiemchung.web.pages import render


async def figures(db: Db, lang: str, _: str) -> str:
    """The nation's goals and sums."""
    nation = await analytics.national(db)
    here = common("/nhung/so-lieu", lang)
    return render("portal/embed_figures.html", lang, **here, figures=nation, goals=await goals_of(db, nation))


async def coverage_map(db: Db, lang: str, _: str) -> str:
    """The map of completed basic courses by province."""
    nation = await analytics.national(db)
    return render(
        "portal/embed_map.html", lang, **common("/nhung/ban-do", lang), figures=nation, map=map_of(nation, lang)
    )


async def province(db: Db, lang: str, code: str) -> str | None:
    """A province's sums; None for a code that is none."""
    found = await analytics.province(db, code)
    if found is None:
        return None
    own, own_figures = found
    here = common(f"/nhung/tinh/{code}", lang)
    return render("portal/embed_figures.html", lang, **here, figures=own_figures, province=own, goals=[])
