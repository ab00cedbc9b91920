"""The vaccination history on paper: a PDF with what the record page shows, no more."""

import asyncio
from collections.abc import Sequence
from importlib.resources import files

import msgspec
import typst

from tiemchung.domain.immunizations import Dose
from tiemchung.domain.people import SEXES, Person
from tiemchung.health_book.words import ROLE_WORDS, SOURCE_WORDS
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web import text
from tiemchung.web.i18n import translator

_TEMPLATE = str(files("tiemchung.health_book") / "record.typ")
_FONTS = [str(files("fontpkg_be_vietnam_pro"))]


async def history(db: Db, person: Person, doses: Sequence[Dose], lang: str) -> bytes:
    """The PDF; it is set in another thread, since setting takes some tens of milliseconds."""
    inputs = {"data": msgspec.json.encode(_content(db, person, doses, lang)).decode()}
    return await asyncio.to_thread(_set, inputs)


def _set(inputs: dict[str, str]) -> bytes:
    return typst.compile(_TEMPLATE, None, font_paths=_FONTS, sys_inputs=inputs)


def _content(db: Db, person: Person, doses: Sequence[Dose], lang: str) -> dict[str, object]:
    _ = translator(lang)
    document = person.document()
    facts = [
        (_("Ngày sinh, giới tính"), f"{person.birth_words}, {_(SEXES[person.sex]).lower()}"),
        (_("Quốc tịch"), person.nationality),
        (_("Nơi ở hiện nay"), f"{person.address}, {person.area_words}"),
    ]
    if document is not None:
        facts.insert(1, (_(document.label), document.masked))
    return {
        "lang": lang,
        "title": _("Lịch sử tiêm chủng"),
        "name": person.name,
        "facts": facts,
        "doses_title": _("Các mũi đã ghi nhận"),
        "no_doses": _("Chưa có mũi tiêm nào được ghi nhận."),
        "heads": [_("Mũi"), _("Vắc xin, lô"), _("Lúc"), _("Điểm tiêm"), _("Nguồn")],
        "doses": [
            (
                _(ROLE_WORDS[dose.dose_role]).format(ordinal=dose.ordinal),
                f"{dose.product_name}, {dose.lot_number or '–'}",
                text.moment(dose.occurred_at),
                dose.place_name,
                _(SOURCE_WORDS[dose.source]),
            )
            for dose in doses
        ],
        "footer": _("In lúc {moment} từ Sổ Tiêm Chủng. Không thay cho hộ chiếu vắc xin có mã QR.").format(
            moment=text.moment(clock.local(db.at))
        ),
    }
