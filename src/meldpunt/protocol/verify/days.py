"""Days and terms: the protocol knows no time of day.

A term is an ISO 8601 duration of one unit (`P7D`, `P6W`, `P3M`, `P5Y`); openapi/protocol.md
section 5.4.
"""

import calendar
import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from meldpunt.protocol.verify.errors import Reason, RefusedError

TOLERANCE: Final = timedelta(days=2)
"""By how much a device's day may be wrong, because of time zones and inexact clocks."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TERM: Final = re.compile(r"P([1-9][0-9]{0,3})([DWMY])", re.ASCII)


def parse_day(text: str) -> date:
    """Read `YYYY-MM-DD`.

    Raises:
        RefusedError: FIELDS.
    """
    if not _DAY.fullmatch(text):
        raise RefusedError(Reason.FIELDS)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(Reason.FIELDS) from None


class Term(NamedTuple):
    """A number (1 to 9999) of units: `D` days, `W` weeks, `M` months or `Y` years."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"P{self.number}{self.unit}"

    def after(self, day: date) -> date:
        """Return the day that lies this term after `day`.

        In a month without that day, the term ends on the last day of the month. A term that would
        pass the year 9999 ends on the last day of that year.
        """
        try:
            return self._after(day)
        except (OverflowError, ValueError):
            return date.max

    def _after(self, day: date) -> date:
        if self.unit in "DW":
            return day + timedelta(days=self.number * (7 if self.unit == "W" else 1))
        months = day.year * 12 + day.month - 1 + self.number * (12 if self.unit == "Y" else 1)
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))


def parse_term(text: str) -> Term:
    """Read a term such as `P7D`.

    Raises:
        RefusedError: FIELDS.
    """
    match = _TERM.fullmatch(text)
    if match is None:
        raise RefusedError(Reason.FIELDS)
    return Term(int(match[1]), match[2])
