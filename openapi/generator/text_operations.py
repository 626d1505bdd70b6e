"""Operations on the texts of a line, and on answers to a form (openapi/texts.md)."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from meldpunt.protocol.texts.answers import Evaluation, Given, compose, evaluate, read_answers
from meldpunt.protocol.texts.check import LineTexts, check_texts
from meldpunt.protocol.texts.content import read_content
from meldpunt.protocol.texts.desk import read_desk, tick
from meldpunt.protocol.texts.form import read_form
from meldpunt.protocol.texts.guide import read_guide
from meldpunt.protocol.texts.page_manifest import read_page_manifest
from meldpunt.protocol.texts.procedure import read_procedure
from meldpunt.protocol.texts.theme import read_theme
from meldpunt.protocol.verify.line_document import LineDocument

Json = dict[str, Any]


def _read_form(given: Json) -> Json:
    return {"questions": [question.id for question in read_form(given["text"].encode()).questions]}


def _read_guide(given: Json) -> Json:
    return {"nodes": [node.id for node in read_guide(given["text"].encode()).nodes]}


def _read_procedure(given: Json) -> Json:
    return {"steps": [step.id for step in read_procedure(given["text"].encode()).steps]}


def _read_theme(given: Json) -> Json:
    return {"hasLogo": read_theme(given["text"].encode()).logo is not None}


def _read_desk(given: Json) -> Json:
    lists = read_desk(given["text"].encode()).checklists or ()
    return {"ticks": [tick(task.id) for each in lists for task in each.tasks]}


def _read_page(given: Json) -> Json:
    return {"files": [file.path for file in read_page_manifest(given["text"].encode()).files]}


def _check_texts(given: Json) -> Json:
    document = LineDocument.from_signed(given["document"].encode())
    theme = read_theme(given["theme"].encode()) if "theme" in given else None
    desk = read_desk(given["desk"].encode()) if "desk" in given else None
    texts = LineTexts(
        read_form(given["form"].encode()),
        read_guide(given["guide"].encode()),
        read_procedure(given["procedure"].encode()),
        theme,
        desk,
    )
    check_texts(texts, document.languages, document.clocks)
    return {}


def _given(answers: Mapping[str, str | list[str]]) -> dict[str, Given]:
    return {name: v if isinstance(v, str) else tuple(v) for name, v in answers.items()}


def _told(evaluation: Evaluation) -> Json:
    answers = evaluation.answers.items()
    return {
        "shown": [question.id for question in evaluation.shown],
        "answers": {name: v if isinstance(v, str) else list(v) for name, v in answers},
        "missing": list(evaluation.missing),
        "urgent": evaluation.is_urgent,
    }


def _evaluate(given: Json) -> Json:
    form = read_form(given["form"].encode())
    return _told(evaluate(form, given["kind"], _given(given["answers"])))


def _compose(given: Json) -> Json:
    form = read_form(given["form"].encode())
    evaluation = evaluate(form, given["kind"], _given(given["answers"]))
    return compose(evaluation, given["language"])


def _read_answers(given: Json) -> Json:
    form = read_form(given["form"].encode())
    return _told(read_answers(form, given["kind"], given["content"]))


def _read_content(given: Json) -> Json:
    content = read_content(given["content"])
    return {"known": json.loads(content.known.to_json()), "raw": sorted(content.raw)}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "read-form": _read_form,
    "read-guide": _read_guide,
    "read-procedure": _read_procedure,
    "read-theme": _read_theme,
    "read-page": _read_page,
    "read-desk": _read_desk,
    "check-texts": _check_texts,
    "evaluate-form": _evaluate,
    "compose-answers": _compose,
    "read-answers": _read_answers,
    "read-content": _read_content,
}
