"""The sources of randomness and of today's date: one function each, so that tests can fix them."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar

Entropy = Callable[[int], bytes]
"""Given a number, returns that many random bytes."""
Today = Callable[[], date]
"""Returns today's date on this device."""

_Value = TypeVar("_Value")
_WORD: Final = 4
_WORDS: Final = 2 ** (8 * _WORD)

SYSTEM_ENTROPY: Final[Entropy] = os.urandom


def utc_today() -> date:
    """Return today's date in UTC: a local date would reveal the time zone."""
    return datetime.now(UTC).date()


def draw(items: Sequence[_Value], count: int, entropy: Entropy) -> tuple[_Value, ...]:
    """Draw `count` different items, or all if there are fewer. Each is equally likely."""
    left = list(items)
    return tuple(left.pop(_below(len(left), entropy)) for _ in range(min(count, len(left))))


def _below(limit: int, entropy: Entropy) -> int:
    """Return a number from 0 to `limit` - 1, each equally likely.

    It throws away random values that would make low numbers more likely.
    """
    fair = _WORDS - _WORDS % limit
    while True:
        number = int.from_bytes(entropy(_WORD), "big")
        if number < fair:
            return number % limit
