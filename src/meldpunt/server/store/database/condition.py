"""What is wrong with a database now, and one log line for each change."""

import logging
import time
from typing import Final, TypeVar

from meldpunt.server.errors import DatabaseDamagedError, DatabaseFailedError

Failure = TypeVar("Failure", bound=DatabaseFailedError)

_TOLD_FOR_SECONDS: Final = 60.0
"""The same line does not appear again within this time: requests must not fill the log."""

_log = logging.getLogger("meldpunt")


class Condition:
    """The last failure of a database, until it works again. Several threads may use it."""

    def __init__(self) -> None:
        self.failure: DatabaseFailedError | None = None
        self._told: dict[str, float] = {}

    @property
    def is_damaged(self) -> bool:
        """Whether the database's files hold what no database wrote."""
        return isinstance(self.failure, DatabaseDamagedError)

    def fail(self, failure: Failure, cause: str) -> Failure:
        """Note a failure, and log it if it is news; returns the failure.

        Args:
            failure: What is wrong.
            cause: The name that the database or the system gives it, without any value.
        """
        is_news = type(self.failure) is not type(failure)
        if not self.is_damaged:  # another failure does not mend a damage
            self.failure = failure
            if is_news:
                self._tell(logging.ERROR, f"the database fails: {failure} [{cause}]")
        return failure

    def work(self) -> None:
        """Note that the database has written something. That says nothing of a damage."""
        if self.failure is not None and not self.is_damaged:
            self.mend()

    def mend(self) -> None:
        """Note that nothing is wrong any more."""
        if self.failure is not None:
            self.failure = None
            self._tell(logging.WARNING, "the database works again")

    def _tell(self, level: int, line: str) -> None:
        now = time.monotonic()
        if now - self._told.get(line, -_TOLD_FOR_SECONDS) >= _TOLD_FOR_SECONDS:
            self._told[line] = now
            _log.log(level, "%s", line)
