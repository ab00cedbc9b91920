"""Registering for a vaccination: one question a page, kept as a draft, checked, sent once, answered with a code."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import access, geography, people, registrations, vaccines
from tiemchung.domain.people import IdentifierTaken
from tiemchung.domain.registrations import AlreadyRegistered
from tiemchung.domain.registrations.drafts import Draft
from tiemchung.health_book import register_forms as forms
from tiemchung.health_book import register_sent
from tiemchung.health_book.register_forms import STEPS, TITLES, Complete, read_step
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id, typed_of
from tiemchung.web.guards import citizen
from tiemchung.web.pages import Web, language, page, see_other, words

HERE = "/so-suc-khoe/dang-ky"


class SelfKnown(DomainError):
    """The account's holder is somebody else already."""

    sentence = "Tài khoản này đã có hồ sơ của chủ tài khoản. Nếu đăng ký cho người khác, hãy chọn quan hệ với bạn."
    field = "who"
    rule = "one_self"


@get(HERE, opt=citizen)
async def start(db: Db, request: Web) -> Response[bytes]:
    """Where a registration begins, or goes on."""
    me: access.Citizen = request.state.actor
    open_draft = await registrations.drafts.open_draft(db, me.id)
    return page(
        request, "health_book/register/start.html", draft=open_draft, campaign=await registrations.campaign_of(db)
    )


@post(HERE, opt=citizen)
async def begin(db: Db, request: Web) -> Any:
    """Begin a form; its id is the key of the act, so that a second press opens the same one."""
    me: access.Citizen = request.state.actor
    draft_id = await command_id(request)

    async def act() -> Answer:
        await registrations.drafts.keep(db, me.id, draft_id, {})
        return Answer(location=f"{HERE}/{draft_id}/{STEPS[0]}")

    return await once(db, request, draft_id, "begin_registration", act)


@get(f"{HERE}/{{draft_id:uuid}}/{{step:str}}", opt=citizen)
async def show(db: Db, request: Web, draft_id: UUID, step: str) -> Response[bytes] | Redirect:
    """One page of the form, with what was typed before."""
    me: access.Citizen = request.state.actor
    draft = await registrations.drafts.draft(db, me.id, draft_id)
    if draft.code is not None:
        return await _done(db, request, draft) if step == "xong" else see_other(f"{HERE}/{draft_id}/xong")
    if step not in STEPS:
        raise NotFound
    if step == "kiem-tra":
        return await _check_page(db, request, draft)
    return await _step_page(db, request, draft, step, Filled(typed=dict(draft.answers)))


@post(f"{HERE}/{{draft_id:uuid}}/{{step:str}}", opt=citizen)
async def answer(db: Db, request: Web, draft_id: UUID, step: str) -> Any:
    """Take one page's answers: kept when they are right, shown again when not."""
    me: access.Citizen = request.state.actor
    draft = await registrations.drafts.draft(db, me.id, draft_id)
    if draft.code is not None:
        return see_other(f"{HERE}/{draft_id}/xong")
    if step == "kiem-tra":
        return await _send(db, request, me, draft)
    if step not in STEPS:
        raise NotFound
    typed = await typed_of(request)
    if step == "noi-o" and typed.get("pick"):
        typed |= await _picked(db, str(typed["pick"]))
    if (again := await _asked_for_more(db, request, draft, step, typed)) is not None:
        return again
    filled = read_step(step, typed, words(request))
    if step == "noi-o" and not filled.errors:
        await _check_area(db, request, filled)
    if filled.errors:
        return await _step_page(db, request, draft, step, filled, status=422)
    kept = draft.answers | {name: str(value) for name, value in filled.typed.items()}
    await registrations.drafts.keep(db, me.id, draft_id, kept)
    following = "kiem-tra" if typed.get("change") == "1" else STEPS[STEPS.index(step) + 1]
    return see_other(f"{HERE}/{draft_id}/{following}")


@post(f"{HERE}/{{draft_id:uuid}}/xoa", opt=citizen)
async def drop(db: Db, request: Web, draft_id: UUID) -> Redirect:
    """Throw a form away."""
    me: access.Citizen = request.state.actor
    await registrations.drafts.drop(db, me.id, draft_id)
    return see_other(HERE)


