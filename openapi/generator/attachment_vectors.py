"""Vectors of attachments (section 7.7)."""

from typing import Final

from meldpunt.protocol.verify.attachment import CHUNK_SIZE, stream_size
from meldpunt.protocol.verify.errors import Reason
from openapi.generator.vector import Vector, VectorFile, file

_TWO_GIB: Final = 2 << 30


def attachments() -> VectorFile:
    """Lengths of files."""
    return file("attachment", "Attachments: lengths.", _sizes())


def _sizes() -> list[Vector]:
    def size(name: str, comment: str, plain: int) -> Vector:
        return Vector("attachment-size", f"size-{name}", comment, {"size": plain})

    def check(name: str, comment: str, length: int, refused: Reason | None = None) -> Vector:
        given = {"length": length}
        return Vector("check-attachment-size", f"size-{name}", comment, given, refused)

    no = Reason.ATTACHMENT_SIZE
    return [
        size("empty", "One empty chunk.", 0),
        size("one", "Nothing is added.", 1),
        size("nine", "The first length that is padded.", 9),
        size("chunk", "Exactly one chunk.", CHUNK_SIZE),
        size("chunk-and-one", "A second chunk.", CHUNK_SIZE + 1),
        size("photo", "A photograph.", 3_141_592),
        size("film", "Two gibibytes less one byte.", _TWO_GIB - 1),
        check("of-nothing", "An empty file.", stream_size(0)),
        check("of-a-chunk", "A full last chunk.", stream_size(CHUNK_SIZE)),
        check("of-a-film", "Two gibibytes.", stream_size(_TWO_GIB)),
        check("nothing", "Not even a stream header.", 0, no),
        check("without-a-chunk", "A stream header alone.", stream_size(0) - 17, no),
        check("unpadded", "A file of 9 bytes that was not padded.", 24 + 9 + 17, no),
        check("empty-last-chunk", "A full chunk, then an empty one.",
              stream_size(CHUNK_SIZE) + 17, no),
        check("half-an-overhead", "A full chunk and 16 bytes.", stream_size(CHUNK_SIZE) + 16, no),
    ]  # fmt: skip
