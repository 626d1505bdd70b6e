"""Proofs of receipt: one message, one day, one host."""

from datetime import date, timedelta

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.proof import PROOF_LABEL, check_proof, proof_bytes
from openapi.generator import scene
from openapi.generator.scene import TODAY
from tests.protocol.refusal import refused

HOST = scene.signing_key("host")
MESSAGE = ids.message_id(b"header")
PROOF = HOST.sign_raw(proof_bytes(MESSAGE, TODAY))


def test_a_proof_holds_for_what_was_signed() -> None:
    check_proof(MESSAGE, TODAY, PROOF, HOST.public_key)


def test_it_is_a_statement_like_every_other() -> None:
    assert HOST.sign(PROOF_LABEL, MESSAGE + b"2026-11-20") == PROOF


@pytest.mark.parametrize(
    ("message", "day", "proof", "key"),
    [
        (ids.message_id(b"other"), TODAY, PROOF, HOST.public_key),
        (MESSAGE, TODAY + timedelta(days=1), PROOF, HOST.public_key),
        (MESSAGE, date.min, PROOF, HOST.public_key),
        (MESSAGE, TODAY, PROOF[:-1], HOST.public_key),
        (MESSAGE, TODAY, PROOF + b"\0", HOST.public_key),
        (MESSAGE, TODAY, bytes(64), HOST.public_key),
        (MESSAGE, TODAY, PROOF, scene.signing_key("other host").public_key),
        (MESSAGE, TODAY, HOST.sign("mp1/message", MESSAGE + b"2026-11-20"), HOST.public_key),
    ],
)
def test_it_holds_for_nothing_else(
    message: ids.MessageId, day: date, proof: bytes, key: bytes
) -> None:
    with refused(Reason.PROOF):
        check_proof(message, day, proof, key)
