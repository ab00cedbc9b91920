"""Every field of every form of the health book, given what nobody should send: told on the field, in words, and nothing is kept.

A row of `FORMS` is a form with what it holds when it is right; a kind of field says which hostile texts it refuses. The rest is
taken as the text that it is, and shown as text.
"""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from typing import Any

import httpx
import msgspec
import pytest

from tests.arrange import Client
from tests.health_book.test_declaration_and_reactions import NO, a_member, a_vaccinated_member
from tests.health_book.test_register import NEXT_WEEK, PAGES, a_draft, count, filled, send
from tiemchung.domain import registrations
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

HOSTILE = {
    "nothing": "",
    "too long": "dài" * 2_000,
    "NUL": "Lan\u0000",
    "right-to-left override": "Lan\u202eaL",
    "markup": "<script>alert(1)</script>",
    "an identity number of ten digits": "0461860002",
    "a day that does not exist": "31/02/1990",
    "a formula": "=CMD|'/C calc'!A0",
    "decomposed accents": unicodedata.normalize("NFD", "Lệ Thủy"),
    "no item of the list": "ZZ",
}
BROKEN = {"too long", "NUL", "right-to-left override"}
EVERYTHING = frozenset(HOSTILE) - {"nothing"}
# What a kind of field refuses when something was typed.
REFUSES: Mapping[str, frozenset[str]] = {
    "line": frozenset(BROKEN),
    "name": EVERYTHING - {"decomposed accents", "no item of the list"},
    "phone": EVERYTHING - {"an identity number of ten digits"},
    "ten digits": EVERYTHING - {"an identity number of ten digits"},
    "number": EVERYTHING,
    "chosen": EVERYTHING,
    "code": EVERYTHING,
}


# Lists that another choice narrows: they are empty while that one is wrong.
HANGS_ON = {"province": {"district", "commune"}, "district": {"commune"}}


class Row(msgspec.Struct, frozen=True):
    """A form: what it holds when it is right, of what kind its fields are, and which of them may stay empty."""

    right: dict[str, str]
    kinds: dict[str, str]
    optional: frozenset[str] = frozenset()


def fields(kinds: str) -> dict[str, str]:
    """`name: line, address: line` as a table."""
    return dict(pair.strip().split(": ") for pair in kinds.split(","))


HEALTH_KINDS = dict.fromkeys(PAGES["suc-khoe"], "chosen") | {
    name.replace("q_", "note_"): "line" for name in PAGES["suc-khoe"]
}
STEPS = {
    "giay-to": Row(
        PAGES["giay-to"] | {"who": "child", "registrant_name": "Trần Thị Mẹ", "insurance": "4620123456"},
        fields("who: chosen, registrant_name: name, document: chosen, number: number, insurance: ten digits"),
        frozenset({"insurance"}),
    ),
    "nguoi-tiem": Row(
        PAGES["nguoi-tiem"]
        | {"phone": "0905000219", "email": "lan@vidu.vn", "ethnic_group": "01", "workplace": "Chợ Đông Ba"},
        fields(
            "name: name, birth: number, sex: chosen, phone: phone, email: number, nationality: chosen,"
            " ethnic_group: chosen, occupation: line, workplace: line"
        ),
        frozenset({"phone", "email", "ethnic_group", "workplace"}),
    ),
    "noi-o": Row(PAGES["noi-o"], fields("province: chosen, district: chosen, commune: chosen, address: line")),
    "nhom-uu-tien": Row(PAGES["nhom-uu-tien"], fields("group: chosen")),
    "suc-khoe": Row(
        PAGES["suc-khoe"] | {"note_covid": "Đã khỏi"},
        HEALTH_KINDS,
        frozenset(name for name in HEALTH_KINDS if name.startswith("note_")),
    ),
    "mong-muon": Row(
        PAGES["mong-muon"]
        | {
            "dose": "basic-2",
            "previous_product": "AZ",
            "previous_on": "01/10/2021",
            "previous_place": "Trạm Y tế phường Thuận Hòa",
            "wanted_place": str(place_id("46005")),
        },
        fields(
            "dose: chosen, previous_product: chosen, previous_on: number, previous_place: line, wanted_on: number,"
            " wanted_part: chosen, wanted_place: chosen"
        ),
        frozenset({"previous_place", "wanted_place"}),
    ),
}

Send = Callable[[dict[str, str]], Awaitable[httpx.Response]]


@pytest.mark.parametrize("step", STEPS)
async def test_a_registration(client: Client, step: str):
    await client.citizen()
    at = await a_draft(client)
    if step == "mong-muon":  # sites are offered near home
        await client.write(f"{at}/noi-o", **PAGES["noi-o"], action="next")

    await refuses_what_is_bad(client, STEPS[step], lambda form: client.write(f"{at}/{step}", **form, action="next"))


