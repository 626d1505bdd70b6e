"""Show what stands out in a report: a check-in, labels of handlers, a story's consent."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from meldpunt.cli.render.content import CHECK_INS, STORIES
from meldpunt.cli.render.desk import tasks_json, told_clocks_json
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import (
    ReportTexts,
    Thread,
    is_urgent,
    newest_check_in,
    open_check_in,
    report_labels,
    report_tasks,
    story_consent,
)
from meldpunt.protocol.texts.content import CheckInAnswer
from meldpunt.protocol.texts.desk import tick
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify.fields import REPORTER, participant_text


def summary_json(thread: Thread, texts: ReportTexts, today: date) -> dict[str, Any]:
    """Return what stands out, for programs."""
    found = told_clocks_json(thread, texts, today)
    if (asked := open_check_in(thread, today)) is not None:
        found["checkInSince"] = asked.isoformat()
    if thread.me == REPORTER:
        return found
    if is_urgent(thread, texts.answers):
        found["urgent"] = True
    if (check_in := newest_check_in(thread)) is not None:
        found["checkIn"] = {"answer": check_in[0].value, "on": check_in[1].isoformat()}
    if (consent := story_consent(thread)) is not None:
        found["story"] = consent.value
    tasks = report_tasks(thread, texts.procedure, texts.desk)
    if tasks:
        found["tasks"] = tasks_json(tasks, thread.line.document.languages[0])
    labels = report_labels(thread)
    if labels:
        found["labels"] = {
            field: [
                {"value": each.value, "author": participant_text(each.author)} for each in written
            ]
            for field, written in labels.items()
        }
    return found


def summary_lines(thread: Thread, texts: ReportTexts, language: str, today: date) -> Iterator[str]:
    """Show what stands out, to the reporter or to a handler."""
    if thread.me == REPORTER:
        yield from _asked(thread, texts, language, today)
        return
    if is_urgent(thread, texts.answers):
        yield "URGENT:    somebody is not safe, or worse off because they reported"
    waits = [each.not_before for each in texts.answers.values() if each.not_before is not None]
    if waits:
        yield f"NOT BEFORE {max(waits)}: do nothing by which the reporter could be known"
    check_in = newest_check_in(thread)
    if check_in is not None:
        yield f"Check-in:  {CHECK_INS[check_in[0]]}, on {check_in[1]}"
        if check_in[0] is CheckInAnswer.RETALIATION:
            yield "           (to let a colleague in, if they ask: meldpunt handler admit)"
    consent = story_consent(thread)
    if consent is not None:
        yield f"Story:     {STORIES[consent]}"
    ticks = _ticks(texts)
    for field, written in report_labels(thread).items():
        for label in () if field in ticks else written:
            value = safe_line(_label(texts.procedure, field, label.value, language))
            who = words.name_of(label.author, thread.lines)
            beside = ", BESIDE ANOTHER: decide" if len(written) > 1 else ""
            yield f"Label {safe_line(field)}: {value} ({who}, {label.day}{beside})"


def _asked(thread: Thread, texts: ReportTexts, language: str, today: date) -> Iterator[str]:
    """Ask the reporter how they are, on a day to check in and until they answer."""
    if open_check_in(thread, today) is None:
        return
    question = None if texts.procedure is None else texts.procedure.check_in
    yield (
        report_words().check_in if question is None else safe_line(in_language(question, language))
    )
    yield report_words().check_in_how


def _ticks(texts: ReportTexts) -> frozenset[str]:
    """Return the labels that a checklist shows."""
    lists = () if texts.desk is None else texts.desk.checklists or ()
    return frozenset(tick(task.id) for each in lists for task in each.tasks)


def _label(procedure: Procedure | None, field: str, value: str, language: str) -> str:
    """Return a label in the words of the procedure, or as it is."""
    if procedure is None:
        return value
    listed = {"outcome": procedure.outcomes, "category": procedure.categories}.get(field) or ()
    known = {each.id: in_language(each.label, language) for each in listed}
    return known.get(value, value)
