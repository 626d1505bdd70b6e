"""Show steps and clocks of a report as one list, the same for its reporter and its handlers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from meldpunt.cli.render.clocks import clock_json, clock_text
from meldpunt.cli.render.contacts import contact_lines
from meldpunt.cli.render.desk import task_lines, told_clock_lines
from meldpunt.cli.speech.phrases import phrases_in
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal.plain_text import framed, safe_line, wrapped
from meldpunt.client import (
    ReportStep,
    ReportTexts,
    StepState,
    Thread,
    current_pause,
    report_steps,
    report_tasks,
)
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify.fields import REPORTER


def steps_json(thread: Thread, texts: ReportTexts, language: str) -> list[dict[str, Any]]:
    """Return the steps for programs."""
    found = []
    for step in report_steps(thread, texts.procedure):
        told: dict[str, Any] = {
            "title": in_language(step.title, language),
            "state": step.state.value,
        }
        told |= {} if step.clock is None else {"clock": clock_json(step.clock)}
        told |= {} if step.done_on is None else {"doneOn": step.done_on.isoformat()}
        found.append(told)
    return found


def step_lines(thread: Thread, texts: ReportTexts, language: str, today: date) -> Iterator[str]:
    """Show the steps, and beside every overdue one whom to turn to outside the office.

    A handler sees what is to do in a step, and both see the clocks that the reporter's words began.
    """
    steps = report_steps(thread, texts.procedure)
    is_own = thread.me == REPORTER
    tasks = () if is_own else report_tasks(thread, texts.procedure, texts.desk)
    if steps:
        yield report_words().what_happens
    for step in steps:
        title = safe_line(in_language(step.title, language))
        if texts.procedure is None:
            title = title.capitalize()
        yield f"  {report_words().steps[step.state]:<8} {title}{_days(step)}"
        if step.text is not None and step.state in (StepState.NOW, StepState.OVERDUE):
            yield from wrapped(in_language(step.text, language), indent=" " * 11)
        if step.state is StepState.OVERDUE and texts.procedure is not None:
            yield from _outside(texts.procedure, language)
        yield from task_lines(thread, (t for t in tasks if t.step == step.id), language)
    yield from told_clock_lines(
        thread,
        texts,
        today,
        lambda: () if texts.procedure is None else _outside(texts.procedure, language),
    )
    pause = current_pause(thread, today)
    if pause is not None:
        yield report_words().paused.format(day=pause.until)
        yield from framed(pause.reason or report_words().no_reason)


def _days(step: ReportStep) -> str:
    if step.clock is not None:
        return f": {clock_text(step.clock)}"
    return "" if step.done_on is None else report_words().done_on.format(day=step.done_on)


def _outside(procedure: Procedure, language: str) -> Iterator[str]:
    yield f"           {report_words().unsatisfied}"
    for line in contact_lines(procedure.outside, phrases_in(language)):
        yield f"           {line}"
