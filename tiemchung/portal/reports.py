"""The portal's pages of one subject: the way to the goals, supply and use, safety, methods with their limits and revisions."""

from tiemchung.domain import analytics
from tiemchung.domain.analytics import areas, bulletin, public
from tiemchung.domain.analytics.rules import LEAST_PUBLISHED
from tiemchung.kit.db import Db
from tiemchung.portal.figures import chart_of, common, goals_of, recent_of
from tiemchung.web.pages import render

RANKED = 10


async def progress(db: Db, lang: str, _: str) -> str:
    """How far the nation and each province are on the way to the two goals, and when they would be reached at this pace."""
    figures = await analytics.national(db)
    rows = await areas.provinces(db, day=figures.as_of)
    return render(
        "portal/progress.html",
        lang,
        **common("/so-lieu/tien-do", lang),
        figures=figures,
        goals=await goals_of(db, figures),
        forecasts=await areas.goals(db, rows, day=figures.as_of),
        chart=chart_of(figures, lang),
        recent=recent_of(figures),
        months=await public.months(db, day=figures.as_of),
        products=await public.products(db, day=figures.as_of),
        provinces=public.open_goals(rows, {area.code: area.region for area in figures.areas}),
        adults_goal=areas.ADULTS_GOAL,
        people_goal=areas.PEOPLE_GOAL,
    )


async def supply(db: Db, lang: str, _: str) -> str:
    """Vaccine by decision, received and given, with both utilisations, and the ten provinces at either end.

    A province whose doses are withheld has no share and stands in no ranking.
    """
    made = bulletin.for_everybody(await bulletin.made(db))
    by_decision = made.ranked_by_decision()
    by_received = [one for one in made.ranked() if one.of_received is not None]
    return render(
        "portal/supply.html",
        lang,
        **common("/so-lieu/phan-bo", lang),
        bulletin=made,
        ledger=await analytics.ledger(db),
        decided=await analytics.measure(db, analytics.INDICATORS["utilisation_decided"], day=made.as_of),
        rankings=[
            ("decision", by_decision[:RANKED], list(reversed(by_decision[RANKED:][-RANKED:]))),
            ("received", by_received[:RANKED], list(reversed(by_received[RANKED:][-RANKED:]))),
        ],
    )


async def safety(db: Db, lang: str, _: str) -> str:
    """What was reported after doses, in plain words."""
    figures = await analytics.national(db)
    told = await public.safety(db, doses=figures.totals.doses)
    rates = {name: told.a_million(name) for name in told.counts}
    here = common("/so-lieu/an-toan", lang)
    return render("portal/safety.html", lang, **here, figures=figures, safety=told, rates=rates)


async def methods(db: Db, lang: str, _: str) -> str:
    """How figures come about, what they cannot say, and which were revised."""
    here = common("/so-lieu/phuong-phap", lang)
    return render("portal/methods.html", lang, **here, least=LEAST_PUBLISHED, revisions=await public.revisions(db))
