"""The position of an export: the cursor between two pages."""

from dataclasses import dataclass
from enum import IntEnum

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url, int8
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.transfer import Record


class ExportStage(IntEnum):
    """What the export is reading."""

    DOCUMENTS = 1
    TEXTS = 2
    BOX_KEYS = 3
    REPORTS = 4


@dataclass(frozen=True, slots=True)
class Position:
    """The position of an export. Its text form is opaque to clients."""

    stage: ExportStage = ExportStage.DOCUMENTS
    handler: bytes = bytes(ids.SHORT_ID_SIZE)
    key: bytes = bytes(ids.HASH_SIZE)
    """The hash of the last text, or the id of the inbox entry (16 bytes, then zeros)."""
    number: int = 0
    """Number of documents read, number after the last box key, or position of the last message."""
    wrap: int = 0
    """Row id of the last wrap of that message."""
    attachment: int = 0
    """Number of that message's attachment, from 1. It is 0 while the export reads wraps."""
    offset: int = 0
    """The next byte of that attachment."""

    @property
    def cursor(self) -> str:
        """The position as text."""
        numbers = (self.number, self.wrap, self.attachment, self.offset)
        parts = (bytes([self.stage]), self.handler, self.key, *map(int8, numbers))
        return encode_base64url(b"".join(parts))

    @classmethod
    def parse(cls, text: str | None) -> "Position":
        """Read a cursor. None means the beginning.

        Raises:
            RefusedError: BASE64URL, LENGTH, FIELDS.
        """
        if text is None:
            return cls()
        data = decode_base64url(text, len(decode_base64url(cls().cursor)))
        numbers = [int.from_bytes(data[at : at + 8], "big") for at in range(49, len(data), 8)]
        if data[0] not in list(ExportStage) or max(numbers) >= 1 << 63:
            raise RefusedError(Reason.FIELDS)
        return cls(ExportStage(data[0]), data[1:17], data[17:49], *numbers)


Step = tuple[Record | None, Position | None]
"""A record, if the step found one, and the next position; None at the end."""
