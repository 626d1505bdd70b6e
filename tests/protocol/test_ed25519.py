"""Ed25519: what libraries disagree on, nobody here accepts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.ed25519 import (
    check_public_key,
    check_signature,
    is_signature,
    signed_bytes,
)
from meldpunt.protocol.verify.errors import Reason
from openapi.generator import edwards
from openapi.generator.scene import secret, signing_key
from tests.protocol.refusal import refused

KEY = signing_key("somebody")
MESSAGE = b"what was said"
SIGNATURE = KEY.sign("mp1/message", MESSAGE)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_what_is_signed_verifies(seed: bytes, message: bytes) -> None:
    key = SigningKey.from_seed(seed)
    check_public_key(key.public_key)
    check_signature("mp1/message", message, key.sign("mp1/message", message), key.public_key)


def test_a_key_and_signature_of_rfc_8032_hold() -> None:
    key = SigningKey.from_seed(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert key.public_key.hex().startswith("d75a980182b10ab7d54bfed3c964073a")
    assert key.sign_raw(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


def test_a_statement_is_signed_behind_its_label() -> None:
    assert signed_bytes("mp1/x", b"ab") == b"\0\0\0\x05mp1/x\0\0\0\x02ab"
    assert KEY.sign("mp1/x", b"ab") == KEY.sign_raw(b"\0\0\0\x05mp1/x\0\0\0\x02ab")


@given(st.integers(0, 511))
def test_every_flipped_bit_of_a_signature_is_refused(bit: int) -> None:
    changed = bytearray(SIGNATURE)
    changed[bit // 8] ^= 1 << bit % 8
    with refused(Reason.SIGNATURE):
        check_signature("mp1/message", MESSAGE, bytes(changed), KEY.public_key)


@pytest.mark.parametrize(
    ("label", "message", "signature", "key"),
    [
        ("mp1/body", MESSAGE, SIGNATURE, KEY.public_key),
        ("mp1/message", MESSAGE + b" ", SIGNATURE, KEY.public_key),
        ("mp1/message", MESSAGE, SIGNATURE, signing_key("somebody else").public_key),
        ("mp1/message", MESSAGE, SIGNATURE[:63], KEY.public_key),
        ("mp1/message", MESSAGE, SIGNATURE + b"\0", KEY.public_key),
        ("mp1/message", MESSAGE, b"", KEY.public_key),
        ("mp1/message", MESSAGE, SIGNATURE, KEY.public_key[:31]),
        ("mp1/message", MESSAGE, SIGNATURE, KEY.public_key + b"\0"),
    ],
)
def test_a_signature_holds_for_one_label_message_and_key(
    label: str, message: bytes, signature: bytes, key: bytes
) -> None:
    with refused(Reason.SIGNATURE):
        check_signature(label, message, signature, key)


@pytest.mark.parametrize("order", [1, 2, 4, 8])
def test_keys_of_small_order_are_refused(order: int) -> None:
    point = edwards.small_order(order)
    assert edwards.times(order, point) == edwards.IDENTITY
    with refused(Reason.PUBLIC_KEY):
        check_public_key(edwards.encode(point))


@pytest.mark.parametrize("order", [2, 4, 8])
def test_keys_of_mixed_order_are_refused(order: int) -> None:
    honest = edwards.decode(KEY.public_key)
    assert honest is not None
    mixed = edwards.encode(edwards.add(honest, edwards.small_order(order)))
    with refused(Reason.PUBLIC_KEY):
        check_public_key(mixed)


@pytest.mark.parametrize("extra", range(19))
def test_keys_with_another_spelling_are_refused(extra: int) -> None:
    for sign in (0, 2**255):
        with refused(Reason.PUBLIC_KEY):
            check_public_key((edwards.P + extra | sign).to_bytes(32, "little"))


def test_keys_off_the_curve_or_of_another_size_are_refused() -> None:
    assert edwards.decode((2).to_bytes(32, "little")) is None
    for key in ((2).to_bytes(32, "little"), b"", KEY.public_key[:31], KEY.public_key + b"\0"):
        with refused(Reason.PUBLIC_KEY):
            check_public_key(key)


def _crafted(**changes: object) -> bytes:
    fields: dict[str, Any] = {
        "nonce": 5,
        "key": KEY.public_key,
        "torsion": edwards.IDENTITY,
        "r": b"",
    } | changes
    return edwards.sign(KEY.seed, signed_bytes("mp1/message", MESSAGE), **fields)


def test_our_own_arithmetic_makes_valid_signatures() -> None:
    assert edwards.encode(edwards.times(edwards.secret_scalar(KEY.seed), edwards.BASE)) == (
        KEY.public_key
    )
    check_signature("mp1/message", MESSAGE, _crafted(), KEY.public_key)


def test_a_second_spelling_of_s_is_refused() -> None:
    s = int.from_bytes(SIGNATURE[32:], "little") + edwards.ORDER
    second = SIGNATURE[:32] + s.to_bytes(32, "little")
    assert edwards.cofactored_accepts(signed_bytes("mp1/message", MESSAGE), second, KEY.public_key)
    with refused(Reason.SIGNATURE):
        check_signature("mp1/message", MESSAGE, second, KEY.public_key)


@pytest.mark.parametrize("order", [2, 4, 8])
def test_torsion_in_r_is_refused(order: int) -> None:
    signature = _crafted(torsion=edwards.small_order(order))
    signed = signed_bytes("mp1/message", MESSAGE)
    assert edwards.cofactored_accepts(signed, signature, KEY.public_key)
    with refused(Reason.SIGNATURE):
        check_signature("mp1/message", MESSAGE, signature, KEY.public_key)


@pytest.mark.parametrize("r", [1, edwards.P + 1, 1 + 2**255])
def test_a_neutral_r_is_refused_in_every_spelling(r: int) -> None:
    signature = _crafted(nonce=0, r=r.to_bytes(32, "little"))
    signed = signed_bytes("mp1/message", MESSAGE)
    assert edwards.cofactored_accepts(signed, signature, KEY.public_key)
    with refused(Reason.SIGNATURE):
        check_signature("mp1/message", MESSAGE, signature, KEY.public_key)


def test_a_request_signature_covers_raw_bytes() -> None:
    signature = KEY.sign_raw(MESSAGE)
    assert is_signature(MESSAGE, signature, KEY.public_key)
    assert not is_signature(signed_bytes("mp1/message", MESSAGE), signature, KEY.public_key)


def test_keys_do_not_print_their_secrets() -> None:
    assert secret("somebody signing").hex() not in repr(KEY)
    assert str(KEY.seed) not in repr(KEY)
