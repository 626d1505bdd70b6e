"""Seal a message: to whose keys, and with which notices for its author before sending."""

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
from meldpunt.protocol.shown_text import is_seen
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.line_document import Function
from meldpunt.protocol.verify.log.header import Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.protocol.wrap import CONTENT_KEY_SIZE, check_box_public_key


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A sealed message that is not sent yet.

    Keep it until the host has answered. A retry sends the same bytes. Sealing again would make
    another message.
    """

    header: Header
    message: SealedMessage
    notices: tuple[Notice, ...]
    sealed_on: date
    """The device's day of sealing. No host can have received the message much earlier."""
    line_id: ids.LineId
    """The line that the report was made on: its documents name the host's receipt keys."""
    receipt_key: bytes
    """The host signs for the message with this key, by the newest of these documents."""
    content_key: bytes
    """For a proof, if the author wants one. Everybody who holds it can read the message."""

    @property
    def message_id(self) -> ids.MessageId:
        """The message's 32-byte name."""
        return self.message.message_id


def sorted_readers(readers: Iterable[Participant]) -> tuple[Participant, ...]:
    """Return readers in the only order that a header allows."""
    return tuple(sorted(set(readers), key=participant_text))


def sorted_handlers(readers: Iterable[ids.HandlerId]) -> tuple[ids.HandlerId, ...]:
    """Return handlers in the only order that a header allows."""
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
        RefusedError: As `make_payload`; PAYLOAD_TEXT for a text of which nobody would see anything;
            PAYLOAD for a content field whose name is in use already.
    """
    names = tuple(sorted(set(left_out)))
    try:
        payload = make_payload(
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
    if not is_seen(text):
        raise RefusedError(Reason.PAYLOAD_TEXT)
    return payload


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
    """Seal a message to every reader with a current key, with a notice for each one without.

    Args:
        header: The header of the draft; it names the readers.
        payload: The text and its attachments.
        lines: The author's line, and the readers' keys.
        author: The author's signing key.
        entropy: For the content key.
        today: The device's day.
        reporter: The reporter's box key, for handlers' messages.
        notices: The notices so far.

    Raises:
        UnsentError: Nothing can be sealed to the reporter's key.
        RefusedError: DOCUMENT_EXPIRED if the line document is past its grace; as `seal_message`,
            for example NO_READER if no reader has a key.
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
    """Say whether a message can be sealed to a key. An honest client publishes only such keys."""
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
        thread: The report, read just before.
        tag: What the message does.
        readers: Who may read it.
        fields: A handler's `day`, and the fields that the tag requires (section 7.1).
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
    functions: Collection[Function] | None = None,
) -> tuple[ids.HandlerId, ...]:
    """Return the handlers of a line who read a report: chosen, or drawn by lot.

    A line says how many readers a lot draws.

    Args:
        line: As fetched.
        readers: The chosen readers, or None to draw them. The lot includes handlers of whom the
            host shows no key: the host must not influence the lot.
        left_out: Handlers who must not read.
        today: The device's day.
        entropy: For the lot.
        functions: Only handlers with one of these may be chosen or drawn, as a kind of the form
            may ask; None for all.

    Raises:
        RefusedError: READER_NOT_ALLOWED if somebody does not handle such reports, or is both chosen
            and left out; NO_READER if nobody is left.
    """
    active = line.document.active_handlers(today)
    handlers = [h.id for h in active if functions is None or h.function in functions]
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
    """Return the ids of files as a header lists them, or None if there are no files."""
    return tuple(sorted(attachment.id for attachment in attachments)) or None
