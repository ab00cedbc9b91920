"""The portal's first page against the same server's static route."""

import httpx

from bench.harness import ROUNDS, Figure, get, interleaved, platform, rate
from tiemchung.web.assets import assets


async def run() -> list[Figure]:
    """portal.home: pages a second; the limit is the static file whose bytes on the wire are nearest to the page's."""
    async with platform() as here:
        async with httpx.AsyncClient() as client:
            page = await client.get(here.base, headers={"accept-encoding": "gzip"})
        static = get(assets().url(_of_size(int(page.headers["content-length"]))))
        figure, limit, ratio = await interleaved(lambda: rate(get("/"), here.base), lambda: rate(static, here.base))
    return [
        Figure(
            name="portal.home",
            figure=round(figure, 1),
            unit="pages/s",
            limit=round(limit, 1),
            limit_is="the same server's static route, the file nearest in size on the wire",
            ratio=round(ratio, 3),
            target=">= 1.0",
            rounds=ROUNDS,
        )
    ]


def _of_size(size: int) -> str:
    files = {path: len(asset.gzipped or asset.body) for path, asset in assets().files.items()}
    return min(files, key=lambda path: abs(files[path] - size))
