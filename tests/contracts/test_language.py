"""Two languages: every sentence that people read has its English, with the same facts in it; all Vietnamese is NFC."""

import ast
import re
import unicodedata
from pathlib import Path

from tiemchung.web.i18n import english

ROOT = Path(__file__).resolve().parents[2] / "tiemchung"
CALL = re.compile(r"""_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\)""")
ACCENTED = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
# Constants whose values are shown through `_`: words of states, kinds and roles.
WORD_LISTS = {"STATUSES", "STATUS_WORDS", "KINDS", "ROLES", "SEXES", "RELATIONS", "TITLES", "DOCUMENTS", "PARTS", "DOSES",
              "BODY_SITES", "STEPS", "CONCLUSIONS", "VITALS", "IDENTITY_STATUSES", "IDENTIFIER_KINDS", "WORDS",
              "NEXT_WORDS", "VERDICT_WORDS", "SERIOUS_WORDS", "CAUSALITY", "GROUPS", "STATES", "OUTCOME_WORDS",
              "WHY_WORDS", "STATE_WORDS", "USE_WORDS", "FIELDS", "GIVEN_BY_WORDS", "CHANNEL_WORDS", "PROOF_WORDS",
              "ROLE_WORDS", "SOURCE_WORDS", "GIVEN_BY", "OUTCOMES", "BOUND_WORDS",
              "DISTANCE_WORDS", "NO_ETHNIC_GROUP", "NOTES"}  # fmt: skip


def test_every_sentence_of_a_page_has_its_english():
    missing = {
        (file.relative_to(ROOT).as_posix(), sentence)
        for file in ROOT.rglob("*.html")
        for sentence in (double or single for double, single in CALL.findall(file.read_text(encoding="utf-8")))
        if ACCENTED.search(sentence) and sentence not in english()
    }
    assert not missing, "\n".join(f"{file}: {sentence}" for file, sentence in sorted(missing))


def test_every_error_and_label_has_its_english():
    missing = {found for file in ROOT.rglob("*.py") for found in told(file) if found[1] not in english()}
    assert not missing, "\n".join(f"{file}: {sentence}" for file, sentence in sorted(missing))


def test_both_languages_name_the_same_facts():
    names = re.compile(r"\{(\w+)")
    for vietnamese, translated in english().items():
        assert set(names.findall(vietnamese)) == set(names.findall(translated)), vietnamese


def test_all_vietnamese_is_composed():
    for pattern in ("*.html", "*.py", "*.sql", "*.yaml", "*.toml", "*.po", "*.csv"):
        for file in ROOT.rglob(pattern):
            text = file.read_text(encoding="utf-8")
            assert unicodedata.is_normalized("NFC", text), file


def told(file: Path) -> set[tuple[str, str]]:
    """The sentences that a module shows to people: error sentences, field labels, refusals, `_("…")`, lists of words."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Assign(targets=[ast.Name(id="sentence")], value=ast.Constant(value=str(sentence))):
                found.add(sentence)
            case ast.Call(func=ast.Name(id="Field" | "Invalid" | "_"), args=[ast.Constant(value=str(sentence)), *_]):
                found.add(sentence)
            case ast.Call(func=ast.Name(id="Item"), args=[_, ast.Constant(value=str(label))]):
                found.add(label)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(values=values)) if name in WORD_LISTS:
                found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
            case _:
                continue
    return {(file.relative_to(ROOT).as_posix(), sentence) for sentence in found if ACCENTED.search(sentence)}
