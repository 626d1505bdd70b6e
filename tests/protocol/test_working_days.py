"""Terms that end on a working day, against another source of holidays and a plain reading."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter  # type: ignore[import-untyped]
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.working_days import extended, holidays, is_working_day

DAY = timedelta(days=1)
DAYS = st.dates(date(2014, 1, 1), date(2213, 6, 1))
TERMS = st.builds(Term, st.integers(1, 100), st.sampled_from("DWMY"))


@pytest.mark.parametrize("year", range(2014, 2101))
def test_the_holidays_are_those_of_another_source(year: int) -> None:
    """By default that source has 5 May every fifth year only, and Good Friday not at all."""
    found = country_holidays("NL", years=year, categories=("public", "optional"))
    assert {day for day in found if day.weekday() != 6} == {
        day for day in holidays(year) if day.weekday() != 6
    }
    assert all(day in found for day in holidays(year))


@pytest.mark.parametrize("year", range(2014, 2214))
def test_easter_is_that_of_another_source(year: int) -> None:
    sunday = easter(year)
    moving = {sunday + days * DAY for days in (-2, 1, 39, 50)}
    assert moving <= holidays(year)


def working_days(start: date, end: date) -> int:
    days = (start + number * DAY for number in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


@given(DAYS, TERMS)
def test_a_term_ends_on_the_first_day_that_the_law_takes(start: date, term: Term) -> None:
    end = term.after(start)
    found = extended(start, end, term)
    if term.number > {"D": 90, "W": 12, "M": 3, "Y": 0}[term.unit]:
        assert found == end
        return
    wanted = 2 if end - start >= 3 * DAY else 1
    assert is_working_day(found)
    assert working_days(start, found) >= wanted
    assert found >= end
    if found > end:
        before = found - DAY
        assert not is_working_day(before) or working_days(start, before) < wanted or before < end
