"""A certificate on paper: one page of A4 with the eleven fields of Decision 5772/QĐ-BYT, or a card for a wallet."""

from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import fontpkg_be_vietnam_pro
import msgspec
import typst
import yaml

from tiemchung.domain.certificates import pictures
from tiemchung.kit import clock

_HERE = Path(__file__).parent
_PAPER: Literal["Q"] = "Q"
# A compiler keeps what one document needs while it works: one document at a time.
_ONE_AT_A_TIME = Lock()


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Two languages."""

    vi: str
    en: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a printed certificate is made from: its code, what the code says, until when, and the holder's nationality."""

    code: str
    payload: dict[str, Any]
    expires_at: datetime
    nationality: Words


def passport(sheet: Sheet) -> bytes:
    """One page of A4 as PDF/UA, so that screen readers can read it."""
    return _compiled("passport.typ", sheet)


def wallet(sheet: Sheet) -> bytes:
    """Front and back of a card of 85.6 × 54 mm, to cut out and fold."""
    return _compiled("wallet.typ", sheet)


def fields(sheet: Sheet) -> list[tuple[Words, str]]:
    """The eleven fields in the order of the decision: label and value."""
    entry: dict[str, Any] = sheet.payload["v"][0]
    known = _words()
    two = {name: known.values.get(entry[name], Words(vi=entry[name], en=entry[name])) for name in ("tg", "vp")}
    both = {name: words.vi if words.vi == words.en else f"{words.vi} · {words.en}" for name, words in two.items()}
    nationality = f"{sheet.nationality.vi} · {sheet.nationality.en}"
    values: tuple[str, ...] = (
        name_of(sheet.payload),
        day(sheet.payload["dob"]),
        nationality,
        both["tg"],
        f"{entry['dn']}/{entry['sd']}",
        day(entry["dt"]),
        str(entry["dn"]),
        both["vp"],
        known.products.get(str(entry["mp"]), str(entry["mp"])),
        known.makers.get(str(entry["ma"]), str(entry["ma"])),
        str(entry["ci"]),
    )
    return list(zip(known.labels, values, strict=True))


def name_of(payload: dict[str, Any]) -> str:
    """The name as people write it; the transliterated one where a certificate has no other."""
    parts = payload["nam"]
    return " ".join(parts[part] for part in ("fn", "gn") if parts.get(part)) or _zone(payload).replace("<", " ")


def day(text: str) -> str:
    """A date as far as it is known, in the order of the country: 12/04/1986, 04/1986, 1986."""
    return "/".join(reversed(text.split("-")))


def _compiled(template: str, sheet: Sheet) -> bytes:
    try:
        return _pdf(template, sheet)
    except typst.TypstError:
        # A letter that the font lacks would print as an empty box: the passport's spelling then stands for the name.
        written = {"fn": _zone(sheet.payload).replace("<", " "), **_passport_parts(sheet.payload)}
        return _pdf(template, msgspec.structs.replace(sheet, payload=sheet.payload | {"nam": written}))


def _pdf(template: str, sheet: Sheet) -> bytes:
    (entry,) = sheet.payload["v"]
    shown = fields(sheet)
    given = {
        "title": f"Chứng nhận tiêm chủng – {name_of(sheet.payload)}",
        "name": name_of(sheet.payload),
        "zone": _zone(sheet.payload),
        "born": day(sheet.payload["dob"]),
        "until": clock.local(sheet.expires_at).strftime("%d/%m/%Y"),
        "qr": pictures.svg(sheet.code, level=_PAPER),
        "fields": [{"vi": words.vi, "en": words.en, "value": value} for words, value in shown],
        "product": shown[8][1],
        "dose": shown[4][1],
        "given": day(entry["dt"]),
    }
    inputs = {"sheet": msgspec.json.encode(given).decode()}
    with _ONE_AT_A_TIME:
        made = _compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def _passport_parts(payload: dict[str, Any]) -> dict[str, str]:
    return {part: payload["nam"][part] for part in ("fnt", "gnt") if payload["nam"].get(part)}


def _zone(payload: dict[str, Any]) -> str:
    return "<<".join(_passport_parts(payload).values())


@cache
def _compiler(template: str) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(fontpkg_be_vietnam_pro.ROOT / "files")],
    )
    return typst.Compiler(_HERE / template, root=_HERE, font_paths=fonts)


class _Words(msgspec.Struct, frozen=True):
    labels: list[Words]
    values: dict[str, Words]
    products: dict[str, str]
    makers: dict[str, str]


@cache
def _words() -> _Words:
    return msgspec.convert(yaml.safe_load((_HERE / "words.yaml").read_text(encoding="utf-8")), _Words)