async def test_the_wish_of_a_registration_that_was_sent(client: Client):
    await client.citizen()
    at = await filled(client)
    done = await client.get((await send(client, at)).headers["location"])
    code = re.search(r'id="registration-code">([0-9A-Z-]+)<', done.text)
    assert code
    async with client.database.statement() as db:
        registration_id = (await registrations.by_code(db, code[1])).registration_id
    row = Row(
        {"wanted_on": NEXT_WEEK, "wanted_part": "day", "wanted_place": str(place_id("46005"))},
        fields("wanted_on: number, wanted_part: chosen, wanted_place: chosen"),
        frozenset({"wanted_place"}),
    )

    to = f"/so-suc-khoe/dang-ky-da-gui/{registration_id}/mong-muon"
    await refuses_what_is_bad(client, row, lambda form: client.write(to, **form))


async def test_signing_in(client: Client):
    row = Row({"phone": "0905000218"}, fields("phone: phone"))
    await refuses_what_is_bad(client, row, lambda form: client.write("/so-suc-khoe/dang-nhap", **form))

    await client.write("/so-suc-khoe/dang-nhap", phone="0905000218")
    code = Row({"code": "1"}, fields("code: code"))
    await refuses_what_is_bad(client, code, lambda form: client.write("/so-suc-khoe/dang-nhap/ma", **form))


async def test_the_code_of_a_registration_without_an_account(client: Client):
    at = await a_draft(client)
    phone_row = Row(PAGES["giay-to"] | {"contact_phone": "0905000220"}, fields("contact_phone: phone"))
    await refuses_what_is_bad(client, phone_row, lambda form: client.write(f"{at}/giay-to", **form, action="next"))
    for step, answers in PAGES.items():
        phone = {"contact_phone": "0905000220"} if step == "giay-to" else {}
        assert (await client.write(f"{at}/{step}", **answers, **phone)).status_code == 303
    assert (await client.write(f"{at}/kiem-tra", consent="1")).headers["location"].endswith("/xac-nhan")

    row = Row({"code": "1"}, fields("code: code"))
    await refuses_what_is_bad(client, row, lambda form: client.write(f"{at}/xac-nhan", **form))


async def test_the_family(client: Client):
    await client.citizen()
    row = Row(
        {"number": "046154001306", "born_on": "03/09/1954", "relation": "parent"},
        fields("number: number, born_on: number, relation: chosen"),
    )
    await refuses_what_is_bad(client, row, lambda form: client.write("/so-suc-khoe/gia-dinh", **form))

    await client.write("/so-suc-khoe/gia-dinh", **row.right)
    code = Row({"code": "1"}, fields("code: code"))
    await refuses_what_is_bad(client, code, lambda form: client.write("/so-suc-khoe/gia-dinh/ma", **form))


async def test_a_declaration(client: Client):
    person = await a_member(client)
    row = Row(
        NO | {"k_travelled": "yes", "travel": "Đà Nẵng", "note": "Không"},
        dict.fromkeys(NO, "chosen") | fields("travel: line, note: line"),
        frozenset({"note"}),
    )

    await refuses_what_is_bad(client, row, lambda form: client.write(f"/so-suc-khoe/khai-bao/{person}", **form))


async def test_a_reaction(client: Client):
    dose = await a_vaccinated_member(client)
    row = Row(
        {"signs": "pain", "dangers": "skin", "onset_on": "02/11/2026", "temperature_c": "37,5", "note": "Đau tay"},
        fields("dangers: chosen, signs: chosen, onset_on: number, temperature_c: number, note: line"),
        frozenset({"dangers", "signs", "temperature_c", "note"}),
    )
    to = f"/so-suc-khoe/phan-ung/{dose.person_id}/{dose.immunization_id}/bao"

    await refuses_what_is_bad(client, row, lambda form: client.write(to, **form))


@pytest.mark.parametrize("kind", ["missing", "field", "dose"])
async def test_a_request_to_put_something_right(client: Client, kind: str):
    dose = await a_vaccinated_member(client)
    about = {
        "missing": Row(
            {"product": "AZ", "given_on": "01/10/2021", "place": str(place_id("46005")), "lot": "ABV5811"},
            fields("product: chosen, given_on: number, place: chosen, lot: line"),
            frozenset({"lot"}),
        ),
        "field": Row({"field": "name"}, fields("field: chosen")),
        "dose": Row({"immunization_id": str(dose.immunization_id)}, fields("immunization_id: chosen")),
    }[kind]
    row = Row(
        {"kind": kind, "said": "Ghi sai, đúng ra khác"} | about.right,
        fields("kind: chosen, said: line") | about.kinds,
        about.optional,
    )
    to = f"/so-suc-khoe/phan-anh/{dose.person_id}/moi"

    await refuses_what_is_bad(client, row, lambda form: client.write(to, **form))


