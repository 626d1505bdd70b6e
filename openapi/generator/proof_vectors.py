"""Vectors of proofs of receipt (section 10.4)."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.proof import PROOF_LABEL, proof_bytes
from openapi.generator import scene
from openapi.generator.vector import Vector, VectorFile, file

_HOST = scene.signing_key("host")
_MESSAGE = ids.message_id(scene.header().to_json())
_DAY = "2026-11-20"


def proofs() -> VectorFile:
    """What the host signs for."""
    good = _HOST.sign_raw(proof_bytes(_MESSAGE, scene.TODAY))

    def checks(name: str, comment: str, refused: Reason | None = Reason.PROOF,
               **changes: str) -> Vector:  # fmt: skip
        given = {"messageId": _MESSAGE.hex(), "day": _DAY, "proof": good.hex(),
                 "receiptKey": _HOST.public_key.hex()}  # fmt: skip
        return Vector("check-proof", name, comment, given | changes, refused)

    other = ids.message_id(scene.header(n=1).to_json())
    vectors = [
        Vector("make-proof", "make-proof", "With the seed of the receipt key.",
               {"seed": _HOST.seed.hex(), "messageId": _MESSAGE.hex(), "day": _DAY}),
        checks("proof", "As signed.", None),
        checks("proof-of-another-message", "The id is signed.", messageId=other.hex()),
        checks("proof-of-another-day", "So is the day.", day="2026-11-19"),
        checks("proof-by-another-host", "Another receipt key.",
               receiptKey=scene.signing_key("other host").public_key.hex()),
        checks("proof-without-a-label", "The same bytes, unlabelled.",
               proof=_HOST.sign_raw(_MESSAGE + _DAY.encode()).hex()),
        checks("proof-with-a-time", "A day has one form.", Reason.FIELDS,
               day="2026-11-20T09:00:00Z"),
        checks("proof-of-a-moment", "Nor does a host sign more.",
               proof=_HOST.sign(PROOF_LABEL, _MESSAGE + b"2026-11-20T09:00:00Z").hex()),
        checks("proof-by-a-small-order-key", "As every key.", Reason.PUBLIC_KEY,
               receiptKey="00" * 32),
        checks("proof-one-byte-short", "64 bytes.", proof=good[:-1].hex()),
    ]  # fmt: skip
    return file("proof", "Proofs of receipt.", vectors)
