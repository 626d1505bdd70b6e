"""The desk: what handlers do in each step, and terms that only readers count (openapi/texts.md).

It is a text of its own, the first of the document's further texts: the fields of a procedure and of
a clock are closed, and a client that does not know the desk never asks for it.
"""

from typing import Annotated, Final

from pydantic import Field

from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import Id, LineText, Translations, check_ids, check_known
from meldpunt.protocol.verify.clock import Roll
from meldpunt.protocol.verify.fields import Model, TermField, Version

_TICK: Final = "done"
TaskId = Annotated[str, Field(pattern=r"^[a-z][a-zA-Z]{0,35}$")]
"""With letters alone: a label of handlers says that the task is done (`tick`)."""


class Task(Model):
    """One thing to do in a step."""

    id: TaskId
    label: Translations


class Checklist(Model):
    """What handlers do in one step of the procedure."""

    step: Id
    tasks: Annotated[tuple[Task, ...], Field(fail_fast=True, min_length=1, max_length=20)]


class StoryTerm(Model):
    """How soon a story is taken down once its teller withdraws the consent."""

    term: TermField
    roll: Roll | None = None
    """Without a value it is `none`."""


class Desk(LineText):
    """How the handlers of a line work."""

    version: Version
    checklists: (
        Annotated[tuple[Checklist, ...], Field(fail_fast=True, min_length=1, max_length=20)] | None
    ) = None
    story_term: StoryTerm | None = None

    def tasks(self, step: str) -> tuple[Task, ...]:
        """Return what to do in a step of the procedure."""
        lists = (each.tasks for each in self.checklists or () if each.step == step)
        return next(lists, ())


def tick(task: str) -> str:
    """Return the field of the label that says that a task is done."""
    return f"{_TICK}{task[0].upper()}{task[1:]}"


def read_desk(data: bytes) -> Desk:
    """Read a desk.

    Raises:
        RefusedError: A JSON reason, FIELDS, TEXT_LANGUAGE; TEXT_ID for a step or task that is there
            twice.
    """
    desk = Desk.from_signed(data)
    lists = desk.checklists or ()
    check_ids(each.step for each in lists)
    check_ids(task.id for each in lists for task in each.tasks)
    return desk


def check_steps(desk: Desk, procedure: Procedure) -> None:
    """Check that a desk names steps of the procedure.

    Raises:
        RefusedError: TEXT_ID.
    """
    known = frozenset(step.id for step in procedure.steps)
    check_known((each.step for each in desk.checklists or ()), known)
