"""Days and terms: whole days, one spelling, no overflow."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify.days import Term, parse_day, parse_term
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.protocol.refusal import refused

terms = st.builds(Term, st.integers(1, 9999), st.sampled_from("DWMY"))


@given(st.dates())
def test_days_come_back(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    ["", "20261120", "2026-W47-5", "2026-11-31", "2026-1-1", "2026-11-20T00:00", "\uff12026-11-20",
     "0000-01-01", "2026-11-20\n", "-2026-11-20", "12026-11-20"],
)  # fmt: skip
def test_days_refuse_other_spellings(text: str) -> None:
    with refused(Reason.FIELDS):
        parse_day(text)


@given(terms)
def test_terms_come_back(term: Term) -> None:
    assert parse_term(str(term)) == term


@pytest.mark.parametrize(
    "text",
    ["", "P0D", "P07D", "P1D ", "P1H", "PT1H", "P10000D", "P1M2D", "P-1D", "p1d", "P1.5D", "1D"],
)
def test_terms_refuse_other_spellings(text: str) -> None:
    with refused(Reason.FIELDS):
        parse_term(text)


@given(st.text(alphabet="P0123456789DWMYT.-", max_size=7))
def test_a_term_is_read_only_as_it_is_written(text: str) -> None:
    with contextlib.suppress(RefusedError):
        assert str(parse_term(text)) == text


@given(terms, st.dates())
def test_a_term_ends_later_or_at_the_end_of_time(term: Term, day: date) -> None:
    assert term.after(day) > day or term.after(day) == date.max


@given(st.integers(1, 500), st.dates(max_value=date(2900, 1, 1)))
def test_weeks_are_seven_days_and_years_twelve_months(number: int, day: date) -> None:
    assert Term(number, "W").after(day) == day + timedelta(weeks=number)
    assert Term(number, "Y").after(day) == Term(number * 12, "M").after(day)


@pytest.mark.parametrize(
    ("term", "day", "after"),
    [
        ("P1M", "2026-01-31", "2026-02-28"),
        ("P1M", "2028-01-31", "2028-02-29"),
        ("P3M", "2026-11-30", "2027-02-28"),
        ("P1Y", "2028-02-29", "2029-02-28"),
        ("P12M", "2026-12-31", "2027-12-31"),
        ("P7D", "2026-12-28", "2027-01-04"),
        ("P9999Y", "2026-01-01", "9999-12-31"),
        ("P9999D", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_month_without_that_day_ends_on_its_last(term: str, day: str, after: str) -> None:
    assert parse_term(term).after(parse_day(day)) == parse_day(after)
