"""The client application for the four steps: its shell, its worker, and what a device takes along and asks again.

The shell holds no person: everything personal comes from `chuan-bi` (the session to take along) and `bang` (where everybody
stands now), and rests on the device under a key that the nurse's PIN opens.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain import aefi, declarations, immunizations, people, sites, stock
from tiemchung.domain.immunizations import prepared, rules, screening
from tiemchung.domain.schedule import reasons
from tiemchung.immunization_support import leftover_words, reaction_words
from tiemchung.immunization_support.board import SESSION, injected
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.web.assets import assets
from tiemchung.web.guards import public, staff
from tiemchung.web.i18n import Translate
from tiemchung.web.packed import packed
from tiemchung.web.pages import Web, language, page, words

_STATIC = files("tiemchung.immunization_support") / "static"
SHELL = "/diem-tiem/ban"
_ALONG = ("css/care.css", "css/night.css", "icons.svg", "img/favicon.svg", "vendor/zxing-reader-3.1.4.js",
          "vendor/zxing_reader-3.1.4.wasm", "js/components/code-scanner.js")  # fmt: skip


@get(SHELL, opt=staff(*AT_THE_SITE))
async def shell(request: Web) -> Response[bytes]:
    """The page that the application lives in."""
    return page(
        request,
        "immunization_support/desk.html",
        waste_words=stock.WASTE_WORDS,
        body_sites=immunizations.BODY_SITES,
        sexes=people.SEXES,
        given_by=immunizations.walk_ins.GIVEN_BY,
        conclusions=screening.CONCLUSIONS,
        dangers=aefi.DANGERS,
        questions=declarations.QUESTIONS,
        verdicts=declarations.VERDICT_WORDS,
    )


@get("/diem-tiem/sw.js", opt=public)
async def worker() -> Response[bytes]:
    """The worker, at the root of the door that it covers, with the files that it keeps."""
    here = assets()
    fonts = [path for path in here.files if path.startswith(("fonts/", "immunization_support/desk/"))]
    kept = [SHELL, *(here.url(path) for path in (*_ALONG, *sorted(fonts)) if path in here.files)]
    head = f'const RELEASE = "{here.release}"\nconst FILES = {kept!r}\n'
    body = head.encode() + (_STATIC / "service_worker.js").read_bytes()
    return Response(body, media_type="text/javascript; charset=utf-8", headers={"cache-control": "no-cache"})


@get("/diem-tiem/app.webmanifest", opt=public)
async def manifest(request: Web) -> Response[dict[str, Any]]:
    """Name, colours and icons of the installed application."""
    url = assets().url
    icons = [
        {"src": url(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
    ]
    body = {
        "id": "/diem-tiem/",
        "name": words(request)("Bàn tiêm"),
        "short_name": words(request)("Bàn tiêm"),
        "lang": language(request),
        "start_url": SHELL,
        "scope": "/diem-tiem/",
        "display": "standalone",
        "background_color": "#F4F7F6",
        "theme_color": "#084842",
        "icons": [*icons, icons[1] | {"src": url("img/icon-maskable-512.png"), "purpose": "maskable"}],
    }
    return Response(body, media_type="application/manifest+json", headers={"cache-control": "no-cache"})


@get(f"{SESSION}/chuan-bi", opt=staff(*AT_THE_SITE))
async def take_along(db: Db, request: Web, place_id: UUID, session_id: UUID) -> Response[bytes]:
    """All that a device needs for a session: people with the rules' answers, lots, forms, the server's public key."""
    member = at_place(request.state.actor, place_id)
    found = await prepared.prepare(db, place_id, session_id)
    _ = words(request)
    sheets = _Sheets(found)
    person_ids = [one.person_id for one in found.people]
    reactions = await aefi.earlier(db, person_ids)
    declared = await declarations.fresh(db, person_ids)
    documents = await people.masked_documents(db, person_ids)
    body = {
        "at": db.at,
        "day": clock.day_of(db.at),
        "public_key": urlsafe_b64encode(db.keys.letters.public).rstrip(b"=").decode(),
        "staff": {"id": member.id, "name": member.name, "roles": sorted({role.role for role in member.roles})},
        "session": _session(found.session),
        "product": {
            "code": found.product.code,
            "name": found.product.short_name,
            "births": found.births,
            "volume_ml": found.product.volume_ml,
            "open_hours": found.product.open_hours,
        },
        "observation_minutes": await immunizations.observation_minutes(db),
        "people": [
            _person(one, found, sheets, _, clock.day_of(db.at))
            | {
                "reactions": [reaction_words.sentence(case, _) for case in reactions.get(one.person_id, [])],
                "declared": _declared(declared.get(one.person_id), _),
                "document": f"{known.label} {known.masked}" if (known := documents.get(one.person_id)) else None,
            }
            for one in found.people
        ],
        "sheet_of_stranger": {"child": sheets.at(found.of_strangers[0]), "adult": sheets.at(found.of_strangers[1])},
        "sheets": [_sheet(sheet, _) for sheet in sheets.each],
        "lots": [_lot(unit) for unit in found.lots],
        "allowers": [one for one in found.allowers if one.staff_id != member.id],
    }  # fmt: skip
    return packed(request, body)


@get(f"{SESSION}/bang", opt=staff(*AT_THE_SITE))
async def board_now(db: Db, request: Web, place_id: UUID, session_id: UUID, may: UUID | None = None) -> Response[bytes]:
    """Where everybody stands, what they agreed to and declared, the vials in use, the shelf, and what the device `may` holds."""
    at_place(request.state.actor, place_id)
    session = await sites.session(db, place_id, session_id)
    held = await stock.escrow.units_of(db, place_id, session.product, may) if may else []
    visits = await immunizations.visits(db, place_id, session_id)
    here = [visit.person_id for visit in visits]
    agreed, declared = await immunizations.walk_ins.agreed_of(db, here), await declarations.fresh(db, here)
    body = {
        "session": _session(session),
        "lots": [_lot(unit) for unit in await stock.usable_units(db, place_id, session.product, db.at)],
        "held": [_lot(unit) for unit in held],
        "holds": may is not None and await stock.escrow.holds(db, place_id, session_id, may),
        "visits": visits,
        "average_minutes": rules.average_minutes(injected(visits)),
        "said": {
            str(one): {"consented": one in agreed, "declared": _declared(declared.get(one), words(request))}
            for one in here
        },
        "advice": leftover_words.sentences(await immunizations.leftover.advise(db, session), words(request)),
        "vials": await immunizations.open_vials(db, place_id, session_id),
    }
    return packed(request, body)


def _lot(unit: stock.Unit) -> dict[str, Any]:
    return {
        "lot_id": unit.lot_id,
        "number": unit.number,
        "expires_on": unit.expires_on,
        "on_hand": unit.on_hand,
        "doses_per_vial": unit.doses_per_vial,
        "use_before": unit.use_before,
    }


def _session(session: sites.Session) -> dict[str, Any]:
    return {
        "place_id": session.place_id,
        "session_id": session.session_id,
        "place_name": session.place_name,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "product": session.product,
        "product_name": session.product_name,
        "status": session.status,
        "taken": session.taken,
        "tables": session.tables,
    }


class _Sheets:
    """Forms, each once; people name theirs by its place."""

    def __init__(self, found: prepared.Prepared) -> None:
        self.each: list[prepared.Sheet] = []
        self.of_person = {person_id: self.at(sheet) for person_id, sheet in found.sheets.items()}

    def at(self, sheet: prepared.Sheet) -> int:
        """The place of a form."""
        if sheet not in self.each:
            self.each.append(sheet)
        return self.each.index(sheet)


def _person(
    one: prepared.Expected, found: prepared.Prepared, sheets: _Sheets, translate: Translate, today: date
) -> dict[str, Any]:
    answer = found.answers[one.person_id]
    return {
        "person_id": one.person_id,
        "code": one.code,
        "starts_at": one.starts_at,
        "dose_role": one.dose_role,
        "ordinal": one.ordinal,
        "name": one.name,
        "search_name": one.search_name,
        "sex": one.sex,
        "birth_date": one.birth_date,
        "birth": people.birth_words(one.birth_date, one.birth_precision),
        "age": people.age(one.birth_date, today),
        "area_name": one.area_name,
        "consented": one.consented,
        "doses": one.doses,
        "stop": " ".join(reasons.sentence(each, translate) for each in answer.stops) or None,
        "warnings": [reasons.sentence(each, translate) for each in answer.warnings],
        "volume_ml": answer.volume_ml or found.product.volume_ml,
        "sheet": sheets.of_person[one.person_id],
    }


def _declared(given: declarations.Declaration | None, translate: Translate) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "code": given.code,
        "at": given.declared_at,
        "clear": given.verdict == "clear",
        "words": translate(given.verdict_words),
    }


def _sheet(sheet: prepared.Sheet, translate: Translate) -> dict[str, Any]:
    questions: Sequence[Any] = [
        {"id": one.id, "words": translate(one.words), "outcome": one.outcome} for one in sheet.questions
    ]
    signs = [
        {"id": one.id, "words": translate(one.words), "least": one.least, "most": one.most, "outcome": one.outcome}
        for one in sheet.signs
    ]
    return {"paper": sheet.paper, "questions": questions, "signs": signs}


routes: list[ControllerRouterHandler] = [shell, worker, manifest, take_along, board_now]
