"""Bodies: padded to a class, committed to one key, refused in every other form."""

import contextlib
import hashlib

import nacl.bindings
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.body import open_body, pad, seal_body, unpad
from meldpunt.protocol.keys import derive
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import BODY_SIZES, SIZE_CLASSES
from openapi.generator.scene import secret
from tests.protocol.refusal import refused

KEY = secret("content key")
BODY = seal_body(b"hello", content_key=KEY)


@given(st.binary(max_size=5000))
def test_unpad_undoes_pad(payload: bytes) -> None:
    assert unpad(pad(payload)) == payload


@pytest.mark.parametrize("size", SIZE_CLASSES)
def test_each_class_holds_all_but_its_length(size: int) -> None:
    assert len(pad(bytes(size - 4))) == size
    if size < SIZE_CLASSES[-1]:
        assert len(pad(bytes(size - 3))) == size * 4


def test_a_payload_without_a_class_is_too_long() -> None:
    with refused(Reason.TOO_LONG):
        pad(bytes(SIZE_CLASSES[-1] - 3))


@given(st.binary(max_size=40), st.integers(0, 60), st.sampled_from((1023, 1024, 1025, 4096)))
def test_unpad_accepts_only_what_pad_makes(payload: bytes, claimed: int, size: int) -> None:
    padded = (claimed.to_bytes(4, "big") + payload).ljust(size, b"\0")
    with contextlib.suppress(RefusedError):
        assert pad(unpad(padded)) == padded


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        bytes(4),
        bytes(1023),
        bytes(1025),
        bytes(4096),
        b"\0\0\0\x01a".ljust(4096, b"\0"),
        b"\0\0\0\x01a".ljust(1023, b"\0") + b"\1",
        b"\0\0\0\x01ab".ljust(1024, b"\0"),
        b"\0\0\3\xfd".ljust(1024, b"a"),
        b"\xff\xff\xff\xff".ljust(1024, b"\0"),
        b"\0\1\0\0".ljust(65536, b"\0"),
        (69000).to_bytes(4, "big").ljust(70000, b"a"),
    ],
)
def test_padding_that_is_not_zero_minimal_and_in_class_is_refused(padded: bytes) -> None:
    with refused(Reason.PADDING):
        unpad(padded)


@given(st.binary(max_size=1100))
def test_a_body_opens_under_its_key(payload: bytes) -> None:
    body = seal_body(payload, content_key=KEY)
    assert open_body(body, content_key=KEY) == payload
    assert len(body) in BODY_SIZES


def test_a_body_follows_its_formula() -> None:
    commitment = hashlib.blake2b(b"mp1/commit", key=KEY, digest_size=32).digest()
    cipher_key = hashlib.blake2b(b"mp1/encrypt", key=KEY, digest_size=32).digest()
    plain = (b"\0\0\0\x05hello").ljust(1024, b"\0")
    ciphertext = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain, None, commitment[:24], cipher_key
    )
    assert commitment + ciphertext == BODY


@pytest.mark.parametrize("size", [0, 47, 1024, 1071, 1073, 4096, 65585])
def test_a_body_of_no_class_is_refused(size: int) -> None:
    with refused(Reason.BODY_SIZE):
        open_body(bytes(size), content_key=KEY)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_every_changed_byte_is_noticed(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    with refused(Reason.COMMITMENT if place < 32 else Reason.CIPHERTEXT):
        open_body(bytes(changed), content_key=KEY)


def test_a_body_opens_under_no_other_key() -> None:
    with refused(Reason.COMMITMENT):
        open_body(BODY, content_key=secret("another content key"))


def test_one_ciphertext_cannot_be_shown_under_a_second_key() -> None:
    """Without the commitment, a sender could make one ciphertext open to two texts."""
    other = secret("another content key")
    swapped = derive(other, "mp1/commit") + BODY[32:]
    with refused(Reason.COMMITMENT):
        open_body(swapped, content_key=KEY)
    with refused(Reason.CIPHERTEXT):
        open_body(swapped, content_key=other)


def test_bad_padding_inside_a_good_ciphertext_is_refused() -> None:
    commitment = derive(KEY, "mp1/commit")
    plain = b"\0\0\0\x05hello".ljust(1023, b"\0") + b"\1"
    ciphertext = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain, None, commitment[:24], derive(KEY, "mp1/encrypt")
    )
    with refused(Reason.PADDING):
        open_body(commitment + ciphertext, content_key=KEY)
