"""A report as one of its participants sees it: fetched, verified, opened as far as it may be."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meldpunt.client.http.errors import UnsentError
from meldpunt.client.lines.report_lines import ReportLines
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.status import ClockTerms, VerifiedStatus
from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.log import Alarm, Log, ReportKeys
from meldpunt.protocol.message import OpenedMessage, open_message
from meldpunt.protocol.payload import Payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument, ListedHandler
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Header, Tag, VerifiedHeader
from meldpunt.protocol.verify.sealed import Wrap
from meldpunt.wire.reports import ReportStatus

BoxKeys = Callable[[Iterable[ids.KeyId]], Mapping[ids.KeyId, BoxKey]]
"""Returns those of the wanted box keys that the reader holds."""


class Readability(StrEnum):
    """What this reader could make of a message."""

    OPENED = "opened"
    OWN = "own"
    """The reporter wrote it; it was not sealed to them, so that a found receipt tells nothing."""
    NOT_FOR_YOU = "not-for-you"
    NO_WRAP = "no-wrap"
    """The reader may read it, but it is wrapped to none of the keys at hand."""
    REFUSED = "refused"
    """It does not hold what it promises; `refusal` says where."""
    ERASED = "erased"
    """Only the header of a withdrawal is left."""


@dataclass(frozen=True, slots=True, repr=False)
class ThreadMessage:
    """A message of a report."""

    verified: VerifiedHeader
    received_on: date
    """The host's day of arrival."""
    readability: Readability
    opened: OpenedMessage | None = None
    refusal: Reason | None = None
    body: bytes | None = None
    wraps: tuple[Wrap, ...] = ()
    """Wraps to the reader's own keys."""
    wrapped_for: tuple[ids.KeyId, ...] = ()
    """Every key it is wrapped to, as far as the host tells this reader."""
    proof: bytes = b""
    """The host's proof of receipt (64 bytes); checked when somebody wants to keep it."""
    confirmed: bool = True
    """False for one that counts for nothing: its author may not write, or nobody has seen it."""

    @property
    def header(self) -> Header:
        """The signed header."""
        return self.verified.header

    @property
    def message_id(self) -> ids.MessageId:
        """The message's 32-byte name."""
        return self.verified.message_id

    @property
    def payload(self) -> Payload | None:
        """What it says, None if it could not be opened."""
        return None if self.opened is None else self.opened.payload

    @property
    def text(self) -> str | None:
        """The text, None if it could not be opened."""
        return None if self.opened is None else self.opened.payload.text


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The other side's signed word that it knows of a message, and of all that precedes it."""

    message_id: ids.MessageId
    """The newest of the reader's own messages that the other side has seen."""
    n: int
    """Its number among the reader's own."""
    on: date
    """The first day of a message that shows it: signed by a handler; for a reporter, the host's."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A handler of another line who asks for advice, verified from that line's id up."""

    handler: ListedHandler
    line: VerifiedLine


