"""Texts of a line: their schemas, their size, and laws of evaluation that hold for any form."""

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator

from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.texts.answers import Given, compose, evaluate, read_answers
from meldpunt.protocol.texts.form import read_form
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import TEXT_SIZE
from openapi.generator import text_scene as texts
from openapi.generator.kept_wraps import VECTORS
from openapi.generator.text_schemas import SHAPES, schemas

SCHEMAS: Final = schemas()
VECTORS_OF_TEXTS: Final = [
    vector
    for vector in json.loads((VECTORS / "texts.json").read_text("utf-8"))["vectors"]
    if vector["operation"].startswith("read-")
]
FORM: Final = read_form(texts.written(texts.FORM).encode())


def schema_of(vector: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[vector["operation"].removeprefix("read-")]


@pytest.mark.parametrize("vector", VECTORS_OF_TEXTS, ids=lambda vector: vector["name"])
def test_what_is_read_fits_its_schema(vector: dict[str, Any]) -> None:
    value = json.loads(vector["input"]["text"])
    if "output" in vector:
        OAS31Validator(schema_of(vector)).validate(value)
    elif vector.get("field") == "version" or "with-more" in vector["name"]:
        assert not OAS31Validator(schema_of(vector)).is_valid(value)


@pytest.mark.parametrize("name", SHAPES)
def test_schemas_are_schemas(name: str) -> None:
    OAS31Validator.check_schema(SCHEMAS[name])


def form_of(questions: int, languages: tuple[str, ...], label: int = 120) -> bytes:
    """Return a form with five options for each question, and long labels and helps."""

    def said(length: int) -> list[dict[str, str]]:
        return [{"language": language, "text": "ë" * length} for language in languages]

    options = [{"id": f"o{n}", "label": said(40)} for n in range(5)]
    made = [
        {"id": f"q{n}", "type": "choice", "label": said(label), "help": said(2 * label),
         "options": options}
        for n in range(questions)
    ]  # fmt: skip
    kinds = [{"id": "report", "label": said(20)}]
    return strict_json.dump({"version": 1, "kinds": kinds, "questions": made})


def test_a_form_of_sixty_questions_in_three_languages_fits() -> None:
    data = form_of(60, ("nl", "en", "nl-simple"))
    assert len(data) < TEXT_SIZE
    assert len(read_form(data).questions) == 60


def test_a_form_past_the_limit_is_refused_as_too_large() -> None:
    data = form_of(100, ("nl", "en", "nl-simple"), label=400)
    assert len(data) > TEXT_SIZE
    with pytest.raises(RefusedError) as refused:
        read_form(data)
    assert refused.value.reason is Reason.JSON_SIZE


@st.composite
def answered(draw: st.DrawFn) -> dict[str, Given]:
    """Return any answers that fit the questions of the form, to any of them."""
    given: dict[str, Given] = {}
    for question in FORM.questions:
        options = [option.id for option in question.options or ()]
        if question.type == "files" or not draw(st.booleans()):
            continue
        if question.type == "choices":
            chosen = draw(st.sets(st.sampled_from(options)))
            given[question.id] = tuple(option for option in options if option in chosen)
        elif options:
            given[question.id] = draw(st.sampled_from(options))
        elif question.type == "date":
            given[question.id] = draw(st.dates()).isoformat()
        else:
            given[question.id] = draw(st.text(st.characters(exclude_categories=["Cs"])))
    return given


kinds = st.sampled_from([kind.id for kind in FORM.kinds])


@given(kinds, answered())
def test_what_counts_counts_again(kind: str, answers: dict[str, Given]) -> None:
    once = evaluate(FORM, kind, answers)
    assert evaluate(FORM, kind, once.answers) == once


@given(kinds, answered())
def test_what_is_composed_is_read_back_in_any_language(
    kind: str, answers: dict[str, Given]
) -> None:
    evaluation = evaluate(FORM, kind, answers)
    for language in ("nl", "en", "fr"):
        content = compose(evaluation, language)
        if not evaluation.answers:
            assert content == {"text": "", "answers": []}
            continue
        payload = make_payload(**content, language=language, kind=kind)
        assert read_answers(FORM, kind, payload.content) == evaluation


@given(answered())
def test_a_required_question_is_missing_or_answered(answers: dict[str, Given]) -> None:
    evaluation = evaluate(FORM, "report", answers)
    required = {question.id for question in evaluation.shown if question.required}
    assert set(evaluation.missing) == required - evaluation.answers.keys()
