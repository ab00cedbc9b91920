"""From a camera's frame to the verdict in a browser, against reading the square of the same frame alone."""

import base64
import io
import statistics
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import segno
from PIL import Image
from playwright.async_api import async_playwright

from bench.harness import Figure, platform
from tiemchung.domain.certificates import SigningKey, cose, dcc, load_or_make, uvci
from tiemchung.domain.certificates.trust import der
from tiemchung.web.assets import assets

FRAMES = 40
TARGET_MS = 50
CHROMIUM = "/usr/bin/chromium"
MEASURE = """async ({ reader, wasm, verify, x509, picture, kid, certificate, frames }) => {
  await new Promise(done => document.head.append(Object.assign(document.createElement("script"), { src: reader, onload: done })))
  const [check, certificates] = [await import(verify), await import(x509)]
  ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm } })
  const bytes = text => Uint8Array.from(atob(text), character => character.charCodeAt(0))
  const trust = new Map([[kid, [certificates.read(bytes(certificate))]]])
  const bitmap = await createImageBitmap(new Blob([bytes(picture)], { type: "image/jpeg" }))
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true })
  const read = async () => {
    pen.drawImage(bitmap, 0, 0)
    return (await ZXingWASM.readBarcodes(pen.getImageData(0, 0, bitmap.width, bitmap.height), { formats: ["QRCode"] }))[0].text
  }
  const told = async () => (await check.verify(await read(), { trust, isRevoked: () => false, at: Date.now() })).verdict
  if ((await told()) !== "valid") throw new Error(await told())
  const whole = [], alone = []
  for (let k = 0; k < frames; k++) for (const [act, times] of [[told, whole], [read, alone]]) {
    const began = performance.now()
    await act()
    times.push(performance.now() - began)
  }
  return { whole, alone }
}"""


async def run() -> list[Figure]:
    """check.browser: milliseconds from a frame of 1280 × 720 to the verdict; the limit is reading its square."""
    with tempfile.TemporaryDirectory() as folder:
        key = load_or_make(Path(folder), datetime.now(UTC) - timedelta(days=1))
        times = await _measured(key, _frame(_code(key)))
    figure, limit = statistics.median(times["whole"]), statistics.median(times["alone"])
    return [
        Figure(
            name="check.browser",
            figure=round(figure, 1),
            unit="ms",
            limit=round(limit, 1),
            limit_is="reading the square of the same frame in the same tab",
            ratio=round(figure / limit, 2),
            target=f"< {TARGET_MS} ms",
            rounds=FRAMES,
        )
    ]


async def _measured(key: SigningKey, frame: bytes) -> dict[str, Any]:
    url = assets().url
    async with platform() as here, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page()
        await page.goto(f"{here.base}/kiem-tra")
        found = await page.evaluate(
            MEASURE,
            {
                "reader": url("vendor/zxing-reader-3.1.4.js"),
                "wasm": url("vendor/zxing_reader-3.1.4.wasm"),
                "verify": url("js/certificate/verify.js"),
                "x509": url("js/certificate/x509.js"),
                "picture": base64.b64encode(frame).decode(),
                "kid": base64.b64encode(key.kid).decode(),
                "certificate": base64.b64encode(der(key.certificate)).decode(),
                "frames": FRAMES,
            },
        )
        await browser.close()
    return found


def _code(key: SigningKey) -> str:
    at = datetime.now(UTC)
    record = dcc.Record(
        name="Nguyễn Thị Bích Phượng",
        birth_date=date(1986, 4, 12),
        birth_precision="day",
        occurred_on=at.date(),
        medicinal_product="EU/1/20/1525",
        holder="ORG-100001417",
        prophylaxis="29061000087103",
        dose_number=1,
        doses_in_series=1,
        uvci=uvci.new(),
    )
    return cose.sign(dcc.claims(record, at, dcc.expires_at(at, key.ends_at)), key)


def _frame(code: str) -> bytes:
    """A camera's frame with the code in its middle."""
    drawn, out = io.BytesIO(), io.BytesIO()
    segno.make(code, error="l", micro=False).save(drawn, kind="png", scale=6, border=6)
    frame = Image.new("RGB", (1280, 720), "white")
    frame.paste(Image.open(drawn).convert("RGB").resize((600, 600)), (340, 60))
    frame.save(out, "JPEG", quality=85)
    return out.getvalue()
