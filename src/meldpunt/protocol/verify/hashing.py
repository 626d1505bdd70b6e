"""BLAKE2b with a label for each use (openapi/protocol.md section 2)."""

from hashlib import blake2b

from meldpunt.protocol.verify.encoding import lp


def labelled_hash(size: int, label: str, *parts: bytes) -> bytes:
    """Return `H_size(label, parts…)`: BLAKE2b (RFC 7693) over lp(label) and lp of every part.

    Args:
        size: Output length in bytes, 1 to 64.
        label: ASCII, starts with `mp1/`, one for each use.
        parts: Raw bytes, never text forms; each is length-prefixed, so parts cannot run together.
    """
    return start_hash(size, label, *parts).digest()


def start_hash(size: int, label: str, *parts: bytes) -> blake2b:
    """Return the hash of what memory need not hold: `lp` of further parts may be added."""
    state = blake2b(lp(label.encode("ascii")), digest_size=size)
    for part in parts:
        state.update(lp(part))
    return state
