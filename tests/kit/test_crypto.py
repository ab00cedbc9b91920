"""Secrets: what is sealed opens in its place alone, and an index says nothing but equality."""

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.kit.crypto import Keys


@given(st.text())
def test_a_sealed_value_opens_in_its_place(keys: Keys, value: str):
    assert keys.open(keys.seal(value, "person.phone.1"), "person.phone.1") == value


def test_a_sealed_value_moved_to_another_row_does_not_open(keys: Keys):
    sealed = keys.seal("046186000127", "person_identifier.value.a")
    with pytest.raises(InvalidTag):
        keys.open(sealed, "person_identifier.value.b")


def test_a_changed_byte_does_not_open(keys: Keys):
    sealed = bytearray(keys.seal("046186000127", "x"))
    for position in range(1, len(sealed), 7):
        changed = bytes(sealed[:position]) + bytes([sealed[position] ^ 1]) + bytes(sealed[position + 1 :])
        with pytest.raises(InvalidTag):
            keys.open(changed, "x")


def test_equal_values_are_sealed_differently_but_indexed_alike(keys: Keys):
    assert keys.seal("1", "x") != keys.seal("1", "x")
    assert keys.blind("phone", "1") == keys.blind("phone", "1")
    assert keys.blind("phone", "1") != keys.blind("national_id", "1")


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path):
    made = Keys(tmp_path / "keys")
    again = Keys(tmp_path / "keys")
    assert made.kek == again.kek
    for name in ("kek", "blind-index", "token"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
