"""Wraps: one content key, one reader, one message."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.sizes import WRAP_SIZE
from meldpunt.protocol.wrap import WrapContext, check_box_public_key, open_wrap, seal_wrap
from openapi.generator.scene import LINE, OTHER_LINE, REPORT, secret
from tests.protocol.refusal import refused

BOX = BoxKey.from_seed(secret("box"))
KEY = secret("content key")
CONTEXT = WrapContext(
    line=LINE,
    report=REPORT,
    message=ids.message_id(b"message"),
    key=ids.KeyId(bytes(16)),
)
WRAP = seal_wrap(KEY, public_key=BOX.public_key, context=CONTEXT)


def test_a_wrap_opens_for_its_reader() -> None:
    assert len(WRAP) == WRAP_SIZE == 1120 + 32 + 16
    assert open_wrap(WRAP, box_key=BOX, context=CONTEXT) == KEY


def test_two_wraps_of_one_key_differ() -> None:
    assert seal_wrap(KEY, public_key=BOX.public_key, context=CONTEXT) != WRAP


def test_the_context_is_five_prefixed_parts() -> None:
    assert CONTEXT.info() == (
        b"\0\0\0\x08mp1/wrap"
        + (b"\0\0\0\x14" + LINE)
        + (b"\0\0\0\x20" + REPORT)
        + (b"\0\0\0\x20" + CONTEXT.message)
        + (b"\0\0\0\x10" + CONTEXT.key)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"line": OTHER_LINE},
        {"report": ids.ReportId(bytes(32))},
        {"message": ids.message_id(b"another message")},
        {"key": ids.KeyId(b"\1" * 16)},
    ],
)
def test_a_wrap_opens_in_its_own_place_only(change: dict[str, Any]) -> None:
    with refused(Reason.WRAP):
        open_wrap(WRAP, box_key=BOX, context=replace(CONTEXT, **change))


def test_a_wrap_opens_for_nobody_else() -> None:
    with refused(Reason.WRAP):
        open_wrap(WRAP, box_key=BoxKey.from_seed(secret("another box")), context=CONTEXT)


@settings(max_examples=40)
@given(st.integers(0, WRAP_SIZE - 1), st.integers(1, 255))
def test_every_changed_byte_is_noticed(place: int, change: int) -> None:
    changed = bytearray(WRAP)
    changed[place] ^= change
    with refused(Reason.WRAP):
        open_wrap(bytes(changed), box_key=BOX, context=CONTEXT)


@pytest.mark.parametrize("wrap", [b"", WRAP[:-1], WRAP + b"\0", WRAP[1:]])
def test_a_wrap_of_another_size_is_refused(wrap: bytes) -> None:
    with refused(Reason.WRAP_SIZE):
        open_wrap(wrap, box_key=BOX, context=CONTEXT)


def test_a_longer_secret_makes_no_wrap() -> None:
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    long = suite.encrypt(KEY + b"\0", check_box_public_key(BOX.public_key), info=CONTEXT.info())
    with refused(Reason.WRAP_SIZE):
        open_wrap(long, box_key=BOX, context=CONTEXT)


@pytest.mark.parametrize(
    "x25519",
    [
        bytes(32),
        (1).to_bytes(32, "little"),
        (2**255 - 20).to_bytes(32, "little"),
        (2**255 - 19).to_bytes(32, "little"),
        (2**255 - 18).to_bytes(32, "little"),
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    ],
)
def test_a_low_order_x25519_part_is_refused_when_the_key_is_checked(x25519: bytes) -> None:
    key = BOX.public_key[:1184] + x25519
    with refused(Reason.WRAP_KEY):
        check_box_public_key(key)
    with refused(Reason.WRAP_KEY):
        seal_wrap(KEY, public_key=key, context=CONTEXT)


@pytest.mark.parametrize("coefficients", [b"\x01\x0d\x00", b"\xff\xff\xff", b"\x00\x10\xd0"])
def test_an_ml_kem_coefficient_out_of_range_is_refused(coefficients: bytes) -> None:
    """3,329 (0xd01) and more, first or second of a pair of 12-bit numbers."""
    with refused(Reason.WRAP_KEY):
        check_box_public_key(coefficients + BOX.public_key[3:])


def test_the_largest_ml_kem_coefficient_is_accepted() -> None:
    check_box_public_key(b"\x00\x0d\xd0" + BOX.public_key[3:])


@pytest.mark.parametrize("size", [0, 32, 1184, 1215, 1217])
def test_a_box_key_of_another_size_is_refused(size: int) -> None:
    with refused(Reason.WRAP_KEY):
        check_box_public_key((BOX.public_key + bytes(1))[:size])
