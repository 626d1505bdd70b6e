"""Steps and clocks of a report as one list: what was promised, and where it stands today.

The reporter and the handlers see the same list, worked out from the same signed headers. A report
keeps the procedure and the clocks of the document that it was made under.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.procedure import Procedure, Step
from meldpunt.protocol.texts.shapes import Translations
from meldpunt.protocol.verify.line_document import Text
from meldpunt.protocol.verify.log.clocks import ClockStatus, State
from meldpunt.protocol.verify.log.header import Tag

_ENDED = frozenset({State.CLOSED, State.WITHDRAWN, State.HANDED_OVER})
_SILENT = "und"
"""The language tag of what is in no language: a clock without words (RFC 5646)."""


class StepState(StrEnum):
    """Where one step stands."""

    DONE = "done"
    NOW = "now"
    """The first one that is not done."""
    DUE = "due"
    """Its clock runs."""
    OVERDUE = "overdue"
    """Its day has passed, and nothing came. Show the contact outside the office beside it."""
    LATER = "later"
    """No clock runs for it yet."""


@dataclass(frozen=True, slots=True)
class ReportStep:
    """One step of a report on one day."""

    id: str
    title: Translations
    text: Translations | None
    state: StepState
    clock: ClockStatus | None = None
    done_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was done after its day."""
        return self.clock is not None and self.clock.met_on is not None and self.clock.overdue


@dataclass(frozen=True, slots=True)
class CurrentPause:
    """The clocks stand still, for a reason that the reporter reads."""

    until: date
    reason: str | None
    """None for whoever cannot open that message."""


def report_steps(thread: Thread, procedure: Procedure | None) -> tuple[ReportStep, ...]:
    """Return the steps of a report; without a procedure, its clocks by their names.

    Args:
        thread: The report, as read on the day of its status.
        procedure: From `fetch_report_texts`.
    """
    steps = _clock_steps(thread) if procedure is None else procedure.steps
    found = [_step(thread, step) for step in steps]
    last_done = max((i for i, s in enumerate(found) if s.state is StepState.DONE), default=-1)
    for place, step in enumerate(steps):
        if place < last_done and step.clock is None and step.tag is None:
            found[place] = replace(found[place], state=StepState.DONE)
    return tuple(found if thread.status.state in _ENDED or thread.erased else _with_now(found))


def _with_now(steps: list[ReportStep]) -> Iterator[ReportStep]:
    is_next = True
    for step in steps:
        waits = step.state in (StepState.DUE, StepState.LATER)
        yield replace(step, state=StepState.NOW) if is_next and waits else step
        is_next = is_next and step.state is StepState.DONE


def _clock_steps(thread: Thread) -> tuple[Step, ...]:
    return tuple(
        Step(id=clock.name, title=(Text(language=_SILENT, text=clock.name),), clock=clock.name)
        for clock in thread.status.clocks
    )


def _step(thread: Thread, step: Step) -> ReportStep:
    clock = next((c for c in thread.status.clocks if c.name == step.clock), None)
    done_on = _first(thread, step.tag) if clock is None else clock.met_on
    if done_on is not None:
        state = StepState.DONE
    elif clock is None or thread.status.state is State.WITHDRAWN:
        state = StepState.LATER
    else:
        state = StepState.OVERDUE if clock.overdue else StepState.DUE
    return ReportStep(step.id, step.title, step.text, state, clock, done_on)


def _first(thread: Thread, tag: Tag | None) -> date | None:
    days = (
        message.header.day or message.received_on
        for message in thread.messages
        if message.header.tag is tag and message.confirmed
    )
    return next(days, None)


def current_pause(thread: Thread, today: date) -> CurrentPause | None:
    """Return the pause that lasts today, with its reason, if a clock waits for it."""
    if all(clock.met_on is not None for clock in thread.status.clocks):
        return None
    lasting = [pause for pause in thread.status.milestones.pauses if pause.until >= today]
    if not lasting:
        return None
    until = max(pause.until for pause in lasting)
    reasons = (
        message.text
        for message in thread.messages
        if message.header.tag is Tag.PAUSE and message.confirmed and message.header.until == until
    )
    return CurrentPause(until, next(reasons, None))