async def test_an_organisation(client: Client):
    await client.citizen()
    row = Row(
        {
            "name": "Công ty Dệt Huế",
            "tax_code": "3300101011",
            "contact_name": "Trần Văn Phụ",
            "commune": "19762",
            "address": "9 Lê Lợi",
        },
        fields("name: line, tax_code: ten digits, contact_name: name, commune: chosen, address: line"),
    )

    async def sent(form: dict[str, str]) -> httpx.Response:
        find = "thuan hoa hue" if form["commune"] == row.right["commune"] else None
        return await client.write("/so-suc-khoe/to-chuc", **form, find=find, action="open")

    await refuses_what_is_bad(client, row, sent)


@pytest.mark.parametrize(
    ("to", "row"),
    [
        (
            "/so-suc-khoe/tra-cuu-chung-nhan",
            Row(
                {"number": "046154001306", "country": "VN", "phone": "0905000218"},
                fields("number: number, country: chosen, phone: phone"),
                frozenset({"country"}),
            ),
        ),
        ("/so-suc-khoe/tra-cuu-dang-ky", Row({"code": "7K2Q-9XW3-M85T"}, fields("code: number"))),
        ("/so-suc-khoe/tra-cuu-phan-anh", Row({"number": "7K2Q-9XW3-M85T"}, fields("number: number"))),
    ],
)
async def test_looking_something_up(client: Client, to: str, row: Row):
    await refuses_what_is_bad(client, row, lambda form: client.write(to, **form))


async def refuses_what_is_bad(client: Client, row: Row, sent: Send) -> None:
    """Every field of a form with every hostile text; all that is wrong is told at once."""
    before = await kept(client)
    wrong: list[str] = []
    for field, kind in row.kinds.items():
        refused = REFUSES[kind] | ({"nothing"} - ({"nothing"} if field in row.optional else set()))
        for what in sorted(refused):
            page = await sent(row.right | {field: HOSTILE[what]})
            wrong += [f"{field}, {what}: {fault}" for fault in faults(page, row, field, HOSTILE[what])]
    assert not wrong, "\n".join(wrong)
    assert await kept(client) == before


def faults(page: httpx.Response, row: Row, field: str, typed: str) -> list[str]:
    """What a page that refuses does badly."""
    if page.status_code != 422:
        return [f"answered {page.status_code}"]
    said = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    if said is None:
        return ["not told on its field"]
    found = []
    if not re.search(r"[a-zà-ỹ]{2,} [a-zà-ỹ]", unescape(re.sub(r"<[^>]+>", "", said[1])).strip().lower()):
        found.append(f"told in no words: {said[1]}")
    if "<script>alert" in page.text:
        found.append("markup is not shown as text")
    shown_again = row.kinds[field] not in {"chosen", "code"} and 0 < len(typed) < 100 and "\0" not in typed
    if shown_again and typed not in unescape(page.text):
        found.append("what was typed here is gone")
    for other, value in row.right.items():
        if other != field and other not in HANGS_ON.get(field, ()) and not is_kept(page.text, other, value):
            found.append(f"{other} is gone")
    return found


def is_kept(page: str, name: str, value: str) -> bool:
    """A value in its field: typed, picked or ticked."""
    shown = unescape(page)
    return any(
        re.search(pattern, shown, re.DOTALL)
        for pattern in (
            rf'name="{name}"[^>]*value="{re.escape(value)}"[^>]*( checked|type="text"|inputmode|autocomplete|>)',
            rf'value="{re.escape(value)}"[^>]*name="{name}"',
            rf'<select[^>]*name="{name}".*?<option value="{re.escape(value)}" selected',
            rf'<textarea[^>]*name="{name}"[^>]*>{re.escape(value)}<',
        )
    )


async def kept(client: Client) -> list[Any]:
    """How much stands in each table that a citizen writes into, and when a form was last kept."""
    tables = (
        "person", "registration", "consent", "declaration", "aefi_report", "ticket", "ticket_photo", "account_person",
        "organisation", "organisation_list", "contact", "person_identifier", "outbox_message", "event",
    )  # fmt: skip
    async with client.database.statement() as db:
        kept_at = await db.value(Any, Query("select max(updated_at) from registration_draft"))
    return [kept_at, *[await count(client, table) for table in tables]]
