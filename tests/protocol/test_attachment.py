"""Files as encrypted streams: what opens, what does not, and how much memory it takes."""

import itertools
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any

import nacl.bindings
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.attachment import (
    KEY_SIZE,
    Attachment,
    AttachmentContext,
    StreamDigest,
    check_name,
    cut,
    open_stream,
    seal_stream,
)
from meldpunt.protocol.payload import check_attachments, make_payload, parse_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import CHUNK_SIZE, STREAM_HEADER_SIZE, stream_size
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.hashing import labelled_hash
from openapi.generator.scene import FILES, LINE, REPORT, header, secret
from tests.protocol.refusal import refused

PLACE = AttachmentContext(LINE, REPORT, FILES[0])
KEY, STREAM_HEADER = secret("file key", KEY_SIZE), secret("stream header", STREAM_HEADER_SIZE)
LENGTHS = st.one_of(
    st.integers(0, 300),
    st.integers(-2, 2).map(lambda more: CHUNK_SIZE + more),
    st.integers(0, 3 * CHUNK_SIZE),
)


def sealed(
    plain: bytes, *, context: AttachmentContext = PLACE, size: int | None = None
) -> list[bytes]:
    length = len(plain) if size is None else size
    return list(seal_stream([plain], length, context=context, key=KEY, stream_header=STREAM_HEADER))


def listed(parts: Iterable[bytes], size: int, **changes: Any) -> Attachment:  # noqa: ANN401 (any field)
    digest = StreamDigest(PLACE)
    for part in parts:
        digest.add(part)
    fields: dict[str, Any] = {
        "id": FILES[0],
        "name": "foto.jpg",
        "media_type": "image/jpeg",
        "size": size,
        "key": KEY,
        "digest": digest.value(),
    }
    return Attachment(**(fields | changes))


def opened(parts: list[bytes], entry: Attachment, context: AttachmentContext = PLACE) -> bytes:
    return b"".join(open_stream(lambda: parts, entry, context))


