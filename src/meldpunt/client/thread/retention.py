"""How long a report may be passed on: worked out from signed days, whatever the host says.

A reporter's messages carry no day, so the day of receipt is the host's word. Two signed days bound
it: nobody seals under a line document past its grace, and no handler answers a report before it
arrived. A host that dates a report later than that gains nothing. Who takes a report up for another
line signs that day, and cannot go past the one that the reporter gave them.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import GRACE
from meldpunt.protocol.verify.log import causality


def passed_on_until(thread: Thread) -> date:
    """Return the last day on which anything of a report is passed on."""
    milestones = thread.status.milestones
    days = [milestones.received_on, *(day + TOLERANCE for day in _answered_on(thread))]
    if not thread.report.terms.participation.acceptances:
        days.append(thread.report.report_document.expires_on + GRACE + TOLERANCE)
    bounded = thread.report.terms.erased_on(replace(milestones, received_on=min(days)))
    return min(bounded, thread.status.erased_on)


def _answered_on(thread: Thread) -> list[date]:
    """Return the signed days of messages whose authors, who count, had seen the report.

    Of one that another line took up: that had seen the acceptance, or wrote it.
    """
    headers = {h.message_id: h.header for h in thread.log.headers}
    taken = thread.report.terms.participation.acceptances
    report = {m for m, h in headers.items() if h.author == REPORTER and h.n == 0}
    start = {taken[-1]} if taken else report
    ignored = thread.log.void
    return [
        header.day
        for message, header in headers.items()
        if header.day is not None
        and message not in ignored
        and not start.isdisjoint({message, *causality.ancestors(header.seen, headers)})
    ]


LAST_DAYS: Final = timedelta(days=14)
"""How long before its end whoever writes in a report is told that it ends."""


def erased_soon(thread: Thread, today: date) -> date | None:
    """Return the day on which a report's term ends, if that is near; None for a withdrawn one.

    What a reporter writes by that day is kept for the line's `unopened_term` longer, unless a
    handler opens it.
    """
    milestones = thread.status.milestones
    end = thread.report.terms.erased_once_opened(milestones)
    is_over = thread.erased or milestones.withdrawn_on is not None
    return None if is_over or end - today > LAST_DAYS else thread.status.erased_on


def check_term(thread: Thread, today: date) -> None:
    """Refuse to pass on what should be erased, whatever the host still serves.

    Raises:
        RefusedError: PAST_TERM.
    """
    if today > passed_on_until(thread):
        raise RefusedError(Reason.PAST_TERM)
