"""Two languages: Vietnamese sentences are the message ids, English stands in `locale/en/*.po`, one file a part."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

LANGUAGES = ("vi", "en")
Translate = Callable[[str], str]


@cache
def english() -> dict[str, str]:
    """All English sentences by their Vietnamese message ids."""
    sentences: dict[str, str] = {}
    for file in sorted((files("tiemchung") / "locale" / "en").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            with file.open("rb") as source:
                sentences |= {
                    str(message.id): str(message.string) for message in read_po(source) if message.id and message.string
                }
    return sentences


def translator(lang: str) -> Translate:
    """The function `_` of a language; a sentence without a translation stays Vietnamese (a test forbids it)."""
    if lang == "vi":
        return _same
    sentences = english()
    return lambda sentence: sentences.get(sentence, sentence)


def _same(sentence: str) -> str:
    return sentence
