"""Open data: the page that tells of them, the files of now, versions that were put aside, and the script that recomputes."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import groupby
from pathlib import Path

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain.analytics import open_data
from tiemchung.domain.analytics.open_data import Publication
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.portal.figures import common
from tiemchung.web.guards import public
from tiemchung.web.limits import PUBLIC_PER_MINUTE
from tiemchung.web.pages import render

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_SHOWN_DAYS = 31
# What a day's file says never changes; it may be withdrawn, so nobody keeps it longer than an hour unasked.
_ASIDE = {"cache-control": "public, max-age=3600", "access-control-allow-origin": "*"}


class Column(msgspec.Struct, frozen=True):
    """A column of a file: its name there, and what it means; the words are message ids."""

    name: str
    words: str


DICTIONARY: dict[str, tuple[str, tuple[Column, ...]]] = {
    "theo-ngay.csv": (
        "Mũi tiêm theo ngày, tỉnh nơi ở và vắc xin",
        (
            Column("day", "ngày tiêm, giờ Việt Nam"),
            Column(
                "province_code",
                "mã tỉnh năm 2021 của nơi người được tiêm đang ở; other: nhiều tỉnh gộp lại, để không lộ số dưới 5",
            ),
            Column("product", "mã vắc xin, như ở trang Cách tính"),
            Column("dose_role", "basic: cơ bản; additional: bổ sung; booster: nhắc lại"),
            Column("ordinal", "thứ tự của mũi trong loại đó"),
            Column("band", "nhóm tuổi của người được tiêm trong năm tiêm"),
            Column("completes", "True nếu mũi này làm đủ liều cơ bản"),
            Column("doses", "số mũi"),
        ),
    ),
    "dan-so.csv": (
        "Dân số dùng làm mẫu số",
        (
            Column("area_code", "mã tỉnh hoặc huyện năm 2021"),
            Column("level", "province: tỉnh; district: huyện"),
            Column("name", "tên"),
            Column("year", "năm của số dân"),
            Column("band", "all: mọi tuổi; 18+, 12-17, 5-11: nhóm tuổi"),
            Column("people", "số người"),
            Column("source", "nguồn của số dân"),
        ),
    ),
    "kho.csv": (
        "Vắc xin cả nước đã nhận, đã tiêm, hao hụt và còn lại",
        (
            Column("code", "mã vắc xin, như ở trang Cách tính"),
            Column("name", "tên"),
            Column("received", "số liều nhận từ nhà cung cấp"),
            Column("given", "số liều đã tiêm"),
            Column("wasted", "số liều hao hụt, mất hoặc đã hủy"),
            Column("left", "số liều còn lại ở mọi kho và điểm tiêm"),
        ),
    ),
    "phan-bo.csv": (
        "Vắc xin từng tỉnh: phân bổ theo quyết định, đã nhận, đã tiêm",
        (
            Column("province_code", "mã tỉnh năm 2021"),
            Column("name", "tên"),
            Column("allocated", "số liều theo quyết định phân bổ"),
            Column("received", "số liều các kho và điểm tiêm của tỉnh đã nhận"),
            Column("given", "số liều đã tiêm tại tỉnh; trống: dưới 5, hoặc làm lộ số dưới 5 của tỉnh khác"),
        ),
    ),
    "chi-so.json": (
        "Mọi chỉ số như đang công bố",
        (
            Column("as_of", "ngày cuối cùng được tính"),
            Column("indicators", "tử số và mẫu số của từng chỉ số ở trang Cách tính"),
        ),
    ),
    "ban-tin.json": (
        "Bản tin hằng ngày lúc 17 giờ",
        (
            Column("totals", "mũi tiêm cả nước theo loại"),
            Column("products", "vắc xin đã nhận, đã tiêm, hao hụt và còn lại"),
            Column("provinces", "từng tỉnh: số liều theo quyết định phân bổ, đã nhận, đã tiêm; null: số không nêu"),
        ),
    ),
}


async def about(db: Db, lang: str, _: str) -> str:
    """What there is, what each column means, how to recompute, and the versions with their checksums."""
    published = await open_data.publications(db)
    days = [(day, list(files)) for day, files in groupby(published, key=_day)][:_SHOWN_DAYS]
    here = common("/so-lieu/du-lieu-mo", lang)
    told = {"dictionary": DICTIONARY, "days": days, "licence": open_data.LICENCE, "per_minute": PUBLIC_PER_MINUTE}
    return render("portal/open_data.html", lang, **here, **told)


async def script(_: Db, __: str, ___: str) -> str:
    """The script that works every public number out again."""
    return Path(__file__).with_name("recompute.py").read_text(encoding="utf-8")


def now(name: str) -> Callable[[Db, str, str], Awaitable[str]]:
    """A file as it stands now, for the shelf."""

    async def make(db: Db, _: str, __: str) -> str:
        return await open_data.FILES[name](db)

    return make


@get("/so-lieu/phien-ban/{day:str}/{name:str}", opt=public)
async def version(db: Db, day: str, name: str) -> Response[bytes]:
    """A file as it was put aside on a day (`yyyy-mm-dd`). Raises `NotFound`, `VersionWithdrawn`."""
    try:
        published_on = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    body = await open_data.publication(db, published_on, name)
    media_type = MEDIA_TYPES[name.rsplit(".", 1)[1]]
    return Response(body, media_type=media_type, headers=_ASIDE)


def _day(publication: Publication) -> date:
    return publication.published_on


routes: list[ControllerRouterHandler] = [version]
