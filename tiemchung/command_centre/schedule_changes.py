"""The usual changes to the schedule by a form: an interval, an age, a volume, a vaccine allowed or stopped, from a day on.

What is typed is written into the same files that an officer may edit as text, and goes the same way: tried, compared, read by a
second officer, published.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.schedule_drafts import DRAFT, HERE, OFFICER
from tiemchung.domain import rulebook
from tiemchung.domain.schedule import edit, read, reasons
from tiemchung.domain.schedule.dates import add, parse
from tiemchung.domain.schedule.rows import Confidence, Role
from tiemchung.domain.schedule.source import Dose, Source
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id
from tiemchung.web.forms import read as read_form
from tiemchung.web.pages import Web, language, page, words

UNITS = {"ngày": "days", "tuần": "weeks", "tháng": "months", "năm": "years", "tuổi": "years"}
AMOUNT = re.compile(r"(\d{1,3}) *(ngày|tuần|tháng|năm|tuổi|days?|weeks?|months?|years?)", re.IGNORECASE)
KINDS = {
    "khoang-cach": "Khoảng cách giữa hai mũi",
    "tuoi": "Tuổi được tiêm",
    "lieu": "Thể tích một liều",
    "cho-phep": "Cho phép vắc xin, tiêm trộn",
    "dung": "Dừng vắc xin",
}
ROLES = {"basic": "Cơ bản", "additional": "Bổ sung", "booster": "Nhắc lại"}
BOUND_WORDS = {"from_age": "Từ tuổi", "to_age": "Dưới tuổi"}
MARK = date(2001, 1, 1)  # lengths of time are compared as the days that they end on
# At which field an error of the whole schedule is shown, by its rule; any other at the day.
AT = {"order_of_lengths": "recommended", "length_of_time": "minimum", "paper": "unsure", "known_name": "paper"}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A form of any kind: what all have, and what the kinds ask."""

    note: str
    since: date
    paper: str | None
    paper_on: date | None
    paper_en: str | None
    unsure: bool | None
    target: str | None = None
    product: str | None = None
    minimum: str | None = None
    recommended: str | None = None
    past_due: str | None = None
    bound: str | None = None
    age: str | None = None
    role: str | None = None
    volume_ml: Decimal | None = None
    when: str | None = None
    consent: bool | None = None


def length(typed: str) -> str:
    """A length of time such as "8 tuần" or "3 months", as the schedule's files have it."""
    match = AMOUNT.fullmatch(typed)
    if match is None:
        raise Invalid("{label} phải là một khoảng thời gian, ví dụ 8 tuần hoặc 3 tháng.")
    unit = UNITS.get(match[2].lower(), match[2].lower())
    return f"{int(match[1])} {unit if unit.endswith('s') else unit + 's'}"


COMMON = {
    "note": Field("Thay đổi gì, theo văn bản nào", fields.text(300, 5)),
    "since": Field("Áp dụng từ ngày", fields.day),
    "paper": Field("Số văn bản", fields.text(40), required=False),
    "paper_on": Field("Ngày văn bản", fields.day, required=False),
    "paper_en": Field("Nội dung văn bản bằng tiếng Anh", fields.text(300), required=False),
    "unsure": Field("Chưa chắc chắn", fields.ticked, required=False),
}
TARGET, PRODUCT = Field("Mũi", fields.text(60)), Field("Vắc xin", fields.text(10))
FORMS: dict[str, Form[Typed]] = {
    "khoang-cach": Form(
        Typed,
        **COMMON,
        target=TARGET,
        minimum=Field("Ít nhất", length),
        recommended=Field("Nên tiêm khi đủ", length, required=False),
        past_due=Field("Quá hạn sau", length, required=False),
    ),
    "tuoi": Form(
        Typed,
        **COMMON,
        target=Field("Vắc xin hoặc mũi", fields.text(60)),
        bound=Field("Giới hạn", fields.choice(BOUND_WORDS)),
        age=Field("Tuổi", length),
    ),
    "lieu": Form(
        Typed,
        **COMMON,
        product=PRODUCT,
        role=Field("Loại mũi", fields.choice(ROLES), required=False),
        volume_ml=Field("Thể tích (ml)", fields.decimal("0.05", "5")),
    ),
    "cho-phep": Form(
        Typed,
        **COMMON,
        target=TARGET,
        product=PRODUCT,
        when=Field("Chỉ khi", fields.text(60), required=False),
        consent=Field("Cần người được tiêm đồng ý riêng", fields.ticked, required=False),
    ),
    "dung": Form(Typed, **COMMON, product=PRODUCT, target=Field("Mũi", fields.text(60), required=False)),
}


