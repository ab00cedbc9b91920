"""Open data: the doses of each day, province and product, from which every public number of doses is summed, and the
populations that shares are divided by."""

import csv
import io
from collections.abc import Sequence

import msgspec

from tiemchung.domain import analytics
from tiemchung.domain.analytics import OpenRow, PopulationRow
from tiemchung.kit.db import Db


async def daily_csv(db: Db, _: str, __: str) -> str:
    """One line a day, province, product, dose role and ordinal."""
    return _csv(OpenRow, await analytics.open_rows(db))


async def daily_json(db: Db, _: str, __: str) -> str:
    """The same as JSON, with its licence and the day it reaches to."""
    rows = await analytics.open_rows(db)
    until = max((row.day for row in rows), default=None)
    return msgspec.json.encode({"licence": "CC BY 4.0", "until": until, "rows": rows}).decode()


async def population_csv(db: Db, _: str, __: str) -> str:
    """One line an area and band of ages, with the source of its number."""
    return _csv(PopulationRow, await analytics.populations(db))


def _csv(type_: type[msgspec.Struct], rows: Sequence[msgspec.Struct]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(type_.__struct_fields__)
    writer.writerows(msgspec.structs.astuple(row) for row in rows)
    return text.getvalue()
