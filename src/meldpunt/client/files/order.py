"""The order of files: a message lists them by id, so their ids ascend as the person gave them."""

from collections.abc import Sequence
from typing import Final

from meldpunt.client.keys.randomness import Entropy
from meldpunt.protocol.verify import ids

_ID_SIZE: Final = 16
_END: Final = 1 << 8 * _ID_SIZE
_SPARE: Final = 8
"""Bytes drawn beyond an id, so that no id of a gap is likelier than another."""


def ascending_ids(
    begun: Sequence[ids.AttachmentId | None], entropy: Entropy
) -> tuple[ids.AttachmentId, ...]:
    """Return an id for each file of a message; they ascend.

    Args:
        begun: In the person's order: the id of an upload that was begun before, or None. An id
            that comes before its turn is replaced by a new one.
        entropy: For new ids. They are random, as far as their order allows.
    """
    found: list[int] = []
    low, waiting = -1, 0
    for left, each in zip(reversed(range(len(begun))), begun, strict=True):
        high = _END if each is None else int.from_bytes(each)
        if each is None or high - low <= waiting or _END - high <= left:
            waiting += 1
        else:
            found += [*_between(low, high, waiting, entropy), high]
            low, waiting = high, 0
    found += _between(low, _END, waiting, entropy)
    return tuple(ids.AttachmentId(number.to_bytes(_ID_SIZE)) for number in found)


def _between(low: int, high: int, count: int, entropy: Entropy) -> list[int]:
    """Draw different numbers above `low` and below `high`; they ascend."""
    drawn: set[int] = set()
    while len(drawn) < count:
        number = int.from_bytes(entropy(_ID_SIZE + _SPARE))
        drawn.add(low + 1 + number % (high - low - 1))
    return sorted(drawn)
