"""The JavaScript core of the certificate check in a browser tab: called from Python, with what it needs as JSON."""

import base64
import json
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, Page, Route

from tiemchung.domain.certificates.keys import kid_of
from tiemchung.web.assets import assets

# Any address that counts as secure: browsers keep their cryptography from others. Nothing listens there.
ORIGIN = "http://localhost:1"
CHECK = """async ({ codes, certificates, at }) => {
  const { verify } = await import("/s/x/js/certificate/verify.js")
  const { read } = await import("/s/x/js/certificate/x509.js")
  const trust = new Map()
  for (const [kid, der] of certificates) {
    const bytes = Uint8Array.from(atob(der), character => character.charCodeAt(0))
    trust.set(kid, [...(trust.get(kid) ?? []), read(bytes)])
  }
  const found = []
  for (const code of codes) found.push(await verify(code, { trust, isRevoked: () => false, at }))
  return found
}"""
CHECK_POSTERS = CHECK.replace("{ verify }", "{ verifyPoster: verify }").replace("verify.js", "poster.js")


@contextmanager
def core(chromium: Browser) -> Generator[Page]:
    """A tab on an empty page of an origin that serves our static files and nothing else."""
    page = chromium.new_page()
    page.route("**/*", _serve)
    page.goto(f"{ORIGIN}/")
    yield page
    page.close()


def checked(
    page: Page, codes: Sequence[str], trusted: Iterable[x509.Certificate], at: datetime
) -> list[dict[str, Any]]:
    """The verdicts of the JavaScript core."""
    return _asked(page, CHECK, codes, trusted, at)


def _asked(
    page: Page, script: str, codes: Sequence[str], trusted: Iterable[x509.Certificate], at: datetime
) -> list[dict[str, Any]]:
    certificates = [
        (base64.b64encode(kid_of(each)).decode(), base64.b64encode(each.public_bytes(Encoding.DER)).decode())
        for each in trusted
    ]
    asked = {"codes": list(codes), "certificates": certificates, "at": at.timestamp() * 1000}
    return page.evaluate(script, json.loads(json.dumps(asked)))


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN).removeprefix("/s/x/")
    if path == "/":
        route.fulfill(body="<!doctype html>", content_type="text/html")
        return
    file = assets().files[path]
    route.fulfill(body=file.body, content_type=file.media_type)


def checked_posters(
    page: Page, codes: Sequence[str], trusted: Iterable[x509.Certificate], at: datetime
) -> list[dict[str, Any]]:
    """The verdicts of the JavaScript core on codes of posters."""
    return _asked(page, CHECK_POSTERS, codes, trusted, at)
