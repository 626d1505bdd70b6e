"""What a client keeps on its own disk: whole, in its place, and under its own key alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.kept import MAX_KEPT, open_kept, seal_kept
from meldpunt.protocol.verify.errors import Reason
from tests.protocol.refusal import refused

SEED, SALT = b"s" * 32, b"x" * 32
_BODY = 65_536 + 48


@given(st.integers(min_value=0, max_value=200_000))
def test_it_comes_back(size: int) -> None:
    data = bytes(n % 251 for n in range(997)) * (size // 997 + 1)
    kept = seal_kept(data[:size], seed=SEED, salt=SALT)
    assert open_kept(kept, seed=SEED) == data[:size]


@pytest.mark.parametrize("size", [10, 65_532, 65_533, 200_000])
def test_another_key_opens_nothing(size: int) -> None:
    with refused(Reason.COMMITMENT):
        open_kept(seal_kept(bytes(size), seed=SEED, salt=SALT), seed=b"o" * 32)


def test_its_parts_cannot_be_moved_left_out_or_repeated() -> None:
    kept = seal_kept(bytes(150_000), seed=SEED, salt=SALT)
    salt, parts = kept[:32], [kept[i : i + _BODY] for i in range(32, len(kept), _BODY)]
    assert len(parts) == 3
    for changed in (parts[:2], parts[1:], [*parts, parts[0]], [parts[1], parts[0], parts[2]]):
        with refused(Reason.COMMITMENT):
            open_kept(salt + b"".join(changed), seed=SEED)


def test_what_is_too_long_or_too_short_is_refused() -> None:
    assert len(open_kept(seal_kept(bytes(MAX_KEPT), seed=SEED, salt=SALT), seed=SEED)) == MAX_KEPT
    with refused(Reason.TOO_LONG):
        seal_kept(bytes(MAX_KEPT + 1), seed=SEED, salt=SALT)
    for short in (b"", bytes(31), bytes(32)):
        with refused(Reason.BODY_SIZE):
            open_kept(short, seed=SEED)
