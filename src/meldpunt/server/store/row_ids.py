"""Integer keys that say nothing about time: the first 63 bits of a hash."""

from meldpunt.protocol.verify.hashing import labelled_hash


def row_id(digest: bytes) -> int:
    """Return the row of something named by a hash of at least 8 bytes."""
    return int.from_bytes(digest[:8], "big") >> 1


def derived_row_id(*parts: bytes) -> int:
    """Return the row of something named by several values."""
    return row_id(labelled_hash(8, "mp1/row-id", *parts))
