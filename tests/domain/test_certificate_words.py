"""What certificates are made of: base45, names as in a passport, identifiers, dose numbers, birth dates, ends."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import a_code, a_record, unpacked
from tiemchung.domain.certificates import SigningKey, base45, dcc, load_or_make, names, reading, uvci

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


@pytest.mark.parametrize(
    ("raw", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_agrees_with_the_examples_of_rfc_9285(raw: bytes, text: str):
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@given(st.binary(max_size=200))
def test_base45_goes_there_and_back(raw: bytes):
    assert base45.decode(base45.encode(raw)) == raw


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "a", "AAAA"])
def test_base45_refuses_what_is_none(text: str):
    if text == "AAAA":
        text = "AAA:::"
    with pytest.raises(base45.BadBase45):
        base45.decode(text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_each_vietnamese_letter_becomes_one_letter(form: str):
    accented = [letter for letter in LETTERS if not letter.isascii()]
    assert len(accented) == 67
    for letter in LETTERS + LETTERS.upper():
        written = names.transliterate(unicodedata.normalize(form, letter))
        assert len(written) == 1
        assert "A" <= written <= "Z"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Nguyễn Thị Bích Phượng", "NGUYEN<THI<BICH<PHUONG"),
        ("Đặng", "DANG"),
        ("Ưng Ðình", "UNG<DINH"),
        ("H’Hen Niê", "HHEN<NIE"),
        ("Müller", "MUELLER"),
        ("Anne-Marie,  van", "ANNE<MARIE<VAN"),
    ],
)
def test_names_are_written_as_in_a_passport(name: str, written: str):
    assert names.transliterate(name) == written


def test_an_identifier_carries_chance_and_its_check_character():
    made = uvci.new()
    body, _, check = made.partition("#")
    assert body.startswith("URN:UVCI:01:VN:")
    assert len(body.rpartition(":")[2]) == 26
    assert uvci.check_character(body) == check
    assert uvci.new() != made


@pytest.mark.parametrize(
    ("number", "course", "before", "expected"),
    [
        (1, 2, 0, (1, 2)),
        (2, 2, 1, (2, 2)),
        (1, 1, 0, (1, 1)),
        (3, 3, 2, (3, 3)),
        (None, 2, 2, (3, 3)),
        (None, 1, 1, (2, 1)),
        (None, 2, 3, (4, 4)),
    ],
)
def test_dose_numbers_are_derived(number: int | None, course: int, before: int, expected: tuple[int, int]):
    assert dcc.numbers(number, course, before) == expected


def test_a_year_only_birth_is_never_the_first_of_january():
    assert dcc.birth(date(1954, 1, 1), "year") == "1954"
    assert dcc.birth(date(1954, 9, 1), "month") == "1954-09"


def test_a_certificate_lasts_a_year_and_not_longer_than_its_key():
    leap = datetime(2024, 2, 29, tzinfo=UTC)
    assert dcc.expires_at(leap, leap + timedelta(days=900)) == datetime(2025, 3, 1, tzinfo=UTC)
    assert dcc.expires_at(leap, leap + timedelta(days=10)) == leap + timedelta(days=10)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_the_same_however_their_letters_were_typed(form: str):
    typed = unicodedata.normalize(form, "Nguyễn Thị Bích Phượng")
    assert names.of(typed) == names.of("Nguyễn Thị Bích Phượng")
    assert names.of("Nguye\u0302\u0303n Thi\u0323 B\u00edch Ph\u01b0\u01a1\u0323ng") == names.of(
        "Nguyễn Thị Bích Phượng"
    )


@given(st.text(max_size=200))
def test_a_transliteration_holds_only_letters_and_single_separators(name: str):
    written = names.transliterate(name)
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
    assert "<<" not in written
    assert written == written.strip("<")
    assert len(written) <= 80


@pytest.mark.parametrize(
    ("name", "zone", "parts"),
    [
        ("Nguyễn Bảo Duy", None, ("Nguyễn", "NGUYEN", "Bảo Duy", "BAO<DUY")),
        ("Y", None, ("Y", "Y", "", "")),
        ("Tôn Thất Bảo Duy", "TON<THAT<<BAO<DUY", ("Tôn Thất", "TON<THAT", "Bảo Duy", "BAO<DUY")),
        ("Anna Maria Müller", "MUELLER<<ANNA<MARIA<<<<<", ("Müller", "MUELLER", "Anna Maria", "ANNA<MARIA")),
        ("H’Hen Niê", "NIE<<HHEN", ("Niê", "NIE", "H’Hen", "HHEN")),
        ("김 지우", "KIM<<JIWOO", ("KIM", "KIM", "JIWOO", "JIWOO")),
        ("Suharto", "SUHARTO", ("Suharto", "SUHARTO", "", "")),
    ],
)
def test_the_zone_of_a_passport_wins(name: str, zone: str | None, parts: tuple[str, ...]):
    assert msgspec.structs.astuple(names.of(name, zone)) == parts


def test_a_zone_with_other_signs_is_refused():
    with pytest.raises(names.BadZone):
        names.of("Anna", "MÜLLER<<ANNA")


@pytest.mark.parametrize("before", [0, 1, 2, 3, 5])
def test_a_dose_after_a_course_of_one_counts_on_one(before: int):
    assert dcc.numbers(None, 1, before + 1) == (before + 2, 1)
    assert dcc.numbers(None, 2, before + 2) == (before + 3, before + 3)
    assert dcc.numbers(None, 3, before + 3) == (before + 4, before + 4)


def test_one_dose_after_a_recovery_is_a_whole_course():
    assert dcc.numbers(1, 2, 0, after_recovery=True) == (1, 1)
    assert dcc.numbers(None, 2, 1, after_recovery=True) == (2, 1)


@pytest.mark.parametrize(
    "flaw",
    [
        {"name": "  "},
        {"name": "漢字"},
        {"medicinal_product": ""},
        {"medicinal_product": "EU/1/21/1529"},
        {"medicinal_product": "Vidprevtyn", "holder": "ORG-100000788", "prophylaxis": "28531000087107"},
        {"prophylaxis": "J07BX03"},
        {"dose_number": 0},
        {"birth_date": date(1899, 12, 31)},
        {"occurred_on": date(1980, 1, 1)},
        {"uvci": "x" * 81},
        {"issuing_body": " Bộ Y tế"},
        {"issuing_body": unicodedata.normalize("NFD", "Bộ Y tế")},
        {"country": "Vietnam"},
    ],
    ids=str,
)
def test_what_breaks_the_schema_is_never_issued(flaw: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        dcc.claims(a_record(**flaw), datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 11, 24, tzinfo=UTC))


CODES = reading.codes()
ALL_KINDS = sorted(
    {kind for product in CODES.products.values() for kind in product.kinds} | CODES.others | CODES.deprecated
)


@given(
    st.sampled_from(sorted(CODES.products)) | st.text(max_size=9),
    st.sampled_from(sorted({product.holder for product in CODES.products.values()})),
    st.sampled_from(ALL_KINDS),
)
def test_no_certificate_carries_codes_that_the_instructions_do_not_join(product: str, holder: str, kind: str):
    known = CODES.products.get(product)
    joined = known is not None and known.holder == holder and kind in {*known.kinds, reading.ANY_KIND}
    record = a_record(medicinal_product=product, holder=holder, prophylaxis=kind)
    if joined and product not in CODES.deprecated:
        assert dcc.certificate(record)["v"][0]["mp"] == product
        return
    with pytest.raises(msgspec.ValidationError):
        dcc.claims(record, datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 11, 24, tzinfo=UTC))


def test_a_code_holds_integers_one_entry_and_nothing_empty(tmp_path_factory: pytest.TempPathFactory):
    key: SigningKey = load_or_make(tmp_path_factory.mktemp("signer"), datetime(2026, 11, 24, tzinfo=UTC))
    message = cbor2.loads(unpacked(a_code(key, record=a_record(name="Y"))))
    claims = cbor2.loads(message.value[2])
    assert message.tag == 18
    assert cbor2.loads(message.value[0]) == {1: -7, 4: key.kid}
    assert message.value[1] == {}
    assert type(claims[4]) is type(claims[6]) is int
    assert claims[1] == "VN"
    certificate = claims[-260][1]
    assert certificate.keys() == {"ver", "nam", "dob", "v"}
    assert certificate["nam"] == {"fn": "Y", "fnt": "Y"}
    assert len(certificate["v"]) == 1
