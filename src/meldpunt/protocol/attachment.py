"""Attachments: files as streams of encrypted chunks, in constant memory (section 7.7).

libsodium's secretstream makes every chunk depend on the chunks before it, and marks the last chunk.
A client checks the digest of the whole ciphertext before it uses any byte. So a reader never gets
a part of a file that somebody swapped, cut off or mixed with another file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import nacl.bindings
import nacl.exceptions
from pydantic import AfterValidator, StringConstraints

from meldpunt.protocol.keys import derive
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import (
    CHUNK_OVERHEAD,
    CHUNK_SIZE,
    STREAM_HEADER_SIZE,
    chunk_count,
    padme,
    stream_size,
)
from meldpunt.protocol.verify.encoding import lp
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import AttachmentIdField, Count, HashField, Key32, Model
from meldpunt.protocol.verify.hashing import start_hash

KEY_SIZE: Final = 32
MAX_NAME_SIZE: Final = 255
"""Bytes of UTF-8 in the name of a file: the limit of common file systems."""
_FORBIDDEN: Final = frozenset(
    map(
        chr,
        (
            *range(0x20),
            *range(0x7F, 0xA0),
            *map(ord, "/\\"),
            *(0x061C, 0x200E, 0x200F, 0x2028, 0x2029),
            *range(0x202A, 0x202F),
            *range(0x2066, 0x206A),
        ),
    )
)
"""Control characters, separators of folders and lines, and marks that turn the writing direction.
"""

_TYPE_NAME: Final = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"


def check_name(name: str) -> str:
    """Return the name of a file, if no reader's device can misunderstand it.

    Raises:
        RefusedError: PAYLOAD.
    """
    try:
        size = len(name.encode())
    except UnicodeEncodeError:  # bytes of a disk that are no UTF-8, or half a surrogate pair
        raise RefusedError(Reason.PAYLOAD) from None
    if not 1 <= size <= MAX_NAME_SIZE or name in (".", "..") or _FORBIDDEN & set(name):
        raise RefusedError(Reason.PAYLOAD)
    return name


class Attachment(Model):
    """A file as its message lists it, with everything that a reader needs to open it."""

    id: AttachmentIdField
    name: Annotated[str, AfterValidator(check_name)]
    """The name that the author gave. It is never a path, and promises nothing about the content."""
    media_type: Annotated[str, StringConstraints(pattern=f"^{_TYPE_NAME}/{_TYPE_NAME}$")]
    """A media type (RFC 6838) in lower case, without parameters."""
    size: Count
    """Bytes before padding."""
    key: Key32
    digest: HashField


@dataclass(frozen=True, slots=True)
class AttachmentContext:
    """Where an attachment belongs. Its ciphertext opens nowhere else."""

    line: ids.LineId
    report: ids.ReportId
    attachment: ids.AttachmentId

    @property
    def parts(self) -> tuple[bytes, bytes, bytes]:
        """Line id, report id, attachment id."""
        return self.line, self.report, self.attachment

    @property
    def additional_data(self) -> bytes:
        """The additional data of every chunk."""
        return b"".join(map(lp, self.parts))


def stream_header_of(key: bytes) -> bytes:
    """Return the 24-byte stream header for a key. Each key is used for one file only.

    The stream header could be random. It comes from the key instead, so that anybody with the file
    and the key can compute the digest again.
    """
    return derive(key, "mp1/stream")[:STREAM_HEADER_SIZE]


def digest_of(plain: Iterable[bytes], listed: Attachment, context: AttachmentContext) -> ids.Hash:
    """Return the digest of a file when it is sealed under the key of a listed file.

    Raises:
        RefusedError: ATTACHMENT_SIZE when the two files differ in length.
    """
    header, digest = stream_header_of(listed.key), StreamDigest(context)
    for part in seal_stream(
        plain, listed.size, context=context, key=listed.key, stream_header=header
    ):
        digest.add(part)
    return digest.value()


class StreamDigest:
    """`H_32("mp1/attachment", line id, report id, attachment id, stream header, chunk, chunk…)`."""

    def __init__(self, context: AttachmentContext) -> None:
        self._state = start_hash(ids.HASH_SIZE, "mp1/attachment", *context.parts)

    def add(self, part: bytes) -> None:
        """Add the stream header, then each chunk."""
        self._state.update(lp(part))

    def value(self) -> ids.Hash:
        """Return the digest of everything that was added."""
        return ids.Hash(self._state.digest())


def seal_stream(
    plain: Iterable[bytes],
    size: int,
    *,
    context: AttachmentContext,
    key: bytes,
    stream_header: bytes,
) -> Iterator[bytes]:
    """Encrypt a file; yields the stream header (24 bytes), then each chunk.

    The same input gives the same bytes. Never use one key and stream header for two contents. A
    caller that reads the file twice must compare both readings before it sends anything.

    Args:
        plain: The file in blocks of any length.
        size: Length of the file in bytes.
        context: The line, report and attachment to which the file belongs.
        key: 32 fresh random bytes.
        stream_header: 24 bytes, such as `stream_header_of` the key.

    Raises:
        RefusedError: ATTACHMENT_SIZE when `plain` is not `size` bytes.
    """
    yield stream_header
    state, added = _state(key, stream_header), context.additional_data
    last = chunk_count(padme(size))
    for number, chunk in enumerate(cut(_padded(plain, size), CHUNK_SIZE), 1):
        tag = _FINAL if number == last else _MESSAGE
        yield nacl.bindings.crypto_secretstream_xchacha20poly1305_push(state, chunk, added, tag)


def open_stream(
    read: Callable[[], Iterable[bytes]], listed: Attachment, context: AttachmentContext
) -> Iterator[bytes]:
    """Decrypt a file; yields it in blocks, after a check of the whole ciphertext.

    The caller keeps no block if reading ends in a refusal: wrong padding appears only at the end.

    Args:
        read: Returns the ciphertext in blocks of any length, from its beginning; called twice.
        listed: What the message says of the file.
        context: The line, report and attachment to which the file belongs.

    Raises:
        RefusedError: ATTACHMENT_SIZE, ATTACHMENT_DIGEST, ATTACHMENT_STREAM, PADDING, in this order.
    """
    check_stream(read(), listed, context)
    left = listed.size
    for chunk in _decrypted(read(), listed, context):
        if chunk[left:].strip(b"\0"):
            raise RefusedError(Reason.PADDING)
        yield chunk[:left]
        left -= min(left, len(chunk))


def check_stream(blocks: Iterable[bytes], listed: Attachment, context: AttachmentContext) -> None:
    """Check the length and the digest of a ciphertext.

    Raises:
        RefusedError: ATTACHMENT_SIZE, ATTACHMENT_DIGEST.
    """
    digest, left = StreamDigest(context), stream_size(listed.size)
    for part in _parts(blocks):
        left -= len(part)
        digest.add(part)
        if left < 0:
            break
    if left:
        raise RefusedError(Reason.ATTACHMENT_SIZE)
    if digest.value() != listed.digest:
        raise RefusedError(Reason.ATTACHMENT_DIGEST)


def _decrypted(
    blocks: Iterable[bytes], listed: Attachment, context: AttachmentContext
) -> Iterator[bytes]:
    parts, last, number = _parts(blocks), chunk_count(padme(listed.size)), 0
    state = _state(listed.key, next(parts).ljust(STREAM_HEADER_SIZE, b"\0"))
    for number, chunk in enumerate(parts, 1):
        try:
            plain, tag = nacl.bindings.crypto_secretstream_xchacha20poly1305_pull(
                state, chunk, context.additional_data
            )
        except (nacl.exceptions.CryptoError, ValueError):
            raise RefusedError(Reason.ATTACHMENT_STREAM) from None
        if tag != (_FINAL if number == last else _MESSAGE):
            raise RefusedError(Reason.ATTACHMENT_STREAM)
        yield plain
    if number != last:
        raise RefusedError(Reason.ATTACHMENT_STREAM)


_MESSAGE: Final = nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: Final = nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


def _state(
    key: bytes, stream_header: bytes
) -> nacl.bindings.crypto_secretstream_xchacha20poly1305_state:
    """Return the state of a stream, to seal or to open: libsodium starts both in the same way.

    libsodium's `init_push` draws a random header and then does what `init_pull` does. Here the
    caller gives the header.
    """
    state = nacl.bindings.crypto_secretstream_xchacha20poly1305_state()
    nacl.bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, stream_header, key)
    return state


def _parts(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a ciphertext into its stream header and its chunks."""
    return cut(blocks, CHUNK_SIZE + CHUNK_OVERHEAD, first=STREAM_HEADER_SIZE)


def cut(blocks: Iterable[bytes], size: int, *, first: int | None = None) -> Iterator[bytes]:
    """Cut a stream of blocks into pieces of `size` bytes.

    The first piece has `first` bytes if that is given; the last piece has the remaining bytes. An
    empty stream gives one empty piece.
    """
    held, wanted, is_begun = bytearray(), first or size, False
    for block in blocks:
        held += block
        while len(held) >= wanted:
            yield bytes(held[:wanted])
            del held[:wanted]
            wanted, is_begun = size, True
    if held or not is_begun:
        yield bytes(held)


def _padded(plain: Iterable[bytes], size: int) -> Iterator[bytes]:
    left = size
    for block in plain:
        left -= len(block)
        if left < 0:
            break
        yield block
    if left:
        raise RefusedError(Reason.ATTACHMENT_SIZE)
    zeros = padme(size) - size
    while zeros:
        yield bytes(min(zeros, CHUNK_SIZE))
        zeros -= min(zeros, CHUNK_SIZE)
