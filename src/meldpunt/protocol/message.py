"""Make and open messages (section 7): all steps in one place, without input or output."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from meldpunt.protocol.body import check_commitment, open_body, seal_body
from meldpunt.protocol.keys import BoxKey, SigningKey
from meldpunt.protocol.payload import Payload, check_attachments, parse_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import (
    MESSAGE_LABEL,
    Header,
    ReportOrigin,
    Tag,
    VerifiedHeader,
    parse_header,
)
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap
from meldpunt.protocol.wrap import WrapContext, open_wrap, seal_wrap


@dataclass(frozen=True, slots=True)
class Recipient:
    """A verified box key of a reader: from a handler's statement, or the reporter's own key."""

    key_id: ids.KeyId
    public_key: bytes


def seal_message(
    draft: Header,
    payload: Payload,
    *,
    content_key: bytes,
    author: SigningKey,
    recipients: Iterable[Recipient],
) -> SealedMessage:
    """Encrypt a payload, put its hash in the header, sign, and wrap the key to every recipient.

    Args:
        draft: The header; this function replaces its `body`.
        payload: What the author says.
        content_key: 32 fresh random bytes.
        author: Signing key of the author whom the header names.
        recipients: Box keys of all readers who have one.

    Raises:
        RefusedError: TOO_LONG; NO_READER without recipients; a header reason when the draft
            breaks a rule; ATTACHMENTS; WRAP_KEY; a reason of `parse_payload` for a payload that
            its readers would refuse.
    """
    body = seal_body(payload.to_json(), content_key=content_key)
    header = draft.model_copy(update={"body": ids.body_hash(body)}).to_json()
    _open_body(parse_header(header), body, content_key)  # refuse it now, not at its readers
    message = ids.message_id(header)
    wraps = tuple(
        wrap_for(draft, message, content_key=content_key, recipient=recipient)
        for recipient in recipients
    )
    if not wraps:
        raise RefusedError(Reason.NO_READER)
    signature = author.sign(MESSAGE_LABEL, header)
    return SealedMessage(header=header, signature=signature, body=body, wraps=wraps)


def wrap_for(
    header: Header, message: ids.MessageId, *, content_key: bytes, recipient: Recipient
) -> Wrap:
    """Wrap the content key of a message to one more reader's box key.

    Raises:
        RefusedError: WRAP_KEY.
    """
    context = WrapContext(
        line=header.line_id,
        report=header.report_id,
        message=message,
        key=recipient.key_id,
    )
    sealed = seal_wrap(content_key, public_key=recipient.public_key, context=context)
    return Wrap(key_id=recipient.key_id, wrap=sealed)


@dataclass(frozen=True, slots=True, repr=False)
class OpenedKey:
    """The content key of a message, to which the commitment in its body belongs."""

    content_key: bytes
    opened_with: ids.KeyId
    """The box key whose wrap opened it. The reader's other box keys may not open it."""


@dataclass(frozen=True, slots=True, repr=False)
class OpenedMessage(OpenedKey):
    """A message that passed every check."""

    payload: Payload


class UnreadableError(RefusedError):
    """The author's software made a message that no reader accepts.

    The author signed the hash of the body, and the body commits to the content key. So no host has
    changed the body.
    """

    def __init__(self, reason: Reason, key: OpenedKey) -> None:
        super().__init__(reason)
        self.key = key


def open_message(
    verified: VerifiedHeader,
    body: bytes,
    wraps: Iterable[Wrap],
    *,
    reader: Participant,
    box_keys: Mapping[ids.KeyId, BoxKey],
    admitted: bool = False,
) -> OpenedMessage:
    """Open a message whose header is verified.

    Args:
        verified: The header.
        body: What the host served as its body.
        wraps: Every wrap that the host served with it. Wraps to other keys are ignored.
        reader: Who opens the message; must be among its readers.
        box_keys: The reader's key pairs by key id.
        admitted: The reader may read this message by an admission (`Log.may_read`).

    Raises:
        RefusedError: NOT_A_READER, BODY_HASH, WRAP_READER when no wrap is for one of `box_keys`,
            WRAP_SIZE, WRAP, BODY_SIZE, COMMITMENT; in this order.
        UnreadableError: CIPHERTEXT, PADDING, a reason of `parse_payload`, ATTACHMENTS; in this
            order.
    """
    header = verified.header
    if reader not in header.readers and not admitted:
        raise RefusedError(Reason.NOT_A_READER)
    if ids.body_hash(body) != header.body:
        raise RefusedError(Reason.BODY_HASH)
    refusal = RefusedError(Reason.WRAP_READER)
    # Try every wrap: a colleague may add a bad wrap, or wrap a wrong content key.
    for wrap in wraps:
        if wrap.key_id in box_keys:
            try:
                return _open(verified, body, wrap, box_keys[wrap.key_id])
            except UnreadableError:  # the body commits to this key: no other wrap opens more
                raise
            except RefusedError as error:
                refusal = error
    raise refusal


def _open(verified: VerifiedHeader, body: bytes, wrap: Wrap, box_key: BoxKey) -> OpenedMessage:
    context = WrapContext(
        line=verified.header.line_id,
        report=verified.header.report_id,
        message=verified.message_id,
        key=wrap.key_id,
    )
    content_key = open_wrap(wrap.wrap, box_key=box_key, context=context)
    check_commitment(body, content_key=content_key)
    try:
        payload = _open_body(verified.header, body, content_key)
    except RefusedError as error:
        raise UnreadableError(error.reason, OpenedKey(content_key, wrap.key_id)) from None
    return OpenedMessage(content_key, wrap.key_id, payload)


def _open_body(header: Header, body: bytes, content_key: bytes) -> Payload:
    payload = parse_payload(open_body(body, content_key=content_key))
    check_attachments(header, payload)
    return payload


def first_header(
    *,
    line: ids.LineId,
    report: ids.ReportId,
    document: ids.Hash,
    readers: tuple[ids.HandlerId, ...],
    origin: ReportOrigin | None = None,
) -> Header:
    """Return the draft header of a report's first message."""
    return Header(
        version=1,
        line_id=line,
        report_id=report,
        author=REPORTER,
        n=0,
        tag=Tag.REPORT,
        document=document,
        origin=origin,
        readers=readers,
        seen=(),
        body=ids.Hash(bytes(ids.HASH_SIZE)),
    )