@get(HERE + "/thay-doi/{kind:str}", opt=OFFICER)
async def form(db: Db, request: Web, kind: str) -> Response[bytes]:
    """A usual change of the schedule in force."""
    force = await rulebook.in_force(db, clock.day_of(db.at))
    return _page(request, kind, force.ready.written, Filled[Typed](), f"{HERE}/thay-doi")


@post(HERE + "/thay-doi/{kind:str}", opt=OFFICER)
async def keep(db: Db, request: Web, kind: str) -> Response[Any] | Redirect:
    """A draft with one usual change."""
    force = await rulebook.in_force(db, clock.day_of(db.at))

    async def save(texts: edit.Texts, note: str) -> str:
        return f"{HERE}/nhap/{await rulebook.write(db, texts, note)}"

    return await _kept(db, request, kind, force.ready.texts, save, f"{HERE}/thay-doi")


@get(DRAFT + "/thay-doi/{kind:str}", opt=OFFICER)
async def form_of_draft(db: Db, request: Web, draft_id: UUID, kind: str) -> Response[bytes]:
    """One more usual change in one's own draft."""
    texts = await rulebook.texts_of_draft(db, draft_id)
    note = (await rulebook.draft(db, draft_id)).note
    filled: Filled[Typed] = Filled(typed={"note": note})
    return _page(request, kind, read.from_texts(texts).written, filled, f"{HERE}/nhap/{draft_id}/thay-doi")


@post(DRAFT + "/thay-doi/{kind:str}", opt=OFFICER)
async def keep_in_draft(db: Db, request: Web, draft_id: UUID, kind: str) -> Response[Any] | Redirect:
    """One's own draft with one more change; comparison and approval begin anew."""

    async def save(texts: edit.Texts, note: str) -> str:
        await rulebook.rewrite(db, draft_id, texts, note)
        return f"{HERE}/nhap/{draft_id}"

    texts = await rulebook.texts_of_draft(db, draft_id)
    return await _kept(db, request, kind, texts, save, f"{HERE}/nhap/{draft_id}/thay-doi")


async def _kept(
    db: Db,
    request: Web,
    kind: str,
    texts: Mapping[str, str],
    save: Callable[[edit.Texts, str], Awaitable[str]],
    action: str,
) -> Response[Any] | Redirect:
    if kind not in FORMS:
        raise NotFound
    filled = await read_form(request, FORMS[kind])
    written = read.from_texts(texts).written
    if not filled.errors:
        filled.errors |= _missing(filled.value, {paper.id for paper in written.papers}, words(request))
    if filled.errors:
        return _page(request, kind, written, filled, action, status=422)
    typed = filled.value

    async def act() -> Answer:
        return Answer(location=await save(_changed(kind, texts, typed), typed.note))

    try:
        return await once(db, request, await command_id(request), "rule_set.change", act)
    except DomainError as refused:
        if refused.status != 422:
            raise
        at = refused.field if refused.field in FORMS[kind].fields else AT.get(refused.rule or "", "since")
        filled.errors[at if at in FORMS[kind].fields else "since"] = sentence(refused, language(request))
        return _page(request, kind, written, filled, action, status=422)


def _missing(typed: Typed, papers: set[str], _: Callable[[str], str]) -> dict[str, str]:
    """What a change needs so that everybody can see by whose word it is."""
    if _disordered(typed):
        return {"recommended": _("Ba khoảng thời gian phải theo thứ tự: ít nhất, nên tiêm, quá hạn.")}
    if typed.paper is None:
        words_ = _("Chưa có văn bản thì phải đánh dấu là chưa chắc chắn.")
        return {} if typed.unsure else {"unsure": words_}
    if typed.paper not in papers and typed.paper_on is None:
        return {
            "paper_on": _("Văn bản {paper} chưa có trong danh mục: hãy ghi ngày của văn bản.").format(paper=typed.paper)
        }
    return {}


