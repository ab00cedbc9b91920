"""Which dose is valid, due or allowed is the engine's answer: nothing beside it judges ages, intervals, courses or products."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "tiemchung"
# Where rules live, where they are edited and shown, what is made up for the demonstration, and migrations that are past.
ENGINE = ("domain/schedule/", "demo/", "schema/migrations/", "web/static/vendor/")
SHOWN = ("command_centre/schedule_changes.py", "command_centre/templates/schedules.html", "domain/rulebook/")
# What would be a second judge: a copy of a rule's number, or arithmetic on a dose, a birth or an ordinal.
JUDGES = {
    "a course's length or an age beside a product": r"course_doses|from_age|to_age|min_age|from_years|next_role",
    "a dose's day moved by an interval": r"(occurred_at|given_on|given_at)\s*\+\s*(interval|make_interval|timedelta|[:\d])",
    "a birthday counted in a statement": r"birth_date\s*\+\s*(make_)?interval\s*\(?\s*(years|'\d+ years)"
    r"|\bage\(\s*p\w*\.birth_date",
    "a number of doses compared with a number": r"ordinal\s*(>=|>|<=|<)\s*([a-z:][\w.]*|[2-9])"
    r"|len\((given|doses)\)\s*(>=|>|<=|<|==)\s*[2-9]",
    "a product named": r"""['"](AZ|PF|PFC|MOD|VC|HV|SPU1|SPU2|JAN|ABD)['"]""",
}
# Said with reason: where the words mean something else.
MEANT = {
    "domain/certificates/dcc.py": {"course_doses"},  # the figure that a certificate prints, as the engine gave it
    "domain/certificates/issue.py": {"course_doses"},
    "domain/aefi/asking.py": {"given_on + timedelta"},  # days of the diary after a dose
    "domain/aefi/rules.py": {"given_on + timedelta"},
}


def sources() -> list[tuple[str, str]]:
    """Every source file outside the engine, by its path."""
    found: list[tuple[str, str]] = []
    for path in sorted(HERE.rglob("*")):
        name = path.relative_to(HERE).as_posix()
        if path.suffix in {".py", ".sql", ".js", ".html"} and not name.startswith(ENGINE + SHOWN):
            found.append((name, path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("what", JUDGES)
def test_nothing_beside_the_engine_judges(what: str):
    found = [
        f"{name}:{text[: match.start()].count(chr(10)) + 1}: {match[0]}"
        for name, text in sources()
        for match in re.finditer(JUDGES[what], text)
        if match[0] not in MEANT.get(name, set())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("a course's length or an age beside a product", "when d.ordinal >= p.course_doses then"),
        ("a dose's day moved by an interval", "where i.occurred_at + interval '21 days' <= :at"),
        ("a birthday counted in a statement", "p.birth_date + make_interval(years => v.least) > day"),
        ("a number of doses compared with a number", "complete = len(doses) >= 2"),
        ("a product named", 'if product == "JAN":'),
    ],
)
def test_each_search_finds_what_it_is_for(what: str, code: str):
    assert re.search(JUDGES[what], code)
