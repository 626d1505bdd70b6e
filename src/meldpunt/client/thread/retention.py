"""Until when handlers may pass a report on: worked out from signed days, not the host's claims.

A reporter's messages carry no day, so only the host gives the day of receipt. Two signed days
limit it. Nobody seals under a line document past its grace, and no handler answers a report before
it arrived. A host that gives a later day gains nothing. A handler who takes a report up for
another line signs that day. It cannot be after the last day that the reporter gave.
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
    """Return the last day on which a handler may pass anything of a report on."""
    milestones = thread.status.milestones
    days = [milestones.received_on, *(day + TOLERANCE for day in _answered_on(thread))]
    if not thread.report.terms.participation.acceptances:
        days.append(thread.report.report_document.expires_on + GRACE + TOLERANCE)
    bounded = thread.report.terms.erased_on(replace(milestones, received_on=min(days)))
    return min(bounded, thread.status.erased_on)


def _answered_on(thread: Thread) -> list[date]:
    """Return the signed days of valid messages whose authors had seen the report.

    If another line took the report up: the days of the acceptance and of messages that had seen it.
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
"""How long before a report's erasure its authors are warned."""


def erased_soon(thread: Thread, today: date) -> date | None:
    """Return the day of erasure if a report's term ends soon, or None.

    A withdrawn report gives None. A report with a message that no handler has opened is kept for
    the line's `unopened_term` longer.
    """
    milestones = thread.status.milestones
    end = thread.report.terms.erased_once_opened(milestones)
    is_over = thread.erased or milestones.withdrawn_on is not None
    return None if is_over or end - today > LAST_DAYS else thread.status.erased_on


def check_term(thread: Thread, today: date) -> None:
    """Refuse to pass on a report that should be erased, even if the host still serves it.

    Raises:
        RefusedError: PAST_TERM.
    """
    if today > passed_on_until(thread):
        raise RefusedError(Reason.PAST_TERM)
