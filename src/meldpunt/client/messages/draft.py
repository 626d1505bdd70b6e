"""Sealing a message: whose keys it goes to, and what its author should know before sending."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from meldpunt.client.http.errors import UnsentError
from meldpunt.client.keys.randomness import Entropy, draw
from meldpunt.client.lines.report_lines import ReportLines
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.thread import Thread, line_notices
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.message import Recipient, seal_message
from meldpunt.protocol.payload import ConsultationNote, OralNote, Payload, make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.log.header import Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.protocol.wrap import CONTENT_KEY_SIZE, check_box_public_key


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A sealed message, not sent yet.

    Keep it until the host has answered: a retry is the same bytes, sealing again another message.
    """

    header: Header
    message: SealedMessage
    notices: tuple[Notice, ...]
    sealed_on: date
    """The device's day: no host can have received it much before."""
    line_id: ids.LineId
    """Of the line that the report was made on: its documents name the host's receipt keys."""
    receipt_key: bytes
    """With which the host signs for the message, by the newest of these documents."""
    content_key: bytes
    """For a proof, if its author wants one; whoever holds it can read the message."""

    @property
    def message_id(self) -> ids.MessageId:
        """The message's 32-byte name."""
        return self.message.message_id


def sorted_readers(readers: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return readers in the one order that a header allows."""
    return tuple(sorted(set(readers), key=participant_text))


def sorted_handlers(readers: Iterable[ids.HandlerId]) -> tuple[ids.HandlerId, ...]:
    """Return handlers in the one order that a header allows."""
    return tuple(sorted(set(readers), key=participant_text))


def write_payload(
    text: str,
    *,
    language: str,
    left_out: Iterable[ids.HandlerId] = (),
    oral: OralNote | None = None,
    consultation: ConsultationNote | None = None,
    attachments: Iterable[Attachment] = (),
    content: Mapping[str, Any] | None = None,
) -> Payload:
    """Build a payload.

    Raises:
        RefusedError: As `make_payload`; PAYLOAD for a content field of a name that is taken.
    """
    names = tuple(sorted(set(left_out)))
    try:
        return make_payload(
            text,
            language=language,
            left_out=names,
            oral=oral,
            consultation=consultation,
            attachments=tuple(attachments),
            **(content or {}),
        )
    except TypeError:
        raise RefusedError(Reason.PAYLOAD) from None


def seal_draft(
    header: Header,
    payload: Payload,
    *,
    lines: ReportLines,
    author: SigningKey,
    entropy: Entropy,
    today: date,
    reporter: Recipient | None = None,
    notices: Iterable[Notice] = (),
) -> Draft:
    """Seal a message to every reader with a current key, and say who has none.

    Args:
        header: A draft that names the readers.
        payload: What to say.
        lines: The author's line, and the readers' keys.
        author: The author's signing key.
        entropy: For the content key.
        today: The device's day.
        reporter: The reporter's box key, for handlers' messages.
        notices: What is known already.

    Raises:
        UnsentError: Nothing can be sealed to the reporter's key.
        RefusedError: DOCUMENT_EXPIRED long after the line document's last day; as `seal_message`,
            NO_READER among them when no reader has a key.
    """
    lines.own.check_sealable()
    handlers = [reader for reader in header.readers if not isinstance(reader, str)]
    found = {handler: lines.recipient(handler) for handler in handlers}
    usable = {h: recipient for h, recipient in found.items() if recipient and is_usable(recipient)}
    missing = [handler for handler in handlers if handler not in usable]
    recipients = list(usable.values())
    if REPORTER in header.readers and reporter is not None:
        recipients.append(_checked(reporter))
    content_key = entropy(CONTENT_KEY_SIZE)
    message = seal_message(
        header,
        payload,
        content_key=content_key,
        author=author,
        recipients=recipients,
    )
    told = (Notice(NoticeKind.KEY_MISSING, handler) for handler in missing)
    return Draft(
        header,
        message,
        (*line_notices(lines.own), *notices, *told),
        today,
        lines.birth_line.document.line_id,
        lines.birth_line.document.receipt_key,
        content_key,
    )


def is_usable(recipient: Recipient) -> bool:
    """Say whether anything can be sealed to a key: an honest client publishes no other."""
    try:
        check_box_public_key(recipient.public_key)
    except RefusedError:
        return False
    return True


def _checked(reporter: Recipient) -> Recipient:
    if not is_usable(reporter):
        raise UnsentError(
            "Nothing can be sealed to the key that this report came with, so its reporter cannot"
            " be answered. A note to the other readers still can be written."
        )
    return reporter


def next_header(
    thread: Thread,
    *,
    tag: Tag,
    readers: Iterable[Participant],
    **fields: Any,  # noqa: ANN401 (those of its tag; the model checks them)
) -> Header:
    """Return the draft header of the participant's next message in a thread.

    Args:
        thread: As read just before.
        tag: What the message does.
        readers: Who may read it.
        fields: A handler's `day`, and what goes with the tag (section 7.1).
    """
    return Header(
        version=1,
        line_id=thread.lines.birth_line.document.line_id,
        report_id=thread.keys.report,
        author=thread.me,
        n=thread.log.next_n(thread.me),
        tag=tag,
        document=thread.line.document_hash,
        readers=sorted_readers(readers),
        seen=thread.log.seen(),
        body=ids.Hash(bytes(ids.HASH_SIZE)),
        **fields,
    )


def choose_readers(
    line: VerifiedLine,
    readers: Collection[ids.HandlerId] | None,
    left_out: Collection[ids.HandlerId],
    *,
    today: date,
    entropy: Entropy,
) -> tuple[ids.HandlerId, ...]:
    """Return who of a line reads a report: chosen, or as many as it wants drawn by lot.

    Args:
        line: As fetched.
        readers: Those chosen; None to draw, whether the host shows a key of theirs or not: it must
            not steer the lot.
        left_out: Who must not.
        today: The device's day.
        entropy: For the lot.

    Raises:
        RefusedError: READER_NOT_ALLOWED for somebody who does not handle reports, or is both chosen
            and left out; NO_READER when nobody is left.
    """
    handlers = [handler.id for handler in line.document.active_handlers(today)]
    known = {handler.id for handler in line.document.handlers}
    allowed = [handler for handler in handlers if handler not in left_out]
    if not known.issuperset(left_out) or not set(allowed).issuperset(readers or ()):
        raise RefusedError(Reason.READER_NOT_ALLOWED)
    if readers is None:
        readers = draw(allowed, line.document.reader_count, entropy)
    if not readers:
        raise RefusedError(Reason.NO_READER)
    return sorted_handlers(readers)


def file_ids(attachments: Iterable[Attachment]) -> tuple[ids.AttachmentId, ...] | None:
    """Return files as a header lists them, None where there are none."""
    return tuple(sorted(attachment.id for attachment in attachments)) or None
