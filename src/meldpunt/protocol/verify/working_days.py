"""Terms that end on a working day: the Dutch Algemene termijnenwet (section 5.4).

The arithmetic is our own, so that a term never depends on the version of a library. The holidays
are those of the law since 2014, when King's Day took the place of Queen's Day.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

from meldpunt.protocol.verify.days import Term

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_SUNDAY: Final = 6
_LONGEST: Final = {"D": 90, "W": 12, "M": 3, "Y": 0}
"""Longer terms than these, in their own unit, stay as they are (article 4)."""
_SHORTEST: Final = 3
"""Days of the shortest term in which two working days must lie (article 2)."""
_WORKING_DAYS: Final = 2
_MONTH: Final = timedelta(days=31)
"""Two working days lie in any month. So nobody counts the days of a pause of centuries."""


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the days of a year that count as a Sunday (article 3)."""
    easter = _easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == _SUNDAY:
        kings_day -= _DAY
    moving = (easter + days * _DAY for days in (-2, 1, 39, 50))  # Good Friday to Whit Monday
    fixed = (date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26))
    return frozenset({*moving, kings_day, *fixed})


def is_working_day(day: date) -> bool:
    """Say whether a day is no Saturday, no Sunday and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def extended(start: date, end: date, term: Term) -> date:
    """Return the day on which a term ends, by the law.

    Args:
        start: The day before the first day of the term.
        end: The last day, before the law moves it.
        term: The term. Long ones stay as they are.
    """
    if term.number > _LONGEST[term.unit]:
        return end
    wanted = _WORKING_DAYS if term.unit != "D" or term.number >= _SHORTEST else 0
    day, found = max(start, end - _MONTH) if end - date.min > _MONTH else start, 0
    while day < date.max:
        day += _DAY
        if is_working_day(day):
            found += 1
            if day >= end and found >= wanted:
                return day
    return day


def _easter(year: int) -> date:
    """Return Easter Sunday: the Gregorian computus, as Butcher wrote it down in 1877."""
    century, rest = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
