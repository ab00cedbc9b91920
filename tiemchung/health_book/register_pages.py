"""What the pages of a registration show: each step with its lists, the answers to check, the code at the end."""

from collections.abc import Sequence
from typing import Any

from litestar import Response
from litestar.response import Redirect

from tiemchung.domain import access, geography, people, registrations, sites, vaccines
from tiemchung.domain.registrations.drafts import Draft
from tiemchung.health_book import notifications
from tiemchung.health_book import register_areas as areas
from tiemchung.health_book import register_forms as forms
from tiemchung.health_book.register_forms import STEPS, TITLES
from tiemchung.health_book.register_owner import HERE, citizen_of
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web.forms import Filled
from tiemchung.web.i18n import Translate
from tiemchung.web.pages import Web, language, page, see_other, words

LABELS = {name: field.label for form in forms.FORMS.values() for name, field in form.fields.items()}


async def step(
    db: Db, request: Web, draft: Draft, name: str, filled: Filled[Any], status: int = 200
) -> Response[bytes]:
    """One page of the form."""
    change = request.query_params.get("doi") == "1" or filled.typed.get("change") == "1"
    lists = await _lists(db, request, draft, name, filled.typed)
    return page(
        request,
        f"health_book/register/{name.replace('-', '_')}.html",
        status=status,
        draft=draft,
        step=name,
        number=STEPS.index(name) + 1,
        steps=STEPS,
        title=TITLES[name],
        typed=filled.typed,
        errors=filled.errors,
        who=draft.answers.get("name", ""),
        before=_before(draft, name, change),
        change=change,
        guest=citizen_of(request) is None,
        **lists,
    )


async def check(
    db: Db, request: Web, draft: Draft, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[bytes] | Redirect:
    """All answers to look through, each with the way to change it, and the consent."""
    complete = forms.read_all(draft.answers, words(request))
    if isinstance(complete, str):
        return see_other(f"{HERE}/{draft.draft_id}/{complete}")
    on = (await registrations.campaign_of(db)).geography_on
    area = await geography.by_code(db, complete.home.commune, on)
    groups = await registrations.priority_groups(db)
    text = await registrations.consent_text(db)
    products = {product.code: product.name for product in await vaccines.products(db)}
    wanted = complete.wish.wanted_place
    wanted_place = (await sites.places(db, [wanted])).get(wanted) if wanted else None
    return page(
        request,
        "health_book/register/kiem_tra.html",
        status=status,
        draft=draft,
        step="kiem-tra",
        number=len(STEPS),
        steps=STEPS,
        title=TITLES["kiem-tra"],
        errors=errors or {},
        who=complete.about.name,
        before=f"{HERE}/{draft.draft_id}/{STEPS[-2]}",
        form=complete,
        age=people.age(complete.about.birth.on, clock.day_of(db.at)),
        sex=people.SEXES[complete.about.sex],
        account_phone=people.masked_phone(await phone_of(db, request, complete)),
        guest=citizen_of(request) is None,
        relation=people.RELATIONS[complete.papers.who],
        document=forms.DOCUMENTS[complete.papers.document],
        area_words=(await geography.lineage(db, area.area_id)).words,
        group=next(group for group in groups if group.code == complete.group.group),
        questions=registrations.QUESTIONS,
        notable=[q for q in registrations.QUESTIONS if complete.health.answers[q.code].answer != "no"],
        dose=registrations.DOSES[complete.wish.dose],
        product=products.get(complete.wish.previous_product or "", ""),
        part=registrations.PARTS[complete.wish.wanted_part],
        wanted_place=wanted_place.name if wanted_place else "",
        doubts=complete.doubts(),
        consent=text.body_en if language(request) == "en" else text.body,
    )


async def check_lists(db: Db, filled: Filled[Any], _: Translate) -> None:
    """What is chosen from a list must stand in it."""
    given = filled.value
    known: dict[str, tuple[str | None, Sequence[people.Choice | vaccines.Product]]] = {}
    if isinstance(given, forms.About):
        known["nationality"] = given.nationality, await people.countries(db)
        known["ethnic_group"] = given.ethnic_group, await people.ethnic_groups(db)
    elif isinstance(given, forms.Wish):
        known["previous_product"] = given.previous_product, await vaccines.products(db)
    for name, (chosen, choices) in known.items():
        if chosen is not None and chosen not in {choice.code for choice in choices}:
            filled.errors[name] = _("{label}: hãy chọn một mục trong danh sách.").format(label=_(LABELS[name]))


async def done(db: Db, request: Web, draft: Draft) -> Response[bytes]:
    """The registration code and what comes next."""
    found = await registrations.by_code(db, draft.code or "")
    me = citizen_of(request)
    push_key = await notifications.offer(db, me) if me else ""
    return page(request, "health_book/register/done.html", registration=found, guest=me is None, push_key=push_key)


async def phone_of(db: Db, request: Web, form: forms.Complete) -> str:
    """The number that messages go to: the account's, or the one that was typed."""
    me = citizen_of(request)
    return form.papers.contact_phone or "" if me is None else await access.phone_of(db, me.id)


async def _lists(db: Db, request: Web, draft: Draft, name: str, typed: dict[str, Any]) -> dict[str, object]:
    """What a page offers to choose from."""
    match name:
        case "giay-to":
            return {"relations": list(people.RELATIONS.items()), "documents": list(forms.DOCUMENTS.items())}
        case "nguoi-tiem":
            me = citizen_of(request)
            phone = draft.answers.get("contact_phone", "") if me is None else await access.phone_of(db, me.id)
            return {
                "sexes": list(people.SEXES.items()),
                "countries": await people.countries(db),
                "ethnic_groups": await people.ethnic_groups(db),
                "phone": people.local_phone(phone),
            }
        case "noi-o":
            return await areas.lists(db, typed)
        case "nhom-uu-tien":
            return {"groups": await registrations.priority_groups(db)}
        case "suc-khoe":
            return {"questions": registrations.QUESTIONS}
        case _:
            return {
                "doses": list(registrations.DOSES.items()),
                "parts": list(registrations.PARTS.items()),
                "products": await vaccines.products(db),
                "places": await areas.sites_near(db, draft.answers.get("commune", "")),
            }


def _before(draft: Draft, name: str, change: bool) -> str:
    if change:
        return f"{HERE}/{draft.draft_id}/kiem-tra"
    index = STEPS.index(name)
    return HERE if index == 0 else f"{HERE}/{draft.draft_id}/{STEPS[index - 1]}"
