"""Vaccine vial monitors: a colour that heat changes and nothing changes back. Stage 2 is used first, stage 3 not at all.

They tell of heat, never of freezing. Most vaccines of 2021 had none: a unit that nobody has looked at has no stage.
"""

from uuid import UUID

from tiemchung.domain.stock import rules
from tiemchung.domain.stock.actions import move, units
from tiemchung.domain.stock.errors import MonitorGoesForward
from tiemchung.domain.stock.model import Reason, State
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "monitors.sql")

STAGES = {1: "1 – dùng được", 2: "2 – dùng trước", 3: "3 – không dùng", 4: "4 – không dùng"}


class MonitorSeen(Event, frozen=True, kw_only=True, tag="stock.monitor_seen"):
    """Somebody looked at the vial monitors of a unit."""

    unit_id: UUID
    lot_id: UUID
    stage: int


async def look(db: Db, place_id: UUID, unit_id: UUID, *, stage: int) -> None:
    """Keep what a unit's monitors show; from stage 3 on, its closed doses are set aside in the same act.

    Raises `MonitorGoesForward` when a later stage was seen before, `NotFound`.
    """
    unit = next((unit for unit in await units(db, place_id) if unit.unit_id == unit_id), None)
    if unit is None:
        raise NotFound
    seen = await db.run(
        queries.look,
        place_id=place_id,
        unit_id=unit_id,
        look_id=uuid7(db.at),
        stage=stage,
        at=db.at,
        by=db.actor.id,
    )
    if not seen:
        raise MonitorGoesForward(stage=unit.vvm_stage)
    if stage >= rules.DISCARD_FROM_STAGE and unit.on_hand:
        await move(
            db,
            Reason.quarantine,
            place_id=place_id,
            lot_id=unit.lot_id,
            unit_id=unit_id,
            doses=unit.on_hand,
            from_=State.on_hand,
            to=State.quarantined,
        )
    await db.happened(MonitorSeen(place_id=place_id, unit_id=unit_id, lot_id=unit.lot_id, stage=stage))
