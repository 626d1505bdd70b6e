"""The host's clock: seconds for challenges, days for everything that is kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class TimeSource:
    """Tells the time; tests hand in their own."""

    now: Callable[[], float] = time.time
    """Seconds since 1970 (UTC)."""

    def today(self) -> date:
        """Return today's date in UTC: the finest time that the host keeps of anything."""
        return datetime.fromtimestamp(self.now(), UTC).date()
