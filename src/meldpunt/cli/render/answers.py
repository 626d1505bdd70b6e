"""Show what a message answers to a form: by the labels of that form, or raw."""

from collections.abc import Iterator
from typing import Any, Final

from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import MessageAnswers
from meldpunt.protocol.texts.answers import Given, Passage
from meldpunt.protocol.texts.form import WRITTEN, Question
from meldpunt.protocol.texts.shapes import in_language

_RAW: Final = "answers, which do not fit a form that can be had here:"


def answers_lines(found: MessageAnswers, language: str) -> Iterator[str]:
    """Show answers besides the text: first what somebody must know before doing anything."""
    if found.is_urgent:
        yield "    URGENT: the form marks one of these answers as urgent"
    for said in found.leave_out:
        yield f"    must not read this, says the reporter: {safe_line(said)}"
    evaluation = found.evaluation
    if evaluation is None:
        yield f"    {_RAW}"
        for raw in found.raw:
            yield f"      {safe_line(raw.question)}: {safe_line(_raw(raw.value))}"
        return
    for question in evaluation.shown:
        answer = evaluation.answers.get(question.id)
        if answer is not None and question.type not in WRITTEN:
            label = safe_line(in_language(question.label, language))
            yield f"    {label} {safe_line(_shown(question, answer, language))}"


def answers_json(found: MessageAnswers, language: str) -> dict[str, Any]:
    """Return answers for programs: checked under the form, or raw."""
    raw = [{"question": each.question, "value": _raw_json(each.value)} for each in found.raw]
    if found.evaluation is None:
        return {"fitsForm": False, "raw": raw}
    said = [
        {
            "question": question.id,
            "label": in_language(question.label, language),
            "answer": found.evaluation.answers[question.id],
            "shown": _shown(question, found.evaluation.answers[question.id], language),
        }
        for question in found.evaluation.shown
        if question.id in found.evaluation.answers
    ]
    told: dict[str, Any] = {"fitsForm": True, "urgent": found.is_urgent, "answers": said}
    if found.not_before is not None:
        told["notBefore"] = found.not_before.isoformat()
    return told | {"missing": list(found.evaluation.missing)}


def kind_text(found: MessageAnswers | None, kind: str, language: str) -> str:
    """Return a kind as the form calls it, or its id."""
    known = None if found is None else found.kind
    return kind if known is None else safe_line(in_language(known.label, language))


def _shown(question: Question, answer: Given, language: str) -> str:
    names = (answer,) if isinstance(answer, str) else answer
    labels = {o.id: in_language(o.label, language) for o in question.options or ()}
    return "; ".join(labels.get(name, name) for name in names)


def _raw(value: str | tuple[str, ...] | Passage) -> str:
    if isinstance(value, Passage):
        return f"in the text, {value.length} characters from {value.start}"
    return value if isinstance(value, str) else ", ".join(value)


def _raw_json(value: str | tuple[str, ...] | Passage) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(value, Passage):
        return {"start": value.start, "length": value.length}
    return value
