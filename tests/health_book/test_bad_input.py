"""Every field of every form of the health book, given what nobody should send (`tests/hostile.py`)."""

import re

import httpx
import pytest

from tests.arrange import Client
from tests.health_book.test_declaration_and_reactions import NO, a_member, a_vaccinated_member
from tests.health_book.test_organisations import RIGHT, an_organisation, tried
from tests.health_book.test_register import NEXT_WEEK, PAGES, a_draft, filled, send
from tests.hostile import HOSTILE, Row, fields, refuses_what_is_bad
from tests.visits import facts
from tiemchung.domain import registrations
from tiemchung.kit import clock
from tiemchung.schema.load import place_id

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


async def test_the_wish_of_an_organisations_list(client: Client):
    await an_organisation(client)
    at = await tried(client, [RIGHT])
    row = Row(
        {"wanted_on": NEXT_WEEK, "wanted_part": "day", "consent": "1"},
        fields("wanted_on: number, wanted_part: chosen"),
    )

    await refuses_what_is_bad(client, row, lambda form: client.write(at, **(form | {"consent": ""})))


async def test_the_forms_behind_the_code_of_a_registration(client: Client):
    dose = await a_vaccinated_member(client)
    async with client.database.statement() as db:
        (registration,) = await registrations.of_person(db, dose.person_id)
    client.cookies.clear()
    forms = {
        "khai-bao": Row(NO | {"note": "Không"}, fields("k_fever: chosen, note: line"), frozenset({"note"})),
        "phan-ung": Row(
            {"signs": "pain", "onset_on": "02/11/2026", "temperature_c": "37,5", "note": "Đau tay"},
            fields("onset_on: number, note: line"),
            frozenset({"temperature_c", "note"}),
        ),
        "phan-anh": Row(
            {"kind": "see", "said": "Cho tôi xem dữ liệu của tôi"}, fields("kind: chosen, said: line"), frozenset()
        ),
    }

    for name, row in forms.items():

        async def sent(form: dict[str, str], to: str = f"/so-suc-khoe/tra-cuu-dang-ky/{name}") -> httpx.Response:
            return await client.write(to, **form, code=registration.code, action="send")

        await refuses_what_is_bad(client, row, sent)


async def test_the_code_of_a_look_up(client: Client):
    await client.post("/so-suc-khoe/tra-cuu-chung-nhan", data={"number": "046154001306", "phone": "0905000218"})
    code = Row({"code": "1"}, fields("code: code"))

    await refuses_what_is_bad(client, code, lambda form: client.write("/so-suc-khoe/tra-cuu-chung-nhan/ma", **form))


async def test_accents_that_come_in_pieces_are_kept_whole(client: Client):
    """Some keyboards send a letter and its accents apart (NFD); one text has one spelling (NFC) wherever it is kept."""
    whole, pieces = "Lệ Thủy", HOSTILE["decomposed accents"]
    assert pieces != whole
    person = await a_member(client)
    at = f"/so-suc-khoe/{{}}/{person}".format
    await client.write(at("khai-bao"), **(NO | {"k_travelled": "yes", "travel": pieces, "note": pieces}))
    ticket = {
        "kind": "missing",
        "product": "AZ",
        "given_on": "01/10/2021",
        "place": str(place_id("46005")),
        "lot": pieces,
    }
    await client.write(f"{at('phan-anh')}/moi", **ticket, said=f"Thiếu mũi ở {pieces}")
    dose = await a_vaccinated_member(client)
    told = {"signs": "pain", "onset_on": clock.day_of(clock.now()).isoformat(), "note": pieces}
    await client.write(f"/so-suc-khoe/phan-ung/{dose.person_id}/{dose.immunization_id}/bao", **told)
    await client.citizen()
    texts = {"nguoi_tiem": {"name": pieces, "occupation": pieces, "workplace": pieces}, "noi_o": {"address": pieces}}
    await send(client, await filled(client, **texts, suc_khoe={"q_covid": "yes", "note_covid": pieces}))
    await client.citizen("+84900000009")
    company = {"name": pieces, "tax_code": "3300101011", "contact_name": pieces, "commune": "19762", "address": pieces}
    await client.write("/so-suc-khoe/to-chuc", **company, action="open")

    async with client.database.statement() as db:
        tables = await facts(db, "select tablename as name from pg_tables where schemaname = 'public'")
        row = "t::text like '%%' || %(whole)s || '%%' as holds, t::text is not nfc normalized as broken"
        held: set[str] = set()
        for name in (table["name"] for table in tables):
            found = await facts(db, f"select {row} from {name} t", whole=whole)
            assert not any(one["broken"] for one in found), name
            held |= {name for one in found if one["holds"]}
    assert held >= {"person", "registration", "declaration", "ticket", "aefi_report", "organisation"}


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
