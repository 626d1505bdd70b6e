"""Answers to a form: what counts, how a message renders it, and how a reader takes it apart.

The text of a message renders everything, so that the plainest client shows all. A free text stands
there once, and its answer points to it (openapi/texts.md section 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from meldpunt.protocol.texts.form import (
    CHOSEN,
    MAX_QUESTIONS,
    WRITTEN,
    Chosen,
    Form,
    Question,
    QuestionType,
)
from meldpunt.protocol.texts.shapes import Id, in_language
from meldpunt.protocol.verify.days import parse_day
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Count, Language, Model, Number

Given = str | tuple[str, ...]
"""A text, a day as YYYY-MM-DD, the id of an option, or the ids of several."""


class Passage(Model):
    """A part of the text of a message, in characters."""

    start: Count
    length: Number


class FormAnswer(Model):
    """The answer to one question, as a payload holds it."""

    question: Id
    value: (
        Annotated[str, Field(max_length=40)]
        | Annotated[tuple[Id, ...], Field(min_length=1, max_length=40)]
        | Passage
    )
    """A day, an option, options in the order of the form, or where a free text stands."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What of a form applies to the answers that were given."""

    shown: tuple[Question, ...]
    """The questions that are asked, in order."""
    answers: Mapping[str, Given]
    """The answers that count. Those of a branch that was left are dropped."""
    missing: tuple[str, ...]
    """Required questions without an answer."""
    is_urgent: bool


def evaluate(form: Form, kind: str, given: Mapping[str, Given]) -> Evaluation:
    """Work out which questions are asked, and which answers count.

    Args:
        form: The form.
        kind: The kind that was chosen.
        given: Answers by question. An answer of nothing (no text, no option) is none.

    Raises:
        RefusedError: ANSWER for a kind or question that the form does not have, or an answer that
            is none to its question.
    """
    known = {question.id for question in form.questions}
    if form.kind(kind) is None or not known.issuperset(given):
        raise RefusedError(Reason.ANSWER)
    shown, counted, chosen = [], dict[str, Given](), dict[str, frozenset[str]]()
    for question in form.questions:
        answer = given.get(question.id)
        if answer:
            _check_answer(question, answer)
        if not question.is_shown(kind, chosen):
            continue
        shown.append(question)
        if answer:
            counted[question.id] = answer
            chosen[question.id] = _chosen(question, answer)
    missing = tuple(q.id for q in shown if q.required and q.id not in counted)
    return Evaluation(tuple(shown), counted, missing, _is_urgent(shown, chosen))


def _chosen(question: Question, answer: Given) -> frozenset[str]:
    if question.type not in CHOSEN:
        return frozenset()
    return frozenset((answer,) if isinstance(answer, str) else answer)


def _check_answer(question: Question, answer: Given) -> None:
    options = [option.id for option in question.options or ()]
    if question.type is QuestionType.CHOICES:
        fits = isinstance(answer, tuple) and list(answer) == [o for o in options if o in answer]
    elif question.type is QuestionType.CHOICE:
        fits = answer in options
    elif question.type is QuestionType.DATE:
        fits = isinstance(answer, str) and _is_day(answer)
    else:
        fits = question.type in WRITTEN and isinstance(answer, str)
    if not fits:
        raise RefusedError(Reason.ANSWER)


def _is_day(text: str) -> bool:
    try:
        return isinstance(parse_day(text), date)
    except RefusedError:
        return False


def _is_urgent(shown: list[Question], chosen: Chosen) -> bool:
    return any(
        option.urgent and option.id in chosen.get(question.id, frozenset())
        for question in shown
        for option in question.options or ()
    )


def compose(evaluation: Evaluation, language: Language) -> dict[str, Any]:
    """Return `text` and `answers` of a content.

    The text has the label and the answer of each answered question, in order, one empty line
    between two questions. Options stand in one line each.
    """
    text, answers = "", []
    for question in evaluation.shown:
        answer = evaluation.answers.get(question.id)
        if answer is None:
            continue
        text += "\n\n" * bool(text) + in_language(question.label, language) + "\n"
        written = _written(question, answer, language)
        is_free = question.type in WRITTEN
        value = {"start": len(text), "length": len(written)} if is_free else _value(answer)
        answers.append({"question": question.id, "value": value})
        text += written
    return {"text": text, "answers": answers}


def _value(answer: Given) -> str | list[str]:
    return answer if isinstance(answer, str) else list(answer)


def _written(question: Question, answer: Given, language: Language) -> str:
    if question.type not in CHOSEN:
        return str(answer)
    chosen = _chosen(question, answer)
    labels = (in_language(o.label, language) for o in question.options or () if o.id in chosen)
    return "\n".join(labels)


def read_answers(form: Form, kind: str, content: Mapping[str, Any]) -> Evaluation:
    """Read the answers of a content under the form that it names.

    Raises:
        RefusedError: FIELDS; ANSWER as `evaluate`, for answers that are not in the order of the
            form, for one to a question that is not asked, and for a passage outside the text.
    """
    listed = content.get("answers", [])
    if not isinstance(listed, list) or len(listed) > MAX_QUESTIONS:
        raise RefusedError(Reason.FIELDS)
    if not all(isinstance(each, dict) for each in listed):
        raise RefusedError(Reason.FIELDS)
    answers = [FormAnswer.from_value(each) for each in listed]
    types = {question.id: question.type for question in form.questions}
    text = str(content["text"])
    given = {each.question: _given(each, types.get(each.question), text) for each in answers}
    evaluation = evaluate(form, kind, given)
    if [each.question for each in answers] != list(evaluation.answers):
        raise RefusedError(Reason.ANSWER)
    return evaluation


def _given(answer: FormAnswer, kind: QuestionType | None, text: str) -> Given:
    value = answer.value
    if isinstance(value, Passage) != (kind in WRITTEN):
        raise RefusedError(Reason.ANSWER)
    if not isinstance(value, Passage):
        return value
    if value.start + value.length > len(text):
        raise RefusedError(Reason.ANSWER)
    return text[value.start : value.start + value.length]
