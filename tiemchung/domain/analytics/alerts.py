"""Alerts: rules, kept as data, that say when somebody is needed; and the one person who takes each alert on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound

queries = sql.load(__name__, "alerts.sql")
measures = sql.load(__name__, "measures.sql")

ON_THE_WALL = 5
_LISTED = 200
# A rule that holds for more subjects than anybody could look into is one alert about the rule.
_MOST_SUBJECTS = 100
_EVERYWHERE = "everywhere"


class AlertRule(msgspec.Struct, frozen=True, kw_only=True):
    """When an alert is raised: the measure of the rule's name is above the limit, in `unit`; `owner` is the role that acts.

    `days` is how far a rule looks ahead, where it does.
    """

    rule: str
    topic: str
    kind: str
    title: str
    above: int
    unit: str
    days: int | None
    severity: str
    owner: str
    active: bool
    changed_at: datetime | None
    changed_by: str | None


class AlertComment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said about an alert."""

    at: datetime
    name: str
    text: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at: `whose` is the role that acts, `owner` the one who has claimed it, `value` what was measured."""

    alert_id: UUID
    rule: str
    topic: str
    unit: str
    whose: str
    severity: str
    title: str
    detail: str
    value: int | None
    raised_at: datetime
    claimed_at: datetime | None
    claimed_by: UUID | None
    owner: str | None
    province_code: str | None
    comments: list[AlertComment]


class SettledAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that came to its end."""

    alert_id: UUID
    title: str
    detail: str
    raised_at: datetime
    claimed_at: datetime
    resolved_at: datetime
    outcome: str
    owner: str

    @property
    def minutes_to_accept(self) -> int:
        """Whole minutes from raising to taking on."""
        return int((self.claimed_at - self.raised_at).total_seconds() // 60)


class AlertCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Open alerts by severity; median minutes from raising to taking on, None when nobody took one on in a week."""

    serious: int
    warning: int
    notice: int
    minutes_to_accept: float | None = None


class AlertNotYours(DomainError):
    """Somebody else has claimed the alert, or it is settled."""

    sentence = "Cảnh báo này đã có người nhận hoặc đã được xử lý."
    rule = "one_owner"


async def rules(db: Db) -> list[AlertRule]:
    """Every rule, in the order of the page that shows them."""
    return await db.all(AlertRule, queries.rules)


async def change_rule(
    db: Db, rule: str, *, above: int, days: int | None, severity: str, owner: str, active: bool
) -> None:
    """Set a rule's limit (in its unit), its days if it looks ahead, gravity and owner, or end it. Raises `NotFound`."""
    facts = {"above": above, "days": days, "severity": severity, "owner": owner, "active": active}
    if not await db.run(queries.change_rule, rule=rule, by=db.actor.id, at=db.at, **facts):
        raise NotFound


async def expiry_warning_days(db: Db) -> int:
    """How many days before the end of a lot people are warned."""
    return await db.value(int, queries.days_of, rule="near_expiry") or 0


async def raise_all(db: Db) -> None:
    """Apply every rule: open what is new, settle what has come right by itself."""
    for rule in await rules(db):
        await look(db, rule)


async def look(db: Db, rule: AlertRule) -> None:
    """Apply one rule; one that was ended settles what it has raised."""
    found = await measured(db, rule) if rule.active else []
    if len(found) > _MOST_SUBJECTS:
        found = [Found(_EVERYWHERE, None, None, f"Hơn {_MOST_SUBJECTS} nơi", None)]
    subjects = [each.subject for each in found]
    await db.run(queries.settle, rule=rule.rule, subjects=subjects, at=db.at)
    await db.run(
        queries.raise_new,
        rule=rule.rule,
        severity=rule.severity,
        title=rule.title,
        subjects=subjects,
        place_ids=[each.place_id for each in found],
        province_codes=[each.province_code for each in found],
        details=[each.detail for each in found],
        values=[each.value for each in found],
        at=db.at,
    )


async def measured(db: Db, rule: AlertRule) -> list["Found"]:
    """What a rule's measure finds above its limit now."""
    limits = {"today": clock.day_of(db.at), "above": rule.above, "days": rule.days, "most": _MOST_SUBJECTS + 1}
    return await db.all(Found, getattr(measures, rule.rule), at=db.at, **limits)


async def newest(db: Db, path: str | None = None) -> list[Alert]:
    """The gravest and newest open alerts of the nation or of an area, as many as a wall shows."""
    return await db.all(Alert, queries.open_alerts, path=path, topic=None, most=ON_THE_WALL)


async def every_open(db: Db, path: str | None = None, *, topic: str | None = None) -> list[Alert]:
    """The open alerts of the nation or of an area, of all topics or of one."""
    return await db.all(Alert, queries.open_alerts, path=path, topic=topic, most=_LISTED)


async def settled(db: Db, path: str | None = None) -> Sequence[SettledAlert]:
    """What somebody took on and settled in the last seven days, and how, the newest first."""
    return await db.all(SettledAlert, queries.settled, path=path, at=db.at, most=_LISTED)


async def counts(db: Db, path: str | None = None) -> AlertCounts:
    """How many are open, by severity, and how fast they are taken on."""
    return await db.one(AlertCounts, queries.alert_counts, path=path, at=db.at)


async def claim(db: Db, alert_id: UUID, *, path: str | None) -> None:
    """Take on an alert within one's area. Raises `AlertNotYours`."""
    if not await db.run(queries.claim, alert_id=alert_id, by=db.actor.id, at=db.at, path=path):
        raise AlertNotYours


async def comment(db: Db, alert_id: UUID, text: str, *, path: str | None) -> None:
    """Say something about an open alert within one's area. Raises `AlertNotYours`."""
    if not await db.run(queries.comment, alert_id=alert_id, by=db.actor.id, at=db.at, text=text, path=path):
        raise AlertNotYours


async def resolve(db: Db, alert_id: UUID, outcome: str) -> None:
    """Say how an alert that one has claimed ended. Raises `AlertNotYours`."""
    if not await db.run(queries.resolve, alert_id=alert_id, by=db.actor.id, at=db.at, outcome=outcome):
        raise AlertNotYours


class Found(msgspec.Struct, frozen=True):
    """A subject that a rule holds for."""

    subject: str
    place_id: UUID | None
    province_code: str | None
    detail: str
    value: int | None
