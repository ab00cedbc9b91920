"""A change to the schedule: written, compared, read and approved by a second officer, published."""

import difflib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS
from tiemchung.domain import rulebook
from tiemchung.domain.schedule.wrong import ScheduleWrong
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read, typed_of
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/dieu-hanh/lich-tiem"
DRAFT = HERE + "/nhap/{draft_id:uuid}"
OFFICER = staff("national_operator")
LONGEST = 200_000  # characters of one file


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """That the comparison was read, of the text with this digest."""

    read: bool
    digest: str


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """From which day a schedule answers."""

    valid_from: date


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What differs in a file: lines with what happened to them (add, del, at for a gap, or nothing)."""

    file: str
    lines: list[tuple[str, str]]


APPROVE = Form(
    Approval,
    read=Field("Tôi đã đọc bản so sánh và phần khác biệt ở trên", fields.ticked),
    digest=Field("Văn bản", fields.text(64, 64)),
)
PUBLISH = Form(Start, valid_from=Field("Áp dụng từ ngày", fields.day))


@get(HERE + "/soan", opt=OFFICER)
async def write(db: Db, request: Web) -> Response[bytes]:
    """The files of the schedule in force, to be changed."""
    force = await rulebook.in_force(db, clock.day_of(db.at))
    return _writing(request, force.ready.texts, "", {}, f"{HERE}/soan")


@post(HERE + "/soan", opt=OFFICER)
async def keep(db: Db, request: Web) -> Response[Any] | Redirect:
    """Keep a draft that reads, compiles and passes its worked cases."""
    force = await rulebook.in_force(db, clock.day_of(db.at))
    texts, note, errors = await _typed(request, force.ready.texts)
    if errors:
        return _writing(request, texts, note, errors, f"{HERE}/soan", status=422)

    async def act() -> Answer:
        return Answer(location=f"{HERE}/nhap/{await rulebook.write(db, texts, note)}")

    try:
        return await once(db, request, await command_id(request), "rule_set.draft", act)
    except DomainError as refused:
        if refused.status != 422:
            raise
        return _writing(request, texts, note, _told(refused, request), f"{HERE}/soan", status=422)


@get(DRAFT, opt=staff(*MANAGERS))
async def look(db: Db, request: Web, draft_id: UUID) -> Response[bytes]:
    """A draft with its comparison and its differences; that an officer had them before them is written down."""
    return await _draft(db, request, draft_id, Filled[Any]())


@get(DRAFT + "/sua", opt=OFFICER)
async def rewrite_form(db: Db, request: Web, draft_id: UUID) -> Response[bytes]:
    """One's own draft, to be changed."""
    draft = await rulebook.draft(db, draft_id)
    return _writing(request, await rulebook.texts_of_draft(db, draft_id), draft.note, {}, f"{HERE}/nhap/{draft_id}/sua")


@post(DRAFT + "/sua", opt=OFFICER)
async def rewrite(db: Db, request: Web, draft_id: UUID) -> Response[Any] | Redirect:
    """Change one's own draft; comparison and approval begin anew."""
    action = f"{HERE}/nhap/{draft_id}/sua"
    texts, note, errors = await _typed(request, await rulebook.texts_of_draft(db, draft_id))
    if errors:
        return _writing(request, texts, note, errors, action, status=422)

    async def act() -> Answer:
        await rulebook.rewrite(db, draft_id, texts, note)
        return Answer(location=f"{HERE}/nhap/{draft_id}")

    try:
        return await once(db, request, await command_id(request), "rule_set.redraft", act)
    except DomainError as refused:
        if refused.status != 422:
            raise
        return _writing(request, texts, note, _told(refused, request), action, status=422)


@post(DRAFT + "/duyet", opt=OFFICER)
async def approve(db: Db, request: Web, draft_id: UUID) -> Response[Any] | Redirect:
    """Approve as a second officer who has read the comparison."""
    form = await read(request, APPROVE)
    if form.errors:
        return await _draft(db, request, draft_id, form, status=422)

    async def act() -> Answer:
        await rulebook.approve(db, draft_id, bytes.fromhex(form.value.digest))
        return Answer(location=f"{HERE}/nhap/{draft_id}")

    return await _done(db, request, draft_id, form, "rule_set.approve", act)


