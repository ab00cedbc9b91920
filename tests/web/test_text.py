"""How numbers, days and names are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tiemchung.web import text


def test_numbers_are_written_the_vietnamese_way():
    assert text.number(1234567) == "1.234.567"
    assert text.number(Decimal("0.3"), 1) == "0,3"
    assert text.percent(0.9637) == "96,4%"
    assert text.percent(None) == "–"


def test_days_and_hours_are_those_of_viet_nam():
    moment = datetime(2021, 12, 17, 18, 30, tzinfo=UTC)
    assert text.day(moment) == "18/12/2021"
    assert text.hour(moment) == "01:30"
    assert text.moment(moment) == "01:30 18/12/2021"
    assert text.weekday(date(2021, 12, 18)) == "thứ Bảy"


def test_a_birth_date_is_no_more_exact_than_it_is_known():
    assert [text.born(date(1954, 9, 3), precision) for precision in ("day", "month", "year")] == [
        "03/09/1954",
        "09/1954",
        "1954",
    ]


def test_initials_are_of_the_name_that_people_are_called_by():
    """Family names repeat: half of a queue would be N."""
    assert text.initials("Nguyễn Thị Thu Hương") == "TH"
    assert text.initials("Lê Thị Bích") == "TB"
    assert text.initials("An") == "A"


def test_a_long_name_is_shortened_in_its_middle():
    assert text.short_name("Nguyễn Thị Thu Hương", most=18) == "Nguyễn T. T. Hương"
    assert text.short_name("Nguyễn Thị Thu Hương", most=19) == "Nguyễn T. Thu Hương"
    assert text.short_name("Lê Thị Bích") == "Lê Thị Bích"


def test_a_number_on_a_shared_screen_keeps_its_ends():
    assert text.masked("046186001218") == "0461 •••• •218"
    assert text.masked("B123") == "B•••23"


def test_an_icon_is_hidden_from_those_who_listen():
    assert 'aria-hidden="true"' in text.icon("home")