async def _asked_for_more(
    db: Db, request: Web, draft: Draft, step: str, typed: dict[str, Any]
) -> Response[bytes] | None:
    """Buttons that fill or refresh the page without going on: "no to everything", the next list of areas, a search."""
    action = typed.get("action", "")
    if step == "suc-khoe" and action == "all_no":
        born = read_step("nguoi-tiem", draft.answers, words(request))
        birth_date = None if born.errors else born.value.birth.on
        answers = registrations.all_no(birth_date, clock.day_of(db.at))
        filled = Filled[Any](typed={f"q_{code}": given.answer for code, given in answers.items()})
        return await _step_page(db, request, draft, step, filled)
    incomplete = not typed.get("district") or not typed.get("commune")
    if step == "noi-o" and typed.get("find") and incomplete and not typed.get("province"):
        typed, action = typed | {"action": "search"}, "search"  # Enter in the search field
    if step == "noi-o" and (
        action in {"areas", "search"} or (action != "next" and typed.get("province") and incomplete)
    ):
        return await _step_page(db, request, draft, step, Filled[Any](typed=dict(typed)))
    return None


async def _send(db: Db, request: Web, me: access.Citizen, draft: Draft) -> Any:
    """Send the form once; the draft closes with the code."""
    complete = forms.read_all(draft.answers, words(request))
    if isinstance(complete, str):
        return see_other(f"{HERE}/{draft.draft_id}/{complete}")
    if (await typed_of(request)).get("consent") != "1":
        errors = {"consent": words(request)("Hãy đọc phiếu đồng ý tiêm chủng và đánh dấu nếu bạn đồng ý.")}
        return await _check_page(db, request, draft, errors=errors, status=422)

    async def act() -> Answer:
        code = await _submit(db, me, complete)
        await registrations.drafts.close(db, me.id, draft.draft_id, code)
        return Answer(location=f"{HERE}/{draft.draft_id}/xong")

    try:
        return await once(db, request, await command_id(request), "register", act)
    except (IdentifierTaken, AlreadyRegistered, SelfKnown) as error:
        told = {error.field or "consent": sentence(error, language(request))}
        return await _check_page(db, request, draft, errors=told, status=error.status)


async def _submit(db: Db, me: access.Citizen, form: Complete) -> str:
    campaign = await registrations.campaign_of(db)
    area = await geography.by_code(db, form.home.commune, campaign.geography_on)
    groups = {group.code: group.priority_group_id for group in await registrations.priority_groups(db)}
    new = register_sent.registration(
        form,
        account_phone=await access.phone_of(db, me.id),
        area_id=area.area_id,
        group_id=groups[form.group.group],
        consent_text_id=(await registrations.consent_text(db)).consent_text_id,
    )
    submitted = await registrations.submit(db, new, account_id=me.id, relation=form.papers.who)
    if form.papers.who == "self":
        selves = [member for member in await people.members(db, me.id) if member.relation == "self"]
        if any(member.person_id != submitted.registration.person_id for member in selves):
            raise SelfKnown
    return submitted.registration.code


async def _step_page(
    db: Db, request: Web, draft: Draft, step: str, filled: Filled[Any], status: int = 200
) -> Response[bytes]:
    me: access.Citizen = request.state.actor
    change = request.query_params.get("doi") == "1" or filled.typed.get("change") == "1"
    lists = await _lists(db, me, step, filled.typed)
    return page(
        request,
        f"health_book/register/{step.replace('-', '_')}.html",
        status=status,
        draft=draft,
        step=step,
        number=STEPS.index(step) + 1,
        steps=STEPS,
        title=TITLES[step],
        typed=filled.typed,
        errors=filled.errors,
        who=draft.answers.get("name", ""),
        before=_before(draft, step, change),
        change=change,
        **lists,
    )


async def _lists(db: Db, me: access.Citizen, step: str, typed: dict[str, Any]) -> dict[str, object]:
    """What a page offers to choose from."""
    match step:
        case "giay-to":
            return {"relations": list(people.RELATIONS.items()), "documents": list(forms.DOCUMENTS.items())}
        case "nguoi-tiem":
            return {
                "sexes": list(people.SEXES.items()),
                "countries": await people.countries(db),
                "ethnic_groups": await people.ethnic_groups(db),
                "phone": people.local_phone(await access.phone_of(db, me.id)),
            }
        case "noi-o":
            return await _areas(db, typed)
        case "nhom-uu-tien":
            return {"groups": await registrations.priority_groups(db)}
        case "suc-khoe":
            return {"questions": registrations.QUESTIONS}
        case _:
            return {
                "doses": list(registrations.DOSES.items()),
                "parts": list(registrations.PARTS.items()),
                "products": await vaccines.products(db),
            }


