"""What is looked at on every page: width, twice the text, names, and the way of the Tab key."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Page

from tests.journeys.steps import AXE, RULES
from tiemchung.kit.crypto import Keys

TWICE_THE_TEXT = "document.documentElement.style.fontSize = '200%'"
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && one.checkVisibility())
  .map(one => one.outerHTML.slice(0, 90)).slice(-2)"""
FROM_THE_TOP = "document.body.tabIndex = -1; document.body.focus(); window.lately = null; scrollTo(0, 0)"
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What the Tab key must reach: all that can be worked; of round buttons of one question, one.
STOPS = """() => {
  const groups = new Set()
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(one => {
    if (one.disabled || one.type === "hidden" || one.tabIndex < 0) return false
    if (!one.checkVisibility({ visibilityProperty: true })) return false
    if (one.type !== "radio") return true
    const group = `${one.form?.action}|${one.name}`
    return !groups.has(group) && groups.add(group)
  }).length
}"""
FOCUSED = """() => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const said = one.outerHTML.slice(0, 110)
  const marked = [one, one.nextElementSibling, one.closest("label"), one.parentElement].some(near => {
    const style = near && getComputedStyle(near)
    return style && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none")
  })
  const box = (one.closest("label") ?? one).getBoundingClientRect()
  const bar = document.querySelector(".tabbar")
  const covered = bar && !bar.contains(one) && box.top >= bar.getBoundingClientRect().top
  const before = window.lately && (window.lately.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING)
  window.lately = one
  return { said, marked, hidden: covered || box.width === 0, back: Boolean(before) }
}"""


def shape(path: str) -> str:
    """An address without what differs from person to person."""
    bare = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", path.partition("?")[0].partition("#")[0])
    return bare.rstrip("/") or "/"


def links(page: Page, under: str) -> Iterable[str]:
    """The addresses that the page leads to, within a door."""
    found: list[str] = page.evaluate("[...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))")
    return [path for path in found if path.startswith(under)]


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, for somebody who sees little, types only, or has a narrow screen."""
    return [f"{shape(page.url)}: {fault}" for fault in (*_by_key(page), *_by_axe(page), *_by_width(page))]


def _by_width(page: Page) -> list[str]:
    found = [f"too wide: {page.evaluate(TOO_WIDE)}"] if page.evaluate(SCROLLS) else []
    page.evaluate(TWICE_THE_TEXT)
    found += [f"too wide at 200 %: {page.evaluate(TOO_WIDE)}"] if page.evaluate(SCROLLS) else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def _by_axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{one['id']}: {node['html'][:140]}" for one in found["violations"] for node in one["nodes"]]


def _by_key(page: Page) -> list[str]:
    page.evaluate(FROM_THE_TOP)
    stops: int = page.evaluate(STOPS)
    seen: list[dict[str, Any]] = []
    for _ in range(stops + 2):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (seen and focused["back"] and len(seen) >= stops):
            break
        seen.append(focused)
    found = [] if len(seen) >= stops else [f"{stops} things to work, {len(seen)} reached by key"]
    found += [f"no sign of the focus: {one['said']}" for one in seen if not one["marked"]]
    found += [f"focus behind something: {one['said']}" for one in seen if one["hidden"]]
    found += [f"focus goes back: {one['said']}" for one in seen if one["back"]]
    return found


CERTIFIED = """select c.contact_id, c.value_sealed
  from contact c join account_person a using (person_id)
 where c.kind = 'phone' and c.relation = 'self' and a.relation = 'self' and c.ended_at is null
   and exists (select from certificate k where k.person_id = c.person_id and k.retired_at is null)
   and not exists (select from account_person other where other.account_id = a.account_id and other.person_id <> a.person_id)
 order by c.person_id offset %s limit 1"""


def somebody_certified(platform: dict[str, Any], which: int) -> str:
    """The phone of one of the people whom the demonstration brings with doses and a certificate."""
    keys = Keys(Path(platform["folder"]) / "keys")
    with psycopg.connect(platform["database"], autocommit=True) as connection:
        for _ in range(60):  # the campaign may still be loading
            found = connection.execute(CERTIFIED, (which,)).fetchone()
            if found is not None:
                contact_id, sealed = found
                return keys.open(sealed, f"contact.value.{contact_id}").replace("+84", "0")
            time.sleep(1)
    raise AssertionError("nobody has a certificate")
