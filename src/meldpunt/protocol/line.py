"""Verify the line that a host serves (sections 5 and 6): untrusted answer in, trusted keys out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import (
    BoxKeyStatement,
    SignedBoxKey,
    verify_box_key,
)
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import (
    GRACE,
    LineDocument,
    verify_line_document,
)
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.protocol.wrap import check_box_public_key


class Freshness(StrEnum):
    """Where the device's day falls against a document's last day and its grace."""

    CURRENT = "current"
    EXPIRED = "expired"
    """Past its last day but within the grace: still usable, with a warning."""
    PAST_GRACE = "past-grace"
    """Clients seal nothing any more and show the contact data."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What a client remembers of the newest document it accepted."""

    number: int
    document: ids.Hash
    key_number: int = 0
    """Position in the key chain of the key that signed it. A client accepts no older key again."""


@dataclass(frozen=True, slots=True)
class VerifiedLine:
    """A line whose key chain, document and box keys a client verified on one day."""

    document: LineDocument
    document_hash: ids.Hash
    keys: tuple[bytes, ...]
    box_keys: dict[ids.HandlerId, BoxKeyStatement]
    """The current box key of each handler who has one."""
    freshness: Freshness
    moved_to: str | None = None
    """The origin of the new host, if the line has left the host that the client asked first."""

    @property
    def pin(self) -> Pin:
        """What a client must remember of this line."""
        return Pin(self.document.number, self.document_hash, self.document.key_number)

    def recipient(self, handler: ids.HandlerId) -> Recipient | None:
        """Return the box key to wrap to for a handler, or None while they have no key."""
        statement = self.box_keys.get(handler)
        return None if statement is None else Recipient(statement.key_id, statement.public_key)

    def check_sealable(self) -> None:
        """Refuse to seal anything under a document that is past its grace.

        Raises:
            RefusedError: DOCUMENT_EXPIRED.
        """
        if self.freshness is Freshness.PAST_GRACE:
            raise RefusedError(Reason.DOCUMENT_EXPIRED)


def verify_line(
    served: ServedLine, line: ids.LineId, *, today: date, pin: Pin | None = None
) -> VerifiedLine:
    """Verify what a host serves for a line id that the client already knew.

    Args:
        served: The host's answer.
        line: From the client's own configuration, never from the host.
        today: The device's day.
        pin: The newest document that this client accepted before, if any.

    Raises:
        RefusedError: A reason of the key chain or the document; KEY_NUMBER when a replaced key
            signed the document; DOCUMENT_DATES when its first day is in the future;
            DOCUMENT_BELOW_PIN, DOCUMENT_FORK, DOCUMENT_PREVIOUS when it does not follow the pin;
            a reason of a box key.
    """
    keys = verify_key_chain(line, served.first_key, served.rotations)
    document = verify_line_document(served.document, served.signature, line, keys)
    if document.key_number != len(keys) - 1:
        raise RefusedError(Reason.KEY_NUMBER)
    if document.signed_on > today + TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)
    document_hash = ids.document_hash(served.document)
    if pin is not None:
        _check_pin(document, document_hash, pin)
    return VerifiedLine(
        document=document,
        document_hash=document_hash,
        keys=keys,
        box_keys=_current_box_keys(served.box_keys, document, today),
        freshness=_freshness(document, today),
    )


def _check_pin(document: LineDocument, document_hash: ids.Hash, pin: Pin) -> None:
    if document.number < pin.number:
        raise RefusedError(Reason.DOCUMENT_BELOW_PIN)
    if document.number == pin.number and document_hash != pin.document:
        raise RefusedError(Reason.DOCUMENT_FORK)
    if document.number == pin.number + 1 and document.previous != pin.document:
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    # A host that holds a replaced key could serve the chain without the rotation to the next key.
    if document.key_number < pin.key_number:
        raise RefusedError(Reason.KEY_NUMBER)


def _freshness(document: LineDocument, today: date) -> Freshness:
    if today <= document.expires_on + TOLERANCE:
        return Freshness.CURRENT
    return Freshness.EXPIRED if today <= document.expires_on + GRACE else Freshness.PAST_GRACE


def _current_box_keys(
    signed: tuple[SignedBoxKey, ...], document: LineDocument, today: date
) -> dict[ids.HandlerId, BoxKeyStatement]:
    """Return the newest current box key of each active handler.

    This ignores a key outside its dates, a key below the number from which the document lets a
    handler's keys count, and a key to which nobody can seal. A handler with only such keys counts
    as a handler without a key. So one bad key stops no message to the others.
    """
    active = {h.id: h.first_box_key or 0 for h in document.active_handlers(today)}
    current: dict[ids.HandlerId, BoxKeyStatement] = {}
    for served in signed:
        statement = verify_box_key(served, document)
        handler = statement.handler_id
        if handler not in active or not statement.is_current(today):
            continue
        if statement.number < active[handler]:
            continue  # from a device that was lost
        if handler not in current or statement.number > current[handler].number:
            current[handler] = statement
    return {handler: s for handler, s in current.items() if _is_usable(s.public_key)}


def _is_usable(public_key: bytes) -> bool:
    try:
        check_box_public_key(public_key)
    except RefusedError:
        return False
    return True