@dataclass(frozen=True, slots=True, repr=False)
class Thread:
    """A report on one day, verified from the line id up."""

    me: Participant
    lines: ReportLines
    birth: LineDocument
    """The line document that the report was made with."""
    terms: ClockTerms
    """Whose clocks and terms apply, as far as this participant is concerned."""
    keys: ReportKeys
    claim: ReportStatus
    """What the host says; `status` is what the messages say."""
    status: VerifiedStatus
    log: Log
    messages: tuple[ThreadMessage, ...]
    """In causal order."""
    alarms: tuple[Alarm, ...]
    notices: tuple[Notice, ...]
    entry: ids.EntryId | None = None
    """For a handler: the report's name in the inbox."""
    erased: bool = False
    """Whether a withdrawal has taken effect: the host says so, and shows that it may be."""
    asker: Asker | None = None
    """Of a consultation, once verified."""

    @property
    def line(self) -> VerifiedLine:
        """The reader's line: a handler's own; for a reporter the one that answers the report."""
        return self.lines.own

    def readers(self, today: date) -> frozenset[ids.HandlerId]:
        """Return who may read what is written next: the own-newest-readers rule.

        Raises:
            UnsentError: The report is erased.
            RefusedError: GAP, UNKNOWN_SEEN when the host may be hiding the reporter's newest
                choice: sealing could then reach a handler who was left out.
        """
        if self.erased:
            raise UnsentError("This report was withdrawn and is erased. Make a new one instead.")
        self.log.check_readers((), self.lines.documents, today)
        if not any(header.header.author == REPORTER for header in self.log.headers):
            raise RefusedError(Reason.GAP)
        return self.log.readers(self.lines.documents, today)

    def admitted(self, today: date) -> frozenset[ids.HandlerId]:
        """Return whom handlers let in since the reporter last wrote: the reporter decides."""
        return self.log.admitted(self.lines.documents, today, self.left_out)

    @property
    def left_out(self) -> frozenset[ids.HandlerId]:
        """Whom the reporter's messages leave out, as far as this reader can open them."""
        return left_out_of(self.messages)

    @property
    def confirmed(self) -> Confirmation | None:
        """The newest own message that the other side has confirmed, None where there is none.

        The other side of a handler is the reporter. Messages that count for nothing confirm
        nothing.
        """
        headers = {h.message_id: h.header for h in self.log.headers}
        ignored = self.log.void
        others = [
            (m.header.day or m.received_on, causality.ancestors(m.header.seen, headers))
            for m in self.messages
            if (m.header.author == REPORTER) != (self.me == REPORTER)
            and m.message_id not in ignored
        ]
        own = (m for m in self.messages if m.header.author == self.me)
        for message in sorted(own, key=lambda m: m.header.n, reverse=True):
            days = [day for day, known in others if message.message_id in known]
            if days:
                return Confirmation(message.message_id, message.header.n, min(days))
        return None

    @property
    def is_oral(self) -> bool:
        """Whether a handler wrote the report down for somebody."""
        return any(h.header.origin == "oral" for h in self.log.headers)

    @property
    def is_consultation(self) -> bool:
        """Whether a handler of another line asks for advice: no report."""
        return any(h.header.origin == "consultation" for h in self.log.headers)

    @property
    def awaits_takeover(self) -> bool:
        """Whether the handler who wrote it down still knows the code."""
        return self.is_oral and not self.is_taken_over

    @property
    def is_taken_over(self) -> bool:
        """Whether the report has had its one succession: its code is not replaced again."""
        return any(h.header.tag is Tag.SUCCESSION for h in self.log.headers)

    def departed(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the reporter's chosen readers who are no longer with the line."""
        own = [h for h in self.log.headers if h.header.author == REPORTER]
        chosen = {r for r in own[-1].header.readers if r != REPORTER} if own else set()
        active = {handler.id for handler in self.lines.documents.active_handlers(today)}
        return frozenset(chosen - active - self.log.handovers.excluded)


def left_out_of(messages: Iterable[ThreadMessage]) -> frozenset[ids.HandlerId]:
    """Return whom the reporter's opened messages leave out."""
    own = (m.payload for m in messages if m.header.author == REPORTER)
    return frozenset(h for payload in own if payload for h in payload.left_out or ())


def line_notices(line: VerifiedLine) -> tuple[Notice, ...]:
    """Return what is to be said of a line before sealing on it."""
    kinds = []
    if line.moved_to is not None:
        kinds.append(NoticeKind.LINE_MOVED)
    if line.freshness is Freshness.EXPIRED:
        kinds.append(NoticeKind.DOCUMENT_EXPIRED)
    if line.freshness is Freshness.PAST_GRACE:
        kinds.append(NoticeKind.DOCUMENT_PAST_GRACE)
    return tuple(map(Notice, kinds))


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedMessage:
    """A message whose header is verified, with what the host served beside it."""

    verified: VerifiedHeader
    received_on: date
    body: bytes | None
    wraps: tuple[Wrap, ...]
    wrapped_for: tuple[ids.KeyId, ...]
    proof: bytes


def open_messages(
    log: Log, served: Mapping[ids.MessageId, VerifiedMessage], *, me: Participant, box_keys: BoxKeys
) -> tuple[ThreadMessage, ...]:
    """Open what the reader may read, each message on its own: one bad one hides no other."""
    found: Sequence[VerifiedMessage] = [served[h.message_id] for h in log.headers]
    return tuple(_open(s, log, me=me, box_keys=box_keys) for s in found)


def _open(
    served: VerifiedMessage, log: Log, *, me: Participant, box_keys: BoxKeys
) -> ThreadMessage:
    access, opened, refusal = _access(served, log, me, box_keys)
    return ThreadMessage(
        verified=served.verified,
        received_on=served.received_on,
        readability=access,
        opened=opened,
        refusal=refusal,
        body=served.body,
        wraps=served.wraps,
        wrapped_for=served.wrapped_for,
        proof=served.proof,
        confirmed=served.verified.message_id not in log.void,
    )


def _access(
    served: VerifiedMessage, log: Log, me: Participant, box_keys: BoxKeys
) -> tuple[Readability, OpenedMessage | None, Reason | None]:
    header = served.verified.header
    admitted = not isinstance(me, str) and log.may_read(me, served.verified.message_id)
    if me not in header.readers and not admitted:
        own = me == header.author
        return (Readability.OWN if own else Readability.NOT_FOR_YOU), None, None
    if served.body is None:
        return Readability.REFUSED, None, Reason.BODY_HASH
    at_hand = box_keys(wrap.key_id for wrap in served.wraps)
    try:
        opened = open_message(
            served.verified,
            served.body,
            served.wraps,
            reader=me,
            box_keys=at_hand,
            admitted=admitted,
        )
    except RefusedError as error:
        missing = error.reason is Reason.WRAP_READER
        return (Readability.NO_WRAP if missing else Readability.REFUSED), None, error.reason
    return Readability.OPENED, opened, None
