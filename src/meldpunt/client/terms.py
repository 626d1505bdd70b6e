"""How long a report may be passed on: worked out from signed days, whatever the host says.

A reporter's messages carry no day, so the day of receipt is the host's word. Two signed days bound
it: nobody seals under a line document past its grace, and no handler answers a report before it
arrived. A host that dates a report later than that gains nothing.
"""

from dataclasses import replace
from datetime import date

from meldpunt.client.thread import Thread
from meldpunt.protocol.verify.clocks import erased_on
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import GRACE


def passed_on_until(thread: Thread) -> date:
    """Return the last day on which anything of a report is passed on."""
    progress = thread.standing.progress
    answers = (h.header.day for h in thread.log.headers if h.header.day is not None)
    received_on = min(
        progress.received_on,
        thread.birth.expires_on + GRACE + TOLERANCE,
        *(day + TOLERANCE for day in answers),
    )
    bounded = erased_on(replace(progress, received_on=received_on), thread.birth)
    return min(bounded, thread.standing.erased_on)


def check_term(thread: Thread, today: date) -> None:
    """Refuse to pass on what should be erased, whatever the host still serves.

    Raises:
        RefusedError: PAST_TERM.
    """
    if today > passed_on_until(thread):
        raise RefusedError(Reason.PAST_TERM)
