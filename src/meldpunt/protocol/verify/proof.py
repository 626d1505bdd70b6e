"""Proofs of receipt: the host's signature that it received a message on a day (section 10.4).

Anybody who also kept the content key can show what the message said. The host signs a message id
and a day, and learns nothing new.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import is_signature, signed_bytes
from meldpunt.protocol.verify.errors import Reason, RefusedError

PROOF_LABEL: Final = "mp1/receipt-proof"


def proof_bytes(message: ids.MessageId, day: date) -> bytes:
    """Return the bytes that the receipt key signs: the message id and the day as YYYY-MM-DD."""
    return signed_bytes(PROOF_LABEL, message + day.isoformat().encode("ascii"))


def check_proof(message: ids.MessageId, day: date, proof: bytes, receipt_key: bytes) -> None:
    """Verify a proof of receipt.

    Args:
        message: The message received.
        day: The day of receipt.
        proof: 64 bytes.
        receipt_key: The host's Ed25519 key, from the line document.

    Raises:
        RefusedError: PROOF.
    """
    if not is_proven(message, day, proof, (receipt_key,)):
        raise RefusedError(Reason.PROOF)


def is_proven(
    message: ids.MessageId, day: date, proof: bytes, receipt_keys: Iterable[bytes]
) -> bool:
    """Say whether a proof of receipt holds under one of the receipt keys of a line's hosts."""
    signed = proof_bytes(message, day)
    return any(is_signature(signed, proof, key) for key in receipt_keys)
