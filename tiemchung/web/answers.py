"""What a write answered, and how a refusal is told to a machine (RFC 9457)."""

from typing import Any

import msgspec
from litestar import Response

from tiemchung.kit.errors import DomainError
from tiemchung.web.i18n import translator
from tiemchung.web.pages import see_other


class Answer(msgspec.Struct, frozen=True):
    """What a write answered: a place to go on, or a body."""

    location: str | None = None
    body: Any = None
    status: int = 200

    def response(self) -> Response[Any]:
        """The answer over HTTP."""
        if self.location is not None:
            return see_other(self.location)
        media_type = "application/json" if self.status < 400 else "application/problem+json"
        return Response(self.body, status_code=self.status, media_type=media_type)


class Answered(Exception):
    """This key has had its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


def sentence(error: DomainError, lang: str) -> str:
    """What an error tells a person."""
    return error.words(translator(lang))


def problem_body(error: DomainError, reference: str) -> dict[str, object]:
    """An error for a machine: type, both languages, the field and rule at fault, the facts."""
    facts = {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}
    return {
        "type": f"/loi/{error.code()}",
        "title": sentence(error, "vi"),
        "title_en": sentence(error, "en"),
        "status": error.status,
        "field": error.facts.get("field", error.field),
        "rule": error.facts.get("rule", error.rule),
        "facts": facts,
        "instance": reference,
    }
