"""A sealed message on its author's own disk, until the host has answered.

Sealing again makes another message, and the first one may have arrived: the reader would get both.
The file is sealed under the author's own key. On a seized device it shows that something was to be
sent, and neither what nor to whom.
"""

from typing import ClassVar

from meldpunt.client.keys.randomness import Entropy
from meldpunt.client.messages.draft import Draft
from meldpunt.protocol.kept import MAX_KEPT, SALT_SIZE, open_kept, seal_kept
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import Day, Key32, LineIdField, SignedModel, Version
from meldpunt.protocol.verify.log.header import parse_header
from meldpunt.protocol.verify.sealed import SealedMessage


class _KeptDraft(SignedModel):
    MAX_SIZE: ClassVar[int] = MAX_KEPT

    version: Version = 1
    message: SealedMessage
    sealed_on: Day
    line_id: LineIdField
    receipt_key: Key32


def keep_draft(draft: Draft, seed: bytes, entropy: Entropy) -> bytes:
    """Return a file that holds a draft, without its content key: nobody can read it from there.

    Args:
        draft: Not answered yet.
        seed: Of its author's signing key.
        entropy: For the salt.
    """
    kept = _KeptDraft(
        message=draft.message,
        sealed_on=draft.sealed_on,
        line_id=draft.line_id,
        receipt_key=draft.receipt_key,
    )
    return seal_kept(kept.to_json(), seed=seed, salt=entropy(SALT_SIZE))


def read_kept_draft(data: bytes, seed: bytes) -> Draft:
    """Return the draft of a file, to send the same bytes again.

    Raises:
        RefusedError: It was kept under another key, or is damaged.
    """
    kept = _KeptDraft.from_signed(open_kept(data, seed=seed))
    return Draft(
        header=parse_header(kept.message.header),
        message=kept.message,
        notices=(),
        sealed_on=kept.sealed_on,
        line_id=ids.LineId(kept.line_id),
        receipt_key=kept.receipt_key,
        content_key=b"",
    )
