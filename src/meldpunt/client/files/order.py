"""The order of files: a message sorts them by id, so their ids ascend in the person's order."""

from collections.abc import Sequence
from typing import Final

from meldpunt.client.keys.randomness import Entropy
from meldpunt.protocol.verify import ids

_ID_SIZE: Final = 16
_END: Final = 1 << 8 * _ID_SIZE
_SPARE: Final = 8
"""Random bytes more than an id has, so that all ids of a gap are about equally likely."""


def ascending_ids(
    begun: Sequence[ids.AttachmentId | None], entropy: Entropy
) -> tuple[ids.AttachmentId, ...]:
    """Return an id for each file of a message; they ascend.

    Args:
        begun: For each file, in the person's order, the id of an upload begun before, or None. A
            new id replaces one that does not fit the order.
        entropy: For new ids. They are random, within the limits of their order.
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
    """Draw different random numbers above `low` and below `high`, in ascending order."""
    drawn: set[int] = set()
    while len(drawn) < count:
        number = int.from_bytes(entropy(_ID_SIZE + _SPARE))
        drawn.add(low + 1 + number % (high - low - 1))
    return sorted(drawn)
