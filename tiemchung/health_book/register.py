"""Registering for a vaccination: one question a page, kept as a draft, checked, sent once, answered with a code.

The pages need no account: a browser without one keeps its form for a day and proves its phone before the form is sent.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import registrations
from tiemchung.domain.registrations.drafts import Draft
from tiemchung.health_book import register_areas as areas
from tiemchung.health_book import register_confirm as confirm
from tiemchung.health_book import register_forms as forms
from tiemchung.health_book import register_pages as pages
from tiemchung.health_book import register_send as send
from tiemchung.health_book.register_forms import STEPS, read_step
from tiemchung.health_book.register_owner import HERE, citizen_of, known, owner_of, remember
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id, typed_of
from tiemchung.web.guards import anyone
from tiemchung.web.pages import Web, page, see_other, words


@get(HERE, opt=anyone)
async def start(db: Db, request: Web) -> Response[bytes]:
    """Where a registration begins, or goes on."""
    open_draft = await registrations.drafts.open_draft(db, owner_of(request))
    return page(
        request,
        "health_book/register/start.html",
        draft=open_draft,
        campaign=await registrations.campaign_of(db),
        guest=citizen_of(request) is None,
    )


@post(HERE, opt=anyone)
async def begin(db: Db, request: Web) -> Any:
    """Begin a form; its id is the key of the act, so that a second press opens the same one."""
    owner, token = known(request)
    draft_id = await command_id(request)

    async def act() -> Answer:
        await registrations.drafts.keep(db, owner, draft_id, {})
        return Answer(location=f"{HERE}/{draft_id}/{STEPS[0]}")

    answer = await once(db, request, draft_id, "begin_registration", act)
    if token is not None:
        remember(answer, token)
    return answer


@get(f"{HERE}/{{draft_id:uuid}}/{{step:str}}", opt=anyone)
async def show(db: Db, request: Web, draft_id: UUID, step: str) -> Response[bytes] | Redirect:
    """One page of the form, with what was typed before."""
    draft = await registrations.drafts.draft(db, owner_of(request), draft_id)
    if draft.code is not None:
        return await pages.done(db, request, draft) if step == "xong" else see_other(f"{HERE}/{draft_id}/xong")
    if step not in STEPS:
        raise NotFound
    return await pages.step(db, request, draft, step, Filled(typed=dict(draft.answers)))


@post(f"{HERE}/{{draft_id:uuid}}/{{step:str}}", opt=anyone)
async def answer(db: Db, request: Web, draft_id: UUID, step: str) -> Any:
    """Take one page's answers: kept when they are right, shown again when not."""
    draft = await registrations.drafts.draft(db, owner_of(request), draft_id)
    if draft.code is not None:
        return see_other(f"{HERE}/{draft_id}/xong")
    if step not in STEPS:
        raise NotFound
    typed = await typed_of(request)
    if typed.get("action") == "keep":
        await registrations.drafts.add(db, owner_of(request), draft_id, forms.half_typed(step, typed))
        return Response(None, status_code=204)
    if step == "noi-o" and typed.get("pick"):
        place = await areas.picked(db, str(typed["pick"]))
        if "commune" not in place:
            wrong = {"pick": words(request)("Hãy chọn xã, phường trong danh sách.")}
            shown = Filled[Any](typed=typed | {"action": "search"}, errors=wrong)
            return await pages.step(db, request, draft, step, shown, status=422)
        typed |= place
    if (again := await _asked_for_more(db, request, draft, step, typed)) is not None:
        return again
    filled = await _read(db, request, draft, step, typed)
    if filled.errors:
        return await pages.step(db, request, draft, step, filled, status=422)
    kept = draft.answers | forms.scanned(typed) | {name: str(value) for name, value in filled.typed.items()}
    await registrations.drafts.keep(db, owner_of(request), draft_id, kept)
    following = "kiem-tra" if typed.get("change") == "1" else STEPS[STEPS.index(step) + 1]
    return see_other(f"{HERE}/{draft_id}/{following}")


@post(f"{HERE}/{{draft_id:uuid}}/xoa", opt=anyone)
async def drop(db: Db, request: Web, draft_id: UUID) -> Redirect:
    """Throw a form away."""
    await registrations.drafts.drop(db, owner_of(request), draft_id)
    return see_other(HERE)


async def _read(db: Db, request: Web, draft: Draft, step: str, typed: dict[str, Any]) -> Filled[Any]:
    """A page's answers with their errors, those that depend on other pages and on the database included."""
    _ = words(request)
    filled = read_step(step, typed, _)
    if step == "giay-to" and citizen_of(request) is None and not typed.get("contact_phone"):
        filled.errors["contact_phone"] = _("Hãy nhập số điện thoại nhận mã xác nhận.")
    if step in {"nguoi-tiem", "mong-muon"} and not filled.errors:
        await pages.check_lists(db, filled, _)
    if step == "nguoi-tiem" and not filled.errors:
        forms.check_guardian(filled, draft.answers, _)
    if step == "noi-o" and not filled.errors:
        await areas.check(db, filled, _)
    if step == "mong-muon" and not filled.errors:
        await areas.check_site(db, filled.value.wanted_place, filled.errors, _)
    return filled


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
        return await pages.step(db, request, draft, step, filled)
    incomplete = not typed.get("district") or not typed.get("commune")
    if step == "noi-o" and typed.get("find") and incomplete and not typed.get("province"):
        typed, action = typed | {"action": "search"}, "search"  # Enter in the search field
    if step == "noi-o" and (
        action in {"areas", "search"} or (action != "next" and typed.get("province") and incomplete)
    ):
        return await pages.step(db, request, draft, step, Filled[Any](typed=dict(typed)))
    return None


routes = [start, begin, show, answer, drop, *send.routes, *confirm.routes]
