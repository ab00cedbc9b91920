"""A stranger at a device without a line: held to the days of birth that the engine gave, whatever part of a birth is known."""

import json
from collections.abc import Generator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.core import core
from tiemchung.domain.schedule import read, tables

pytestmark = pytest.mark.journey

ON = date(2026, 11, 26)
STANDING = "const { standing } = await import('/s/x/immunization_support/desk/standing.js');"


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Generator[Page]:
    with core(chromium) as page:
        yield page


@pytest.fixture(scope="module")
def births() -> list[dict[str, str | None]]:
    """Whom Abdala may be given to: the engine's ages on a day, as days of birth."""
    rows = tables.ages(read.from_texts(read.shipped("vn-covid19")).schedule, "COVID-19")
    (row,) = [row for row in rows if row.product == "ABD"]
    assert row.to_age is not None
    return [{"after": tables.born(row.to_age, ON).isoformat(), "by": tables.born(row.from_age, ON).isoformat()}]


@pytest.mark.parametrize(
    ("birth", "may"),
    [
        ("26/11/2007", True),
        ("27/11/2007", False),
        ("10/2007", True),
        ("11/2007", False),
        ("2006", True),
        ("2007", False),
        ("26/11/1960", False),
        ("27/11/1960", True),
        ("1961", True),
        ("1960", False),
    ],
)
def test_a_strangers_birth_is_held_to_the_schedule(tab: Page, births: list[dict[str, Any]], birth: str, may: bool):
    sheet: dict[str, list[str]] = {"questions": [], "signs": []}
    prepared = {
        "people": [],
        "lots": [],
        "product": {"name": "Abdala", "births": births},
        "sheet_of_stranger": {"child": sheet, "adult": sheet},
    }
    entry = {
        "id": "1",
        "kind": "visit.walk_in",
        "at": "2026-11-26T01:00:00Z",
        "state": "waiting",
        "body": {"name": "Người Lạ", "sex": "male", "birth": birth},
    }
    given = json.dumps({"prepared": prepared, "board": {"visits": [], "vials": []}, "entries": [entry]})
    (visit,) = tab.evaluate(
        f"async () => {{ const given = {given}; {STANDING}"
        " return standing(given.prepared, given.board, given.entries).visits }"
    )
    assert (visit["wrong_age"] is None) == may
    assert visit["stranger"] is True


def test_the_board_s_word_on_consent_and_health_goes_before_what_was_taken_along(tab: Page):
    person = {"person_id": "p", "code": "7K2Q9XW3M85T", "name": "Lê Thị Hai", "consented": False, "declared": None}
    declared = {"code": "X", "at": "2026-11-26T01:00:00Z", "clear": False, "words": "Có triệu chứng"}
    visit = {"visit_id": "v", "person_id": "p", "number": 1, "step": "screening", "name": "Lê Thị Hai"}
    board = {"visits": [visit], "vials": [], "said": {"p": {"consented": True, "declared": declared}}}
    given = json.dumps({"prepared": {"people": [person], "lots": []}, "board": board})

    (seen,) = tab.evaluate(
        f"async () => {{ const given = {given}; {STANDING} return standing(given.prepared, given.board, []).visits }}"
    )

    assert (seen["consented"], seen["declared"]) == (True, declared)
