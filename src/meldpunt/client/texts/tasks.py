"""What handlers still have to do in each step: the checklists of a line's desk, and their ticks."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from meldpunt.client.texts.labels import report_labels
from meldpunt.client.texts.steps import StepState, report_steps
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.desk import Desk, tick
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import Translations
from meldpunt.protocol.verify.fields import Participant

_AT_HAND: Final = frozenset({StepState.NOW, StepState.OVERDUE, StepState.DONE})
DONE: Final = "yes"
"""The value of a label that ticks a task. Another handler may take it away."""


@dataclass(frozen=True, slots=True)
class ReportTask:
    """One task of a checklist, in one report."""

    step: str
    """The id of its step."""
    id: str
    label: Translations
    is_now: bool
    """Whether its step is at hand or overdue, or was left with the task undone."""
    done_by: Participant | None = None
    done_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has ticked it."""
        return self.done_on is None


def report_tasks(
    thread: Thread, procedure: Procedure | None, desk: Desk | None
) -> tuple[ReportTask, ...]:
    """Return the tasks of all steps, in the order of the procedure, for a handler.

    Args:
        thread: The report, as a handler reads it.
        procedure: Of the document that applies.
        desk: Of the same document. Without one there are no tasks.
    """
    if procedure is None or desk is None:
        return ()
    labels, found = report_labels(thread), list[ReportTask]()
    for step in report_steps(thread, procedure):
        for task in desk.tasks(step.id):
            ticks = labels.get(tick(task.id), ())
            author, day = (ticks[0].author, ticks[0].day) if ticks else (None, None)
            is_now = step.state in _AT_HAND
            found.append(ReportTask(step.id, task.id, task.label, is_now, author, day))
    return tuple(found)


def tasks_at_hand(tasks: tuple[ReportTask, ...]) -> tuple[ReportTask, ...]:
    """Return the open tasks of the steps at hand."""
    return tuple(task for task in tasks if task.is_now and task.is_open)
