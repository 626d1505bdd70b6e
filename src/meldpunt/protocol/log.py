"""The log of a report: who wrote what, who may read on, and what the host hides (section 9).

A host can withhold and reorder messages. Numbers, signatures and `seen` show both, except when the
host withholds the newest messages. Alarms say what is wrong and blame nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from meldpunt.protocol.alarms import Alarm, find_alarms, left_out_alarms
from meldpunt.protocol.membership import (
    ReportKeys,
    Served,
    verify_member,
    verify_members,
    verify_report_keys,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import Directory
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.consents import ConsentHistory
from meldpunt.protocol.verify.log.handover import Handovers
from meldpunt.protocol.verify.log.header import Header, VerifiedHeader
from meldpunt.protocol.verify.log.uninvited import uninvited

__all__ = [
    "Alarm",
    "Log",
    "ReportKeys",
    "verify_log",
    "verify_member",
    "verify_report_keys",
]

_STOPPING: Final = frozenset({Reason.UNKNOWN_SEEN, Reason.SUCCEEDED})
"""Alarms that stop sealing, besides a gap in the reporter's own messages."""


@dataclass(frozen=True, slots=True)
class Log:
    """The verified headers of a report in causal order, and its alarms."""

    headers: tuple[VerifiedHeader, ...]
    alarms: tuple[Alarm, ...]
    access: graph.Access
    keys: ReportKeys
    """The reporter's keys in force: after a succession, the new ones."""
    dropped: frozenset[ids.MessageId] = frozenset()
    """Messages of handlers who had seen that the reporter dropped them."""
    uninvited: frozenset[ids.HandlerId] = frozenset()
    """Handlers whom a message of the reporter names against the own-newest-readers rule, and the
    handlers whom only these admit. Clients seal nothing to them: somebody may have found the code.
    """

    @property
    def void(self) -> frozenset[ids.MessageId]:
        """Messages without effect (9.3): unconfirmed, or of an author who may not write.

        A message of a handler who reads on no longer has an effect once the reporter, or a current
        reader, has seen it.
        """
        headers = {h.message_id: h.header for h in self.headers}
        let_in, current = self.access.let_in, self._heard
        void = {m for m, h in headers.items() if h.author not in let_in}
        void |= self.dropped | self.unconfirmed | self.handovers.void | self.handovers.crossed
        accepted = (h.seen for m, h in headers.items() if h.author in current and m not in void)
        confirmed = causality.ancestors((m for seen in accepted for m in seen), headers)
        late = (m for m, h in headers.items() if h.author not in current and m not in confirmed)
        return frozenset(void.union(late) - (self.handovers.acceptances - self.handovers.crossed))

    @property
    def _heard(self) -> set[Participant]:
        """Participants who can confirm messages. Handlers of a line that was only asked cannot."""
        chosen = self.access.chosen - self.handovers.asked_readers
        return {REPORTER, *chosen, *self.access.pending}

    @property
    def handovers(self) -> Handovers:
        """The reporter's consents to a handover, and the answers to them."""
        return self.access.handovers

    @property
    def unconfirmed(self) -> frozenset[ids.MessageId]:
        """Messages of departed handlers that nobody confirmed, and their descendants."""
        return self.access.unconfirmed

    def seen(self) -> tuple[ids.MessageId, ...]:
        """Return the `seen` of the next message: each author's newest, with all branches of a fork.

        Unconfirmed messages stay out, because naming one confirms it for everybody.
        """
        counting = {h.message_id: h.header for h in self.headers}
        for message in self.unconfirmed:
            del counting[message]
        return tuple(sorted(m for newest in causality.tips(counting).values() for m in newest))

    def next_n(self, author: Participant) -> int:
        """Return the author's next number."""
        return max(
            (h.header.n + 1 for h in self.headers if h.header.author == author),
            default=0,
        )

    def readers(self, document: Directory, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers to whom the reporter may seal: the own-newest-readers rule.

        These are the readers of the reporter's newest message (on a fork, of every branch) who are
        active and, after a handover, belong to the line that answers. The uninvited are not among
        them. A handler's message never adds anybody.
        """
        active = self._answering(document, today) | self.handovers.invited(today)
        return (self.access.chosen & active & _active(document, today)) - self.uninvited

    def admitted(
        self, document: Directory, today: date, left_out: Collection[ids.HandlerId] = ()
    ) -> frozenset[ids.HandlerId]:
        """Return the newcomers admitted since the reporter last wrote.

        The reporter may add them. Handlers write to them until the reporter decides.

        Args:
            document: The newest documents of its lines.
            today: The device's day.
            left_out: The handlers whom the reporter's payloads name in `leftOut`.
        """
        waiting = self.access.pending & self._answering(document, today)
        return waiting.difference(left_out, self.uninvited)

    def may_read(
        self,
        handler: ids.HandlerId,
        message: ids.MessageId,
        left_out: Collection[ids.HandlerId] = (),
    ) -> bool:
        """Say whether a handler may read a message: as a named reader, or after an admission.

        Args:
            handler: Anybody.
            message: Of this log.
            left_out: As for `admitted`. No admission opens anything to them.
        """
        named = handler in self.access.named.get(message, ())
        barred = handler in left_out or handler in self.uninvited
        return named or (not barred and self.access.may_read(handler, message))

    def _answering(self, document: Directory, today: date) -> frozenset[ids.HandlerId]:
        """Return the active handlers of the line that answers the report."""
        line = self.handovers.line or document.line_id
        found = (_active(each, today) for each in document.documents if each.line_id == line)
        return frozenset[ids.HandlerId]().union(*found)

    def may_be_admitted(self, handler: ids.HandlerId) -> bool:
        """Say whether a handler is new to this report: neither a reader now nor dropped before."""
        return self.access.may_be_admitted(handler)

    def check_admission(
        self,
        author: ids.HandlerId,
        newcomer: ids.HandlerId,
        *,
        document: Directory,
        today: date,
        left_out: Collection[ids.HandlerId],
    ) -> None:
        """Refuse an admission of somebody whom the reporter left out, or may have left out.

        Args:
            author: A handler.
            newcomer: The handler to admit.
            document: The newest documents of its lines.
            today: The device's day.
            left_out: Whom the reporter's payloads name in `leftOut`.

        Raises:
            RefusedError: As `check_readers`. LEFT_OUT for a newcomer in `left_out`.
                READER_NOT_ALLOWED when the author may not read later messages, or the newcomer is
                not active, is not new, or was admitted by this author before.
        """
        self.check_readers((), document, today)
        if newcomer in left_out:
            raise RefusedError(Reason.LEFT_OUT)
        active = self._answering(document, today)
        barred = not self.uninvited.isdisjoint({author, newcomer})
        allowed = active >= {author, newcomer} and self.access.may_admit(author, newcomer)
        if barred or not allowed:
            raise RefusedError(Reason.READER_NOT_ALLOWED)

    def left_out_alarms(
        self, left_out: Mapping[ids.MessageId, Collection[ids.HandlerId]]
    ) -> tuple[Alarm, ...]:
        """Return an alarm for every message that lets in one whom the reporter left out.

        Args:
            left_out: Whom each of the reporter's payloads names in `leftOut`.
        """
        headers = {h.message_id: h.header for h in self.headers}
        found = left_out_alarms(headers, left_out)
        return tuple(alarm for alarm in found if alarm not in self.alarms)

    def check_readers(
        self, readers: Iterable[Participant], document: Directory, today: date
    ) -> None:
        """Refuse to seal a message to anybody whom the reporter may have left out.

        Args:
            readers: Of the message. `reporter` always passes.
            document: The newest documents of its lines.
            today: The device's day.

        Raises:
            RefusedError: GAP when one of the reporter's messages is missing. UNKNOWN_SEEN when any
                message is: the hidden message may leave a handler out. SUCCEEDED after a message of
                a replaced key, or two successions. READER_NOT_ALLOWED for a handler outside
                `readers()` and `admitted()`.
        """
        for alarm in self.alarms:
            hides_own = alarm.reason is Reason.GAP and alarm.author == REPORTER
            if hides_own or alarm.reason in _STOPPING:
                raise RefusedError(alarm.reason)
        allowed = self.readers(document, today) | self.admitted(document, today)
        if not allowed >= {r for r in readers if r != REPORTER}:
            raise RefusedError(Reason.READER_NOT_ALLOWED)


def verify_log(served: Iterable[Served], *, keys: ReportKeys, document: Directory) -> Log:
    """Verify every header of a report.

    Args:
        served: Header bytes and signature of each message, in any order.
        keys: The reporter's keys that hash to the report id.
        document: The newest documents of its lines. They list departed handlers too.

    Raises:
        RefusedError: A reason of the first header that does not hold (OTHER_LINE, OTHER_REPORT,
            AUTHOR_UNKNOWN, SIGNATURE…): an honest host refused it on arrival.
    """
    members = verify_members(served, keys=keys, document=document)
    headers = {message: v.header for message, v in members.verified.items()}
    ordered, looping = causality.causal_order(headers)
    departed = frozenset(handler.id for handler in document.handlers if handler.until is not None)
    access = graph.access(headers, departed)
    history = ConsentHistory(headers)
    dropped = _dropped(headers, access, history)
    named = uninvited(history, access.claimed, document)
    alarms = find_alarms(members, headers, access, dropped, named, document)
    placed = tuple(members.verified[message] for message in (*ordered, *looping))
    barred = access.with_newcomers(frozenset[ids.HandlerId]().union(*named.values()))
    return Log(placed, alarms, access, members.keys, dropped, barred)


def _active(document: Directory, today: date) -> frozenset[ids.HandlerId]:
    return frozenset(handler.id for handler in document.active_handlers(today))


def _dropped(
    headers: causality.Headers, access: graph.Access, history: ConsentHistory
) -> frozenset[ids.MessageId]:
    """Return the messages whose authors had seen that the reporter dropped them."""
    own = [set(header.readers) for header in headers.values() if header.author == REPORTER]
    always = set.intersection(*own) if own else set()
    always -= access.handovers.excluded.union(
        reader for handover in access.handovers.consents.values() for reader in handover.readers
    )
    doubted = (
        (message, header)
        for message, header in headers.items()
        if header.author != REPORTER and header.author in access.let_in - always
    )
    return frozenset(m for m, header in doubted if not _may_write(m, header, access, history))


def _may_write(
    message: ids.MessageId, header: Header, access: graph.Access, history: ConsentHistory
) -> bool:
    view = history.before.get(message, 0)
    if not history.has_words(view):
        return True  # the author had seen no message that drops them
    lapsed = history.lapsed(view, header.day or date.min)
    if header.author in history.chosen(view):
        return header.author not in lapsed
    known = causality.ancestors(header.seen, history.headers) if access.admissions else set()
    before = {m: newcomer for m, newcomer in access.admissions.items() if m in known}
    if header.author not in before.values():
        return False
    seen = {m: history.headers[m] for m in known if m in history.headers}
    return header.author in graph.reading_on(seen, before)
