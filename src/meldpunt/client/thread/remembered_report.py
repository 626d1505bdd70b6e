"""What a handler's client remembers of one report from one reading to the next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.erasure import LastKnown
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE, Term
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Header


class EndKind(StrEnum):
    """Why a report ends on its day."""

    CLOSED = "closed"
    """It was closed, and its retention is over."""
    LONGEST_TERM = "longest-term"
    """The longest term of the line is over."""
    WITHDRAWN = "withdrawn"
    """Its reporter withdrew it."""
    HANDED_OVER = "handed-over"
    """The handler's part had ended: the host shows it no longer."""


@dataclass(frozen=True, slots=True)
class RememberedReport:
    """What was verified of one report when it was last read."""

    heads: tuple[ids.MessageId, ...]
    """The newest message of every author."""
    received_on: date
    """The day of receipt that the host gave first."""
    until: date
    """The host must show the report until this day."""
    reporter_n: int = 0
    """The number `n` of the reporter's newest message."""
    withdrawn_on: date | None = None
    """If that message is a withdrawal: the day of its arrival that the host gave first."""
    whole_on: date | None = None
    """The last day on which the host showed the whole report.

    A handler whose part in the report has ended sees no later messages."""
    claimed_end: date | None = None
    """The day of erasure that the host claimed when the report was read."""
    listed_on: date | None = None
    """The last day on which the host listed the report."""
    retention: Term | None = None
    """For how long the line keeps a closed report."""
    document: ids.Hash | None = None
    """The line document whose terms applied."""
    ending: EndKind | None = None
    """Why the host erases the report on the day `until`, or shows it no longer."""
    known_alarms: frozenset[Alarm] = frozenset()
    """Alarms that the handler has looked into: the message stays, and so would the alarm."""

    @property
    def last_known(self) -> LastKnown:
        """The facts that decide whether a withdrawal can have erased this report."""
        return LastKnown(
            self.reporter_n, self.heads, self.withdrawn_on, self.whole_on, self.document
        )

    def is_over(self, today: date) -> bool:
        """Say whether the term is over; the host's day may be two days ahead of the device's."""
        return today + TOLERANCE >= self.until


def reporter_number(headers: Iterable[Header]) -> int:
    """Return the highest number `n` of the reporter's messages, or 0 if there is none."""
    return max((header.n for header in headers if header.author == REPORTER), default=0)


def seen_now(thread: Thread, today: date) -> RememberedReport:
    """Return what to remember of a report that was read today and is not erased."""
    return RememberedReport(
        heads=tuple(sorted(_heads(thread))),
        received_on=thread.status.arrived_on,
        until=_shown_until(thread),
        reporter_n=reporter_number(h.header for h in thread.log.headers),
        withdrawn_on=thread.status.milestones.withdrawn_on,
        whole_on=today if thread.status.ended_on is None else None,
        claimed_end=thread.report.claim.erased_on,
        listed_on=today,
        retention=thread.report.terms.own.retention,
        document=_applying_document(thread),
        ending=_ending(thread),
    )


def _ending(thread: Thread) -> EndKind:
    """Return why the report ends, from signed days."""
    milestones = thread.status.milestones
    if thread.status.ended_on is not None:
        return EndKind.HANDED_OVER
    if milestones.withdrawn_on is not None:
        return EndKind.WITHDRAWN
    closed_on, terms = milestones.closed_on, thread.report.terms
    retained = None if closed_on is None else terms.document.retention.after(closed_on)
    return EndKind.CLOSED if retained == _shown_until(thread) else EndKind.LONGEST_TERM


def _applying_document(thread: Thread) -> ids.Hash | None:
    """Return the document whose terms apply, or None if only the host says which."""
    own = (h.header for h in thread.log.headers if h.header.author == REPORTER)
    if all(header.n > 0 for header in own):
        return None
    return thread.report.terms.document_hash


def merged(mine: RememberedReport, theirs: RememberedReport) -> RememberedReport:
    """Join what two devices know of a report.

    The withdrawal comes from the device that saw the reporter's newer message.
    """
    newest = max(mine, theirs, key=lambda seen: (seen.reporter_n, seen.withdrawn_on or date.min))
    whole = [seen.whole_on for seen in (mine, theirs) if seen.whole_on is not None]
    return replace(
        newest,
        heads=tuple(sorted({*mine.heads, *theirs.heads})),
        received_on=min(mine.received_on, theirs.received_on),
        until=min(mine.until, theirs.until),
        listed_on=max(filter(None, (mine.listed_on, theirs.listed_on)), default=None),
        whole_on=max(whole, default=None),
        document=newest.document or mine.document or theirs.document,
        ending=min(mine, theirs, key=lambda seen: seen.until).ending,
        known_alarms=mine.known_alarms | theirs.known_alarms,
    )


def _shown_until(thread: Thread) -> date:
    """Return the day until which a host must show a report.

    It does not count the unopened term: a colleague may open the unopened messages at any time.
    """
    status = thread.status
    return min(status.erased_on, thread.report.terms.erased_once_opened(status.milestones))


def _heads(thread: Thread) -> set[ids.MessageId]:
    headers = {verified.message_id: verified.header for verified in thread.log.headers}
    return {message for newest in causality.tips(headers).values() for message in newest}
