"""Key chains: the line id names the first key, and each key the next."""

from typing import Any

import pytest

from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.key_chain import verify_key_chain
from openapi.generator import scene
from openapi.generator.scene import LINE, LINE_KEY, NEXT_LINE_KEY
from tests.protocol.refusal import refused


def test_the_first_key_must_hash_to_the_line_id() -> None:
    other = scene.signing_key("another line").public_key
    with refused(Reason.FIRST_KEY):
        verify_key_chain(LINE, other, ())
    with refused(Reason.PUBLIC_KEY):
        verify_key_chain(LINE, bytes(31) + b"\x80", ())


def test_a_rotation_signed_by_both_keys_adds_the_new_one() -> None:
    third = scene.signing_key("third line")
    chain = (scene.rotation(), scene.rotation(NEXT_LINE_KEY, third, number=2))
    keys = (LINE_KEY.public_key, NEXT_LINE_KEY.public_key, third.public_key)
    assert verify_key_chain(LINE, LINE_KEY.public_key, chain) == keys


@pytest.mark.parametrize("missing", ["old_signature", "new_signature"])
def test_a_rotation_needs_both_signatures(missing: str) -> None:
    good = scene.rotation()
    swapped = {
        "old_signature": good.new_signature,
        "new_signature": good.old_signature,
    }[missing]
    with refused(Reason.SIGNATURE):
        verify_key_chain(LINE, LINE_KEY.public_key, (good.model_copy(update={missing: swapped}),))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"line_id": scene.OTHER_LINE}, Reason.OTHER_LINE),
        ({"number": 2}, Reason.ROTATION),
        ({"old_key": NEXT_LINE_KEY.public_key}, Reason.ROTATION),
        ({"new_key": bytes(31) + b"\x80"}, Reason.PUBLIC_KEY),
    ],
)
def test_a_rotation_out_of_place_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        verify_key_chain(LINE, LINE_KEY.public_key, (scene.rotation(**change),))


def test_a_rotation_cannot_be_left_out_of_the_chain() -> None:
    second = scene.rotation(NEXT_LINE_KEY, scene.signing_key("third line"), number=2)
    with refused(Reason.ROTATION):
        verify_key_chain(LINE, LINE_KEY.public_key, (second,))
