"""What a device holds: no other opens it, without a line nothing beyond it, and it returns by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.arrange import Client
from tests.immunization_support.test_site import a_site
from tests.immunization_support.test_without_a_line import a_tablet, the_dose
from tests.letters import Device
from tests.stores import SITE
from tests.visits import a_nurse, facts, ready
from tiemchung.domain import immunizations, stock
from tiemchung.kit.ids import uuid7


async def hold(client: Client, session_id: UUID, device: Device, lot_id: UUID | None, vials: int = 1) -> Any:
    """Ask for vials for a device."""
    asked = {"id": str(uuid7()), "device_id": str(device.device_id)}
    asked |= {"lot_id": str(lot_id), "vials": str(vials)} if lot_id else {}
    address = f"/diem-tiem/phien/{SITE}/{session_id}/giu-lieu"
    return await client.post(address, json=asked, headers={"accept": "application/json"})


async def the_lot(client: Client) -> stock.Unit:
    """The one unit of the shelf."""
    async with client.database.transaction() as db:
        (unit,) = await stock.usable_units(db, SITE, "JAN", db.at)
        return unit


async def board(client: Client, session_id: UUID, device: Device) -> dict[str, Any]:
    """What the device sees."""
    return (await client.get(f"/diem-tiem/phien/{SITE}/{session_id}/bang?may={device.device_id}")).json()


def opening(device: Device, session_id: UUID, lot_id: UUID, nurse: UUID, key: UUID) -> dict[str, Any]:
    """A vial that was opened without a line ten minutes ago."""
    body = {"place_id": str(SITE), "session_id": str(session_id), "lot_id": str(lot_id)}
    return device.letter("vial.open", body, nurse, at=datetime.now(UTC) - timedelta(minutes=10), key=key)


async def test_two_devices_never_hold_more_than_lies_on_the_shelf(client: Client):
    _, session_id, _ = await a_site(client)
    unit = await the_lot(client)
    devices = [(await a_tablet(client))[0] for _ in range(4)]

    told = await asyncio.gather(*(hold(client, session_id, one, unit.lot_id, unit.vials // 2) for one in devices))

    assert sorted(one.status_code for one in told) == [200, 200, 409, 409]
    assert {one.json()["type"] for one in told if one.status_code == 409} == {"/loi/not_enough_doses"}
    async with client.database.transaction() as db:
        assert await stock.usable_doses(db, SITE, "JAN", db.at) < unit.doses_per_vial * 2
        held = await stock.escrow.held_at(db, SITE, session_id)
        assert sum(one.doses for one in held) == unit.vials // 2 * 2 * unit.doses_per_vial
        assert (await stock.prove(db)).ok


async def test_what_a_device_holds_is_opened_by_nobody_else(client: Client):
    _, session_id, _ = await a_site(client)
    unit = await the_lot(client)
    first, _ = await a_tablet(client)
    second, nurse = await a_tablet(client)
    assert (await hold(client, session_id, first, unit.lot_id, unit.vials)).json() == {
        "doses": unit.vials * unit.doses_per_vial
    }

    (told,) = await second.send(opening(second, session_id, unit.lot_id, nurse, uuid7()))

    assert told["answer"]["type"] == "/loi/not_enough_doses"
    assert (await board(client, session_id, second))["lots"] == []
    assert (await board(client, session_id, second))["holds"] is False
    assert (await board(client, session_id, first))["held"][0]["on_hand"] == unit.vials * unit.doses_per_vial


async def test_a_dose_beyond_what_a_device_held_is_recorded_unexplained_and_asked_about(client: Client):
    _, session_id, codes = await a_site(client, 2)
    async with client.database.transaction() as db:
        await db.connection.execute("update product_pack set doses_per_vial = 1 where product = 'JAN'")
    unit = await the_lot(client)
    people: list[UUID] = []
    for code in codes:
        async with client.database.transaction() as db:
            people.append((await ready(await a_nurse(db), session_id, code)).visit_id)
    device, nurse = await a_tablet(client)
    await hold(client, session_id, device, unit.lot_id)
    vials = [uuid7(), uuid7()]
    at = datetime.now(UTC) - timedelta(minutes=5)

    told = await device.send(
        *(opening(device, session_id, unit.lot_id, nurse, vial) for vial in vials),
        *(
            device.letter(
                "immunization.record",
                the_dose(session_id, person, vial) | {"lot_id": str(unit.lot_id)},
                nurse,
                at=at,
            )
            for person, vial in zip(people, vials, strict=True)
        ),
    )

    assert [one["status"] for one in told] == [200, 409, 200, 200]
    assert [one["answer"]["review"] for one in told[2:]] == [[], ["vial_not_open"]]
    async with client.database.transaction() as db:
        given = await facts(db, "select status, device_id from immunization")
        assert [one["device_id"] for one in given] == [device.device_id] * 2
        (review,) = await stock.open_reviews(db, place_id=SITE)
        assert (review.kind, review.doses) == ("dose", 1)
        assert (await stock.conservation(db, SITE)).unexplained == -1
        assert (await stock.prove(db)).ok


async def test_what_was_not_opened_returns_when_the_device_says_so_is_revoked_or_the_session_closes(client: Client):
    _, session_id, _ = await a_site(client)
    unit = await the_lot(client)
    back, nurse = await a_tablet(client)
    lost, _ = await a_tablet(client)
    last, _ = await a_tablet(client)
    for one in (back, lost, last):
        await hold(client, session_id, one, unit.lot_id, 1)
    body = {"place_id": str(SITE), "session_id": str(session_id), "device_id": str(back.device_id)}

    (told,) = await back.send(back.letter("escrow.give_back", body, nurse))
    async with client.database.transaction() as db:
        held = await stock.escrow.held_at(db, SITE, session_id)
    await client.staff("site_head", place_id=SITE)
    await client.post(f"/diem-tiem/thiet-bi/{lost.device_id}/thu-hoi", data={"id": str(uuid7())})
    async with client.database.transaction() as db:
        after = await stock.escrow.held_at(db, SITE, session_id)
        glass = immunizations.Glass(received=0, returned=0, discarded=0)
        await immunizations.close(db, place_id=SITE, session_id=session_id, glass=glass, explanation=None)

    assert told["answer"]["doses"] == unit.doses_per_vial
    assert [one.device_id for one in held] == [lost.device_id, last.device_id]
    assert [one.device_id for one in after] == [last.device_id]
    again = await the_lot(client)
    assert (again.unit_id, again.on_hand) == (unit.unit_id, unit.on_hand)
    async with client.database.transaction() as db:
        assert (await stock.prove(db)).ok


async def test_a_device_that_prepares_takes_its_share_once(client: Client):
    _, session_id, _ = await a_site(client)
    unit = await the_lot(client)
    device, _ = await a_tablet(client)

    first, second = [await hold(client, session_id, device, None) for _ in range(2)]

    assert first.json()["doses"] == min(2, unit.vials // 2) * unit.doses_per_vial > 0
    assert second.json()["doses"] == 0


async def test_a_device_of_another_place_or_bad_vials_are_refused_by_name(client: Client):
    _, session_id, _ = await a_site(client)
    unit = await the_lot(client)
    device, _ = await a_tablet(client)
    stranger = Device(client)

    told = [
        await hold(client, session_id, one, unit.lot_id, n) for one, n in ((stranger, 1), (device, -1), (device, 0))
    ]

    assert [one.status_code for one in told] == [403, 422, 422]
    assert [one.json()["field"] for one in told] == ["device_id", "vials", "vials"]
    assert (await the_lot(client)).on_hand == unit.on_hand
