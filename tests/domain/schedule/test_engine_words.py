"""The engine knows rules, not vaccines; and every reason it gives has a sentence in both languages."""

import re
from datetime import date
from pathlib import Path

import pytest

import tiemchung.domain.schedule
from tests.domain.schedule.material import RELEASE, needs_material
from tests.domain.schedule.toy import TOY
from tiemchung.domain.schedule import cdsi
from tiemchung.domain.schedule.answers import Dose, Reason, Subject
from tiemchung.domain.schedule.reasons import WORDS, sentence
from tiemchung.web.i18n import english, translator

FILES = sorted(Path(tiemchung.domain.schedule.__path__[0]).glob("*.py"))
CODES = re.compile(r'\bcode="(\w+)"|\breason\(\s*"(\w+)"|: "(needs_\w+)"')
FACTS = re.compile(r"\{(\w+)\}")


def test_no_year_stands_in_the_engine():
    found = {file.name: years for file in FILES if (years := re.findall(r"\b(?:19|20)\d\d\b", file.read_text("utf-8")))}
    assert found == {}


@needs_material
def test_no_vaccine_group_antigen_or_code_stands_in_the_engine():
    release = cdsi.load(RELEASE)
    codes = {f'"{product.code}"' for product in release.products}
    names = {name for group in release.groups for name in (group.name, *group.antigens, *group.aliases)}
    brands = {
        "pfizer",
        "moderna",
        "astrazeneca",
        "vaxzevria",
        "comirnaty",
        "spikevax",
        "sinopharm",
        "janssen",
        "abdala",
        "sputnik",
    }
    text = {file.name: file.read_text("utf-8") for file in FILES}
    assert {(name, code) for name, lines in text.items() for code in codes if code in lines} == set()
    words = {word for word in names | brands if len(word) > 2}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.IGNORECASE)
    assert {(name, found) for name, lines in text.items() for found in pattern.findall(lines)} == set()


def test_every_reason_has_its_sentence_and_every_sentence_a_reason():
    used = {code for file in FILES for match in CODES.findall(file.read_text("utf-8")) for code in match if code}
    assert used == set(WORDS)


@pytest.mark.parametrize("code", sorted(WORDS))
def test_a_sentence_exists_in_english_with_the_same_facts(code):
    assert set(FACTS.findall(english()[WORDS[code]])) == set(FACTS.findall(WORDS[code]))


def test_a_reason_reads_with_its_paper_in_both_languages():
    verdict = TOY.gate(
        Subject(born_on=date(1980, 1, 1)), [Dose(on=date(2021, 7, 1), product="red")], (), "red", on=date(2021, 8, 1)
    )
    vietnamese, in_english = (sentence(verdict.reasons[0], translator(language)) for language in ("vi", "en"))
    assert vietnamese == "Chưa đủ khoảng cách: sớm nhất ngày 26/08/2021, đủ 8 tuần kể từ ngày 01/07/2021. (eight/P)"
    assert in_english == "Too soon: 26/08/2021 at the earliest, when 8 weeks have passed since 01/07/2021. (eight/P)"


def test_a_reason_without_a_paper_has_no_brackets():
    assert sentence(Reason(code="surplus")) == "Mũi thừa: các mũi cần tiêm đã đủ."
