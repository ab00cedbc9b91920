"""The documents are true to the code: what can be set, called, opened or counted is named in them, and links lead somewhere."""

import argparse
import re
import tomllib
from pathlib import Path

import pytest
from litestar.handlers import HTTPRouteHandler

from tiemchung import app, cli, command_centre, exchange, follow_ups, health_book, immunization_support, portal
from tiemchung.demo import accounts, pages
from tiemchung.domain.access import ROLES
from tiemchung.domain.analytics import INDICATORS
from tiemchung.health_book import take_place
from tiemchung.immunization_support import commands
from tiemchung.portal import waiting_room
from tiemchung.portal.shelf import KINDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SHORT = {
    "{session}": "/diem-tiem/phien/{place_id}/{session_id}",
    "{person}": "/diem-tiem/phien/{place_id}/{session_id}/nguoi/{visit_id}",
    "{plan}": "/diem-tiem/ke-hoach/{place_id}/{session_id}",
}
OWN = [value for value in vars(app).values() if isinstance(value, HTTPRouteHandler)]
DOORS = (portal, health_book, immunization_support, command_centre, exchange, pages)
HANDLERS = [*OWN, *(route for door in DOORS for route in door.routes if isinstance(route, HTTPRouteHandler))]

RAW = {f"POST {take_place.ADDRESS}", f"GET {waiting_room.ADDRESS}"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path):
    for target in LINK.findall(text(document)):
        if not re.match(r"[a-z]+:|#", target):
            assert (document.parent / target.partition("#")[0]).exists(), target


def test_every_setting_is_named():
    read = {name for folder in ("tiemchung", "tests", "bench") for name in settings_read(ROOT / folder)}
    told = text("docs/operations.md")
    assert {name for name in read if f"`{name}`" not in told} == set()


def test_every_verb_of_the_command_line_is_named():
    told = text("docs/operations.md")
    for verb, options in verbs(cli._parser()):  # pyright: ignore[reportPrivateUsage]
        assert f"`tiemchung {verb}" in told, verb
        assert all(option in told for option in options), (verb, options)


def test_every_target_of_the_makefile_is_named():
    targets = re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE)
    told = "".join(text(file) for file in ("README.md", "CONTRIBUTING.md", "docs/operations.md"))
    assert [target for target in targets if target != "help" and f"make {target}" not in told] == []


def test_every_role_is_named_with_its_word():
    told = text("docs/roles.md")
    for role, words in ROLES.items():
        assert f"| {role} | {words} |" in told, role


def test_every_indicator_is_named():
    told = text("docs/glossary.md")
    for code, indicator in INDICATORS.items():
        assert f"| `{code}` | {indicator.name_en} | {indicator.name} |" in told, code


def test_every_address_is_told_and_no_other():
    shelf = {f"GET {kind.pattern.pattern}" for kind in KINDS}
    told = addresses("docs/http.md")
    known = {address(handler) for handler in HANDLERS} | RAW
    figures = {one for one in told if any(a_page(kind, one) for kind in shelf)}
    assert known - told == set()
    assert told - known - figures == set()
    assert all(any(a_page(kind, one) for one in told) for kind in shelf)


def a_page(kind: str, told: str) -> bool:
    """Whether an address of the documents is one of this kind: of a province, a district or a region."""
    return any(re.fullmatch(kind, told.replace("{code}", code)) for code in ("46", "474", "NCC"))


def test_every_command_of_a_device_is_told():
    told = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", text("docs/http.md"), re.MULTILINE))
    assert told == set(commands.KINDS)


def test_every_follower_is_named():
    named = {follower.name for follower in follow_ups.LATER} | {"signer"}
    assert {name for name in named if f"`{name}`" not in text("ARCHITECTURE.md")} == set()


def test_every_vendored_package_and_its_licence_is_noticed():
    listed = tomllib.loads(text("tiemchung/web/vendor/vendor.toml"))["file"]
    told = text("NOTICE").casefold()
    for name, version in {(file["package"].removesuffix(".org"), file["version"]) for file in listed}:
        assert f"{name} {version}" in told, name


def test_the_table_of_roles_is_what_handlers_ask_for():
    told: dict[str, set[str]] = {}
    for who, cell in re.findall(r"^\| ([a-z_, ]+) \| (`(?:GET|POST) .+) \|$", text("docs/roles.md"), re.MULTILINE):
        roles = set() if who == "any member of staff" else set(who.split(", "))
        told |= dict.fromkeys(addresses_in(cell), roles)
    asked = {address(handler): set(handler.opt["roles"]) for handler in HANDLERS if handler.opt["access"] == "staff"}
    assert told == asked


def test_every_test_that_a_document_names_exists():
    written = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    for document in DOCUMENTS:
        assert set(re.findall(r"`(test_\w+)`", text(document))) - written == set(), document


def test_each_fact_of_the_site_has_its_test():
    rows = re.findall(r"^\| (\d+) \| .+ \| `test_\w+`", text("docs/the-site.md"), re.MULTILINE)
    assert rows == [str(fact) for fact in range(21, 36)]


def test_the_tour_names_the_accounts_of_the_demonstration():
    told = text("README.md")
    assert accounts.CITIZEN_PHONE in told
    assert all(f"`{login}`" in told for _, login, _, _ in accounts.STAFF)


def text(file: Path | str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def settings_read(folder: Path) -> set[str]:
    """The names that code asks the environment for."""
    asked = re.compile(r"""environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)\"""")
    found = {name for file in folder.rglob("*.py") for name in asked.findall(file.read_text(encoding="utf-8"))}
    return found - {"PATH"}


def verbs(parser: argparse.ArgumentParser, before: str = "") -> list[tuple[str, list[str]]]:
    """Every verb of a command line with its own options."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # pyright: ignore
    if not groups:
        options = [name for action in parser._actions for name in action.option_strings if name.startswith("--")]  # pyright: ignore
        return [(before.strip(), [name for name in options if name != "--help"])]
    return [
        found for group in groups for name, each in group.choices.items() for found in verbs(each, f"{before} {name}")
    ]


def address(handler: HTTPRouteHandler) -> str:
    (method,) = handler.http_methods - {"OPTIONS", "HEAD"}  # pyright: ignore[reportOperatorIssue]
    (path,) = handler.paths
    return f"{method} {re.sub(r':[a-z]+}', '}', path)}"


def addresses(file: str) -> set[str]:
    return addresses_in(text(file))


def addresses_in(told: str) -> set[str]:
    """The addresses that a text tells, whole and without their queries."""
    for short, whole in SHORT.items():
        told = told.replace(f" {short}", f" {whole}")
    return {f"{method} {path}" for method, path in re.findall(r"`(GET|POST) ([^`\s?]+)[^`]*`", told)}


def test_every_test_that_a_document_names_is_there():
    named = {
        name
        for file in (ROOT / "docs").rglob("*.md")
        for name in re.findall(r"`(test_\w+)`", file.read_text(encoding="utf-8"))
    }
    known = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text("utf-8"))
    }
    assert len(named) > 50
    assert named - known == set()
