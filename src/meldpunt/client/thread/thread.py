"""A thread: a report as one participant sees it on one day. `fetch.py` makes it."""

from dataclasses import dataclass, replace
from datetime import date

from meldpunt.client.http.errors import UnsentError
from meldpunt.client.lines.report_lines import ReportLines
from meldpunt.client.thread.message import ThreadMessage, left_out_by_message
from meldpunt.client.thread.notices import ORDINARY, Notice, NoticeKind
from meldpunt.client.thread.report import VerifiedReport
from meldpunt.client.thread.status import VerifiedStatus
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.log import Alarm, Log, ReportKeys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import ListedHandler
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Tag


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A signed message shows that the other side has seen a message and all before it."""

    message_id: ids.MessageId
    """The newest of the reader's own messages that the other side has seen."""
    n: int
    """Its number `n`: how many messages of this author came before."""
    on: date
    """The first day of a message that shows it.

    A handler signed this day. For a reporter's message it is the host's day."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A handler of another line who asks for advice, verified from that line's id up."""

    handler: ListedHandler
    line: VerifiedLine


@dataclass(frozen=True, slots=True, repr=False)
class Thread:
    """A report on one day, verified from the line id up."""

    me: Participant
    report: VerifiedReport
    status: VerifiedStatus
    """The status that the messages show; `report.claim` is the host's."""
    messages: tuple[ThreadMessage, ...]
    """In causal order."""
    alarms: tuple[Alarm, ...]
    notices: tuple[Notice, ...]
    entry: ids.EntryId | None = None
    """For a handler: the report's name in the inbox."""
    erased: bool = False
    """Whether a withdrawal has erased the report: the host says so and shows the withdrawal."""
    asker: Asker | None = None
    """The verified asker of a consultation."""
    known_alarms: tuple[Alarm, ...] = ()
    """Alarms that this handler has looked into and marked as known. `alarms` is without them."""

    @property
    def log(self) -> Log:
        """Every verified header, in causal order, and what follows from them."""
        return self.report.log

    @property
    def lines(self) -> ReportLines:
        """The lines whose handlers take part."""
        return self.report.lines

    @property
    def keys(self) -> ReportKeys:
        """The reporter's keys in force, and the report's id."""
        return self.report.log.keys

    @property
    def line(self) -> VerifiedLine:
        """The reader's line: a handler's own, or, for a reporter, the line that answers."""
        return self.lines.own

    @property
    def odd_notices(self) -> tuple[Notice, ...]:
        """The notices that say something against the host."""
        return tuple(notice for notice in self.notices if notice.kind not in ORDINARY)

    @property
    def is_odd(self) -> bool:
        """Whether the report has an alarm, or a notice that says something against the host."""
        return bool(self.alarms or self.odd_notices)

    def with_line(self, line: VerifiedLine) -> "Thread":
        """Return the thread with one more line, or a newer version of one."""
        return replace(self, report=replace(self.report, lines=self.lines.with_line(line)))

    def with_notice(self, kind: NoticeKind) -> "Thread":
        """Return the report with a notice, if it does not have it yet."""
        if Notice(kind) in self.notices:
            return self
        return replace(self, notices=(*self.notices, Notice(kind)))

    def with_alarm(self, alarm: Alarm) -> "Thread":
        """Return the thread with one more alarm.

        The log gets it too: some alarms stop sealing.
        """
        log = replace(self.log, alarms=(*self.log.alarms, alarm))
        return replace(self, alarms=(*self.alarms, alarm), report=replace(self.report, log=log))

    def readers(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the readers of the next message: the own-newest-readers rule.

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
        """Return the newcomers since the reporter last wrote.

        The reporter's next message decides whether they stay.
        """
        return self.log.admitted(self.lines.documents, today, self.left_out)

    @property
    def left_out(self) -> frozenset[ids.HandlerId]:
        """Everybody left out by the reporter's messages that this reader can open."""
        named = left_out_by_message(self.messages).values()
        return frozenset(handler for handlers in named for handler in handlers)

    @property
    def confirmed(self) -> Confirmation | None:
        """The newest own message that the other side has confirmed, or None.

        For a handler the other side is the reporter; for the reporter it is every handler.
        Messages that count for nothing confirm nothing.
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
        """Whether a handler wrote the report down for a caller."""
        return any(h.header.origin == "oral" for h in self.log.headers)

    @property
    def is_consultation(self) -> bool:
        """Whether this is a consultation: a handler of another line asks for advice."""
        return any(h.header.origin == "consultation" for h in self.log.headers)

    @property
    def awaits_takeover(self) -> bool:
        """Whether this is an oral report whose code its handler still knows."""
        return self.is_oral and not self.is_taken_over

    @property
    def is_taken_over(self) -> bool:
        """Whether the report has had its one succession. Its code cannot be replaced again."""
        return any(h.header.tag is Tag.SUCCESSION for h in self.log.headers)

    def departed(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the readers whom the reporter chose and who have left the line."""
        own = [h for h in self.log.headers if h.header.author == REPORTER]
        chosen = {r for r in own[-1].header.readers if r != REPORTER} if own else set()
        active = {handler.id for handler in self.lines.documents.active_handlers(today)}
        return frozenset(chosen - active - self.log.handovers.excluded)


def line_notices(line: VerifiedLine) -> tuple[Notice, ...]:
    """Return the notices about a line that a person should see before sealing on it."""
    kinds = []
    if line.moved_to is not None:
        kinds.append(NoticeKind.LINE_MOVED)
    if line.freshness is Freshness.EXPIRED:
        kinds.append(NoticeKind.DOCUMENT_EXPIRED)
    if line.freshness is Freshness.PAST_GRACE:
        kinds.append(NoticeKind.DOCUMENT_PAST_GRACE)
    return tuple(map(Notice, kinds))
