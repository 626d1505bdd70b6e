"""Firefox's session store, decompressed: "mozLz40", the length, and one block of LZ4."""

from typing import Final

_MAGIC: Final = b"mozLz40\0"
_LONGER: Final = 15
_SHORTEST_MATCH: Final = 4


def decompressed(data: bytes) -> bytes:
    """Return the content of a `.jsonlz4` file; other files as they are."""
    if not data.startswith(_MAGIC):
        return data
    block, at, found = data[12:], 0, bytearray()

    def more(count: int) -> int:
        nonlocal at
        while count >= _LONGER:
            extra = block[at]
            at += 1
            count += extra
            if extra != 0xFF:
                break
        return count

    while at < len(block):
        token = block[at]
        at += 1
        literals = more(token >> 4)
        found += block[at : at + literals]
        at += literals
        if at >= len(block):
            break
        back = int.from_bytes(block[at : at + 2], "little")
        at += 2
        for _ in range(more(token & 15) + _SHORTEST_MATCH):
            found.append(found[-back])
    return bytes(found)
