"""Where randomness and the day enter: one function each, so that tests can fix them."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar

Entropy = Callable[[int], bytes]
"""Returns that many random bytes."""
Today = Callable[[], date]
"""Returns the day on this device."""

_Value = TypeVar("_Value")
_WORD: Final = 4
_WORDS: Final = 2 ** (8 * _WORD)

SYSTEM_ENTROPY: Final[Entropy] = os.urandom


def utc_today() -> date:
    """Return today in UTC: a local day would tell the time zone."""
    return datetime.now(UTC).date()


def draw(items: Sequence[_Value], count: int, entropy: Entropy) -> tuple[_Value, ...]:
    """Draw `count` different items (all, if there are fewer), each as likely as any other."""
    left = list(items)
    return tuple(left.pop(_below(len(left), entropy)) for _ in range(min(count, len(left))))


def _below(limit: int, entropy: Entropy) -> int:
    """Return a number from 0 to `limit` - 1; what would favour the low ones is thrown away."""
    fair = _WORDS - _WORDS % limit
    while True:
        number = int.from_bytes(entropy(_WORD), "big")
        if number < fair:
            return number % limit
