"""A simulator of a population registry, and said to be one: the contract of docs/identity-registry.md over HTTP.

It knows a few people by heart (registry.toml). Of everybody else it says match when the number fits the sex and the year
of birth, as those of made-up people do.
"""

import hmac
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec
from litestar import Response, post

from tiemchung.domain import identity, people
from tiemchung.domain.identity import Asked, Question
from tiemchung.domain.people import Doubt, Identifier, NewPerson
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import BadInput, NotFound, SignInNeeded
from tiemchung.kit.vietnamese import search_name
from tiemchung.settings import settings
from tiemchung.web.guards import public
from tiemchung.web.pages import Web

queries = sql.load(__name__)
NO_NUMBER = "Hồ Văn Bé"


class Recorded(msgspec.Struct, frozen=True):
    """What the platform was told of somebody instead."""

    name: str
    birth: date


class Known(msgspec.Struct, frozen=True):
    """A person as the registry has them."""

    number: str
    name: str
    birth: str
    sex: str
    recorded: Recorded


async def prepare(db: Db, area_id: int) -> None:
    """Let the people of registry.toml be recorded with their differences, and one without a number; once."""
    if not await db.run(queries.tell_people):
        return
    for known in _known().values():
        number = Identifier(kind="national_id", country="VN", value=known.number)
        person_id = await people.introduce(db, _described(known.recorded, known.sex, area_id, [number]))
        await identity.want(db, [person_id])
    await people.introduce(db, _described(Recorded(NO_NUMBER, date(1949, 1, 1)), "male", area_id, []))


def _described(recorded: Recorded, sex: str, area_id: int, numbers: list[Identifier]) -> NewPerson:
    return NewPerson(
        name=recorded.name,
        sex=sex,
        birth_date=recorded.birth,
        area_id=area_id,
        address="Tổ 4",
        identifiers=numbers,
    )


@post(f"{identity.SIMULATED}/v1/matches", opt=public, status_code=200)
async def answer(db: Db, request: Web) -> Response[bytes]:
    """Match or no match for each question. Raises `NotFound` outside the demonstration, `SignInNeeded` without the token."""
    if not settings().demo:
        raise NotFound
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {identity.simulator_token(db.keys)}".encode()):
        raise SignInNeeded
    try:
        asked = msgspec.json.decode(await request.body(), type=Asked)
        answers = [{"id": one.id, "answer": "match" if matches(one) else "no_match"} for one in asked.questions]
    except (msgspec.MsgspecError, ValueError):
        raise BadInput(field="questions", rule="docs/identity-registry.md") from None
    return Response(msgspec.json.encode({"answers": answers}), media_type="application/json")


def matches(question: Question) -> bool:
    """Whether the registry knows a person as the question says."""
    known = _known().get(question.number)
    if known is None:
        born = date.fromisoformat(question.birth + "-01-01"[: 10 - len(question.birth)])
        doubts = people.national_id_doubts(question.number, born, question.sex)
        return not {Doubt.sex, Doubt.birth_year} & set(doubts)
    return (
        known.sex == question.sex
        and known.birth.startswith(question.birth)
        and _compared(known.name, marks=question.marks) == _compared(question.name, marks=question.marks)
    )


def _compared(name: str, *, marks: bool) -> str:
    return " ".join(name.upper().split()) if marks else search_name(name)


@cache
def _known() -> dict[str, Known]:
    text = (files("tiemchung.demo") / "registry.toml").read_text(encoding="utf-8")
    listed = msgspec.convert(tomllib.loads(text)["person"], list[Known])
    return {known.number: known for known in listed}
