"""Alerts: rules that look for what needs somebody, and the one person who takes each on."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from tiemchung.domain.analytics.model import Alert, AlertCounts, AlertNotYours
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query

queries = sql.load(__name__, "alerts.sql")

ON_THE_WALL = 5
_LISTED = 200
# A rule that holds for more subjects than anybody could look into is one alert about the rule.
_MOST_SUBJECTS = 100
_EVERYWHERE = "everywhere"


class Rule(msgspec.Struct, frozen=True):
    """What is looked for: the query finds its subjects, the title says it in words."""

    name: str
    severity: str
    title: str
    query: Query


RULES: Sequence[Rule] = (
    Rule("out_of_stock", "serious", "Hết vắc xin trong phiên", queries.out_of_stock),
    Rule("long_wait", "warning", "Có người chờ tiêm hơn 60 phút", queries.long_wait),
    Rule("site_silent", "warning", "Phiên đang mở, 60 phút không có tin", queries.site_silent),
    Rule("reaction_late", "serious", "Ca phản ứng nghiêm trọng quá hạn", queries.reaction_late),
    Rule("session_not_closed", "warning", "Phiên quá giờ chưa đóng", queries.session_not_closed),
    Rule("shipment_late", "warning", "Chuyến vắc xin đến muộn", queries.shipment_late),
    Rule("shipment_overdue", "serious", "Chuyến vắc xin quá hạn giao", queries.shipment_overdue),
    Rule("claim_overdue", "warning", "Khiếu nại giao nhận quá hạn trả lời", queries.claim_overdue),
)


async def raise_all(db: Db) -> None:
    """Apply every rule: open what is new, settle what has come right by itself."""
    for rule in RULES:
        await look(db, rule)


async def look(db: Db, rule: Rule) -> None:
    """Apply one rule."""
    found = await db.all(_Found, rule.query, at=db.at, most=_MOST_SUBJECTS + 1)
    if len(found) > _MOST_SUBJECTS:
        found = [_Found(subject=_EVERYWHERE, place_id=None, detail=f"Hơn {_MOST_SUBJECTS} nơi")]
    subjects = [each.subject for each in found]
    await db.run(queries.settle, rule=rule.name, subjects=subjects, at=db.at)
    await db.run(
        queries.raise_new,
        rule=rule.name,
        severity=rule.severity,
        title=rule.title,
        subjects=subjects,
        place_ids=[each.place_id for each in found],
        details=[each.detail for each in found],
        at=db.at,
    )


async def newest(db: Db, path: str | None = None) -> list[Alert]:
    """The gravest and newest open alerts of the nation or of an area, as many as a wall shows."""
    return await db.all(Alert, queries.open_alerts, path=path, most=ON_THE_WALL)


async def every_open(db: Db, path: str | None = None) -> list[Alert]:
    """The open alerts of the nation or of an area."""
    return await db.all(Alert, queries.open_alerts, path=path, most=_LISTED)


async def counts(db: Db, path: str | None = None) -> AlertCounts:
    """How many are open, by severity."""
    return await db.one(AlertCounts, queries.alert_counts, path=path)


async def claim(db: Db, alert_id: UUID, *, path: str | None) -> None:
    """Take on an alert within one's area. Raises `AlertNotYours`."""
    if not await db.run(queries.claim, alert_id=alert_id, by=db.actor.id, at=db.at, path=path):
        raise AlertNotYours


async def resolve(db: Db, alert_id: UUID, outcome: str) -> None:
    """Say how an alert that one has claimed ended. Raises `AlertNotYours`."""
    if not await db.run(queries.resolve, alert_id=alert_id, by=db.actor.id, at=db.at, outcome=outcome):
        raise AlertNotYours


class _Found(msgspec.Struct):
    subject: str
    place_id: UUID | None
    detail: str
