"""Vendored files are the published ones, and their licences are the listed ones."""

import base64
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "tiemchung/web/vendor"
LISTED: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["file"]
LICENCES = {
    "0BSD": "Zero-Clause BSD",
    "ISC": "ISC License",
    "Apache-2.0": "Apache License",
    "MIT": "MIT License",
    "MPL-2.0": "Mozilla Public License",
    "CC-BY-4.0": "Attribution 4.0 International",
}


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry["target"].rsplit("/", 1)[1])
def test_a_vendored_file_has_the_recorded_digest(entry: dict[str, Any]):
    body = (ROOT / entry["target"]).read_bytes()
    assert entry["sha384"] == "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def test_every_file_in_the_vendor_folder_is_listed():
    targets = {entry["target"] for entry in LISTED}
    here = {str(file.relative_to(ROOT)) for file in (ROOT / "tiemchung/web/static/vendor").iterdir()}
    assert here - targets == {"tiemchung/web/static/vendor/MANIFEST.json"}


def test_each_package_stands_beside_the_text_of_its_licence():
    texts = {e["package"]: (ROOT / e["target"]).read_text("utf-8") for e in LISTED if "LICENSE" in e["file"]}
    for entry in LISTED:
        assert LICENCES[entry["licence"]].lower() in texts[entry["package"]].lower(), entry["package"]


def test_versions_are_exact_and_the_same_in_the_list_and_the_lock():
    wanted = json.loads((VENDOR / "package.json").read_text())["dependencies"]
    locked = json.loads((VENDOR / "package-lock.json").read_text())["packages"]
    for entry in LISTED:
        assert wanted[entry["package"]] == entry["version"] == locked[f"node_modules/{entry['package']}"]["version"]


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (VENDOR / "package-lock.json").read_text()


def test_the_manifest_says_what_the_list_says():
    manifest = json.loads((ROOT / "tiemchung/web/static/vendor/MANIFEST.json").read_text())
    listed = {
        entry["target"].removeprefix("tiemchung/web/static/"): entry["sha384"]
        for entry in LISTED
        if entry["target"].startswith("tiemchung/web/static/")
    }
    assert {path: entry["sha384"] for path, entry in manifest.items()} == listed


def test_no_page_of_ours_asks_another_host():
    """A font, a script or a style from elsewhere would be refused by the policy and tell others who reads us."""
    for file in (ROOT / "tiemchung").rglob("*.html"):
        asked = re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', file.read_text("utf-8"))
        assert not asked, file
