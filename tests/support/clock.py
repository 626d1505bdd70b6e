"""Clocks that a test sets."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from meldpunt.server.clock import TimeSource

FIRST_DAY: Final = date(2026, 3, 2)
"""The day on which every test starts, at noon."""
_NOON: Final = time(12, tzinfo=UTC)


class SettableClock:
    """Time stands still until a test moves it."""

    def __init__(self, day: date = FIRST_DAY) -> None:
        self.seconds = datetime.combine(day, _NOON).timestamp()

    @property
    def clock(self) -> TimeSource:
        """What the host is given."""
        return TimeSource(now=lambda: self.seconds)

    @property
    def day(self) -> date:
        """The host's day."""
        return self.clock.today()

    def set_day(self, day: date) -> None:
        """Move to noon of a day."""
        self.seconds = datetime.combine(day, _NOON).timestamp()

    def pass_days(self, days: int) -> None:
        """Let days pass."""
        self.seconds += timedelta(days=days).total_seconds()


class Seconds:
    """The event loop's time, which passes when a test says so."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and let whoever waited for that moment go on first."""
        self._now += seconds
        for _ in range(3):
            await asyncio.sleep(0)
