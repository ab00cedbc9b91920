"""What stands in front of every handler."""

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.arrange import Client
from tiemchung.kit.sql import Query
from tiemchung.web.assets import assets


async def test_the_process_and_its_database_say_that_they_are_well(client: Client):
    assert (await client.get("/healthz")).text == "ok"
    assert (await client.get("/readyz")).text == "ready"


async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_machines(client: Client):
    seen = await client.get("/khong-co")
    told = await client.get("/khong-co", headers={"accept": "application/json"})
    assert seen.status_code == told.status_code == 404
    assert "Không tìm thấy" in seen.text
    assert told.json()["type"] == "/loi/not_found"
    assert told.json()["title_en"]


async def test_every_answer_carries_the_security_headers(client: Client):
    headers = (await client.get("/healthz")).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]


async def test_a_write_from_another_site_is_refused(client: Client):
    refused = await client.post("/diem-tiem/dang-xuat", headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403


async def test_a_body_past_the_limit_is_refused_before_it_is_read(client: Client):
    refused = await client.post("/so-suc-khoe/dang-nhap", headers={"content-length": str(50 * 1024 * 1024)})
    assert refused.status_code == 413


async def test_static_files_last_a_year_under_their_release(client: Client):
    served = await client.get(assets().url("css/page.css"))
    assert served.status_code == 200
    assert "immutable" in served.headers["cache-control"]
    assert (await client.get("/s/x/khong-co.css")).status_code == 404


async def test_metrics_tell_how_far_followers_are_behind(client: Client):
    async with client.database.transaction() as db:
        await db.run(Query("insert into follower (name, watermark, moved_at) values ('figures', '0', now())"))
    told = (await client.get("/metrics")).text
    assert 'tiemchung_follower_lag_seconds{follower="figures"}' in told


async def test_each_request_leaves_one_line_with_its_id_and_without_its_query(client: Client):
    with capture_logs(processors=[merge_contextvars]) as lines:
        answer = await client.get("/healthz?phone=0900000001")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["status"] == 200
    assert "0900000001" not in str(line)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"a": 1e999999}'])
async def test_a_body_that_is_no_json_object_is_named_and_not_a_defect(client: Client, body: bytes):
    answer = await client.post("/so-suc-khoe/dang-ky", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["facts"]["field"] in {"body", "id"}
