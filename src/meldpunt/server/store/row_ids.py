"""Row ids: integer keys that say nothing about time. Each is the first 63 bits of a hash."""

from meldpunt.protocol.verify.hashing import labelled_hash


def row_id(digest: bytes) -> int:
    """Return the row id of something whose name is a hash of at least 8 bytes."""
    return int.from_bytes(digest[:8], "big") >> 1


def derived_row_id(*parts: bytes) -> int:
    """Return the row id of something that several values name together."""
    return row_id(labelled_hash(8, "mp1/row-id", *parts))
