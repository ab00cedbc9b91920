"""Open data: the lines that every public number is summed from, what shares are divided by, and the numbers themselves.

A line of doses that is small does not name its province (`pooling`), and a small number of a province is withheld
(`bulletin.for_everybody`); the sums of the nation stay exact.
The files stand as they are now, and once a day, with the bulletin, a version is put aside for good with its checksum. When
more is withheld than before, versions of before are withdrawn: listed with their checksum, and given out no more.
"""

import asyncio
import csv
import gzip
import hashlib
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from tiemchung.domain.analytics import bulletin
from tiemchung.domain.analytics.actions import ledger, national
from tiemchung.domain.analytics.indicators import INDICATORS
from tiemchung.domain.analytics.model import (
    Measured,
    ProductFigures,
)
from tiemchung.domain.analytics.pooling import OpenRow, pooled
from tiemchung.domain.analytics.rules import WITHHOLDING
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError

queries = sql.load(__name__, "open_data.sql")

LICENCE = "CC BY 4.0"
# The hour of the daily bulletin, on Viet Nam's clock.
PUBLISHED_AT_HOUR = 17
BULLETIN = "ban-tin.json"


class PopulationRow(msgspec.Struct, frozen=True):
    """A denominator: people of an area in a year and band of ages, and who says so."""

    area_code: str
    level: str
    name: str
    year: int
    band: str
    people: int
    source: str


class SupplyRow(msgspec.Struct, frozen=True):
    """A line of supply: doses of a province that decisions allocated to it, that its places received and gave.

    `given` is None where it is withheld.
    """

    province_code: str
    name: str
    allocated: int
    received: int
    given: int | None


class VersionWithdrawn(DomainError):
    """A version of the open data that holds small numbers, put aside before they were withheld."""

    sentence = (
        "Phiên bản này đã rút lại vì có số dưới 5 chưa được che. Mã SHA-256 của nó vẫn còn ở trang Dữ liệu mở; "
        "hãy tải tệp hiện tại hoặc một phiên bản sau."
    )
    status = 410


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A file put aside on a day: how many lines, the SHA-256 of what is read, the rules that small numbers were withheld by."""

    published_on: date
    name: str
    made_at: datetime
    lines: int
    sha256: str
    withholding: int

    @property
    def withdrawn(self) -> bool:
        """Whether it is given out no more: it may hold small numbers that are withheld today."""
        return _withdrawn(self.name, self.withholding)


async def daily_csv(db: Db) -> str:
    """Doses of a day by province, product, place in the course and age: one line each."""
    return _csv(OpenRow, await _doses(db))


async def daily_json(db: Db) -> str:
    """The same as JSON, with the licence and the last day."""
    rows = await _doses(db)
    until = max((row.day for row in rows), default=None)
    return _json({"licence": LICENCE, "until": until, "rows": rows})


async def population_csv(db: Db) -> str:
    """People of an area by band of ages, with the source of the number."""
    return _csv(PopulationRow, await db.all(PopulationRow, queries.populations))


async def ledger_csv(db: Db) -> str:
    """Doses of each product that the country received, gave, wasted and has left."""
    return _csv(ProductFigures, (await ledger(db)).products)


async def supply_csv(db: Db) -> str:
    """Doses of each province that decisions allocated to it, that its places received and gave; small numbers withheld."""
    lines = bulletin.for_everybody(await bulletin.made(db)).provinces
    rows = [SupplyRow(line.code, line.name, line.allocated, line.received, line.given) for line in lines]
    return _csv(SupplyRow, rows)


async def indicators_json(db: Db) -> str:
    """Every indicator as it is shown: numerator, denominator, the day it reaches to."""
    day = (await national(db)).as_of
    values = {code: await db.one(Measured, each.query, day=day) for code, each in INDICATORS.items()}
    return _json({"licence": LICENCE, "as_of": day, "indicators": values})


async def bulletin_json(db: Db) -> str:
    """The daily bulletin, with the provinces in order of their codes; small numbers withheld."""
    return _json(bulletin.for_everybody(await bulletin.made(db)))


FILES: Mapping[str, Callable[[Db], Awaitable[str]]] = {
    "theo-ngay.csv": daily_csv,
    "theo-ngay.json": daily_json,
    "dan-so.csv": population_csv,
    "kho.csv": ledger_csv,
    "phan-bo.csv": supply_csv,
    "chi-so.json": indicators_json,
    BULLETIN: bulletin_json,
}
# Those that small numbers are withheld from; the others tell of the nation, and of people who live somewhere.
_WITHHELD = frozenset({"theo-ngay.csv", "theo-ngay.json", "phan-bo.csv", BULLETIN})


async def publish(db: Db) -> None:
    """Put a day's files aside once, at the hour of the bulletin; the very first version as soon as there are doses."""
    local = clock.local(db.at)
    day = local.date() if local.hour >= PUBLISHED_AT_HOUR else local.date() - timedelta(days=1)
    if not await db.value(bool, queries.publication_due, published_on=day):
        return
    for name, make in FILES.items():
        text = (await make(db)).encode()
        await db.run(
            queries.put_aside,
            published_on=day,
            name=name,
            made_at=db.at,
            lines=text.count(b"\n"),
            sha256=hashlib.sha256(text).hexdigest(),
            body=gzip.compress(text, 6, mtime=0),
            withholding=WITHHOLDING,
        )


async def publications(db: Db) -> list[Publication]:
    """What was put aside, the newest first."""
    return await db.all(Publication, queries.publications)


async def bulletins(db: Db) -> list[Publication]:
    """The bulletins that were put aside and may be read, the newest first."""
    return [each for each in await publications(db) if each.name == BULLETIN and not each.withdrawn]


async def bulletin_of(db: Db, published_on: date) -> bulletin.Bulletin:
    """A day's bulletin as it was put aside. Raises `NotFound`, `VersionWithdrawn`."""
    return msgspec.json.decode(await publication(db, published_on, BULLETIN), type=bulletin.Bulletin)


async def publication(db: Db, published_on: date, name: str) -> bytes:
    """A file as it was put aside. Raises `NotFound`, `VersionWithdrawn`."""
    kept = await db.one(_Kept, queries.publication, published_on=published_on, name=name)
    if _withdrawn(kept.name, kept.withholding):
        raise VersionWithdrawn
    return gzip.decompress(kept.body)


def _withdrawn(name: str, withholding: int) -> bool:
    return name in _WITHHELD and withholding < WITHHOLDING


async def _doses(db: Db) -> list[OpenRow]:
    return await asyncio.to_thread(pooled, await db.all(OpenRow, queries.doses))


def _csv(type_: type[msgspec.Struct], rows: Sequence[msgspec.Struct]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(type_.__struct_fields__)
    writer.writerows(msgspec.structs.astuple(row) for row in rows)
    return text.getvalue()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


class _Kept(msgspec.Struct):
    name: str
    withholding: int
    body: bytes
