"""Sending a registration; without an account, proving the phone with a one-time code first."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tiemchung.domain import access, geography, messaging, people, registrations
from tiemchung.domain.access import CodeExpired, CodeWrong
from tiemchung.domain.people import IdentifierTaken
from tiemchung.domain.registrations import AlreadyRegistered
from tiemchung.domain.registrations.drafts import Draft
from tiemchung.health_book import register_forms as forms
from tiemchung.health_book import register_pages as pages
from tiemchung.health_book import register_sent
from tiemchung.health_book.register_forms import Complete
from tiemchung.health_book.register_owner import HERE, owner_of
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, TooManyRequests
from tiemchung.web import fields
from tiemchung.web.answers import sentence
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import anyone
from tiemchung.web.pages import Web, language, page, see_other, words

_PURPOSE = "registration"
_CHALLENGE = "challenge_id"


class SelfKnown(DomainError):
    """The account's holder is somebody else already."""

    sentence = "Tài khoản này đã có hồ sơ của chủ tài khoản. Nếu đăng ký cho người khác, hãy chọn quan hệ với bạn."
    field = "who"
    rule = "one_self"


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The code from the message."""

    code: str


CODE = Form(Typed, code=Field("Mã xác nhận", fields.digits(6)))


async def submit(db: Db, account_id: UUID, form: Complete, *, channel: str) -> str:
    """Register what the form says on an account's phone; the registration code."""
    campaign = await registrations.campaign_of(db)
    area = await geography.by_code(db, form.home.commune, campaign.geography_on)
    groups = {group.code: group.priority_group_id for group in await registrations.priority_groups(db)}
    new = register_sent.registration(
        form,
        account_phone=await access.phone_of(db, account_id),
        area_id=area.area_id,
        group_id=groups[form.group.group],
        consent_text_id=(await registrations.consent_text(db)).consent_text_id,
        channel=channel,
    )
    submitted = await registrations.submit(db, new, account_id=account_id, relation=form.papers.who)
    if form.papers.who == "self":
        selves = [member for member in await people.members(db, account_id) if member.relation == "self"]
        if any(member.person_id != submitted.registration.person_id for member in selves):
            raise SelfKnown
    return submitted.registration.code


async def send_code(db: Db, request: Web, draft: Draft, form: Complete) -> Response[Any] | Redirect:
    """Send a one-time code to the typed number and go on to the page that asks for it."""
    phone = form.papers.contact_phone
    if phone is None:
        return see_other(f"{HERE}/{draft.draft_id}/giay-to?doi=1")
    address = request.client.host if request.client else ""
    try:
        made = await access.send_code(db, phone=phone, address=address, purpose=_PURPOSE)
    except TooManyRequests as error:
        told = {"consent": sentence(error, language(request))}
        return await pages.check(db, request, draft, errors=told, status=error.status)
    await messaging.send(db, phone=phone, template="otp", lang=language(request), code=made.code)
    kept = draft.answers | {_CHALLENGE: str(made.challenge_id)}
    await registrations.drafts.keep(db, owner_of(request), draft.draft_id, kept)
    return see_other(f"{HERE}/{draft.draft_id}/xac-nhan")


@get(f"{HERE}/{{draft_id:uuid}}/xac-nhan", opt=anyone)
async def ask(db: Db, request: Web, draft_id: UUID) -> Response[bytes] | Redirect:
    """Where the code is typed."""
    draft = await registrations.drafts.draft(db, owner_of(request), draft_id)
    if draft.code is not None:
        return see_other(f"{HERE}/{draft_id}/xong")
    return _page(request, draft, Filled[Typed]())


@post(f"{HERE}/{{draft_id:uuid}}/xac-nhan", opt=anyone)
async def check(db: Db, request: Web, draft_id: UUID) -> Response[Any] | Redirect:
    """Check the code and send the form; the form's own id keeps a second press from sending it twice."""
    owner = owner_of(request)
    draft = await registrations.drafts.draft(db, owner, draft_id)
    if draft.code is not None:
        return see_other(f"{HERE}/{draft_id}/xong")
    complete = forms.read_all(draft.answers, words(request))
    if isinstance(complete, str) or complete.papers.contact_phone is None or _CHALLENGE not in draft.answers:
        return see_other(f"{HERE}/{draft_id}/kiem-tra")
    form = await read(request, CODE)
    if form.errors:
        return _page(request, draft, form, status=422)
    phone = complete.papers.contact_phone
    try:
        await access.check_code(
            db, challenge_id=UUID(draft.answers[_CHALLENGE]), code=form.value.code, purpose=_PURPOSE, phone=phone
        )
    except (CodeWrong, CodeExpired) as error:
        form.errors["code"] = sentence(error, language(request))
        return _page(request, draft, form, status=error.status)
    try:
        async with db.connection.transaction():
            account_id = await access.account_of(db, phone=phone, lang=language(request))
            code = await submit(db, account_id, complete, channel="portal")
            await registrations.drafts.close(db, owner, draft_id, code)
    except (IdentifierTaken, AlreadyRegistered, SelfKnown) as error:
        told = {error.field or "consent": sentence(error, language(request))}
        return await pages.check(db, request, draft, errors=told, status=error.status)
    return see_other(f"{HERE}/{draft_id}/xong")


@post(f"{HERE}/{{draft_id:uuid}}/gui-lai", opt=anyone)
async def again(db: Db, request: Web, draft_id: UUID) -> Response[Any] | Redirect:
    """Send another code; the earlier one is worthless then."""
    draft = await registrations.drafts.draft(db, owner_of(request), draft_id)
    complete = forms.read_all(draft.answers, words(request))
    if isinstance(complete, str) or _CHALLENGE not in draft.answers:
        return see_other(f"{HERE}/{draft_id}/kiem-tra")
    return await send_code(db, request, draft, complete)


def _page(request: Web, draft: Draft, form: Filled[Typed], status: int = 200) -> Response[bytes]:
    typed = forms.PAPERS.fields["contact_phone"].parse(draft.answers.get("contact_phone", ""))
    return page(
        request,
        "health_book/register/xac_nhan.html",
        status=status,
        draft=draft,
        form=form,
        masked_phone=people.masked_phone(typed),
    )


routes = [ask, check, again]
