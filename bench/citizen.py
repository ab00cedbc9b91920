"""The health book's first page, signed in, against the same server's static route."""

from bench.harness import ROUNDS, Figure, get, interleaved, platform, rate
from tiemchung.domain import access
from tiemchung.web.assets import assets


async def run() -> list[Figure]:
    """citizen.home: personal pages a second, each with its sign-in, its transaction and its access entry."""
    async with platform() as here:
        async with here.database.transaction() as db:
            sent = await access.send_code(db, phone="+84900000001", address="bench", purpose="sign_in")
            token = await access.sign_in_citizen(
                db, challenge_id=sent.challenge_id, code=sent.code, phone="+84900000001", lang="vi"
            )
        page = get("/so-suc-khoe/", f"Cookie: tc_citizen={token}\r\n")
        static = get(assets().url("css/page.css" if "css/page.css" in assets().files else "icons.svg"))
        figure, limit, ratio = await interleaved(lambda: rate(page, here.base), lambda: rate(static, here.base))
    return [
        Figure(
            name="citizen.home",
            figure=round(figure, 1),
            unit="pages/s",
            limit=round(limit, 1),
            limit_is="the same server's static route",
            ratio=round(ratio, 3),
            target="report",
            rounds=ROUNDS,
        )
    ]
