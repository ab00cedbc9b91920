"""Open data: the doses of each day, province and product, from which every public number of doses is summed."""

import csv
import io

import msgspec

from tiemchung.domain import analytics
from tiemchung.kit.db import Db


async def daily_csv(db: Db, _: str, __: str) -> str:
    """One line a day, province, product, dose role and ordinal."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["day", "province_code", "product", "dose_role", "ordinal", "doses"])
    writer.writerows(msgspec.structs.astuple(row) for row in await analytics.open_rows(db))
    return text.getvalue()


async def daily_json(db: Db, _: str, __: str) -> str:
    """The same as JSON, with its licence and the day it reaches to."""
    rows = await analytics.open_rows(db)
    until = max((row.day for row in rows), default=None)
    return msgspec.json.encode({"licence": "CC BY 4.0", "until": until, "rows": rows}).decode()
