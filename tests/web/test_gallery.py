"""The gallery shows every component, and no page writes a style into itself."""

import re
from pathlib import Path

from tiemchung.web import gallery
from tiemchung.web.i18n import translator
from tiemchung.web.pages import render

ROOT = Path(__file__).parents[2] / "tiemchung"
# What the other macros are made of.
_PARTS = {"error_of", "described"}


def test_every_macro_is_shown_in_the_gallery():
    components = (ROOT / "web/templates/components.html").read_text("utf-8")
    shown = (ROOT / "web/templates/gallery.html").read_text("utf-8")
    macros = set(re.findall(r"{% macro (\w+)", components)) - _PARTS
    assert macros
    assert not {name for name in macros if not re.search(rf"(?:{{{{ ?|call |}}){name}\(", shown)}


def test_the_gallery_can_be_drawn():
    page = render("gallery.html", "vi", **gallery.sample(translator("vi")), me=None, here="/", menu=[], form={})
    assert page.count("<section") > 15
    assert 'style="' not in page


def test_no_template_writes_a_style_or_a_script_into_the_page():
    """The content policy refuses both."""
    for file in ROOT.rglob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\bsrc=)(?![^>]*importmap)", text), file


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "web/static/icons.svg").read_text("utf-8")))
    for file in ROOT.rglob("*.html"):
        named = set(re.findall(r'icon\("([a-z0-9-]+)"\)', file.read_text("utf-8")))
        assert named <= sprite, (file, named - sprite)
