"""The rules of alerts: what is measured, from which limit on, how grave it is and whose."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.command_centre.alerts import HERE as ALERTS
from tiemchung.command_centre.alerts import TOPICS
from tiemchung.command_centre.reach import MANAGERS
from tiemchung.domain import analytics
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = ALERTS + "/quy-tac"
SEVERITIES = {"serious": "Nghiêm trọng", "warning": "Cảnh báo", "notice": "Lưu ý"}
OWNERS = {"province_officer": "Tỉnh", "national_operator": "Trung ương"}
KINDS = {"threshold": "Ngưỡng", "trend": "Xu hướng", "silence": "Im lặng"}


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator may set of a rule; without a tick it is not applied."""

    above: int
    days: int | None
    severity: str
    owner: str
    active: str | None


CHANGE = Form(
    RuleChange,
    above=Field("Ngưỡng", fields.whole(0, 100_000)),
    days=Field("Báo trước bao nhiêu ngày", fields.whole(1, 365), required=False),
    severity=Field("Mức", fields.choice(SEVERITIES)),
    owner=Field("Chủ trì", fields.choice(OWNERS)),
    active=Field("Đang áp dụng", fields.choice({"1"}), required=False),
)


@get(HERE, opt=staff(*MANAGERS))
async def rules(db: Db, request: Web) -> Response[bytes]:
    """Every rule as it is applied now."""
    return await _page(db, request)


@post(HERE + "/{rule:str}", opt=staff("national_operator"))
async def change(db: Db, request: Web, rule: str) -> Response[Any] | Redirect:
    """Set a rule. Raises `NotFound`."""
    form = await read(request, CHANGE)
    if form.errors:
        return await _page(db, request, wrong=rule, form=form)
    given = form.value

    async def act() -> Answer:
        await analytics.alerts.change_rule(
            db,
            rule,
            above=given.above,
            days=given.days,
            severity=given.severity,
            owner=given.owner,
            active=given.active is not None,
        )
        return Answer(location=HERE)

    return await once(db, request, await command_id(request), "alert_rule.change", act)


async def _page(db: Db, request: Web, *, wrong: str = "", form: Filled[Any] | None = None) -> Response[bytes]:
    return page(
        request,
        "command_centre/alert_rules.html",
        status=422 if wrong else 200,
        rules=await analytics.alerts.rules(db),
        topics=TOPICS,
        severities=SEVERITIES,
        owners=OWNERS,
        kinds=KINDS,
        may=request.state.actor.has("national_operator"),
        wrong=wrong,
        form=form,
    )


routes: list[ControllerRouterHandler] = [rules, change]
