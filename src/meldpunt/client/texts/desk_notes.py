"""What waits in a report: only who reads it knows, so an inbox says it of what was read."""

from dataclasses import dataclass
from datetime import date

from meldpunt.client.texts.report_texts import ReportTexts
from meldpunt.client.texts.tasks import report_tasks, tasks_at_hand
from meldpunt.client.texts.told_clocks import ToldClock, told_clocks
from meldpunt.client.texts.urgency import is_urgent
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.verify.log.clocks import State

_OVER = (State.CLOSED, State.WITHDRAWN, State.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class DeskNote:
    """What waits in a report, besides what its host counts."""

    is_urgent: bool
    """Somebody is not safe, or worse off because they reported."""
    to_do: int
    """Tasks to do in the step at hand."""
    told: ToldClock | None
    """The clock that the reporter's words began and that is due first."""


def desk_note(thread: Thread, texts: ReportTexts, today: date) -> DeskNote:
    """Return what waits in a report that a handler read."""
    waiting = [clock for clock in told_clocks(thread, texts.desk, today) if clock.is_open]
    tasks = tasks_at_hand(report_tasks(thread, texts.procedure, texts.desk))
    return DeskNote(
        is_urgent=is_urgent(thread, texts.answers),
        to_do=0 if thread.status.state in _OVER else len(tasks),
        told=min(waiting, key=lambda clock: clock.due_on, default=None),
    )
