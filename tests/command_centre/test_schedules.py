"""The schedule's pages: read by managers, changed by two officers of the nation, asked about a typed history."""

from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from httpx import Response

from tests.arrange import Client
from tiemchung.domain import rulebook
from tiemchung.domain.schedule import read
from tiemchung.kit import clock
from tiemchung.kit.db import Database

HERE = "/dieu-hanh/lich-tiem"
SHIPPED = read.shipped(rulebook.COVID)
CHANGED = SHIPPED["schedule.yaml"] + "# Ghi chú mới\n"


def shown_by(answer: Response) -> str:
    """A page's text, its escapes undone."""
    return unescape(answer.text)


async def a_draft(client: Client, **changes: str) -> str:
    """A draft that an officer writes through the page; its address."""
    answer = await client.write(
        f"{HERE}/soan", **(SHIPPED | {"schedule.yaml": CHANGED, "note": "Thêm một ghi chú"} | changes)
    )
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["location"]


async def compared(database: Database) -> None:
    async with database.transaction() as db:
        await rulebook.compare_waiting(db)


async def test_a_manager_reads_every_row_with_its_paper(client: Client):
    await client.staff("province_officer")
    shown = shown_by(await client.get(HERE))
    for words in (
        "đang có hiệu lực",
        "AstraZeneca",
        "8 tuần",
        "7820/BYT-DP",
        "Mũi nhắc lại 2",
        "chưa chắc chắn",
        "mắc COVID-19",
    ):
        assert words in shown, words
    assert f"{HERE}/soan" not in shown
    assert (await client.get(f"{HERE}/soan")).status_code == 403


async def test_english_reads_as_well(client: Client):
    await client.staff("national_operator")
    shown = shown_by(await client.get(HERE, headers={"cookie": f"tc_staff={client.cookies['tc_staff']}; lang=en"}))
    for words in ("in force", "at least 8 weeks", "Booster 2", "unsure"):
        assert words in shown, words


async def test_a_change_goes_from_one_officer_over_another_into_force(client: Client, database: Database):
    await client.staff("national_operator")
    draft = await a_draft(client)
    before = shown_by(await client.get(draft))
    assert "Ghi chú mới" in before
    assert "Đang so sánh" in before
    await compared(database)
    own = shown_by(await client.get(draft))
    assert "0 người được trả lời khác đi" in own
    assert f"{draft}/duyet" not in own

    await client.staff("national_operator")
    page = shown_by(await client.get(draft))
    assert f"{draft}/duyet" in page
    digest = page.split('name="digest" value="')[1][:64]
    unread = await client.write(f"{draft}/duyet", digest=digest)
    assert unread.status_code == 422
    assert (await client.write(f"{draft}/duyet", digest=digest, read="1")).status_code == 303
    past = await client.write(f"{draft}/cong-bo", valid_from="01/01/2022")
    assert past.status_code == 422
    async with database.transaction() as db:
        today = clock.day_of(db.at)
    answer = await client.write(f"{draft}/cong-bo", valid_from=f"{today:%d/%m/%Y}")
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    shown = shown_by(await client.get(HERE))
    assert "Thêm một ghi chú" in shown
    async with database.transaction() as db:
        force = await rulebook.in_force(db, today)
        assert force.ready.texts["schedule.yaml"] == CHANGED
        assert (await rulebook.in_force(db, today - timedelta(days=1))).rule_set_id != force.rule_set_id


async def test_the_author_is_refused_as_approver_even_by_hand(client: Client, database: Database):
    await client.staff("national_operator")
    draft = await a_draft(client)
    await compared(database)
    await client.get(draft)
    async with database.transaction() as db:
        digest = (await rulebook.draft(db, UUID(draft.rsplit("/", 1)[1]))).digest.hex()
    refused = await client.write(f"{draft}/duyet", digest=digest, read="1")
    assert refused.status_code == 403
    assert "không được tự duyệt" in shown_by(refused)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minimum: 21 days, recommended", "minimun: 21 days, recommended", "minimun"),
        ("until: 2021-12-16, paper: 10225", "until: 2021-12-15, paper: 10225", "từ 2021-12-16 đến 2021-12-16 không có dòng nào"),
        ("past_due: 42 days, paper: 2908", "past_due: 43 days, paper: 2908", "examples.yaml"),
    ],
)  # fmt: skip
async def test_a_wrong_text_is_shown_again_with_what_is_wrong_and_nothing_is_kept(
    client: Client, database: Database, old: str, new: str, told: str
):
    await client.staff("national_operator")
    typed = SHIPPED["schedule.yaml"].replace(old, new, 1)
    assert typed != SHIPPED["schedule.yaml"]
    answer = await client.write(f"{HERE}/soan", **(SHIPPED | {"schedule.yaml": typed, "note": "Đổi một dòng"}))
    assert answer.status_code == 422
    assert told in shown_by(answer)
    assert new.split(",", maxsplit=1)[0] in shown_by(answer)
    async with database.transaction() as db:
        assert await rulebook.drafts(db) == []


async def test_a_draft_is_rewritten_and_withdrawn_by_its_author(client: Client, database: Database):
    await client.staff("national_operator")
    draft = await a_draft(client)
    assert "Ghi chú mới" in shown_by(await client.get(f"{draft}/sua"))
    again = await client.write(
        f"{draft}/sua", **(SHIPPED | {"schedule.yaml": CHANGED + "# Và nữa\n", "note": "Thêm hai ghi chú"})
    )
    assert again.status_code == 303
    assert (await client.write(f"{draft}/rut")).status_code == 303
    assert "Đã rút" in shown_by(await client.get(draft))