@given(LENGTHS)
def test_a_file_of_any_length_opens_again(length: int) -> None:
    plain = (b"abcdefg" * (length // 7 + 1))[:length]
    parts = sealed(plain)
    assert sum(map(len, parts)) == stream_size(length)
    assert opened(parts, listed(parts, length)) == plain


@given(st.lists(st.binary(max_size=50)), st.integers(1, 20), st.integers(1, 20))
def test_cutting_loses_nothing_and_leaves_only_the_last_piece_short(
    blocks: list[bytes], size: int, first: int
) -> None:
    pieces = list(cut(blocks, size, first=first))
    assert b"".join(pieces) == b"".join(blocks)
    assert [len(piece) for piece in pieces[1:-1]] == [size] * (len(pieces) - 2)
    assert len(pieces[0]) == first or len(pieces) == 1
    assert len(pieces) == 1 or 0 < len(pieces[-1]) <= size


def test_the_digest_is_the_labelled_hash_of_every_part() -> None:
    parts = sealed(b"x" * (2 * CHUNK_SIZE + 5))
    digest = labelled_hash(32, "mp1/attachment", LINE, REPORT, FILES[0], *parts)
    assert listed(parts, 0).digest == digest


def test_the_blocks_in_which_a_stream_comes_make_no_difference() -> None:
    plain = bytes(range(256)) * 600
    parts = sealed(plain)
    whole = b"".join(parts)
    blocks = [whole[at : at + 1000] for at in range(0, len(whole), 1000)]
    assert opened(blocks, listed(parts, len(plain))) == plain


def test_libsodiums_own_beginning_of_a_stream_opens_too() -> None:
    """The stream header comes from the caller here; libsodium draws its own."""
    state = nacl.bindings.crypto_secretstream_xchacha20poly1305_state()
    head = nacl.bindings.crypto_secretstream_xchacha20poly1305_init_push(state, KEY)
    chunk = nacl.bindings.crypto_secretstream_xchacha20poly1305_push(
        state,
        b"12345",
        PLACE.additional_data,
        nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    )
    assert opened([head, chunk], listed([head, chunk], 5)) == b"12345"


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("at", [0, -1])
def test_a_changed_byte_anywhere_is_refused_before_anything_is_given_out(
    number: int, at: int
) -> None:
    parts = sealed(b"x" * (CHUNK_SIZE + 5))
    entry = listed(parts, CHUNK_SIZE + 5)
    changed = bytearray(parts[number])
    changed[at] ^= 1
    parts[number] = bytes(changed)
    with refused(Reason.ATTACHMENT_DIGEST):
        next(open_stream(lambda: parts, entry, PLACE))


def test_a_cut_or_a_longer_stream_is_refused_before_anything_is_given_out() -> None:
    parts = sealed(b"x" * (2 * CHUNK_SIZE))
    entry = listed(parts, 2 * CHUNK_SIZE)
    for other in (parts[:-1], [*parts, b"x"], [], [parts[0]]):
        with refused(Reason.ATTACHMENT_SIZE):
            next(open_stream(lambda: other, entry, PLACE))  # noqa: B023 - read at once


def test_a_store_that_answers_otherwise_the_second_time_gives_nothing_away() -> None:
    good = sealed(b"x" * (2 * CHUNK_SIZE))
    entry = listed(good, 2 * CHUNK_SIZE)
    for second in ([], good[:1], good[:2], [good[0], good[2], good[1]], [*good, b"x" * 40]):
        answers = iter([good, second])
        with refused(Reason.ATTACHMENT_STREAM):
            list(open_stream(lambda: next(answers), entry, PLACE))  # noqa: B023 - read at once


def test_a_file_that_grew_or_shrank_while_it_was_read_is_refused() -> None:
    for size in (4, 6):
        with refused(Reason.ATTACHMENT_SIZE):
            sealed(b"12345", size=size)


def test_a_large_file_takes_little_memory() -> None:
    size = 48 << 20
    block = bytes(1 << 20)

    def stream() -> Iterator[bytes]:
        plain = itertools.repeat(block, size // len(block))
        return seal_stream(plain, size, context=PLACE, key=KEY, stream_header=STREAM_HEADER)

    entry = listed(stream(), size)
    tracemalloc.start()
    assert sum(len(part) for part in open_stream(stream, entry, PLACE)) == size
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "name", ["a", "é" * 127, "foto van de kelder.jpg", "-rf", ".bashrc", "報告.pdf", "a..b"]
)
def test_a_name_is_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "/etc/passwd", "..\\a", "a\nb", "a\0", "\x7f", "\x9b", "a\u202egpj.exe",
     "\u2066a", "\u2028", "é" * 128],
)  # fmt: skip
def test_a_name_that_is_a_path_or_plays_tricks_is_refused(name: str) -> None:
    with refused(Reason.PAYLOAD):
        check_name(name)
    entry = listed([], 0).model_copy(update={"name": name})
    payload = make_payload("a", language="nl").model_copy(update={"attachments": (entry,)})
    with refused(Reason.PAYLOAD):
        parse_payload(payload.to_json())


def test_a_payload_sorts_its_files_and_keeps_them() -> None:
    first, second = listed([], 0), listed([], 0, id=FILES[1])
    payload = make_payload("a", language="nl", attachments=(second, first))
    assert payload.attachments == (first, second)
    assert parse_payload(payload.to_json()) == payload


def test_header_and_payload_name_the_same_files() -> None:
    entry = listed([], 0)
    seen = (ids.message_id(header().to_json()),)
    for named, entries in (((), (entry,)), (FILES, (entry,)), (FILES[1:], (entry,)), (FILES, ())):
        shown = header(n=1, seen=seen, attachments=named or None)
        with refused(Reason.ATTACHMENTS):
            check_attachments(shown, make_payload("a", language="nl", attachments=entries))
