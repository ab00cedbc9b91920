"""The schedule in force and its history, read as tables in plain words; and what it says of a history that one types."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.reach import MANAGERS
from tiemchung.domain import rulebook
from tiemchung.domain.schedule.answers import Dose, Finding, Subject
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.forms import Field, Filled, Form, Invalid, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page, words

HERE = "/dieu-hanh/lich-tiem"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A history that somebody types to see what the schedule says; nobody's record."""

    born: date
    doses: list[tuple[str, date]]
    findings: list[str]
    on: date
    product: str | None
    area: str | None


def _doses(typed: str) -> list[tuple[str, date]]:
    found: list[tuple[str, date]] = []
    for line in typed.splitlines():
        code, _, day = line.strip().partition(" ")
        if code:
            found.append((code.upper(), fields.day(day.strip())))
    return found


ASK = Form(
    Question,
    born=Field("Ngày sinh", fields.day),
    doses=Field("Các mũi đã tiêm", _doses, required=False),
    findings=Field("Dấu hiệu đang có", fields.text(60), required=False, many=True),
    on=Field("Xem vào ngày", fields.day),
    product=Field("Vắc xin định tiêm", fields.text(10), required=False),
    area=Field("Mã tỉnh, thành phố", fields.text(2), required=False),
)


@get(HERE, opt=staff(*MANAGERS))
async def schedules(db: Db, request: Web) -> Response[bytes]:
    """The schedule that answers today, what answered before, and changes on their way."""
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    history = await rulebook.history(db)
    return page(
        request,
        "command_centre/schedules.html",
        **_tables(force.ready),
        chosen=next(each for each in history if each.rule_set_id == force.rule_set_id),
        in_force=force.rule_set_id,
        history=history,
        drafts=await rulebook.drafts(db),
        statuses=rulebook.STATUSES,
        today=today,
    )


@get(HERE + "/ban/{rule_set_id:uuid}", opt=staff(*MANAGERS))
async def published(db: Db, request: Web, rule_set_id: UUID) -> Response[bytes]:
    """One published schedule, with its files as they were."""
    found = await rulebook.ready(db, rule_set_id)
    history = await rulebook.history(db)
    force = await rulebook.in_force(db, clock.day_of(db.at))
    return page(
        request,
        "command_centre/schedules.html",
        **_tables(found.ready),
        chosen=next(each for each in history if each.rule_set_id == rule_set_id),
        in_force=force.rule_set_id,
        history=history,
        drafts=[],
        statuses=rulebook.STATUSES,
        today=clock.day_of(db.at),
    )


@get(HERE + "/hoi", opt=staff(*MANAGERS))
async def question(db: Db, request: Web) -> Response[bytes]:
    """A form for a history, nobody's record."""
    return await _asked(db, request, Filled[Question]())


@post(HERE + "/hoi", opt=staff(*MANAGERS))
async def ask(db: Db, request: Web) -> Response[bytes]:
    """What the schedule of a day says of a typed history, decision by decision. Nothing is kept."""
    form = await read(request, ASK)
    if form.errors:
        return await _asked(db, request, form, status=422)
    force = await rulebook.in_force(db, form.value.on)
    known = {product.code for product in force.ready.schedule.rules.products}
    _ = words(request)
    unknown = {code for code, _day in form.value.doses if code not in known}
    if unknown:
        form.errors["doses"] = _("Không có vắc xin mang mã {codes}.").format(codes=", ".join(sorted(unknown)))
    if form.value.product and form.value.product not in known:
        form.errors["product"] = _("Không có vắc xin mang mã {codes}.").format(codes=form.value.product)
    return await _asked(db, request, form, status=422 if form.errors else 200)


async def _asked(db: Db, request: Web, form: Filled[Question], *, status: int = 200) -> Response[bytes]:
    today = clock.day_of(db.at)
    asked = None if form.errors or not form.typed else form.value
    force = await rulebook.in_force(db, asked.on if asked else today)
    rules = force.ready.schedule.rules
    return page(
        request,
        "command_centre/schedule_asked.html",
        status=status,
        form=form,
        today=today,
        products=[(product.code, product.name) for product in rules.products],
        findings=list(force.ready.written.source.findings.items()),
        found=rulebook.answered(force, asked_of(asked), words(request)) if asked else None,
        names={product.code: product.name for product in rules.products},
    )


def asked_of(question: Question) -> rulebook.Hypothesis:
    """The typed history as the rulebook takes it."""
    return rulebook.Hypothesis(
        subject=Subject(born_on=question.born),
        doses=[Dose(product=code, on=day) for code, day in question.doses],
        findings=[Finding(code=code) for code in question.findings],
        on=question.on,
        product=question.product,
        area_code=question.area,
    )


def _tables(ready: Any) -> dict[str, Any]:
    written = ready.written
    return {
        "source": written.source,
        "papers": written.papers,
        "provinces": list(written.provinces.values()),
        "texts": ready.texts,
        "names": {code: product.name for code, product in written.source.products.items()},
    }


routes: list[ControllerRouterHandler] = [schedules, published, question, ask]

__all__ = ["Invalid", "routes"]
