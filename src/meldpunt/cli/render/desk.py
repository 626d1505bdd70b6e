"""Show what waits besides the document's clocks: tasks, and clocks that a reporter began."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from meldpunt.cli.speech.spoken import by_language
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import wrapped
from meldpunt.client import (
    ReportTask,
    ReportTexts,
    Thread,
    ToldClock,
    ToldKind,
    if_told,
    told_clocks,
)
from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify.fields import REPORTER

_Outside = Callable[[], Iterable[str]]
_DONE: Final[Mapping[ToldKind, str]] = {
    ToldKind.WORSE_OFF: "meldpunt handler feedback",
    ToldKind.STORY_TAKEN_BACK: "meldpunt handler taken-down",
}
_AT_THE_DESK: Final[Mapping[ToldKind, str]] = {
    ToldKind.WORSE_OFF: "Worse off because they reported, told on {since}: answer",
    ToldKind.STORY_TAKEN_BACK: "Story taken back on {since}: take it down",
}
_HEADING_DUTCH: Final = (
    "Wat hier is geschreven, is niet terug te lezen. Stond er dit, dan geldt deze dag:"
)
_HEADING_ENGLISH: Final = (
    "What was written here cannot be read back. If it said this, this day holds:"
)
_IF_DUTCH: Final[Mapping[ToldKind, str]] = {
    ToldKind.WORSE_OFF: "last omdat dit verteld is? Dan komt er antwoord, uiterlijk op {due}",
    ToldKind.STORY_TAKEN_BACK: "verhaal ingetrokken? Dan wordt het uiterlijk op {due} weggehaald",
}
_IF_ENGLISH: Final[Mapping[ToldKind, str]] = {
    ToldKind.WORSE_OFF: "worse off because of this report? Then an answer is due on {due}",
    ToldKind.STORY_TAKEN_BACK: "story taken back? Then it is taken down by {due}",
}
_BEGUN_DUTCH: Final[Mapping[ToldKind, str]] = {
    ToldKind.WORSE_OFF: "Het antwoord komt uiterlijk op {due}.",
    ToldKind.STORY_TAKEN_BACK: "Het verhaal wordt uiterlijk op {due} weggehaald.",
}
_BEGUN_ENGLISH: Final[Mapping[ToldKind, str]] = {
    ToldKind.WORSE_OFF: "An answer is due on {due}.",
    ToldKind.STORY_TAKEN_BACK: "The story is taken down by {due}.",
}
_INDENT: Final = " " * 11
_HOW: Final = "tick with: meldpunt handler label --done ID"


def told_clocks_json(thread: Thread, texts: ReportTexts, today: date) -> dict[str, Any]:
    """Return these clocks for programs; the reporter's are those that may run."""
    is_own = thread.me == REPORTER
    clocks = (if_told if is_own else told_clocks)(thread, texts.desk, today)
    if not clocks:
        return {}
    return {"ifTold" if is_own else "toldClocks": [told_clock_json(clock) for clock in clocks]}


def told_clock_json(clock: ToldClock) -> dict[str, Any]:
    """Return one of them for programs."""
    met = {} if clock.met_on is None else {"metOn": clock.met_on.isoformat()}
    since, due = clock.since.isoformat(), clock.due_on.isoformat()
    return {"kind": clock.kind.value, "since": since, "dueOn": due, **met, "overdue": clock.overdue}


def told_clock_lines(
    thread: Thread, texts: ReportTexts, today: date, outside: _Outside
) -> Iterator[str]:
    """Show them after the steps.

    Args:
        thread: The report.
        texts: Its texts.
        today: The device's day.
        outside: Shows whom to turn to outside the office, beside what is overdue.
    """
    if thread.me == REPORTER:
        yield from _own_lines(if_told(thread, texts.desk, today), outside)
        return
    for clock in told_clocks(thread, texts.desk, today):
        told = _AT_THE_DESK[clock.kind].format(since=clock.since)
        if clock.is_open:
            word = "OVERDUE" if clock.overdue else "NOW"
            yield f"  {word:<8} {told} by {clock.due_on} ({_DONE[clock.kind]})"
        else:
            yield f"  {'done':<8} {told}: done on {clock.met_on} (due {clock.due_on})"


def _own_lines(clocks: tuple[ToldClock, ...], outside: _Outside) -> Iterator[str]:
    if clocks:
        yield by_language(_HEADING_DUTCH, _HEADING_ENGLISH)
    for clock in sorted(clocks, key=lambda clock: clock.since):
        told = by_language(_IF_DUTCH, _IF_ENGLISH)[clock.kind].format(due=clock.due_on)
        late = by_language(" - TE LAAT", " - OVERDUE") if clock.overdue else ""
        yield f"  {clock.since}: {told}{late}"
    if any(clock.overdue for clock in clocks):
        yield from outside()


def told_by(clock: ToldClock) -> str:
    """Return what the reporter is told of a clock that their message just began."""
    return by_language(_BEGUN_DUTCH, _BEGUN_ENGLISH)[clock.kind].format(due=clock.due_on)


def tasks_json(tasks: Iterable[ReportTask], language: str) -> list[dict[str, Any]]:
    """Return tasks for programs."""
    return [
        {
            "step": task.step,
            "id": task.id,
            "label": in_language(task.label, language),
            **({} if task.done_on is None else {"doneOn": task.done_on.isoformat()}),
        }
        for task in tasks
    ]


def task_lines(thread: Thread, tasks: Iterable[ReportTask], language: str) -> Iterator[str]:
    """Show the tasks of one step, as long as one is open that is to be done by now."""
    listed = [task for task in tasks if task.is_now]
    if not any(task.is_open for task in listed):
        return
    yield f"{_INDENT}To do in this step ({_HOW}):"
    for task in listed:
        label = in_language(task.label, language)
        if task.done_by is None:
            yield from wrapped(f"[ ] {task.id}: {label}", indent=_INDENT)
        else:
            who = words.name_of(task.done_by, thread.lines)
            yield from wrapped(f"[x] {label} ({who}, {task.done_on})", indent=_INDENT)
