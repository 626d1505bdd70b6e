"""Operations on attachments: lengths, sealing and opening (section 7.7).

What is large is described: `plain` repeats its `pattern` up to `size`, `chunks` are encrypted as
they say, rule or no rule. So vector files stay small.
"""

from collections.abc import Callable
from typing import Any, Final

import nacl.bindings as sodium

from meldpunt.protocol.attachment import (
    Attachment,
    AttachmentContext,
    StreamDigest,
    cut,
    open_stream,
    seal_stream,
)
from meldpunt.protocol.payload import check_attachments, parse_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import (
    CHUNK_OVERHEAD,
    CHUNK_SIZE,
    STREAM_HEADER_SIZE,
    check_stream_size,
    stream_size,
)
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.log.header import parse_header

Json = dict[str, Any]
_hex = bytes.fromhex


def plain_of(given: Json) -> bytes:
    """Return a described plaintext."""
    pattern, size = _hex(given["pattern"]), int(given["size"])
    return (pattern * (size // len(pattern) + 1))[:size]


def context_of(given: Json) -> AttachmentContext:
    """Return where an attachment belongs."""
    return AttachmentContext(
        ids.LineId(_hex(given["lineId"])),
        ids.ReportId(_hex(given["reportId"])),
        ids.AttachmentId(_hex(given["attachmentId"])),
    )


def made_stream(given: Json) -> bytes:
    """Return a ciphertext: as it is in `ciphertext`, or made from `chunks`."""
    if "ciphertext" in given:
        return _hex(given["ciphertext"])
    stream_header, key = _hex(given["streamHeader"]), _hex(given["key"])
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, stream_header, key)
    added = context_of(given).additional_data
    chunks = [
        sodium.crypto_secretstream_xchacha20poly1305_push(
            state, plain_of(chunk), added, chunk["tag"]
        )
        for chunk in given["chunks"]
    ]
    return stream_header + b"".join(chunks[number] for number in given["order"])


def digest_of(stream: bytes, context: AttachmentContext) -> ids.Hash:
    """Return the digest of a ciphertext, cut as every reader cuts it."""
    digest = StreamDigest(context)
    for part in cut([stream], CHUNK_SIZE + CHUNK_OVERHEAD, first=STREAM_HEADER_SIZE):
        digest.add(part)
    return digest.value()


def _seal(given: Json) -> Json:
    context, plain = context_of(given), plain_of(given["plain"])
    stream = b"".join(
        seal_stream(
            [plain],
            len(plain),
            context=context,
            key=_hex(given["key"]),
            stream_header=_hex(given["streamHeader"]),
        )
    )
    return {"length": len(stream), "digest": digest_of(stream, context).hex()}


def _open(given: Json) -> Json:
    context, stream = context_of(given), made_stream(given)
    listed = Attachment(
        id=context.attachment,
        name="file",
        media_type="application/octet-stream",
        size=given["size"],
        key=_hex(given["key"]),
        digest=ids.Hash(_hex(given["digest"])),
    )
    plain = b"".join(open_stream(lambda: [stream], listed, context))
    return {"plainHash": labelled_hash(ids.HASH_SIZE, "mp1/example", plain).hex()}


def _check_size(given: Json) -> Json:
    check_stream_size(given["length"])
    return {}


def _check_listed(given: Json) -> Json:
    header, payload = given["header"].encode(), given["payload"].encode()
    check_attachments(parse_header(header), parse_payload(payload))
    return {}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "attachment-size": lambda given: {"length": stream_size(given["size"])},
    "check-attachment-size": _check_size,
    "check-attachments": _check_listed,
    "seal-attachment": _seal,
    "open-attachment": _open,
}
