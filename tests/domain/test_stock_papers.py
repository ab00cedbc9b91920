"""From the decision to the count: picks, receipts with differences and their claims, counts, corrections, destruction."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot, a_shelf, acting
from tests.visits import later
from tiemchung.domain import stock, vaccines
from tiemchung.domain.stock import (
    AdjustedByOne,
    AlreadyReceived,
    AnswerDoesNotFit,
    ClaimAnswered,
    CountIncomplete,
    CountOpen,
    DecidedBefore,
    DecidedByAsker,
    Found,
    IssueBeforeReceipt,
    Line,
    LineDoesNotAddUp,
    LotFrozen,
    NotEnoughDoses,
    NothingAllocated,
    OverrideNeedsReason,
    Papers,
    Pick,
    ProtocolUsed,
    SecondPersonNeeded,
    Waste,
    WitnessesMissing,
)
from tiemchung.domain.stock.corrections import DestroyedLine, Witness
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db

TWO = [Witness(name="Lê Văn A", office="CDC"), Witness(name="Trần Thị B", office="Sở Y tế")]


def papers(db: Db, **more: object) -> Papers:
    return Papers(decision="QĐ 99/QĐ-BYT", expected_at=db.at + timedelta(hours=5), **more)  # pyright: ignore


async def sent(db: Db, lot_id: UUID, doses: int, **more: object) -> UUID:
    """Doses of a lot from the nation's store to the province's."""
    unit = next(unit for unit in await stock.units(db, NATION) if unit.lot_id == lot_id)
    picks = [Pick(unit_id=unit.unit_id, doses=doses)]
    return await stock.dispatch(db, from_place=NATION, to_place=PROVINCE, picks=picks, papers=papers(db, **more))


async def received(db: Db, **found: object) -> UUID:
    """A hundred of 200 doses sent from the nation to the province, received with these differences; the lot."""
    lot_id = await a_shelf(db, 200, NATION)
    shipment_id = await sent(db, lot_id, 100)
    line = {"line": 1, "accepted": 100, "broken": 0, "missing": 0} | found
    await stock.receive(db, PROVINCE, NATION, shipment_id, [Found(**line)])  # pyright: ignore
    return lot_id


async def everything_adds_up(db: Db) -> bool:
    return (await stock.prove(db)).differences == []


async def test_what_must_be_used_first_is_suggested_and_another_pick_needs_a_reason(db: Db):
    day = clock.day_of(db.at)
    soon, late = await a_lot(db, "AZ", "SOON", day + timedelta(days=20)), await a_lot(db, "AZ", "LATE")
    for lot_id in (late, soon):
        await stock.receive_from_maker(db, place_id=NATION, lot_id=lot_id, doses=50)
    assert [(unit.number, doses) for unit, doses in await stock.suggest(db, NATION, "AZ", 60)] == [
        ("SOON", 50), ("LATE", 10),
    ]  # fmt: skip

    with pytest.raises(OverrideNeedsReason) as refused:
        await sent(db, late, 10)
    assert refused.value.facts["lot"] == "SOON"
    shipment_id = await sent(db, late, 10, override_reason="Điểm nhận cần lô hạn dài cho đội lưu động")
    assert (await stock.shipment(db, NATION, shipment_id)).override_reason is not None


async def test_a_lot_kept_for_a_group_is_not_suggested_for_others(db: Db):
    lot_id = await a_shelf(db, 50, NATION)
    await vaccines.earmark(db, lot_id, "second_dose", reason="Công văn 3")

    with pytest.raises(NotEnoughDoses):
        await stock.suggest(db, NATION, "JAN", 10)


async def test_a_lot_that_may_not_be_used_goes_nowhere_but_back(db: Db):
    lot_id = await a_shelf(db, 50, PROVINCE)
    await vaccines.recall(db, lot_id, reason="Thông báo")
    (unit,) = await stock.units(db, PROVINCE)
    picks = [Pick(unit_id=unit.unit_id, doses=50)]

    with pytest.raises(LotFrozen):
        await stock.dispatch(
            db, from_place=PROVINCE, to_place=CENTRE, picks=picks, papers=papers(db, override_reason="Gấp")
        )
    await stock.dispatch(db, from_place=PROVINCE, to_place=NATION, picks=picks, papers=papers(db, kind="return"))
    assert (await stock.conservation(db, PROVINCE)).in_transit == 50


async def test_doses_do_not_leave_before_they_came(db: Db):
    lot_id = await a_shelf(db, 50, NATION)

    with pytest.raises(IssueBeforeReceipt):
        async with db.connection.transaction():
            await sent(later(db, hours=-1), lot_id, 10, override_reason="Ghi lùi ngày")
    assert (await stock.conservation(db, NATION)).on_hand == 50


async def test_a_shipment_says_what_goes_beside_the_doses(db: Db):
    lot_id = await a_lot(db, "PF", "FM3289")
    await stock.receive_from_maker(db, place_id=NATION, lot_id=lot_id, doses=600)

    shipment_id = await sent(db, lot_id, 600, sscc="106141412345678908", logger="LG-17")

    shipment = await stock.shipment(db, NATION, shipment_id)
    assert (shipment.sscc, shipment.logger) == ("106141412345678908", "LG-17")
    assert {need.code: need.pieces for need in shipment.consumables} == {
        "AD05": 660, "RUP3": 110, "SB5": 9, "DIL-PF": 100,
    }  # fmt: skip


async def test_warm_doses_wait_in_quarantine_for_a_decision(db: Db):
    lot_id = await received(db, accepted=90, warm=10)
    (unit,) = await stock.units(db, PROVINCE)
    assert (unit.on_hand, unit.quarantined) == (90, 10)

    await stock.release(db, PROVINCE, lot_id=lot_id, unit_id=unit.unit_id, doses=4)
    await stock.discard(db, PROVINCE, lot_id=lot_id, unit_id=unit.unit_id, doses=6, reason=Waste.heat)

    told = await stock.conservation(db, PROVINCE)
    assert (told.received, told.on_hand, told.quarantined, told.wasted) == (100, 94, 0, 6)
    assert told.adds_up
    assert await everything_adds_up(db)


async def test_missing_doses_that_the_sender_finds_go_back_on_its_shelf(db: Db):
    await received(db, accepted=80, missing=20)
    (claim,) = await stock.claims.claims(db, PROVINCE)
    assert [other.claim_id for other in await stock.claims.claims(db, NATION)] == [claim.claim_id]
    assert (claim.kind, claim.doses, claim.due_at - db.at) == ("missing", 20, timedelta(days=3))
    assert claim.late(db.at + timedelta(days=4))

    await stock.claims.answer(db, NATION, claim.claim_id, answer="found", note="Còn ở kệ B2")

    told = await stock.conservation(db, NATION)
    assert (told.on_hand, told.lost, told.adds_up) == (120, 0, True)
    assert await everything_adds_up(db)
    with pytest.raises(ClaimAnswered):
        await stock.claims.answer(db, NATION, claim.claim_id, answer="accepted", note="Đổi ý")


async def test_extra_doses_are_unexplained_until_the_sender_says_that_it_sent_them(db: Db):
    await received(db, accepted=100, extra=15)
    told = await stock.conservation(db, PROVINCE)
    assert (told.received, told.on_hand, told.unexplained, told.adds_up) == (100, 115, -15, True)
    assert await everything_adds_up(db)
    (claim,) = await stock.claims.claims(db, NATION)

    with pytest.raises(AnswerDoesNotFit):
        await stock.claims.answer(db, NATION, claim.claim_id, answer="found", note="Không hợp")
    await stock.claims.answer(db, NATION, claim.claim_id, answer="sent", note="Xếp nhầm một hộp")

    sender, receiver = await stock.conservation(db, NATION), await stock.conservation(db, PROVINCE)
    assert (sender.on_hand, sender.delivered, receiver.received, receiver.unexplained) == (85, 115, 115, 0)
    assert (sender.adds_up, receiver.adds_up) == (True, True)
    assert await stock.open_reviews(db, place_id=PROVINCE) == []
    assert await everything_adds_up(db)


async def test_another_lot_than_was_sent_is_set_aside_and_both_lots_come_right(db: Db):
    other = await a_shelf(db, 200, NATION, "JAN", "OTHER")
    lot_id = await received(db, accepted=70, wrong=30, wrong_lot_id=other)
    held = {unit.lot_id: (unit.on_hand, unit.quarantined) for unit in await stock.units(db, PROVINCE)}
    assert held == {lot_id: (70, 0), other: (0, 30)}
    assert await everything_adds_up(db)
    (claim,) = await stock.claims.claims(db, NATION)
    assert (claim.kind, claim.lot_id) == ("wrong_lot", other)

    await stock.claims.answer(db, NATION, claim.claim_id, answer="sent", note="Lấy nhầm lô")

    shelf = {unit.lot_id: unit.on_hand for unit in await stock.units(db, NATION)}
    assert shelf == {lot_id: 130, other: 170}
    assert await everything_adds_up(db)


async def test_a_receipt_that_does_not_add_up_or_comes_twice_changes_nothing(db: Db):
    lot_id = await a_shelf(db, 200, NATION)
    shipment_id = await sent(db, lot_id, 100)
    with pytest.raises(LineDoesNotAddUp):
        async with db.connection.transaction():
            await stock.receive(
                db, PROVINCE, NATION, shipment_id, [Found(line=1, accepted=90, broken=5, missing=4, extra=9)]
            )
    assert (await stock.conservation(db, PROVINCE)).received == 0

    whole = [Found(line=1, accepted=100, broken=0, missing=0)]
    await stock.receive(db, PROVINCE, NATION, shipment_id, whole)
    with pytest.raises(AlreadyReceived):
        await stock.receive(db, PROVINCE, NATION, shipment_id, whole)
    assert (await stock.conservation(db, PROVINCE)).received == 100


async def test_a_decision_is_compared_with_what_was_sent_and_received(db: Db):
    lot_id = await a_shelf(db, 500, NATION)
    allocation_id = await stock.orders.allocate(
        db,
        NATION,
        product="JAN",
        decision="QĐ 3971/QĐ-BYT",
        decided_on=clock.day_of(db.at),
        shares={PROVINCE: 300, CENTRE: 0},
    )
    shipment_id = await sent(db, lot_id, 200, allocation_id=allocation_id)
    await stock.receive(db, PROVINCE, NATION, shipment_id, [Found(line=1, accepted=190, broken=10, missing=0)])

    (round_1,) = await stock.orders.allocations(db, NATION)

    (share,) = round_1.shares
    assert (round_1.round, share.decided, share.sent, share.received, share.open) == (1, 300, 200, 190, 100)
    with pytest.raises(NothingAllocated):
        await stock.orders.allocate(
            db, NATION, product="JAN", decision="QĐ 2", decided_on=clock.day_of(db.at), shares={PROVINCE: 0}
        )


async def test_a_request_is_decided_by_another_person_at_the_supplier_and_sent_once(db: Db):
    asker = await acting(db, "storekeeper", place=SITE)
    request_id = await stock.orders.ask(
        asker, SITE, CENTRE, product="JAN", doses=60, needed_on=clock.day_of(db.at), reason="Phiên tuần tới"
    )
    with pytest.raises(DecidedByAsker):
        async with db.connection.transaction():
            await stock.orders.decide(asker, SITE, request_id, CENTRE, doses=60, note="Tự duyệt")
    keeper = await acting(db, "storekeeper", place=CENTRE)
    with pytest.raises(DecidedBefore):
        await stock.orders.decide(keeper, SITE, request_id, PROVINCE, doses=60, note="Không phải kho này")

    await stock.orders.decide(keeper, SITE, request_id, CENTRE, doses=50, note="Còn 50 liều")
    await stock.orders.mark_sent(keeper, SITE, request_id, CENTRE)

    (asked,) = await stock.orders.requests(db, CENTRE)
    assert (asked.status, asked.approved_doses) == ("sent", 50)
    with pytest.raises(DecidedBefore):
        await stock.orders.mark_sent(keeper, SITE, request_id, CENTRE)


async def test_issues_during_a_count_do_not_look_like_losses(database: Database):
    async with database.transaction() as db:
        lot_id = await a_shelf(db, 100)
        (unit,) = await stock.units(db, SITE)
        keeper = (await acting(db, "storekeeper", place=SITE)).actor
        second = (await acting(db, "site_head", place=SITE)).actor
    began, go_on = asyncio.Event(), asyncio.Event()

    async def issue_that_began_before() -> None:
        """Posts before the count is frozen and commits after it: the count cannot see it."""
        async with database.transaction(keeper) as db:
            await stock.waste(db, SITE, lot_id=lot_id, unit_id=unit.unit_id, doses=10, reason=Waste.broken)
            began.set()
            await go_on.wait()

    issue = asyncio.create_task(issue_that_began_before())
    await began.wait()
    async with database.transaction(keeper) as db:
        stocktake_id = await stock.counts.freeze(db, SITE)
    with pytest.raises(CountOpen):
        async with database.transaction(keeper) as db:
            await stock.counts.freeze(db, SITE)
    go_on.set()
    await issue
    with pytest.raises(CountIncomplete):
        async with database.transaction(keeper) as db:
            await stock.counts.count(db, SITE, stocktake_id, {})
    async with database.transaction(keeper) as db:
        await stock.waste(db, SITE, lot_id=lot_id, unit_id=unit.unit_id, doses=20, reason=Waste.expired)
        await stock.counts.count(db, SITE, stocktake_id, {unit.unit_id: 98})
    async with database.transaction(second) as db:
        (line,) = await stock.counts.lines(db, SITE, stocktake_id)
        assert (line.expected, line.counted, line.difference) == (100, 98, -2)
        await stock.counts.verify(db, SITE, stocktake_id)
        told = await stock.conservation(db, SITE)
        assert (told.on_hand, told.wasted, told.lost, told.adds_up) == (68, 30, 2, True)
        assert (await stock.prove(db)).ok


async def test_a_large_difference_needs_a_second_person_and_a_surplus_is_asked_about(database: Database):
    async with database.transaction() as db:
        await a_shelf(db, 100)
        (unit,) = await stock.units(db, SITE)
        keeper = (await acting(db, "storekeeper", place=SITE)).actor
        second = (await acting(db, "site_head", place=SITE)).actor
    async with database.transaction(keeper) as db:
        stocktake_id = await stock.counts.freeze(db, SITE)
        await stock.counts.count(db, SITE, stocktake_id, {unit.unit_id: 130})
        with pytest.raises(SecondPersonNeeded):
            await stock.counts.verify(db, SITE, stocktake_id)

    async with database.transaction(second) as db:
        await stock.counts.verify(db, SITE, stocktake_id)

        (asked,) = await stock.open_reviews(db, place_id=SITE)
        assert (asked.kind, asked.doses) == ("surplus", 30)
        told = await stock.conservation(db, SITE)
        assert (told.on_hand, told.unexplained, told.adds_up) == (130, -30, True)
        assert await everything_adds_up(db)


async def test_what_a_device_did_before_the_count_and_sent_after_it_belongs_before_it(database: Database):
    async with database.transaction() as db:
        lot_id = await a_shelf(db, 100)
        (unit,) = await stock.units(db, SITE)
        keeper = (await acting(db, "storekeeper", place=SITE)).actor
    async with database.transaction(keeper) as db:
        stocktake_id = await stock.counts.freeze(db, SITE)
        account = {"place_id": SITE, "lot_id": lot_id, "unit_id": unit.unit_id}
        lines = [Line(**account, state="on_hand", doses=-4), Line(**account, state="wasted", doses=4)]
    async with database.transaction(keeper) as db:
        await stock.post(db, Waste.broken, lines, device_at=db.at - timedelta(hours=2))
        (line,) = await stock.counts.lines(db, SITE, stocktake_id)
        assert line.expected == 96


async def adjusted(db: Db, doses: int) -> UUID:
    lot_id = await a_shelf(db, 100)
    (unit,) = await stock.units(db, SITE)
    return await stock.corrections.adjust(
        db,
        SITE,
        unit_id=unit.unit_id,
        lot_id=lot_id,
        doses=doses,
        on_hand=100,
        reason="data_entry",
        note="Ghi nhầm phiếu",
    )


async def test_a_small_correction_is_posted_and_a_large_one_waits_for_another_person(db: Db):
    keeper, second = await acting(db, "storekeeper", place=SITE), await acting(db, "site_head", place=SITE)
    waiting = await adjusted(keeper, -6)
    assert (await stock.conservation(db, SITE)).on_hand == 100

    with pytest.raises(AdjustedByOne):
        async with db.connection.transaction():
            await stock.corrections.decide(keeper, SITE, waiting, agreed=True)
    await stock.corrections.decide(second, SITE, waiting, agreed=True)

    told = await stock.conservation(db, SITE)
    assert (told.on_hand, told.lost, told.adds_up) == (94, 6, True)
    with pytest.raises(DecidedBefore):
        await stock.corrections.decide(second, SITE, waiting, agreed=True)
    assert await everything_adds_up(db)


async def test_a_correction_within_the_limit_is_posted_at_once(db: Db):
    await adjusted(await acting(db, "storekeeper", place=SITE), -5)

    assert (await stock.conservation(db, SITE)).on_hand == 95


async def destroyed(db: Db, doses: int, witnesses: list[Witness], protocol: str = "01/BB-HVX") -> UUID:
    (unit,) = await stock.units(db, SITE)
    line = DestroyedLine(unit_id=unit.unit_id, lot_id=unit.lot_id, state="on_hand", doses=doses)
    return await stock.corrections.destroy(
        db,
        SITE,
        lines=[line],
        protocol=protocol,
        method="Hấp tiệt trùng",
        witnesses=witnesses,
        weight_grams=450,
        note=None,
    )


async def test_doses_are_destroyed_before_two_witnesses_under_a_protocol_of_its_own(db: Db):
    keeper = await acting(db, "storekeeper", place=SITE)
    await a_shelf(db, 100)
    with pytest.raises(WitnessesMissing):
        async with db.connection.transaction():
            await destroyed(keeper, 10, TWO[:1])
    await destroyed(keeper, 10, TWO)
    with pytest.raises(ProtocolUsed):
        async with db.connection.transaction():
            await destroyed(later(keeper, minutes=1), 10, TWO)

    (protocol,) = await stock.corrections.destructions(db, SITE)
    assert (protocol.doses, [witness.name for witness in protocol.witnesses]) == (10, ["Lê Văn A", "Trần Thị B"])
    told = await stock.conservation(db, SITE)
    assert (told.on_hand, told.wasted, told.adds_up) == (90, 10, True)
    assert await everything_adds_up(db)
