"""A handler's memory of each report: it shows when the host hides something.

Signed headers show a gap before a later message. Only a reader who remembers them notices that
the newest messages, or a whole report, have disappeared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.remembered_report import (
    RememberedReport,
    merged,
    reporter_number,
    seen_now,
)
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.reports import EntryStatus

_REMAINS: Final = timedelta(days=60)
"""How long a host shows what is left of a withdrawn report (section 8)."""
_HIDING: Final = frozenset({Reason.GAP, Reason.UNKNOWN_SEEN})
"""Alarms which mean that the host does not show the whole report."""
_NEVER_KNOWN: Final = _HIDING | {Reason.SUCCEEDED, Reason.DOCUMENT_UNKNOWN}
"""Alarms that nobody marks as known: something is hidden, or nothing may be sealed meanwhile."""


@dataclass(slots=True)
class Memory:
    """What a handler saw of every report, by inbox entry."""

    reports: dict[ids.EntryId, RememberedReport] = field(default_factory=dict)
    unmoved: dict[ids.EntryId, date] = field(default_factory=dict)
    """Reports that the newest renewal of keys could not move, and since when that is so."""

    def remember(self, thread: Thread, today: date) -> None:
        """Remember what a report shows now, and forget an erased report.

        Args:
            thread: The report, fetched and checked.
            today: The device's day.
        """
        if thread.entry is None:
            return
        known = self.reports.pop(thread.entry, None)
        if not thread.erased:
            seen = seen_now(thread, today)
            self.reports[thread.entry] = seen if known is None else _added(known, seen, thread)

    def check(self, thread: Thread, known: RememberedReport | None) -> Thread:
        """Return the report, with an alarm if the host hides a message that it showed before.

        Nothing is sealed in such a report: a hidden message may have named new readers. If the host
        changed a day, the report gets a notice. A changed day would erase the report too late or
        too early.
        """
        if known is None or thread.erased:
            return thread
        thread = _with_first_days(thread, known)
        if _shows_all(thread, known):
            return thread
        alarm = Alarm(Reason.UNKNOWN_SEEN, thread.me)
        return thread.with_alarm(alarm)

    def without_known(self, thread: Thread) -> Thread:
        """Return the report with the alarms that the handler marked as known set apart."""
        seen = None if thread.entry is None else self.reports.get(thread.entry)
        known = frozenset() if seen is None else seen.known_alarms
        if known.isdisjoint(thread.alarms):
            return thread
        return replace(
            thread,
            alarms=tuple(alarm for alarm in thread.alarms if alarm not in known),
            known_alarms=tuple(alarm for alarm in thread.alarms if alarm in known),
        )

    def mark_known(self, thread: Thread) -> tuple[Alarm, ...]:
        """Remember the alarms of a report as known, and return them.

        They stay shown, and keep their effect: nothing more is sealed to anybody because of it. A
        new message raises a new alarm. What may heal, or stops all sealing, is never known.

        Args:
            thread: As `HandlerInbox.read` returned it.
        """
        seen = None if thread.entry is None else self.reports.get(thread.entry)
        if thread.entry is None or seen is None:
            return ()
        found = tuple(alarm for alarm in thread.alarms if alarm.reason not in _NEVER_KNOWN)
        marked = replace(seen, known_alarms=seen.known_alarms.union(found))
        self.reports[thread.entry] = marked
        return found

    def merge(self, other: "Memory") -> "Memory":
        """Return the joint memory of two devices of one handler."""
        reports = {**other.reports, **self.reports}
        for entry in self.reports.keys() & other.reports.keys():
            reports[entry] = merged(self.reports[entry], other.reports[entry])
        unmoved = {**other.unmoved, **self.unmoved}
        for entry in self.unmoved.keys() & other.unmoved.keys():
            unmoved[entry] = min(self.unmoved[entry], other.unmoved[entry])
        return Memory(reports, unmoved)

    def is_news(self, entry: EntryStatus) -> bool:
        """Say whether the host claims another end of a remembered report than when it was read.

        Somebody closed it, reopened it or withdrew it since. Read it again: else its ordinary
        erasure would look as if the host withheld it.
        """
        known = self.reports.get(entry.entry)
        return known is not None and (entry.erased or entry.erased_on != known.claimed_end)

    def note_listed(self, entry: EntryStatus, today: date) -> None:
        """Remember that the host lists a report today."""
        known = self.reports.get(entry.entry)
        if known is not None:
            self.reports[entry.entry] = replace(known, listed_on=today)

    def unlisted(self, listed: Iterable[ids.EntryId], today: date) -> tuple[ids.EntryId, ...]:
        """Return the remembered reports that the host must still show but does not list.

        Args:
            listed: Every entry of the whole inbox.
            today: The device's day. The host's may be two days ahead.
        """
        shown = frozenset(listed)
        missing = (e for e, s in self.reports.items() if e not in shown and not s.is_over(today))
        return tuple(sorted(missing))

    def may_have_ended(self, entry: ids.EntryId, today: date) -> bool:
        """Say whether an unlisted report can have ended in an ordinary way since it was listed.

        A colleague may have closed it, and its reporter may have withdrawn it. The host shows a
        closed report for the line's retention, and what is left of a withdrawn one for 60 days.
        """
        seen = self.reports[entry]
        if seen.listed_on is None or seen.retention is None:
            return True  # a memory of an earlier release
        if_closed = seen.retention.after(seen.listed_on)
        return today + TOLERANCE >= min(if_closed, seen.listed_on + _REMAINS)

    def ended(
        self, listed: Iterable[ids.EntryId], today: date
    ) -> tuple[tuple[ids.EntryId, RememberedReport], ...]:
        """Return the remembered reports whose term is over and that the host does not list.

        The handler's own client worked out the day, so it tells an ordinary end from withholding.
        Tell each, and then `forget` it.

        Args:
            listed: Every entry of the whole inbox.
            today: The device's day.
        """
        shown = frozenset(listed)
        over = ((e, s) for e, s in self.reports.items() if e not in shown and s.is_over(today))
        return tuple(sorted(over, key=lambda found: (found[1].until, found[0])))

    def forget(self, entries: Iterable[ids.EntryId]) -> None:
        """Forget reports whose end was told."""
        for entry in entries:
            self.reports.pop(entry, None)

    def without_past(self, today: date) -> "Memory":
        """Return the memory without reports whose term has been over for long."""
        kept = {e: seen for e, seen in self.reports.items() if today <= seen.until + _REMAINS}
        return Memory(kept, dict(self.unmoved))


def _added(known: RememberedReport, seen: RememberedReport, thread: Thread) -> RememberedReport:
    """Return the new memory of a report that was read again.

    From an answer that hides something, keep only the new heads. A hidden message may have
    reopened the report.
    """
    shown = {header.message_id for header in thread.log.headers}
    kept = {message for message in known.heads if message not in shown}
    heads = tuple(sorted(kept.union(seen.heads)))
    if any(alarm.reason in _HIDING for alarm in thread.alarms):
        return replace(known, heads=heads, claimed_end=seen.claimed_end)
    return replace(
        seen,
        heads=heads,
        received_on=known.received_on,
        whole_on=seen.whole_on or known.whole_on,
        known_alarms=known.known_alarms,
    )


def _shows_all(thread: Thread, known: RememberedReport) -> bool:
    shown = {header.message_id for header in thread.log.headers}
    return shown.issuperset(known.heads)


def _with_first_days(thread: Thread, known: RememberedReport) -> Thread:
    """Count from the days that the host gave first, and add a notice if the host changed one.

    After a handover the terms count from a day that a handler signed.
    """
    status, milestones = thread.status, thread.status.milestones
    moved = status.arrived_on != known.received_on
    if moved and not thread.report.terms.participation.acceptances:
        milestones = replace(milestones, received_on=known.received_on)
    newest = reporter_number(h.header for h in thread.log.headers)
    if known.withdrawn_on and milestones.withdrawn_on and newest == known.reporter_n:
        moved = moved or milestones.withdrawn_on != known.withdrawn_on
        milestones = replace(milestones, withdrawn_on=known.withdrawn_on)
    if not moved:
        return thread
    status = replace(
        status,
        milestones=milestones,
        arrived_on=known.received_on,
        erased_on=thread.report.terms.erased_on(milestones),
    )
    return replace(thread, notices=(*thread.notices, Notice(NoticeKind.HOST_DAY)), status=status)