async def test_a_typed_history_is_answered_decision_by_decision(client: Client):
    await client.staff("national_operator")
    asked = await client.write(
        f"{HERE}/hoi", born="02/05/1980", doses="az 01/06/2021\nAZ 01/07/2021", on="05/07/2021", product="PF"
    )
    assert asked.status_code == 200
    for words in ("sớm hơn lịch", "được tính là mũi 2 của liệu trình này", "Không được tiêm", "983/QĐ-BYT"):
        assert words in shown_by(asked), words


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"born": "31/02/1980"}, "không có ngày"),
        ({"doses": "XX 01/06/2021"}, "Không có vắc xin mang mã XX"),
        ({"doses": "AZ hôm qua"}, "ngày/tháng/năm"),
        ({"on": ""}, "Xem vào ngày".lower()),
    ],
)
async def test_a_mistyped_history_says_which_field_and_keeps_the_rest(client: Client, typed: dict[str, str], told: str):
    await client.staff("national_operator")
    good = {"born": "02/05/1980", "doses": "AZ 01/06/2021", "on": "05/07/2021"}
    answer = await client.write(f"{HERE}/hoi", **(good | typed))
    assert answer.status_code == 422
    assert told in shown_by(answer)


CHANGE = {
    "target": "pf.2",
    "minimum": "5 tuần",
    "recommended": "6 tuần",
    "since": "01/12/2030",
    "paper": "1/BYT-DP",
    "paper_on": "30/11/2030",
    "note": "Hai mũi Pfizer cách nhau 5 tuần theo 1/BYT-DP",
}


async def test_an_officer_drafts_a_usual_change_by_a_form_and_adds_another(client: Client, database: Database):
    await client.staff("national_operator")
    shown = shown_by(await client.get(f"{HERE}/thay-doi/khoang-cach"))
    assert "Pfizer hai mũi, mũi 2 – đang là 21 ngày" in shown
    answer = await client.write(f"{HERE}/thay-doi/khoang-cach", **CHANGE)
    assert answer.status_code == 303, shown_by(answer)[-3000:]
    draft = answer.headers["location"]
    shown = shown_by(await client.get(draft))
    assert "minimum: 5 weeks, recommended: 6 weeks, since: 2030-12-01, paper: 1/BYT-DP" in shown
    assert "until: 2030-11-30" in shown
    # Until its day nothing differs, so that day is what it is compared on.
    await compared(database)
    assert "tính đến 01/12/2030" in shown_by(await client.get(draft))
    stop = {"product": "JAN", "since": "01/12/2030", "paper": "1/BYT-DP", "note": "Thêm: ngừng Janssen"}
    again = await client.write(f"{draft}/thay-doi/dung", **stop)
    assert again.headers["location"] == draft
    async with database.transaction() as db:
        texts = await rulebook.texts_of_draft(db, UUID(draft.rsplit("/", 1)[1]))
    source = read.tried(texts).written.source
    assert source.products["JAN"].until is not None
    assert [row.minimum for row in source.series[2].doses[1].interval] == ["21 days", "5 weeks"]


@pytest.mark.parametrize(
    ("kind", "typed", "at", "told"),
    [
        ("khoang-cach", {"minimum": "năm tuần"}, "minimum", "phải là một khoảng thời gian"),
        ("khoang-cach", {"recommended": "4 tuần"}, "recommended", "phải theo thứ tự"),
        ("khoang-cach", {"target": "jan.1"}, "target", "hãy sửa nguyên văn"),
        ("khoang-cach", {"paper_on": ""}, "paper_on", "chưa có trong danh mục"),
        ("khoang-cach", {"paper": "", "paper_on": ""}, "unsure", "đánh dấu là chưa chắc chắn"),
        ("khoang-cach", {"since": "31/02/2030"}, "since", "31/02/2030"),
        ("khoang-cach", {"note": "abc"}, "note", "ít nhất 5"),
        ("cho-phep", {"product": "PF"}, "product", "đang được dùng cho mũi này rồi"),
        ("dung", {"product": "VC"}, "target", "hãy sửa nguyên văn"),
        ("lieu", {"product": "PF", "volume_ml": "0"}, "volume_ml", "phải"),
    ],
)
async def test_what_is_wrong_with_a_usual_change_is_told_at_its_field_and_what_was_typed_stays(
    client: Client, database: Database, kind: str, typed: dict[str, str], at: str, told: str
):
    await client.staff("national_operator")
    refused = await client.write(f"{HERE}/thay-doi/{kind}", **(CHANGE | typed))
    shown = shown_by(refused)
    assert refused.status_code == 422
    assert told in shown.split(f'id="{at}-error"')[1].split("</p>")[0]
    assert f'value="{(CHANGE | typed)["note"]}"' in shown
    async with database.transaction() as db:
        assert await rulebook.drafts(db) == []


async def test_a_kind_of_change_that_there_is_not_is_not_found(client: Client):
    await client.staff("national_operator")
    assert (await client.get(f"{HERE}/thay-doi/gi-do")).status_code == 404
    assert (await client.write(f"{HERE}/thay-doi/gi-do", **CHANGE)).status_code == 404
