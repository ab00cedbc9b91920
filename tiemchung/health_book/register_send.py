"""Looking through a form and sending it: at once for somebody new, the long way for whoever may be known already."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import access, registrations
from tiemchung.domain.people import IdentifierTaken
from tiemchung.domain.registrations import AlreadyRegistered
from tiemchung.domain.registrations.at_once import Ready
from tiemchung.domain.registrations.drafts import Draft, Owner
from tiemchung.health_book import register_confirm as confirm
from tiemchung.health_book import register_forms as forms
from tiemchung.health_book import register_pages as pages
from tiemchung.health_book import register_sent
from tiemchung.health_book.register_forms import Complete
from tiemchung.health_book.register_owner import HERE, citizen_of, owner_of
from tiemchung.kit.db import Db
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import command_id, typed_of
from tiemchung.web.guards import anyone
from tiemchung.web.pages import Web, language, see_other, words


@get(f"{HERE}/{{draft_id:uuid}}/kiem-tra", opt=anyone)
async def look_through(db: Db, request: Web, draft_id: UUID) -> Response[bytes] | Redirect:
    """All answers, the consent, and the button that sends them."""
    draft = await registrations.drafts.draft(db, owner_of(request), draft_id)
    return see_other(_done(draft)) if draft.code is not None else await pages.check(db, request, draft)


@post(f"{HERE}/{{draft_id:uuid}}/kiem-tra", opt=anyone)
async def send(db: Db, request: Web, draft_id: UUID) -> Any:
    """Send the form once; it closes with the code. Without an account the phone is proven first."""
    me = citizen_of(request)
    ready = None if me is None else await registrations.at_once.ready(db, me.id, draft_id)
    draft = await registrations.drafts.draft(db, owner_of(request), draft_id) if ready is None else ready.draft
    if draft.code is not None:
        return see_other(_done(draft))
    complete = forms.read_all(draft.answers, words(request))
    if isinstance(complete, str):
        return see_other(f"{HERE}/{draft_id}/{complete}")
    if (await typed_of(request)).get("consent") != "1":
        errors = {"consent": words(request)("Hãy đọc phiếu đồng ý tiêm chủng và đánh dấu nếu bạn đồng ý.")}
        return await pages.check(db, request, draft, errors=errors, status=422)
    if me is None or ready is None:
        return await confirm.send_code(db, request, draft, complete)
    if await _at_once(db, ready, complete, await command_id(request)):
        return see_other(_done(draft))
    return await _the_long_way(db, request, me, draft, complete)


async def _at_once(db: Db, ready: Ready, complete: Complete, key: UUID) -> bool:
    """Whether this was somebody new, and everything is written."""
    on = await registrations.at_once.grounds(db, complete.home.commune, complete.group.group)
    new = register_sent.registration(
        complete,
        account_phone=ready.phone,
        area_id=on.area_id,
        group_id=on.priority_group_id,
        consent_text_id=on.consent_text_id,
        channel="app",
    )
    relation, answer = complete.papers.who, Answer(location=_done(ready.draft))
    return await registrations.at_once.submit_new(db, new, on, ready, relation=relation, command_id=key, answer=answer)


async def _the_long_way(
    db: Db, request: Web, me: access.Citizen, draft: Draft, complete: Complete
) -> Response[Any] | Redirect:
    """Recognise who is known already; a refusal shows the answers again, with what was typed."""

    async def act() -> Answer:
        code = await confirm.submit(db, me.id, complete, channel="app")
        await registrations.drafts.close(db, Owner(account_id=me.id), draft.draft_id, code)
        return Answer(location=_done(draft))

    try:
        return await once(db, request, await command_id(request), "register", act)
    except (IdentifierTaken, AlreadyRegistered, confirm.SelfKnown) as error:
        told = {error.field or "consent": sentence(error, language(request))}
        return await pages.check(db, request, draft, errors=told, status=error.status)


def _done(draft: Draft) -> str:
    return f"{HERE}/{draft.draft_id}/xong"


routes = [look_through, send]