async def _areas(db: Db, typed: dict[str, Any]) -> dict[str, object]:
    """Provinces, the districts of the chosen one and the communes of the chosen one of these; or what a search found."""
    on = (await registrations.campaign_of(db)).geography_on
    provinces = await geography.provinces(db, on)
    districts: list[geography.Area] = []
    communes: list[geography.Area] = []
    province = next((area for area in provinces if area.code == typed.get("province")), None)
    if province is not None:
        districts = await geography.children(db, province.area_id, on)
    district = next((area for area in districts if area.code == typed.get("district")), None)
    if district is not None:
        communes = await geography.children(db, district.area_id, on)
    find = str(typed.get("find", ""))[:100]
    found = await geography.search(db, find, on) if typed.get("action") == "search" else []
    choices = [(f.area.code, f"{f.area.short}, {f.within}") for f in found]
    return {
        "provinces": [(area.code, area.name) for area in provinces],
        "districts": [(area.code, area.name) for area in districts],
        "communes": [(area.code, area.name) for area in communes],
        "found": choices,
        "searched": typed.get("action") == "search",
    }


async def _picked(db: Db, code: str) -> dict[str, str]:
    """The province, district and commune of a search result that was chosen."""
    on = (await registrations.campaign_of(db)).geography_on
    area = await geography.by_code(db, code, on)
    return {part.level: part.code for part in (await geography.lineage(db, area.area_id)).areas}


async def _check_area(db: Db, request: Web, filled: Filled[Any]) -> None:
    """The commune must lie in the district and the province that were chosen."""
    on = (await registrations.campaign_of(db)).geography_on
    home: forms.Home = filled.value
    try:
        area = await geography.by_code(db, home.commune, on)
    except NotFound:
        filled.errors["commune"] = words(request)("Hãy chọn xã, phường trong danh sách.")
        return
    where = await geography.lineage(db, area.area_id)
    codes = {part.level: part.code for part in where.areas}
    if codes.get("district") != home.district or codes.get("province") != home.province:
        filled.errors["commune"] = words(request)("Xã, phường đã chọn không thuộc quận, huyện và tỉnh đã chọn.")


async def _check_page(
    db: Db, request: Web, draft: Draft, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[bytes] | Redirect:
    complete = forms.read_all(draft.answers, words(request))
    if isinstance(complete, str):
        return see_other(f"{HERE}/{draft.draft_id}/{complete}")
    me: access.Citizen = request.state.actor
    on = (await registrations.campaign_of(db)).geography_on
    area = await geography.by_code(db, complete.home.commune, on)
    groups = await registrations.priority_groups(db)
    text = await registrations.consent_text(db)
    products = {product.code: product.name for product in await vaccines.products(db)}
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
        account_phone=people.masked_phone(await access.phone_of(db, me.id)),
        relation=people.RELATIONS[complete.papers.who],
        document=forms.DOCUMENTS[complete.papers.document],
        area_words=(await geography.lineage(db, area.area_id)).words,
        group=next(group for group in groups if group.code == complete.group.group),
        questions=registrations.QUESTIONS,
        notable=[q for q in registrations.QUESTIONS if complete.health.answers[q.code].answer != "no"],
        dose=registrations.DOSES[complete.wish.dose],
        product=products.get(complete.wish.previous_product or "", ""),
        part=registrations.PARTS[complete.wish.wanted_part],
        doubts=complete.doubts(),
        consent=text.body_en if language(request) == "en" else text.body,
    )


async def _done(db: Db, request: Web, draft: Draft) -> Response[bytes]:
    found = await registrations.by_code(db, draft.code or "")
    return page(request, "health_book/register/done.html", registration=found)


def _before(draft: Draft, step: str, change: bool) -> str:
    if change:
        return f"{HERE}/{draft.draft_id}/kiem-tra"
    index = STEPS.index(step)
    return HERE if index == 0 else f"{HERE}/{draft.draft_id}/{STEPS[index - 1]}"


routes = [start, begin, show, answer, drop]
