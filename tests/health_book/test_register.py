"""Registering for a vaccination through the pages, without JavaScript."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pytest

from tests.arrange import Client
from tiemchung.domain import registrations
from tiemchung.kit import clock
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

HERE = "/so-suc-khoe/dang-ky"
HEALTH = {
    f"q_{code}": "no"
    for code in (
        "anaphylaxis",
        "covid",
        "other_vaccine",
        "immunodeficiency",
        "immunosuppressant",
        "acute_illness",
        "chronic_progressing",
        "chronic_treated",
        "pregnancy",
        "age_65",
        "clotting",
        "allergy",
    )
}
NEXT_WEEK = (clock.day_of(clock.now()) + timedelta(days=7)).strftime("%d/%m/%Y")
TYPED_FREELY = {"number", "insurance", "name", "birth", "phone", "email", "note_covid", "wanted_on"}
PAGES: dict[str, dict[str, str]] = {
    "giay-to": {"who": "self", "document": "national_id", "number": "046186000218"},
    "nguoi-tiem": {
        "name": "Nguyễn Thị Thu Hương",
        "birth": "12/04/1986",
        "sex": "female",
        "nationality": "VN",
        "occupation": "Kế toán",
    },
    "noi-o": {"province": "46", "district": "474", "commune": "19762", "address": "12/4 Đặng Dung"},
    "nhom-uu-tien": {"group": "13"},
    "suc-khoe": HEALTH,
    "mong-muon": {"dose": "basic-1", "wanted_on": NEXT_WEEK, "wanted_part": "morning"},
}


async def a_draft(client: Client) -> str:
    """A new form; its address."""
    begun = await client.write(HERE)
    return begun.headers["location"].rpartition("/")[0]


async def filled(client: Client, **changes: dict[str, str]) -> str:
    """A form filled to its last page; its address."""
    at = await a_draft(client)
    for step, answers in PAGES.items():
        taken = await client.write(f"{at}/{step}", **(answers | changes.get(step.replace("-", "_"), {})))
        assert taken.status_code == 303, (step, re.findall(r'-error">.*?<span>(.*?)</span>', taken.text))
    return at


async def send(client: Client, at: str, **form: str) -> httpx.Response:
    return await client.write(f"{at}/kiem-tra", **({"consent": "1"} | form))


async def count(client: Client, table: str) -> int:
    async with client.database.statement() as db:
        return await db.value(int, Query(f"select count(*) from {table}")) or 0


async def test_a_person_registers_and_gets_a_code(client: Client):
    await client.citizen()
    at = await filled(client)
    check = await client.get(f"{at}/kiem-tra")
    assert "P. Thuận Hòa, TP Huế, Thừa Thiên Huế" in check.text
    assert 'name="consent" value="1" checked' not in check.text

    sent = await send(client, at)

    done = await client.get(sent.headers["location"])
    code = re.search(r'id="registration-code">([0-9A-Z-]+)<', done.text)
    assert code
    status = await client.post("/so-suc-khoe/tra-cuu-dang-ky", data={"code": code[1]})
    assert "Chờ duyệt" in status.text
    assert "Thu Hương" not in status.text


async def test_pressing_send_twice_registers_once(client: Client):
    await client.citizen()
    at = await filled(client)
    key = re.search(r'name="id" value="([^"]+)"', (await client.get(f"{at}/kiem-tra")).text)
    assert key

    first = await client.post(f"{at}/kiem-tra", data={"id": key[1], "consent": "1"})
    again = await client.post(f"{at}/kiem-tra", data={"id": key[1], "consent": "1"})

    assert first.headers["location"] == again.headers["location"]
    assert (await count(client, "person"), await count(client, "registration")) == (1, 1)


async def test_without_consent_nothing_is_sent(client: Client):
    await client.citizen()
    at = await filled(client)

    refused = await send(client, at, consent="")

    assert refused.status_code == 422
    assert 'id="consent-error"' in refused.text
    assert await count(client, "person") == 0


async def test_a_mother_is_registered_on_her_daughters_phone(client: Client):
    await client.citizen()
    at = await filled(
        client,
        giay_to={"who": "parent", "registrant_name": "Nguyễn Thị Thu Hương", "number": "046154001306"},
        nguoi_tiem={"name": "Trần Thị Lan", "birth": "1954"},
    )
    assert "1954 (" in (await client.get(f"{at}/kiem-tra")).text

    await send(client, at)

    assert "Trần Thị Lan" in (await client.get("/so-suc-khoe/")).text


async def test_a_child_without_papers_is_registered(client: Client):
    await client.citizen()
    at = await filled(
        client,
        giay_to={"who": "child", "registrant_name": "Nguyễn Thị Thu Hương", "document": "none", "number": ""},
        nguoi_tiem={"name": "Nguyễn Bình An", "birth": "01/02/2015", "sex": "male"},
    )

    assert (await send(client, at)).status_code == 303


async def test_a_foreigner_registers_with_a_passport(client: Client):
    await client.citizen()
    at = await filled(
        client,
        giay_to={"document": "passport", "number": "pa 123478"},
        nguoi_tiem={"name": "Maria Gonzalez Ruiz", "nationality": "ES"},
    )

    assert (await send(client, at)).status_code == 303


async def test_a_doubtful_citizen_number_is_flagged_and_goes_through(client: Client):
    await client.citizen()
    at = await filled(client, giay_to={"number": "046086000218"})

    assert "không khớp với ngày sinh hoặc giới tính" in (await client.get(f"{at}/kiem-tra")).text
    assert (await send(client, at)).status_code == 303


async def test_the_number_of_somebody_else_is_refused_on_its_field(client: Client):
    await client.citizen()
    await send(client, await filled(client))
    await client.citizen("+84900000002")
    at = await filled(client, nguoi_tiem={"name": "Phạm Thị Khác", "birth": "01/01/1990"})

    refused = await send(client, at)

    assert refused.status_code == 409
    assert "Số giấy tờ này đã có trong hệ thống" in refused.text
    assert await count(client, "person") == 1


@pytest.mark.parametrize(
    ("step", "field", "typed", "told"),
    [
        ("giay-to", "who", "", "Người được đăng ký"),
        ("giay-to", "number", "0461860002", "Số CCCD có 12 chữ số"),
        ("giay-to", "number", "", "Hãy nhập số giấy tờ"),
        ("giay-to", "number", "04618600021\u202e8", "ký tự ẩn"),
        ("giay-to", "contact_phone", "12", "số điện thoại Việt Nam"),
        ("giay-to", "insurance", "12345", "10 chữ số, hoặc 15 ký tự"),
        ("nguoi-tiem", "name", "", "họ và tên"),
        ("nguoi-tiem", "name", "Lan\u0000", "ký tự ẩn"),
        ("nguoi-tiem", "name", "Lan" * 200, "tối đa 100"),
        ("nguoi-tiem", "name", "<b>Lan</b>", "chỉ gồm chữ cái"),
        ("nguoi-tiem", "birth", "30/02/1990", "không có ngày 30/02/1990"),
        ("nguoi-tiem", "birth", "01/01/2999", "tương lai"),
        ("nguoi-tiem", "phone", "123", "số điện thoại Việt Nam"),
        ("nguoi-tiem", "email", "lan", "ten@vidu.vn"),
        ("nguoi-tiem", "nationality", "Việt Nam", "danh sách"),
        ("noi-o", "address", "", "số nhà"),
        ("noi-o", "commune", "00001", "không thuộc quận"),
        ("noi-o", "commune", "xxxxx", "trong danh sách"),
        ("nhom-uu-tien", "group", "17", "từ 1 đến 16"),
        ("suc-khoe", "q_covid", "", "Hãy chọn Có, Không hoặc Không rõ"),
        ("suc-khoe", "note_covid", "a" * 300, "tối đa 200"),
        ("mong-muon", "dose", "basic-2", "ngày tiêm mũi trước"),
        ("mong-muon", "wanted_on", "01/01/2021", "quá khứ"),
        ("mong-muon", "wanted_part", "night", "danh sách"),
        ("mong-muon", "wanted_place", "11111111-1111-4111-8111-111111111111", "danh sách"),
        ("mong-muon", "previous_place", "x" * 200, "tối đa 150"),
    ],
)
async def test_bad_input_is_told_on_its_field_and_kept_nowhere(
    client: Client, step: str, field: str, typed: str, told: str
):
    await client.citizen()
    at = await a_draft(client)

    refused = await client.write(f"{at}/{step}", **(PAGES[step] | {field: typed, "action": "next"}))

    assert refused.status_code == 422
    shown = unescape(refused.text)
    assert told.lower() in shown.lower()
    assert 'id="error-summary"' in shown
    if field in TYPED_FREELY and "\u0000" not in typed:
        assert typed in shown
    async with client.database.statement() as db:
        kept = await db.value(int, Query("select count(*) from registration_draft where updated_at > started_at"))
    assert kept == 0


async def test_the_areas_cascade_without_javascript(client: Client):
    await client.citizen()
    at = await a_draft(client)

    districts = await client.write(f"{at}/noi-o", province="46", action="areas")
    communes = await client.write(f"{at}/noi-o", province="46", district="474", action="areas")

    assert '<option value="474">Thành phố Huế</option>' in districts.text
    assert '<option value="19762">Phường Thuận Hòa</option>' in communes.text


async def test_a_commune_found_by_search_fills_the_address(client: Client):
    await client.citizen()
    at = await a_draft(client)

    found = await client.write(f"{at}/noi-o", find="thuan hoa hue", action="search")
    taken = await client.write(f"{at}/noi-o", pick="19762", address="12/4 Đặng Dung", action="next")

    assert "P. Thuận Hòa, TP Huế, Thừa Thiên Huế" in found.text
    assert taken.status_code == 303


@pytest.mark.parametrize("find", ["thuan hoa hue", ""])
@pytest.mark.parametrize("pick", ["00000", "46", "<script>alert(1)</script>", "19762\u202e", "dài" * 2_000, "1\u0000"])
async def test_a_commune_that_no_search_finds_is_told_on_its_field(client: Client, find: str, pick: str):
    await client.citizen()
    at = await a_draft(client)

    refused = await client.write(f"{at}/noi-o", find=find, pick=pick, address="12/4 Đặng Dung", action="next")

    assert refused.status_code == 422
    assert 'href="#pick"' in refused.text
    assert re.search(r'id="pick-error"[^>]*>.*Hãy chọn xã, phường trong danh sách', refused.text)
    assert f'name="find" type="text" value="{find}"' in refused.text
    assert 'value="12/4 Đặng Dung"' in unescape(refused.text)
    assert (await client.get(f"{at}/noi-o")).text.count("Đặng Dung") == 0


async def test_enter_in_the_search_field_searches(client: Client):
    await client.citizen()
    at = await a_draft(client)

    found = await client.write(f"{at}/noi-o", find="thuan hoa hue", action="next")

    assert found.status_code == 200
    assert "P. Thuận Hòa, TP Huế, Thừa Thiên Huế" in found.text


async def test_no_to_everything_fills_visible_answers_and_goes_nowhere(client: Client):
    await client.citizen()
    at = await a_draft(client)
    assert "checked" not in (await client.get(f"{at}/suc-khoe")).text

    filled_in = await client.write(f"{at}/suc-khoe", action="all_no")

    assert filled_in.status_code == 200
    assert filled_in.text.count('value="no" checked') == 12


async def test_what_the_phone_read_from_the_card_fills_the_next_page(client: Client):
    await client.citizen()
    at = await a_draft(client)
    scanned = {"scan_name": "Nguyễn Thị Thu Hương", "scan_birth": "12/04/1986", "scan_sex": "female"}

    await client.write(f"{at}/giay-to", **PAGES["giay-to"], **scanned)

    page = unescape((await client.get(f"{at}/nguoi-tiem")).text)
    assert 'value="Nguyễn Thị Thu Hương"' in page
    assert 'value="12/04/1986"' in page
    assert 'value="female" checked' in page


async def test_a_minor_is_registered_by_a_guardian(client: Client):
    await client.citizen()
    at = await a_draft(client)
    await client.write(f"{at}/giay-to", **PAGES["giay-to"])
    young = f"01/02/{clock.day_of(clock.now()).year - 12}"

    refused = await client.write(f"{at}/nguoi-tiem", **(PAGES["nguoi-tiem"] | {"birth": young}))

    assert refused.status_code == 422
    assert "người giám hộ" in refused.text


async def test_a_site_near_home_can_be_wished_for_and_the_wish_changed(client: Client):
    await client.citizen()
    at = await filled(client, mong_muon={"wanted_place": str(place_id("46005"))})
    code = (await client.get((await send(client, at)).headers["location"])).text
    found = re.search(r'id="registration-code">([0-9A-Z-]+)<', code)
    assert found
    async with client.database.statement() as db:
        registration = await registrations.by_code(db, found[1])
    page = f"/so-suc-khoe/dang-ky-da-gui/{registration.registration_id}"
    assert registration.wanted_place

    bad = await client.write(f"{page}/mong-muon", wanted_on="31/02/2027", wanted_part="day", wanted_place="nowhere")
    await client.write(f"{page}/mong-muon", wanted_on=NEXT_WEEK, wanted_part="afternoon")

    assert bad.status_code == 422
    assert "31/02/2027" in unescape(bad.text)
    shown = (await client.get(page)).text
    assert "buổi chiều" in shown
    assert "Sở Y tế đang xem đăng ký" in shown
