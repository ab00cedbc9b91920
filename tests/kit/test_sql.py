"""SQL files become queries."""

import pytest

from tiemchung.kit.sql import Queries

TEXT = """-- name: one
-- What it says: 100 %.
select ':not' as a, :place_id::uuid as b, '%' as c;

-- name: two
select 2
"""


def test_parameters_casts_strings_and_percent_signs_are_told_apart():
    queries = Queries(TEXT, "x.sql")
    assert queries.one.endswith("select ':not' as a, %(place_id)s::uuid as b, '%%' as c;")
    assert queries.parameters["one"] == ["place_id"]


def test_a_query_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match=r"x\.sql has no query three"):
        _ = Queries(TEXT, "x.sql").three


def test_a_name_stands_once():
    with pytest.raises(ValueError, match="twice"):
        Queries("-- name: a\nselect 1\n-- name: a\nselect 2\n", "x.sql")
