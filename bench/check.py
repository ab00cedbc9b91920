"""From a camera's frame to the verdict in a browser, against reading the square of the same frame alone."""

import base64
import io
import statistics
from datetime import UTC, date, datetime

import segno
from PIL import Image
from playwright.async_api import async_playwright

from bench.harness import Figure, platform
from tiemchung.domain import certificates
from tiemchung.domain.certificates import Files, Ring, SigningKey, cose, dcc, uvci

FRAMES = 40
TARGET_MS = 50
CHROMIUM = "/usr/bin/chromium"
# The page's own scanner and its own judgement: signature, list of withdrawn ones, rules, and the words on the screen.
MEASURE = """async ({ picture, frames }) => {
  const [page, scanner] = [document.querySelector("[data-check]"), document.querySelector("code-scanner")]
  const bytes = Uint8Array.from(atob(picture), character => character.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }))
  const read = await scanner.reader()
  const seen = () => read(bitmap, bitmap.width, bitmap.height)
  const told = async () => {
    delete page.dataset.verdict
    const verdict = new Promise(done => new MutationObserver((_, watch) => {
      if (page.dataset.verdict) watch.disconnect(), done(page.dataset.verdict)
    }).observe(page, { attributeFilter: ["data-verdict"] }))
    scanner.found(await seen())
    return verdict
  }
  if ((await told()) !== "valid") throw new Error(await told())
  const whole = [], alone = []
  for (let k = 0; k < frames; k++) for (const [act, times] of [[told, whole], [seen, alone]]) {
    const began = performance.now()
    await act()
    times.push(performance.now() - began)
  }
  return { whole, alone }
}"""


async def run() -> list[Figure]:
    """check.browser: milliseconds from a frame of 1280 × 720 to the verdict on the page; the limit is reading its square."""
    times = await _measured()
    return [
        Figure(
            name=name,
            figure=round(of(times["whole"]), 1),
            unit="ms",
            limit=round(of(times["alone"]), 1),
            limit_is="reading the square of the same frame in the same tab",
            ratio=round(of(times["whole"]) / of(times["alone"]), 2),
            target=f"< {TARGET_MS} ms",
            rounds=FRAMES,
        )
        for name, of in (("check.browser", statistics.median), ("check.browser.p95", _p95))
    ]


async def _measured() -> dict[str, list[float]]:
    async with platform() as here, async_playwright() as playwright:
        async with here.database.transaction() as db:
            store = Files(here.folder / "keys" / "signer")
            await certificates.tend(db, store)
            ring = Ring(store)
            await ring.refresh(db)
            await certificates.lists.publish(db, ring)
            key = ring.of_province("01", db.at)
        assert key is not None
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page()
        await page.goto(f"{here.base}/kiem-tra")
        await page.wait_for_selector("[data-check][data-ready=ok]")
        picture = base64.b64encode(_frame(_code(key))).decode()
        found = await page.evaluate(MEASURE, {"picture": picture, "frames": FRAMES})
        await browser.close()
    return found


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


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
