"""The portal's pages of the nation: overview, who was reached, how each number is made, help."""

import math
from datetime import date
from typing import Protocol

import msgspec

from tiemchung.domain import analytics
from tiemchung.domain.analytics import Figures, areas
from tiemchung.domain.analytics.public import open_areas
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import drawing
from tiemchung.web.i18n import translator
from tiemchung.web.pages import render
from tiemchung.web.text import day, number

# The whole series is in the open data.
_TABLE_DAYS = 14


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A goal of the campaign, how far it is, and the day on which it was met."""

    name: str
    share: float | None
    goal: float
    until: date
    words: str
    goal_words: str
    missing: int
    reached_on: date | None

    @property
    def days_early(self) -> int:
        """Days between the day it was met and the day it was due; below zero when it was late."""
        return (self.until - self.reached_on).days if self.reached_on else 0


async def home(db: Db, lang: str, _: str) -> str:
    """The overview of the nation."""
    figures = await analytics.national(db)
    return render(
        "portal/home.html",
        lang,
        **common("/", lang),
        figures=figures,
        ledger=await analytics.ledger(db),
        goals=await goals_of(db, figures),
        map=map_of(figures, lang),
        areas=open_areas(figures.areas),
        chart=chart_of(figures, lang),
        recent=recent_of(figures),
        operations=await analytics.operations(db),
    )


async def reached(db: Db, lang: str, _: str) -> str:
    """Who was reached, by age, sex and priority group; small numbers are withheld."""
    here = common("/so-lieu/nhom", lang)
    figures = await analytics.national(db)
    return render(
        "portal/reached.html", lang, **here, figures=figures, province=None, reached=await analytics.reached(db)
    )


async def definitions(db: Db, lang: str, _: str) -> str:
    """How each number is made, and what it is now by its own definition."""
    figures = await analytics.national(db)
    indicators = list(analytics.INDICATORS.values())
    measured = {each.code: await analytics.measure(db, each, day=figures.as_of) for each in indicators}
    here = common("/so-lieu/cach-tinh", lang)
    return render("portal/definitions.html", lang, **here, figures=figures, indicators=indicators, measured=measured)


async def help_page(_: Db, lang: str, __: str) -> str:
    """Questions that people ask, and whom to call."""
    return render("portal/help.html", lang, **common("/tro-giup", lang))


def chart_of(figures: Figures, lang: str) -> str:
    """The nation's doses a day, with the mean of seven days and its peak."""
    translate = translator(lang)
    days = [(day.day, day.doses) for day in figures.days]
    peak = translate("trung bình cao nhất {value}, ngày {day}")
    return drawing.daily_pair(days, label=translate("Số mũi tiêm mỗi ngày"), peak=peak)


def recent_of(figures: Figures) -> list[tuple[str, str]]:
    """The nation's last days as words, for the table under a chart."""
    return [(day(each.day), number(each.doses)) for each in reversed(figures.days[-_TABLE_DAYS:])]


def map_of(figures: Figures, lang: str) -> str:
    """The map of completed basic courses, each province a link to its page."""
    translate = translator(lang)
    shares = {area.code: area.complete_share for area in open_areas(figures.areas)}
    names = {area.code: name_of(area, lang) for area in figures.areas}
    return drawing.province_map(
        shares,
        names,
        link=f"{prefix(lang)}/tinh/{{code}}",
        label=translate("Bản đồ tỷ lệ tiêm đủ liều cơ bản theo tỉnh"),
        named=drawing.cities(shares, names),
        translate=translate,
    )


def common(here: str, lang: str) -> dict[str, object]:
    """What every page that is made for nobody in particular needs."""
    return {
        "here": here,
        "other_lang_url": here if lang == "en" else f"/en{here}",
        "home_url": f"{prefix(lang)}/",
        "me": None,
        "menu": [],
        "now": clock.local(clock.now()),
    }


def name_of(area: Named, lang: str) -> str:
    """An area's name in the reader's language."""
    return area.name if lang == "vi" else area.name_en


def prefix(lang: str) -> str:
    """What stands before the addresses of a language."""
    return "/en" if lang == "en" else ""


async def goals_of(db: Db, figures: Figures) -> list[Goal]:
    """The two goals of the campaign (Resolution 21/NQ-CP and the plan of July 2021)."""
    adults, everybody = math.ceil(figures.adults * areas.ADULTS_GOAL), math.ceil(figures.people * areas.PEOPLE_GOAL)
    return [
        Goal(
            name="Mục tiêu năm 2021",
            share=figures.adults_complete,
            goal=areas.ADULTS_GOAL,
            until=date(2021, 12, 31),
            words="người từ 18 tuổi đã tiêm đủ liều cơ bản",
            goal_words="mục tiêu 50% đến 31/12/2021",
            missing=max(0, adults - figures.totals.adults_complete),
            reached_on=await analytics.reached_on(db, adults, adults=True) if adults else None,
        ),
        Goal(
            name="Mục tiêu quý I/2022",
            share=figures.people_complete,
            goal=areas.PEOPLE_GOAL,
            until=date(2022, 3, 31),
            words="dân số đã tiêm đủ liều cơ bản",
            goal_words="mục tiêu 70% đến 31/03/2022",
            missing=max(0, everybody - figures.totals.complete),
            reached_on=await analytics.reached_on(db, everybody, adults=False) if everybody else None,
        ),
    ]