def _disordered(typed: Typed) -> bool:
    """Whether a dose would be recommended before it is allowed, or late before it is recommended."""
    lengths = [parse(text) for text in (typed.minimum, typed.recommended, typed.past_due) if text]
    days = [add(MARK, each) for each in lengths]
    return days != sorted(days)


def _changed(kind: str, texts: Mapping[str, str], typed: Typed) -> edit.Texts:
    """The texts with the change. Raises `ScheduleWrong`."""
    confidence = Confidence.unsure if typed.unsure else Confidence.sourced
    by = edit.By(since=typed.since, paper=typed.paper, confidence=confidence)
    changed = edit.changed(texts, _change(kind, typed), by)
    if typed.paper is None or typed.paper_on is None:
        return changed
    return edit.with_paper(changed, typed.paper, typed.paper_on, typed.note, typed.paper_en or typed.note)


def _change(kind: str, typed: Typed) -> edit.Change:
    series, dose = _place(typed.target)
    product = typed.product or ""
    match kind:
        case "khoang-cach":
            return edit.Length(
                series=series or "",
                dose=dose or 0,
                minimum=typed.minimum or "",
                recommended=typed.recommended,
                past_due=typed.past_due,
            )
        case "tuoi":
            whose = {"product": typed.target} if dose is None else {}
            return edit.AgeBound(series=series, dose=dose, bound=typed.bound or "", at=typed.age or "", **whose)
        case "lieu":
            role = Role(typed.role) if typed.role else None
            return edit.DoseVolume(product=product, at=float(typed.volume_ml or 0), role=role)
        case "cho-phep":
            return edit.Allowed(
                series=series or "", dose=dose or 0, product=product, when=typed.when, consent=bool(typed.consent)
            )
        case _:
            return edit.Stopped(product=product, series=series, dose=dose)


def _place(target: str | None) -> tuple[str | None, int | None]:
    """A dose of a series from its name, such as "az.2"; a product's has no number."""
    series, _, dose = (target or "").rpartition(".")
    return (series, int(dose)) if series and dose.isdecimal() and int(dose) > 0 else (None, None)


def _page(
    request: Web, kind: str, written: read.Written, filled: Filled[Typed], action: str, *, status: int = 200
) -> Response[bytes]:
    if kind not in FORMS:
        raise NotFound
    _ = words(request)
    return page(
        request,
        "command_centre/schedule_change.html",
        status=status,
        kind=kind,
        kinds=KINDS,
        action=action,
        form=filled,
        targets=_targets(kind, written.source, language(request), _),
        products=[(code, product.name) for code, product in written.source.products.items()],
        findings=[(code, getattr(each, language(request))) for code, each in written.source.findings.items()],
        roles=[(role, _(label)) for role, label in ROLES.items()],
        bounds=[(bound, _(label)) for bound, label in BOUND_WORDS.items()],
        papers=[paper.id for paper in written.papers],
    )


def _targets(kind: str, source: Source, lang: str, _: Callable[[str], str]) -> list[tuple[str, str]]:
    """The doses that a change of a kind may be about, each with what holds for it now."""
    found = [(code, product.name) for code, product in source.products.items()] if kind == "tuoi" else []
    for series in source.series:
        for number, dose in enumerate(series.doses, start=1):
            now = _now(kind, dose, _)
            if now is not None:
                name = _("{series}, mũi {number}").format(series=getattr(series.name, lang), number=number)
                found.append((f"{series.id}.{number}", f"{name}{now}"))
    return found


def _now(kind: str, dose: Dose, _: Callable[[str], str]) -> str | None:
    """What holds for a dose now; None where there is nothing that a change of the kind could follow."""
    if kind == "khoang-cach":
        shown = [reasons.length(row.minimum, _) for row in dose.interval if row.until is None]
    elif kind == "tuoi":
        shown = [reasons.age(row.at, _) for row in (*dose.from_age, *dose.to_age) if row.until is None]
    else:
        return ""
    return " – " + _("đang là {now}").format(now=", ".join(shown)) if shown else None


routes: list[ControllerRouterHandler] = [form, keep, form_of_draft, keep_in_draft]
