"""SMART Scheduling Links: what a finder of appointments fetches, and that it says nothing about people."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from tests.arrange import Client
from tests.places import an_open_session, people_of
from tests.stores import SITE
from tiemchung.portal import shelf

AT = "/smart-scheduling-links"


async def lines(client: Client, name: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{AT}/{name}.ndjson")
    assert answer.headers["content-type"] == "application/fhir+ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_the_manifest_names_three_files_that_are_there(client: Client):
    manifest = (await client.get(f"{AT}/$bulk-publish")).json()
    assert datetime.fromisoformat(manifest["transactionTime"]).tzinfo is not None
    assert [output["type"] for output in manifest["output"]] == ["Location", "Schedule", "Slot"]
    for output in manifest["output"]:
        path = "/" + output["url"].split("/", 3)[3]
        assert (await client.get(path)).status_code == 200


async def test_half_hours_point_to_their_session_and_their_site(client: Client):
    async with client.database.transaction() as db:
        first, *_ = await an_open_session(db, places=3)
    (location,) = await lines(client, "locations")
    (schedule,) = await lines(client, "schedules")
    slots = await lines(client, "slots")
    assert location["id"] == str(SITE)
    assert location["address"]["state"] == "Thừa Thiên Huế"
    assert schedule["actor"] == [{"reference": f"Location/{SITE}"}]
    assert schedule["extension"][0]["valueCoding"]["code"] == "212"
    assert {slot["schedule"]["reference"] for slot in slots} == {f"Schedule/{schedule['id']}"}
    assert [slot["status"] for slot in slots] == ["free", "free"]
    assert slots[0]["extension"][1]["valueInteger"] == 3
    assert datetime.fromisoformat(slots[0]["start"]) == first.starts_at


async def test_a_full_half_hour_is_busy_and_names_nobody(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shelf, "LONGEST", shelf.LONGEST * 0)
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account_id, 1)
        first, *_ = await an_open_session(db, places=1)
    await client.write("/so-suc-khoe/dat-lich", person_id=person, slot=first.slot)
    answer = await client.get(f"{AT}/slots.ndjson")
    assert [json.loads(line)["status"] for line in answer.text.splitlines()] == ["busy", "free"]
    assert str(person) not in answer.text


async def test_who_has_the_file_gets_no_second_copy(client: Client):
    first = await client.get(f"{AT}/slots.ndjson")
    again = await client.get(f"{AT}/slots.ndjson", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


# What the specification requires of each line (specification.md of smart-scheduling-links, its tables of fields); the postal
# code has a test of its own.
REQUIRED = {
    "locations": (
        "resourceType",
        "id",
        "name",
        "telecom.system",
        "telecom.value",
        "address.line",
        "address.city",
        "address.state",
    ),
    "schedules": ("resourceType", "id", "actor.reference", "serviceType.coding"),
    "slots": ("resourceType", "id", "schedule.reference", "status", "start", "end"),
}


@pytest.mark.parametrize("name", REQUIRED)
async def test_every_line_has_the_fields_that_the_specification_requires(client: Client, name: str):
    async with client.database.transaction() as db:
        await an_open_session(db, places=3)
    found = await lines(client, name)
    assert found
    for line in found:
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", line["id"])
        for field in REQUIRED[name]:
            value: Any = line
            for part in field.split("."):
                value = value[0][part] if isinstance(value, list) else value[part]
            assert value, field


async def test_an_address_says_that_its_postal_code_is_unknown_and_carries_none_of_elsewhere(client: Client):
    async with client.database.transaction() as db:
        await an_open_session(db, places=3)
    (location,) = await lines(client, "locations")
    assert "postalCode" not in location["address"]
    (reason,) = location["address"]["_postalCode"]["extension"]
    assert reason["url"] == "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    assert reason["valueCode"] == "unknown"


async def test_the_link_of_a_half_hour_takes_what_a_finder_adds_to_it(client: Client):
    await client.citizen()
    async with client.database.transaction() as db:
        await an_open_session(db, places=3)
    slot, *_ = await lines(client, "slots")
    path = "/" + slot["extension"][0]["valueUrl"].split("/", 3)[3]
    told = await client.get(f"{path}&source=finder&booking-referral=34d1a803-cd6c-4420-9cf5-c5edcc533538")
    assert told.status_code == 200


async def test_every_instant_has_its_zone_and_any_page_may_fetch_the_files(client: Client):
    async with client.database.transaction() as db:
        await an_open_session(db, places=3)
    for slot in await lines(client, "slots"):
        assert all(datetime.fromisoformat(slot[field]).tzinfo for field in ("start", "end"))
    for accept in ({}, {"accept": "application/json"}, {"accept": "application/fhir+ndjson"}):
        answer = await client.get(f"{AT}/$bulk-publish", headers=accept)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
