"""Byte ranges of a download (RFC 9110 section 14)."""

import re
from typing import Final

from meldpunt.server.errors import RangeError

_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,15})-([0-9]{0,15})|-([0-9]{1,15}))", re.ASCII)


def read_range(field: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte of a range and the byte after its last; None means the whole.

    Args:
        field: The Range field. If it has another unit, several ranges or an unknown form, the host
            serves the whole, as RFC 9110 section 14.2 allows.
        size: Bytes of the attachment, at least 1.

    Raises:
        RangeError: The range holds no byte of the attachment.
    """
    found = _RANGE.fullmatch(field or "")
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        begin, end = max(size - int(suffix), 0), size
    else:
        begin, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):  # section 14.1.1: invalid, so ignored
            return None
    if begin >= end:
        raise RangeError(size)
    return begin, end
