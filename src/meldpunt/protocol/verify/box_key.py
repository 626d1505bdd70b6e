"""Box keys: X-Wing keys to which content keys are wrapped, for at most 60 days (section 6)."""

from datetime import date, timedelta
from typing import ClassVar, Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.ed25519 import check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    BoxPublicKey,
    Bytes,
    Count,
    Day,
    HandlerIdField,
    LineIdField,
    Model,
    SignatureField,
    SignedModel,
    Version,
)
from meldpunt.protocol.verify.line_document import LineDocument

BOX_KEY_LABEL: Final = "mp1/box-key"
MAX_VALIDITY: Final = timedelta(days=60)


class BoxKeyStatement(SignedModel):
    """A handler says: wrap to this key, on these days (both included)."""

    MAX_SIZE: ClassVar[int] = 4096

    version: Version
    line_id: LineIdField
    handler_id: HandlerIdField
    number: Count
    public_key: BoxPublicKey
    not_before: Day
    not_after: Day

    @property
    def key_id(self) -> ids.KeyId:
        """The 16-byte name of this key."""
        return ids.box_key_id(
            line=self.line_id,
            handler=self.handler_id,
            number=self.number,
            public_key=self.public_key,
        )

    def is_current(self, day: date) -> bool:
        """Say whether a client whose clock says `day` may seal to this key."""
        return self.not_before - day <= TOLERANCE and day - self.not_after <= TOLERANCE


class SignedBoxKey(Model):
    """A box key statement with its signature, as it is sent."""

    statement: Bytes
    signature: SignatureField


def verify_box_key(signed: SignedBoxKey, document: LineDocument) -> BoxKeyStatement:
    """Verify a box key statement against the line document that names its handler.

    Raises:
        RefusedError: A JSON reason, FIELDS, BOX_KEY_OTHER_LINE, BOX_KEY_OTHER_HANDLER when the
            document does not name the handler, BOX_KEY_DATES, SIGNATURE.
    """
    statement = BoxKeyStatement.from_signed(signed.statement)
    if statement.line_id != document.line_id:
        raise RefusedError(Reason.BOX_KEY_OTHER_LINE)
    handler = document.handler(statement.handler_id)
    if handler is None:
        raise RefusedError(Reason.BOX_KEY_OTHER_HANDLER)
    if not timedelta(0) <= statement.not_after - statement.not_before <= MAX_VALIDITY:
        raise RefusedError(Reason.BOX_KEY_DATES)
    check_signature(BOX_KEY_LABEL, signed.statement, signed.signature, handler.signing_key)
    return statement
