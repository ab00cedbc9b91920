"""Open data: the doses of each day, province and product, from which every public number is summed."""

import csv
import io
from datetime import date

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import analytics
from tiemchung.kit.db import Db
from tiemchung.web.guards import public


@get("/so-lieu/theo-ngay.csv", opt=public)
async def daily_csv(db: Db) -> Response[bytes]:
    """One line a day, province, product, dose role and ordinal."""
    rows = await analytics.open_rows(db)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["day", "province_code", "product", "dose_role", "ordinal", "doses"])
    writer.writerows(msgspec.structs.astuple(row) for row in rows)
    headers = {"cache-control": "public, max-age=60"}
    return Response(text.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


@get("/so-lieu/theo-ngay.json", opt=public)
async def daily_json(db: Db) -> Response[dict[str, object]]:
    """The same as JSON, with its licence and the day it reaches to."""
    rows = await analytics.open_rows(db)
    last: date | None = max((row.day for row in rows), default=None)
    body: dict[str, object] = {
        "licence": "CC BY 4.0",
        "until": last,
        "rows": [msgspec.to_builtins(row) for row in rows],
    }
    return Response(body, headers={"cache-control": "public, max-age=60"})


routes: list[ControllerRouterHandler] = [daily_csv, daily_json]
