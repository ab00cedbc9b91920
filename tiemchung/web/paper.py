"""Papers to print: a document as data, set as PDF in Vietnamese type, the same every time."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import fontpkg_be_vietnam_pro
import msgspec
import typst
from litestar import Response

from tiemchung.kit import clock

FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document: who issues it, its title and number, facts, a table, remarks, who signs, codes to scan.

    `widths` are shares of the table's columns; a column whose head begins with a blank holds numbers. `codes` are a last
    column of codes to scan, one a row, SVG or empty.
    """

    office: str
    place: str
    title: str
    number: str
    day: str
    facts: Sequence[tuple[str, str]] = ()
    heads: Sequence[str] = ()
    widths: Sequence[float] = ()
    rows: Sequence[Sequence[str]] = ()
    codes: Sequence[str] = ()
    total: Sequence[str] = ()
    remarks: Sequence[str] = ()
    signers: Sequence[str] = ()
    code_svg: str = ""
    foot: str = ""


def pdf(paper: Paper, at: datetime) -> bytes:
    """The document as PDF, A4. The same paper at the same moment is the same file."""
    data = msgspec.json.encode(paper).decode()
    return typst.compile(
        _template(), sys_inputs={"paper": data}, font_paths=_fonts(), timestamp=at.replace(microsecond=0)
    )


def answer(paper: Paper, at: datetime, name: str) -> Response[bytes]:
    """The document over HTTP, shown in the browser; `name` is what a download is called."""
    headers = {"content-disposition": f'inline; filename="{name}.pdf"', "cache-control": "no-store"}
    return Response(pdf(paper, at), media_type="application/pdf", headers=headers)


def date_line(at: datetime) -> str:
    """The line over the signatures: ngày 17 tháng 12 năm 2021."""
    day = clock.day_of(at)
    return f"ngày {day.day:02} tháng {day.month:02} năm {day.year}"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


@cache
def _template() -> bytes:
    return (files("tiemchung.web") / "templates" / "paper.typ").read_bytes()
