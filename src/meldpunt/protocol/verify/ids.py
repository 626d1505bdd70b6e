"""Names that are hashes of the things they name (openapi/protocol.md section 4).

Anybody who knows a key can check its name. So a host cannot swap the key or the name.
"""

from typing import Final, NewType

from meldpunt.protocol.verify.encoding import int8
from meldpunt.protocol.verify.hashing import labelled_hash

LineId = NewType("LineId", bytes)
"""20 bytes; written in base32."""
HandlerId = NewType("HandlerId", bytes)
"""16 bytes."""
ReportId = NewType("ReportId", bytes)
"""32 bytes."""
MessageId = NewType("MessageId", bytes)
"""32 bytes."""
KeyId = NewType("KeyId", bytes)
"""16 bytes: names the box key of a handler or of a reporter."""
EntryId = NewType("EntryId", bytes)
"""16 bytes: one report in one handler's inbox."""
AttachmentId = NewType("AttachmentId", bytes)
"""16 random bytes: names a file of one report."""
Hash = NewType("Hash", bytes)
"""32 bytes: of a line document, a text or a message body."""

LINE_ID_SIZE: Final = 20
SHORT_ID_SIZE: Final = 16
HASH_SIZE: Final = 32


def line_id(first_key: bytes) -> LineId:
    """Name a line after its first Ed25519 public key (32 bytes)."""
    return LineId(labelled_hash(LINE_ID_SIZE, "mp1/line-id", first_key))


def handler_id(line: LineId, signing_key: bytes) -> HandlerId:
    """Name a handler of one line after the Ed25519 signing key (32 bytes)."""
    return HandlerId(labelled_hash(SHORT_ID_SIZE, "mp1/handler-id", line, signing_key))


def box_key_id(*, line: LineId, handler: HandlerId, number: int, public_key: bytes) -> KeyId:
    """Name a handler's box key (X-Wing public key, 1,216 bytes)."""
    parts = (line, handler, int8(number), public_key)
    return KeyId(labelled_hash(SHORT_ID_SIZE, "mp1/box-key-id", *parts))


def report_id(*, signing_key: bytes, box_key: bytes) -> ReportId:
    """Name a report after the reporter's two public keys (32 and 1,216 bytes)."""
    return ReportId(labelled_hash(HASH_SIZE, "mp1/report-id", signing_key, box_key))


def reporter_key_id(report: ReportId, box_key: bytes) -> KeyId:
    """Name a reporter's box key (X-Wing public key, 1,216 bytes)."""
    return KeyId(labelled_hash(SHORT_ID_SIZE, "mp1/reporter-key-id", report, box_key))


def message_id(header: bytes) -> MessageId:
    """Name a message after the bytes of its header. The header holds the hash of its body."""
    return MessageId(labelled_hash(HASH_SIZE, "mp1/message-id", header))


def body_hash(body: bytes) -> Hash:
    """Hash a message body: commitment and ciphertext."""
    return Hash(labelled_hash(HASH_SIZE, "mp1/body", body))


def document_hash(document: bytes) -> Hash:
    """Hash the signed bytes of a line document."""
    return Hash(labelled_hash(HASH_SIZE, "mp1/line-document", document))


def text_hash(text: bytes) -> Hash:
    """Hash a form, guide, procedure or other text that a line document names."""
    return Hash(labelled_hash(HASH_SIZE, "mp1/text", text))


def inbox_entry(handler: HandlerId, report: ReportId) -> EntryId:
    """Name a report in one handler's inbox. Nobody can link the names that two handlers use."""
    return EntryId(labelled_hash(SHORT_ID_SIZE, "mp1/inbox-entry", handler, report))
