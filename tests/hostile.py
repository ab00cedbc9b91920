"""What nobody should send, and whether a form takes it well: told on the field, in words, all else kept, nothing stored.

A `Row` is a form with what it holds when it is right; a kind of field says which hostile texts it refuses. The rest is taken
as the text that it is, and shown as text.
"""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from typing import Any

import httpx
import msgspec

from tests.arrange import Client
from tests.visits import facts

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


Send = Callable[[dict[str, str]], Awaitable[httpx.Response]]


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


async def kept(client: Client) -> list[dict[str, Any]]:
    """How much stands in each table that a citizen writes into, and when a form was last kept."""
    tables = (
        "person", "registration", "consent", "declaration", "aefi_report", "ticket", "ticket_photo", "account_person",
        "organisation", "organisation_list", "contact", "person_identifier", "outbox_message", "event",
    )  # fmt: skip
    counts = ", ".join(f"(select count(*) from {table}) as {table}" for table in tables)
    async with client.database.statement() as db:
        return await facts(db, f"select (select max(updated_at) from registration_draft) as draft_kept_at, {counts}")
