"""Lengths of attachments: what a host may refuse, and what an observer learns."""

from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify.attachment import (
    CHUNK_OVERHEAD,
    CHUNK_SIZE,
    STREAM_HEADER_SIZE,
    check_stream_size,
    padme,
    stream_size,
)
from meldpunt.protocol.verify.errors import Reason
from tests.protocol.refusal import refused

sizes = st.integers(min_value=0, max_value=1 << 45)


@given(sizes)
def test_padding_adds_at_most_an_eighth_and_is_done_once(size: int) -> None:
    padded = padme(size)
    assert size <= padded <= size * 1.12 + 1
    assert padme(padded) == padded


@given(sizes)
def test_a_length_leaves_few_bits_of_the_size(size: int) -> None:
    padded, exponent = padme(size), max(size.bit_length() - 1, 1)
    assert padded % (1 << max(exponent - exponent.bit_length(), 0)) == 0


@given(sizes)
def test_every_files_length_is_taken(size: int) -> None:
    check_stream_size(stream_size(size))


def test_only_the_lengths_of_files_are_taken() -> None:
    lengths = {stream_size(size) for size in range(3 * CHUNK_SIZE)}
    for length in range(stream_size(2 * CHUNK_SIZE) + 100):
        if length in lengths:
            check_stream_size(length)
        else:
            with refused(Reason.ATTACHMENT_SIZE):
                check_stream_size(length)


def test_an_empty_file_is_one_empty_chunk() -> None:
    assert stream_size(0) == STREAM_HEADER_SIZE + CHUNK_OVERHEAD
    assert stream_size(CHUNK_SIZE) == STREAM_HEADER_SIZE + CHUNK_SIZE + CHUNK_OVERHEAD
