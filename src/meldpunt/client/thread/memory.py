"""Watching the host: what a handler saw of each report, so that nothing disappears unnoticed.

Signed headers show what is missing before something else. The newest messages, and whole reports,
show only to somebody who remembers having seen them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log import causality


@dataclass(frozen=True, slots=True)
class RememberedReport:
    """What was verified of one report when it was last read."""

    heads: tuple[ids.MessageId, ...]
    """The newest message of every author."""
    received_on: date
    """The host's day of receipt, as first told."""
    until: date
    """Until when the report should be there."""


@dataclass(slots=True)
class Memory:
    """What a handler saw of every report, by inbox entry."""

    reports: dict[ids.EntryId, RememberedReport] = field(default_factory=dict)

    def remember(self, thread: Thread) -> None:
        """Keep what a report shows now; an erased one is forgotten."""
        if thread.entry is None:
            return
        known = self.reports.pop(thread.entry, None)
        if thread.erased:
            return
        shown = {header.message_id for header in thread.log.headers}
        heads = _heads(thread) | {m for m in (known.heads if known else ()) if m not in shown}
        self.reports[thread.entry] = RememberedReport(
            heads=tuple(sorted(heads)),
            received_on=known.received_on if known else thread.status.arrived_on,
            until=thread.status.erased_on,
        )

    def check(self, thread: Thread) -> Thread:
        """Return a report with an alarm for what was there before and is not shown now.

        Nothing is sealed in such a report: what is withheld may have said who must not read on.
        A day of receipt that moved is told: it would keep the report for longer than was promised.
        """
        known = None if thread.entry is None else self.reports.get(thread.entry)
        if known is None or thread.erased:
            return thread
        if thread.status.arrived_on != known.received_on:
            thread = _told(thread, known.received_on)
        shown = {header.message_id for header in thread.log.headers}
        if shown.issuperset(known.heads):
            return thread
        alarm = Alarm(Reason.UNKNOWN_SEEN, thread.me)
        return replace(
            thread,
            alarms=(*thread.alarms, alarm),
            log=replace(thread.log, alarms=(*thread.log.alarms, alarm)),
        )

    def merge(self, other: "Memory") -> "Memory":
        """Return what two devices of one handler saw."""
        reports = {**other.reports, **self.reports}
        for entry in self.reports.keys() & other.reports.keys():
            mine, theirs = self.reports[entry], other.reports[entry]
            reports[entry] = RememberedReport(
                heads=tuple(sorted({*mine.heads, *theirs.heads})),
                received_on=min(mine.received_on, theirs.received_on),
                until=min(mine.until, theirs.until),
            )
        return Memory(reports)

    def unlisted(self, listed: Iterable[ids.EntryId], today: date) -> tuple[ids.EntryId, ...]:
        """Return the reports that should still be there, and that a whole inbox does not list."""
        shown = frozenset(listed)
        missing = (e for e, seen in self.reports.items() if e not in shown and today < seen.until)
        return tuple(sorted(missing))

    def without_past(self, today: date) -> "Memory":
        """Return the memory without reports whose term is over."""
        return Memory({e: seen for e, seen in self.reports.items() if today < seen.until})


def _told(thread: Thread, arrived_on: date) -> Thread:
    """Tell of a day of receipt that moved; terms are counted from the one that was told first.

    After a handover they are counted from a day that a handler signed.
    """
    status = replace(thread.status, arrived_on=arrived_on)
    if not thread.terms.part.acceptances:
        progress = replace(status.progress, received_on=arrived_on)
        term = thread.terms.erased_on(progress)
        status = replace(status, progress=progress, erased_on=term)
    notices = (*thread.notices, Notice(NoticeKind.HOST_DAY))
    return replace(thread, notices=notices, status=status)


def _heads(thread: Thread) -> set[ids.MessageId]:
    headers = {verified.message_id: verified.header for verified in thread.log.headers}
    return {message for newest in causality.tips(headers).values() for message in newest}
