"""A column of days that says so when it holds no day."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Date, Dialect
from sqlalchemy.types import TypeDecorator

from meldpunt.server.errors import StoredValueError

_log = logging.getLogger("meldpunt")


def read_day(text: str) -> date:
    """Return a stored day.

    Raises:
        StoredValueError: It is no day.
    """
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise no_day() from None


def no_day() -> StoredValueError:
    """Log that a stored day cannot be read, and return the error to raise."""
    _log.error("the database is damaged: a day that was stored cannot be read")
    return StoredValueError()


class StoredDay(TypeDecorator[date]):
    """A day. SQLite stores a text, and a damaged file may hold any other."""

    impl = Date  # type: ignore[mutable-override]  # as SQLAlchemy's docs show
    cache_ok = True  # type: ignore[mutable-override]

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], date | None] | None:
        """Return what reads a value of the driver, or None if it is a day already."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def checked(value: Any) -> date | None:  # noqa: ANN401 (whatever the file holds)
            try:
                return read(value)
            except (ValueError, TypeError):
                raise no_day() from None

        return checked
