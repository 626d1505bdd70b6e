"""Compare the host's claims about a report with its signed messages.

Clients do not trust the host's deadlines: they calculate the same days from the headers.
"""

from collections.abc import Iterable
from datetime import date

from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.participation import Ending
from meldpunt.client.thread.report import VerifiedReport
from meldpunt.client.thread.status import Arrivals, ClockTerms, milestones_of
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.clocks import ClockStatus, State, clock_statuses
from meldpunt.wire.reports import ReportStatus


def count_holds(report: VerifiedReport, me: Participant) -> bool:
    """Say whether the host serves as many messages as it counts.

    For a handler the host counts only the messages that the handler may read. So the count tells
    nothing about other messages.
    """
    return report.claim.message_count == count_served(report, me)


def count_served(report: VerifiedReport, me: Participant) -> int:
    """Return how many of the served messages the host should count for a reader."""
    log = report.log
    mine = (h for h in log.headers if isinstance(me, str) or log.may_read(me, h.message_id))
    return sum(1 for _ in mine)


def arrivals(report: VerifiedReport) -> tuple[Arrivals, tuple[Notice, ...]]:
    """Return the messages in the host's order, or in causal order if the host's is impossible."""
    messages = report.messages
    earlier: set[ids.MessageId] = set()
    for message_id, message in messages.items():
        if any(m in messages and m not in earlier for m in message.header.seen):
            causal = [messages[h.message_id] for h in report.log.headers]
            notice = Notice(NoticeKind.HOST_ORDER, message=message_id)
            return [(m.verified_header, m.received_on) for m in causal], (notice,)
        earlier.add(message_id)
    return [(m.verified_header, m.received_on) for m in messages.values()], ()


def host_claims(report: VerifiedReport, me: Participant) -> tuple[Notice, ...]:
    """Return a notice if the host claims another document or message count than the messages."""
    found = []
    ended = report.terms.participation.ending is not None
    applying = report.report_document_hash if ended else report.terms.document_hash
    answering = None if ended else report.log.handovers.line
    elsewhere = None if answering == report.lines.birth_line.document.line_id else answering
    is_named = report.claim.document == applying
    if not is_named or report.claim.answered_by != elsewhere:
        found.append(Notice(NoticeKind.HOST_DOCUMENT))
    if not count_holds(report, me):
        found.append(Notice(NoticeKind.HOST_COUNT))
    return tuple(found)


def not_seen(report: VerifiedReport, me: Participant) -> tuple[Notice, ...]:
    """Return a notice if others wrote days after the reader's newest message without seeing it.

    With several handlers a host could hide the messages of one of them from everybody: each other
    pair keeps talking, and nothing is missing in what they see. Their signed days show it. What a
    handler who leaves has written counts only when confirmed, so others rightly leave it out.
    """
    if _has_left(report, me) or report.terms.participation.ending is not None:
        return ()
    headers = {h.message_id: h.header for h in report.log.headers}
    others = ((m, h) for m, h in headers.items() if h.author != me)
    staying = [(m, h) for m, h in others if not _has_left(report, h.author)]
    for message in causality.newest_of(me, headers):
        if message in report.messages and message not in report.log.void:
            arrived = report.messages[message].received_on
            late = max(arrived, headers[message].day or arrived) + TOLERANCE
            before = causality.ancestors(headers[message].seen, headers)
            later = (h for m, h in staying if m not in before)
            written = (h for h in later if h.day is not None and h.day >= late)
            if any(message not in causality.ancestors(h.seen, headers) for h in written):
                return (Notice(NoticeKind.NOT_SEEN, message=message),)
    return ()


def _has_left(report: VerifiedReport, author: Participant) -> bool:
    """Say whether somebody is a handler for whom a document names a day of leaving."""
    listed = report.lines.documents.handlers
    return any(h.id == author and h.until is not None for h in listed)


def check_claims(
    claim: ReportStatus, arrivals: Arrivals, *, terms: ClockTerms, today: date
) -> tuple[Notice, ...]:
    """Calculate the status again from the host's own days, and compare these with signed days.

    Args:
        claim: The status that the host claims.
        arrivals: Every message.
        terms: The rules by which days are counted.
        today: The device's day.
    """
    found = [
        Notice(NoticeKind.HOST_DAY, message=h.message_id)
        for h, day in arrivals
        if h.header.day is not None and abs(h.header.day - day) > TOLERANCE
    ]
    found += _days_out_of_order(arrivals)
    if any(day > today + TOLERANCE for _, day in arrivals):
        found.append(Notice(NoticeKind.HOST_DAY))
    if terms.participation.ending is not None:
        return (*found, *_check_ended(claim, arrivals, terms.participation.ending, terms.own))
    milestones = milestones_of(arrivals, terms.participation.acceptances)
    if claim.received_on != milestones.received_on:
        found.append(Notice(NoticeKind.HOST_DAY))
    if claim.state is not milestones.state or claim.consultation != milestones.consultation:
        found.append(Notice(NoticeKind.HOST_STATE))
    if _terms(claim.clocks) != _terms(clock_statuses(milestones, terms.document, today)):
        found.append(Notice(NoticeKind.HOST_CLOCKS))
    if claim.erased_on != terms.erased_on(milestones) or claim.unopened != terms.is_unopened(
        milestones
    ):
        found.append(Notice(NoticeKind.HOST_CLOCKS))
    return tuple(found)


def _days_out_of_order(arrivals: Arrivals) -> list[Notice]:
    """Return a notice for each message that the host received before one that it answers."""
    days = {h.message_id: day for h, day in arrivals}
    return [
        Notice(NoticeKind.HOST_DAY, message=h.message_id)
        for h, day in arrivals
        if any(seen in days and day < days[seen] for seen in h.header.seen)
    ]


def _check_ended(
    claim: ReportStatus, arrivals: Arrivals, ending: Ending, own: LineDocument
) -> Iterable[Notice]:
    """Check the host's claims to a handler whose part in a report has ended."""
    if claim.received_on != arrivals[0][1]:
        yield Notice(NoticeKind.HOST_DAY)
    if claim.state is not State.HANDED_OVER:
        yield Notice(NoticeKind.HOST_STATE)
    days = [day for h, day in arrivals if h.message_id == ending.message]
    # If nobody answered in time, no message gives the day: the host may end it about a day later.
    known = not days or claim.erased_on == own.retention.after(days[0])
    if claim.clocks or not known:
        yield Notice(NoticeKind.HOST_CLOCKS)


def _terms(clocks: Iterable[ClockStatus]) -> list[tuple[str, date, date | None]]:
    """Return the clocks without `overdue`: the host's today may differ from the device's."""
    return [(clock.name, clock.due_on, clock.met_on) for clock in clocks]
