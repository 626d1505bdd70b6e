"""The host's clock: seconds for challenges, days for everything that the host stores."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class TimeSource:
    """The source of the current time. Tests replace it."""

    now: Callable[[], float] = time.time
    """Seconds since 1970 (UTC)."""

    def today(self) -> date:
        """Return today's date in UTC. The host stores no time more exact than a day."""
        return datetime.fromtimestamp(self.now(), UTC).date()
