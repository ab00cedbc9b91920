"""Vietnamese words in order and without marks: PostgreSQL runs without ICU here, so both keys are made once and stored."""

import unicodedata
from functools import lru_cache

# A letter and its place in the alphabet; a Vietnamese dictionary sorts ă after every a, đ after every d.
_LETTERS = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
# Within one spelling: level, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn belong to the letter


def search_name(text: str) -> str:
    """A text as people type it in a search: lower case, without marks, đ as d, single spaces."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def sort_key(name: str) -> str:
    """The key that puts persons' names in Vietnamese order: given name first, then family and middle names."""
    *others, given = name.split() or [""]
    return " ".join([_word_key(given), *map(_word_key, others)])


def text_sort_key(text: str) -> str:
    """The key that puts other texts (areas, sites) in Vietnamese order, read from the left."""
    return " ".join(map(_word_key, text.split()))


@lru_cache(10_000)  # a name is made of syllables, of which there are fewer
def _word_key(word: str) -> str:
    """Letters by the alphabet, then the tone, which decides only between equal spellings."""
    letters, tone = "", "0"
    for character in unicodedata.normalize("NFC", word.lower()):
        bare = ""
        for part in unicodedata.normalize("NFD", character):
            if part in _TONES:
                tone = _TONES[part]
            elif part in _SHAPES or not unicodedata.combining(part):
                bare += part
        composed = unicodedata.normalize("NFC", bare)
        letters += _LETTERS.get(composed, f"{composed}0" if composed.isalpha() else composed)
    return f"{letters}.{tone}"
