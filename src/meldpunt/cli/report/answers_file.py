"""Answers to a line's form from a file, for programs: checked here, with words for each fault."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click
from pydantic import BaseModel, ConfigDict, Field

from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import AnsweredForm, answer_form
from meldpunt.client.files.regular_file import open_regular
from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node, read_yaml
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.answers import Given, evaluate
from meldpunt.protocol.texts.content import StoryConsent
from meldpunt.protocol.texts.form import Form, Question, QuestionType
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import TEXT_SIZE

_EXPECTED: Final[Mapping[QuestionType, str]] = {
    QuestionType.CHOICE: "it takes the id of one option",
    QuestionType.CHOICES: "it takes a list of ids of options, in the order of the form",
    QuestionType.DATE: "it takes a day such as 2026-03-31",
    QuestionType.FILES: "files go along after sending: meldpunt report attach",
}


class _Answers(BaseModel):
    """What such a file holds."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: str
    answers: dict[str, str | list[str]] = Field(max_length=100)
    story: StoryConsent | None = None


def read_answers_file(path: Path, line: VerifiedLine, form: Form) -> AnsweredForm:
    """Read answers, and check them against the form of the line.

    Raises:
        click.UsageError: It cannot be read, or is not a file of answers.
        Refusal: The answers are none to this form. The message says which, and quotes none.
    """
    found = _read(path)
    given: dict[str, Given] = {
        name: answer if isinstance(answer, str) else tuple(answer)
        for name, answer in found.answers.items()
    }
    for fault in _faults(form, found, given):
        raise Refusal(Reason.ANSWER.value, f"{fault} Nothing was sent.")
    return answer_form(form, line.document.form, found.kind, given, story=found.story)


def _read(path: Path) -> _Answers:
    """Read a file of JSON or YAML.

    Raises:
        click.UsageError: It cannot be read, or is not a file of answers.
        LineFolderError: It is not YAML; the message says where, and what is wrong.
    """
    try:
        with open_regular(path) as file:
            data = file.read(TEXT_SIZE + 1)
    except OSError:
        raise click.UsageError("The file of answers cannot be read.") from None
    try:
        if path.suffix == ".json":
            return _Answers.model_validate(strict_json.parse(data, max_size=TEXT_SIZE))
        return _Answers.model_validate(_plain(read_yaml(data, path.name)))
    except ValueError:
        raise click.UsageError(
            "The file of answers is not an object with kind, answers and perhaps story."
        ) from None


def _plain(node: Node) -> Any:  # noqa: ANN401 (texts, lists and mappings)
    """Return YAML as JSON would have it: every scalar is a text."""
    if isinstance(node, Mapped):
        return {name: _plain(member) for name, member in node.members.items()}
    if isinstance(node, Listed):
        return [_plain(item) for item in node.items]
    return node.text


def _faults(form: Form, found: _Answers, given: Mapping[str, Given]) -> Iterator[str]:
    """Say what is wrong with answers: in words of the form, which is public."""
    kind = form.kind(found.kind)
    if kind is None:
        yield f"The form has no such kind. It has: {', '.join(each.id for each in form.kinds)}."
        return
    questions = {question.id: question for question in form.questions}
    if unknown := len(given.keys() - questions.keys()):
        yield f"{unknown} of the answers are to questions that the form does not have."
        return
    for name, question in questions.items():
        if name in given and not _fits(form, found.kind, question, given[name]):
            expected = _EXPECTED.get(question.type, "it takes a text")
            yield f"The answer to {name} is none to this question: {expected}."
            return
    missing = evaluate(form, found.kind, given).missing
    if missing:
        yield f"The form requires an answer to: {', '.join(missing)}."
    if found.story is not None and not kind.story:
        yield "This kind does not ask whether a story may be told on."


def _fits(form: Form, kind: str, question: Question, answer: Given) -> bool:
    try:
        evaluate(form, kind, {question.id: answer})
    except RefusedError:
        return False
    return True