@post(DRAFT + "/cong-bo", opt=OFFICER)
async def publish(db: Db, request: Web, draft_id: UUID) -> Response[Any] | Redirect:
    """Let an approved draft answer from a day on."""
    form = await read(request, PUBLISH)
    if form.errors:
        return await _draft(db, request, draft_id, form, status=422)

    async def act() -> Answer:
        await rulebook.publish(db, draft_id, form.value.valid_from)
        return Answer(location=HERE)

    return await _done(db, request, draft_id, form, "rule_set.publish", act)


@post(DRAFT + "/rut", opt=OFFICER)
async def withdraw(db: Db, request: Web, draft_id: UUID) -> Response[Any] | Redirect:
    """Give one's own draft up."""

    async def act() -> Answer:
        await rulebook.withdraw(db, draft_id)
        return Answer(location=HERE)

    return await _done(db, request, draft_id, Filled[Any](), "rule_set.withdraw", act)


async def _done(
    db: Db, request: Web, draft_id: UUID, form: Filled[Any], kind: str, act: Any
) -> Response[Any] | Redirect:
    try:
        return await once(db, request, await command_id(request), kind, act)
    except DomainError as refused:
        if refused.status == 404:
            raise
        form.errors[refused.field or "act"] = sentence(refused, language(request))
        return await _draft(db, request, draft_id, form, status=refused.status)


async def _draft(db: Db, request: Web, draft_id: UUID, form: Filled[Any], *, status: int = 200) -> Response[bytes]:
    draft = await rulebook.open_comparison(db, draft_id)
    member = request.state.actor
    return page(
        request,
        "command_centre/schedule_draft.html",
        status=status,
        draft=draft,
        digest=draft.digest.hex(),
        changes=_changes(await rulebook.texts_of(db, draft.based_on), await rulebook.texts_of_draft(db, draft_id)),
        statuses=rulebook.STATUSES,
        states=rulebook.STATES,
        is_author=draft.author_id == member.id,
        may_approve=draft.status == "waiting" and draft.author_id != member.id and member.has("national_operator"),
        form=form,
        today=clock.day_of(db.at),
    )


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What differs, file by file, with three lines around."""
    kinds = {"+": "add", "-": "del", "@": "at", " ": ""}
    found: list[Change] = []
    for name in sorted({*before, *after}):
        lines = difflib.unified_diff(before.get(name, "").splitlines(), after.get(name, "").splitlines(), lineterm="")
        kept = [(kinds[line[0]], line[1:] if line[0] != "@" else "") for line in list(lines)[2:]]
        if kept:
            found.append(Change(file=name, lines=kept))
    return found


async def _typed(request: Web, base: Mapping[str, str]) -> tuple[dict[str, str], str, dict[str, str]]:
    """The files as they were typed, the note, and what is wrong with either before a schedule is read from them."""
    typed = await typed_of(request)
    _ = words(request)
    # A browser sends line ends of its own; files have one kind.
    texts = {name: str(typed.get(name, base[name])).replace("\r\n", "\n") for name in base}
    note = " ".join(str(typed.get("note", "")).split())
    errors = {name: _("{label} quá dài.").format(label=name) for name, text in texts.items() if len(text) > LONGEST}
    if not 5 <= len(note) <= 300:
        errors["note"] = _("Hãy ghi thay đổi gì và theo văn bản nào, từ 5 đến 300 ký tự.")
    return texts, note, errors


def _told(refused: DomainError, request: Web) -> dict[str, str]:
    """An error at the file that it names, otherwise at the first."""
    file = str(refused.facts.get("file", "schedule.yaml")) if isinstance(refused, ScheduleWrong) else "schedule.yaml"
    return {file: sentence(refused, language(request))}


def _writing(
    request: Web, texts: Mapping[str, str], note: str, errors: Mapping[str, str], action: str, *, status: int = 200
) -> Response[bytes]:
    # The rules first, then their cases, then the rest.
    order = sorted(texts, key=lambda name: (name != "schedule.yaml", name != "examples.yaml", name))
    return page(
        request,
        "command_centre/schedule_write.html",
        status=status,
        texts={name: texts[name] for name in order},
        note=note,
        errors=dict(errors),
        action=action,
    )


routes: list[ControllerRouterHandler] = [write, keep, look, rewrite_form, rewrite, approve, publish, withdraw]
