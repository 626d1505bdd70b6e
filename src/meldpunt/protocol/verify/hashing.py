"""BLAKE2b with a label for each use (openapi/protocol.md section 2)."""

from hashlib import blake2b

from meldpunt.protocol.verify.encoding import lp


def labelled_hash(size: int, label: str, *parts: bytes) -> bytes:
    """Return `H_size(label, parts…)`: BLAKE2b (RFC 7693) over lp(label) and lp of every part.

    Args:
        size: Output length in bytes, 1 to 64.
        label: ASCII, starts with `mp1/`; each use has its own label.
        parts: Raw bytes, never text forms. Each part has a length prefix, so that the same bytes
            cannot be split into other parts.
    """
    return start_hash(size, label, *parts).digest()


def start_hash(size: int, label: str, *parts: bytes) -> blake2b:
    """Return a hash to which the caller can add `lp` of more parts, one by one.

    So memory need not hold all parts together.
    """
    state = blake2b(lp(label.encode("ascii")), digest_size=size)
    for part in parts:
        state.update(lp(part))
    return state
