"""Vaccines: packs on a day, lots and the decisions that change their expiry."""

from datetime import date, timedelta

import pytest

from tests.stores import a_lot
from tiemchung.domain import vaccines
from tiemchung.domain.vaccines import LotKnown
from tiemchung.kit import clock
from tiemchung.kit.db import Db


async def test_a_vial_of_astrazeneca_holds_another_number_of_doses_from_june_2021(db: Db):
    assert (await vaccines.pack(db, "AZ", date(2021, 5, 31))).doses_per_vial == 8
    assert (await vaccines.pack(db, "AZ", date(2021, 6, 1))).doses_per_vial == 10


async def test_before_its_first_known_pack_a_product_counts_as_packed_like_then(db: Db):
    assert (await vaccines.pack(db, "JAN", date(2021, 1, 1))).doses_per_vial == 5


async def test_the_codes_of_a_product_are_those_of_the_certificate(db: Db):
    assert (await vaccines.codes(db, "JAN"))["eu_mp"] == "EU/1/20/1525"


async def test_the_last_day_of_a_lot_is_a_day_of_use(db: Db):
    today = clock.day_of(db.at)
    lot = await vaccines.lot(db, await a_lot(db, expires_on=today), today)

    assert lot.usable(today)
    assert not lot.usable(today + timedelta(days=1))


async def test_a_decision_replaces_the_expiry_from_its_day_on_and_the_printed_date_stays(db: Db):
    today = clock.day_of(db.at)
    lot_id = await a_lot(db, "ABD", expires_on=today - timedelta(days=1))
    await vaccines.change_expiry(
        db,
        lot_id,
        from_on=today,
        expires_on=today + timedelta(days=90),
        decision="QĐ 1/QĐ-BYT",
        reason="Kết quả nghiên cứu độ ổn định",
    )

    assert not (await vaccines.lot(db, lot_id, today - timedelta(days=1))).changed
    lot = await vaccines.lot(db, lot_id, today)
    assert lot.usable(today)
    assert lot.printed_expires_on == today - timedelta(days=1)
    assert lot.decision == "QĐ 1/QĐ-BYT"


async def test_a_recalled_lot_is_not_usable_whatever_its_date(db: Db):
    today = clock.day_of(db.at)
    lot_id = await a_lot(db)
    await vaccines.recall(db, lot_id, reason="Theo thông báo của nhà sản xuất")

    assert not (await vaccines.lot(db, lot_id, today)).usable(today)


async def test_a_product_has_each_lot_number_once(db: Db):
    await a_lot(db)

    with pytest.raises(LotKnown):
        await a_lot(db)
