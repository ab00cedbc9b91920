"""Gateways: what goes over the wire, what is tried again, when nothing goes out, and what a reply does."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.citizens import PHONE, a_person
from tests.visits import facts, later
from tiemchung.domain import access, messaging, people
from tiemchung.domain.messaging import Gone, NotTaken, Waiting, rules, web_push
from tiemchung.domain.messaging.sms_http import SmsHttp
from tiemchung.domain.messaging.smtp import Smtp
from tiemchung.domain.messaging.web_push import Subscription, WebPush
from tiemchung.domain.people import PersonId
from tiemchung.kit import clock
from tiemchung.kit.crypto import Keys, digest
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

MESSAGE = Waiting(message_id=uuid7(), channel="sms", lang="vi", address=PHONE, body="Tiêm Chủng: xin chào")


class Books:
    """A gateway that writes down what it takes, and refuses as often as it is told to."""

    name = "books"

    def __init__(self, refusals: int = 0, error: type[Exception] = NotTaken) -> None:
        self.taken: list[str] = []
        self.refusals, self.error = refusals, error

    async def carry(self, message: Waiting) -> str:
        if self.refusals:
            self.refusals -= 1
            raise self.error("away")
        self.taken.append(message.body)
        return f"books:{message.message_id}"


@asynccontextmanager
async def serving(answer: Callable[[bytes], bytes]) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """An HTTP server of a few lines: its address, and the requests that it got."""
    got: list[bytes] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0
        )
        got.append(head + await reader.readexactly(length))
        writer.write(answer(got[-1]))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(one, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/gui", got


def http(status: str, body: bytes = b"{}") -> Callable[[bytes], bytes]:
    return lambda _: f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body


async def test_an_sms_provider_gets_our_id_twice_and_its_answer_is_the_receipt():
    async with serving(http("200 OK", b'{"receipt": "R-1"}')) as (url, got):
        assert await SmsHttp(url, "secret").carry(MESSAGE) == "R-1"
    assert b"authorization: Bearer secret" in got[0].replace(b"Authorization", b"authorization")
    assert got[0].count(str(MESSAGE.message_id).encode()) == 2


@pytest.mark.parametrize(("status", "error"), [("503 Busy", NotTaken), ("429 Wait", NotTaken), ("400 Bad", Gone)])
async def test_a_busy_provider_is_asked_again_and_a_bad_number_never(status: str, error: type[Exception]):
    async with serving(http(status)) as (url, _):
        with pytest.raises(error):
            await SmsHttp(url, "secret").carry(MESSAGE)


async def test_mail_goes_to_its_server_with_our_id():
    lines: list[bytes] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        in_text = False
        while line := await reader.readline():
            lines.append(line)
            if in_text:
                in_text = line != b".\r\n"
                answer = b"" if in_text else b"250 taken\r\n"
            else:
                in_text = line.upper().startswith(b"DATA")
                answer = (
                    b"354 go on\r\n"
                    if in_text
                    else b"221 bye\r\n"
                    if line.upper().startswith(b"QUIT")
                    else b"250 ok\r\n"
                )
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(one, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        mail = Waiting(
            message_id=MESSAGE.message_id, channel="email", lang="vi", address="a@example.vn", body=MESSAGE.body
        )
        receipt = await Smtp(f"smtp://127.0.0.1:{port}", "tin@tiemchung.example").carry(mail)
    assert receipt == f"<{MESSAGE.message_id}@tiemchung.example>"
    assert any(receipt.encode() in line for line in lines)
    assert any(line.upper().startswith(b"RCPT TO:<A@EXAMPLE.VN>") for line in lines)


def test_push_is_encrypted_as_the_standard_s_own_example():
    """RFC 8291, section 5."""
    once = ec.derive_private_key(int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1())
    to = Subscription(
        endpoint="https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
    )
    sealed = web_push.encrypt(b"When I grow up, I want to be a watermelon", to, once, unb64("DGv6ra1nlYgDCS1FRnbzlw"))
    assert sealed == unb64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_a_browser_that_has_unsubscribed_is_gone(keys: Keys):
    browser = ec.generate_private_key(ec.SECP256R1())
    async with serving(http("410 Gone")) as (url, got):
        to = f'{{"endpoint":"{url}","p256dh":"{web_push.public_key(browser)}","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}'
        push = Waiting(message_id=uuid7(), channel="push", lang="vi", address=to, body="Xin chào")
        with pytest.raises(Gone):
            await WebPush("mailto:a@example.vn", keys).carry(push)
    assert b"vapid t=" in got[0]


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def by_day(db: Db) -> Db:
    """Ten in the morning of the day after."""
    ten = clock.start_of(clock.day_of(db.at)) + timedelta(days=1, hours=10)
    return later(db, seconds=(ten - db.at).total_seconds())


async def state(db: Db) -> str:
    (row,) = await facts(db, "select state from outbox_message order by created_at desc, message_id desc limit 1")
    return str(row["state"])


async def test_what_is_not_taken_is_tried_again_and_in_the_end_given_up(db: Db):
    db = by_day(db)
    await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")
    books = Books(refusals=2)
    await messaging.deliver_due(db, {"sms": books})
    await messaging.deliver_due(db, {"sms": books})
    assert (books.taken, await state(db)) == ([], "waiting")
    await messaging.deliver_due(later(db, seconds=31), {"sms": books})
    await messaging.deliver_due(later(db, minutes=3), {"sms": books})
    assert (len(books.taken), await state(db)) == (1, "sent")

    await messaging.send(later(db, minutes=5), phone=PHONE, template="passport_ready", lang="vi")
    never = Books(refusals=1_000)
    for hour in range(1, rules.MOST_TRIES + 1):
        await messaging.deliver_due(later(db, hours=hour), {"sms": never})
    assert await state(db) == "failed"


async def test_a_report_says_that_a_message_arrived(db: Db):
    db = by_day(db)
    message_id = await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")
    await messaging.deliver_due(db, {"sms": Books()})
    assert await messaging.received(db, f"books:{message_id}", delivered=True)
    assert await state(db) == "delivered"
    assert not await messaging.received(db, "unknown", delivered=True)


async def keeps_address(db: Db) -> bool:
    (row,) = await facts(
        db, "select address_sealed from outbox_message order by created_at desc, message_id desc limit 1"
    )
    return row["address_sealed"] is not None


async def test_a_message_keeps_its_address_while_it_may_be_tried_again_and_no_longer(db: Db):
    db = by_day(db)
    message_id = await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")
    await messaging.deliver_due(db, {"sms": Books(refusals=1)})
    assert (await state(db), await keeps_address(db)) == ("waiting", True)
    await messaging.deliver_due(later(db, minutes=3), {"sms": Books()})
    assert (await state(db), await keeps_address(db)) == ("sent", False)
    assert await messaging.received(db, f"books:{message_id}", delivered=False)
    assert await messaging.received(db, f"books:{message_id}", delivered=True)

    await messaging.send(later(db, minutes=5), phone=PHONE, template="passport_ready", lang="vi")
    await messaging.deliver_due(later(db, minutes=5), {"sms": Books(refusals=1, error=Gone)})
    assert (await state(db), await keeps_address(db)) == ("failed", False)

    await messaging.replied(later(db, minutes=6), PHONE, "STOP")
    await messaging.send(later(db, minutes=7), phone=PHONE, template="passport_ready", lang="vi")
    await messaging.deliver_due(later(db, minutes=7), {"sms": Books()})
    assert (await state(db), await keeps_address(db)) == ("stopped", False)


@pytest.mark.parametrize("wrong", ["state = 'sent'", "address_sealed = null"])
async def test_the_database_holds_an_address_for_what_waits_alone(db: Db, wrong: str):
    await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")

    with pytest.raises(psycopg.errors.CheckViolation, match="outbox_message_address_while_waiting"):
        await facts(db, f"update outbox_message set {wrong}")


@pytest.mark.parametrize(("hour", "goes"), [(6, 7), (7, 7), (20, 20), (21, 31), (23, 31)])
def test_at_night_only_codes_go_out(hour: int, goes: int):
    midnight = datetime(2021, 12, 1, tzinfo=clock.VIETNAM)
    at = midnight + timedelta(hours=hour)
    assert rules.not_before("invited", at) == midnight + timedelta(hours=goes)
    assert rules.not_before("otp", at) == at


async def test_a_budget_that_is_used_up_holds_back_all_but_codes(db: Db):
    db = by_day(db)
    await db.run(Query("insert into setting (name, value) values ('messages_an_hour', '1')"))
    for _ in range(2):
        await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")
    await messaging.send(db, phone=PHONE, template="otp", lang="vi", code="123456")
    books = Books()
    await messaging.deliver_due(db, {"sms": books})
    assert len(books.taken) == 2
    await messaging.deliver_due(later(db, minutes=61), {"sms": books})
    assert len(books.taken) == 3


@pytest.mark.parametrize("text", ["STOP", "Dừng", "không phải tôi", "NOT ME."])
async def test_who_says_stop_or_not_me_gets_codes_alone_until_a_start(db: Db, text: str):
    db = by_day(db)
    assert await messaging.replied(db, PHONE, text) in {"stop", "not_me"}
    books = Books()
    await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")
    await messaging.send(db, phone=PHONE, template="otp", lang="vi", code="123456")
    await messaging.deliver_due(db, {"sms": books})
    assert [body for body in books.taken if "123456" not in body] == []
    assert len(books.taken) == 1
    await messaging.replied(later(db, seconds=1), PHONE, "Nhận lại")
    await messaging.send(db, phone=PHONE, template="passport_ready", lang="vi")
    await messaging.deliver_due(db, {"sms": books})
    assert len(books.taken) == 2
    assert await messaging.replied(db, PHONE, "cảm ơn") is None


async def test_a_browser_that_wants_messages_gets_them_instead_of_an_sms(db: Db):
    person: UUID = await a_person(db)
    await a_browser_of(db, person)
    await messaging.tell(db, person, "passport_ready")
    rows = await facts(
        db, "select channel from outbox_message where person_id = %(p)s and template = 'passport_ready'", p=person
    )
    assert [row["channel"] for row in rows] == ["push"]


async def a_browser_of(db: Db, person: UUID) -> bytes:
    """A browser that a relative of the person is signed in with, and that wants messages; its sign-in."""
    code = await access.send_code(db, phone=PHONE, address="test", purpose="sign_in")
    token = await access.sign_in_citizen(db, challenge_id=code.challenge_id, code=code.code, phone=PHONE, lang="vi")
    await people.link(
        db, await access.account_of(db, phone=PHONE), PersonId(person), relation="child", proof="phone_code"
    )
    sign_in_id = digest(token)
    to = Subscription(endpoint="https://push.example/1", p256dh="x", auth="y")
    await messaging.subscribe(db, sign_in_id, to)
    await messaging.subscribe(db, sign_in_id, to)
    return sign_in_id


async def channels(db: Db, person: UUID) -> list[object]:
    rows = await facts(
        db,
        "select channel from outbox_message where person_id = %(p)s and template = 'passport_ready' order by created_at, channel",
        p=person,
    )
    return [row["channel"] for row in rows]


async def test_a_browser_that_is_gone_leaves_its_message_to_sms(db: Db):
    person: UUID = await a_person(db)
    await a_browser_of(db, person)
    await messaging.tell(db, person, "passport_ready")
    gone, books = Books(refusals=1, error=Gone), Books()

    await messaging.deliver_due(by_day(db), {"push": gone})
    await messaging.deliver_due(by_day(db), {"sms": books})

    assert any("hộ chiếu" in body.lower() for body in books.taken), books.taken
    await messaging.tell(db, person, "passport_ready")
    assert await channels(db, person) == ["push", "sms", "sms"]


async def test_messages_reach_a_browser_until_it_signs_out_or_the_person_leaves_the_family(db: Db):
    person: UUID = await a_person(db)
    sign_in_id = await a_browser_of(db, person)
    account = await access.account_of(db, phone=PHONE)

    await people.unlink(db, account, person)
    await messaging.tell(db, person, "passport_ready")
    await people.link(db, account, PersonId(person), relation="child", proof="phone_code")
    await messaging.tell(db, person, "passport_ready")
    await access.end_sign_in(db, sign_in_id)
    await messaging.tell(db, person, "passport_ready")

    assert sorted(map(str, await channels(db, person))) == ["push", "sms", "sms"]
