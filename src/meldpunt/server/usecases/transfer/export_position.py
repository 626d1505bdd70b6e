"""How far the export of a line has come: the cursor between two pages."""

from dataclasses import dataclass
from enum import IntEnum

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url, int8
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.transfer import Record


class ExportStage(IntEnum):
    """What is being read."""

    DOCUMENTS = 1
    TEXTS = 2
    BOX_KEYS = 3
    REPORTS = 4


@dataclass(frozen=True, slots=True)
class Position:
    """How far an export has come; opaque to clients."""

    stage: ExportStage = ExportStage.DOCUMENTS
    handler: bytes = bytes(ids.SHORT_ID_SIZE)
    key: bytes = bytes(ids.HASH_SIZE)
    """The last text's hash, or the inbox entry (16 bytes, then zeros)."""
    number: int = 0
    """Of the last document, one past the last box key's, or the last message's position."""
    wrap: int = 0
    """Row of the last wrap of that message."""
    attachment: int = 0
    """Which of that message's attachments is being read, from 1; 0 as long as wraps are."""
    offset: int = 0
    """Where it goes on."""

    @property
    def cursor(self) -> str:
        """The text form."""
        numbers = (self.number, self.wrap, self.attachment, self.offset)
        parts = (bytes([self.stage]), self.handler, self.key, *map(int8, numbers))
        return encode_base64url(b"".join(parts))

    @classmethod
    def parse(cls, text: str | None) -> "Position":
        """Read a cursor; without one, the beginning.

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
"""A record, if there is one, and where to go on."""
