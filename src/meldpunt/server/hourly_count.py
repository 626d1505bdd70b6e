"""Counts by hour of the clock, in memory only: what came in the hour before is forgotten.

An hour of the clock begins at the same moment for everybody. So the end of a refusal does not tell
when the hour's first report came.
"""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from meldpunt.server.clock import TimeSource
from meldpunt.server.errors import LineLimitedError

Name = TypeVar("Name", bound=Hashable)

_HOUR: Final = 3600


class HourlyCount(Generic[Name]):
    """How many places of this hour are taken, by name."""

    def __init__(self, clock: TimeSource) -> None:
        self._clock = clock
        self._hour = 0
        self._taken: dict[Name, int] = {}

    def take(self, name: Name, places: int) -> int:
        """Take a place of this hour; returns the hour, to give the place back.

        Raises:
            LineLimitedError: All places are taken; it names the seconds until the next hour.
        """
        now = int(self._clock.now())
        if now // _HOUR != self._hour:
            self._hour, self._taken = now // _HOUR, {}
        taken = self._taken.get(name, 0)
        if taken >= places:
            raise LineLimitedError(_HOUR - now % _HOUR)
        self._taken[name] = taken + 1
        return self._hour

    def give_back(self, name: Name, hour: int) -> None:
        """Give a place back that was not needed, unless its hour is over."""
        if hour == self._hour:
            self._taken[name] -= 1
