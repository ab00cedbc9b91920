"""Forms: parse at the door, trust inside. Each field says its label and how it is read; errors name both field and rule.

SIGN_IN = Form(SignIn, phone=Field("Số điện thoại", fields.phone))
form = await read(request, SIGN_IN)
if form.errors: return page(request, "health_book/sign_in.html", status=422, form=form)
form.value.phone
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar.exceptions import SerializationException

from tiemchung.kit.errors import BadInput
from tiemchung.web.pages import Web, words

S = TypeVar("S", bound=msgspec.Struct)
LONGEST = 5_000


class Invalid(Exception):
    """What is wrong with a field: a Vietnamese sentence (the message id of the English one) with its facts."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True)
class Field:
    """A field of a form: its label, how its text becomes a value, and whether it must be there."""

    label: str
    parse: Callable[[str], Any]
    required: bool = True
    many: bool = False


class Form(Generic[S]):
    """A form's fields and the Struct that they become."""

    def __init__(self, type_: type[S], **fields: Field) -> None:
        self.type = type_
        self.fields = fields


@dataclass
class Filled(Generic[S]):
    """A form as it came: what was typed, what is wrong with it, and the value when nothing is."""

    typed: dict[str, Any] = field(default_factory=dict[str, Any])
    errors: dict[str, str] = field(default_factory=dict[str, str])
    _value: S | None = None

    @property
    def value(self) -> S:
        """The parsed form. Only of a form without errors."""
        if self._value is None:
            raise ValueError("a form with errors has no value")
        return self._value


async def read(request: Web, form: Form[S], **given: object) -> Filled[S]:
    """Read a form post or a JSON body; `given` are values that the handler knows already."""
    typed = await typed_of(request)
    return parse(typed, form, words(request), **given)


def parse(typed: Mapping[str, Any], form: Form[S], _: Callable[[str], str], **given: object) -> Filled[S]:
    """Turn typed texts into a form's value, or into an error for each field at fault."""
    filled: Filled[S] = Filled(typed={name: typed.get(name, [] if f.many else "") for name, f in form.fields.items()})
    values: dict[str, Any] = dict(given)
    for name, spec in form.fields.items():
        raw = typed.get(name)
        texts = [str(part) for part in (raw if isinstance(raw, list) else [raw] if raw is not None else [])]
        try:
            cleaned = [clean(part) for part in texts]
            present = [part for part in cleaned if part]
            if spec.many:
                values[name] = [spec.parse(part) for part in present]
            elif present:
                values[name] = spec.parse(present[0])
            elif spec.required:
                filled.errors[name] = _("Hãy nhập hoặc chọn {label}.").format(label=_(spec.label).lower())
            else:
                values[name] = None
        except Invalid as wrong:
            facts = {"label": _(spec.label)} | wrong.facts
            filled.errors[name] = _(wrong.sentence).format(**facts)
    if not filled.errors:
        filled._value = form.type(**values)  # pyright: ignore[reportPrivateUsage]
    return filled


def clean(typed: str) -> str:
    """A text as it is kept: NFC, trimmed. Raises `Invalid` for control and direction-changing characters."""
    if len(typed) > LONGEST:
        raise Invalid("{label} dài quá {most} ký tự.", most=LONGEST)
    cleaned = unicodedata.normalize("NFC", typed).strip()
    for character in cleaned:
        category = unicodedata.category(character)
        if (category == "Cc" and character not in "\r\n\t") or category in {"Cf", "Cs", "Co"}:
            raise Invalid("{label} có ký tự ẩn hoặc ký tự điều khiển; hãy gõ lại.")
    return cleaned


async def command_id(request: Web) -> UUID:
    """The idempotency key of a write: header `Idempotency-Key` or hidden field `id`. Raises `BadInput`."""
    given = request.headers.get("idempotency-key") or (await typed_of(request)).get("id", "")
    try:
        return UUID(str(given))
    except ValueError:
        raise BadInput(field="id", rule="uuid") from None


async def typed_of(request: Web) -> dict[str, Any]:
    """What was sent, as it came: a form post or a JSON body. Raises `BadInput`."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = await request.json()
        except (SerializationException, RecursionError) as wrong:
            raise BadInput(field="body", rule="JSON") from wrong
        if not isinstance(body, dict):
            raise BadInput(field="body", rule="JSON object")
        return {str(name): value for name, value in body.items()}
    data = await request.form()
    typed: dict[str, Any] = {}
    for name in data:
        values = data.getall(name)
        typed[name] = values if len(values) > 1 else values[0]
    return typed
