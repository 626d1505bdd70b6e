"""Key pairs and the ratchet: forward only, eight keys at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.keys import (
    CHAIN_LENGTH,
    BoxChain,
    BoxKey,
    ReporterKeys,
    SigningKey,
    derive,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from openapi.generator.scene import secret
from tests.protocol.refusal import refused

seeds = st.binary(min_size=32, max_size=32)
START = BoxChain.start(8, secret("chain"))


@given(seeds, seeds)
def test_a_seed_makes_one_key_pair(first: bytes, second: bytes) -> None:
    for kind in (SigningKey, BoxKey):
        same = kind.from_seed(first).public_key == kind.from_seed(second).public_key
        assert same == (first == second)


def test_a_box_public_key_is_ml_kem_then_x25519() -> None:
    assert len(BoxKey.from_seed(secret("box")).public_key) == 1184 + 32


def test_the_first_x_wing_test_vector_holds() -> None:
    """Seed and start of the public key from draft-connolly-cfrg-xwing-kem, appendix C."""
    seed = bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    assert BoxKey.from_seed(seed).public_key.hex().startswith("e2236b35a8c24b39b10aa1323a96a919")


def test_a_reporters_two_keys_come_from_one_seed_by_label() -> None:
    keys = ReporterKeys.from_seed(secret("seed"))
    assert keys.signing.seed == derive(secret("seed"), "mp1/reporter-sign")
    box = BoxKey.from_seed(derive(secret("seed"), "mp1/reporter-box"))
    assert keys.box.public_key == box.public_key
    assert keys.report_id == ids.report_id(
        signing_key=keys.signing.public_key, box_key=box.public_key
    )
    assert keys.box_key_id == ids.reporter_key_id(keys.report_id, box.public_key)


@given(st.integers(8, 15), st.integers(8, 15))
def test_advancing_in_steps_comes_out_where_one_step_does(first: int, second: int) -> None:
    first, second = sorted((first, second))
    assert START.advance(first).advance(second) == START.advance(second)
    assert START.advance(first).key(second).public_key == START.key(second).public_key


def test_the_ratchet_follows_its_formula() -> None:
    value = secret("chain")
    for number in range(8, 16):
        assert START.advance(number).value == value
        expected = BoxKey.from_seed(derive(value, "mp1/box"))
        assert START.key(number).public_key == expected.public_key
        value = derive(value, "mp1/ratchet")


def test_a_destroyed_key_does_not_come_back() -> None:
    with refused(Reason.KEY_NUMBER):
        START.advance(10).key(9)
    with refused(Reason.KEY_NUMBER):
        START.advance(10).advance(9)


def test_a_chain_ends_after_eight_keys() -> None:
    assert CHAIN_LENGTH == 8
    assert START.last_number == 15
    assert START.advance(12).last_number == 15
    with refused(Reason.KEY_NUMBER):
        START.advance(12).key(16)
    with refused(Reason.KEY_NUMBER):
        START.key(7)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_chain_starts_from_32_bytes(size: int) -> None:
    with refused(Reason.LENGTH):
        BoxChain.start(0, bytes(size))


def test_nothing_secret_is_printed() -> None:
    keys = ReporterKeys.from_seed(secret("seed"))
    shown = f"{START!r} {keys!r} {keys.signing!r} {keys.box!r}"
    assert "value" not in shown
    assert "seed" not in shown.lower()
