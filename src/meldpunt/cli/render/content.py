"""Show what a message says besides its text, and raw what this version does not know."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from meldpunt.cli.render.answers import answers_lines, kind_text
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.speech.spoken import by_language
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import MessageAnswers
from meldpunt.client.texts.labels import label_text
from meldpunt.protocol.payload import Payload
from meldpunt.protocol.texts.content import CheckInAnswer, StoryConsent, read_content

CHECK_INS: Final[Mapping[CheckInAnswer, str]] = {
    CheckInAnswer.GOOD: "good",
    CheckInAnswer.NOT_GOOD: "not good",
    CheckInAnswer.RETALIATION: "WORSE OFF because they reported",
}
STORIES: Final[Mapping[StoryConsent, str]] = {
    StoryConsent.GIVEN: "may be told on",
    StoryConsent.WITHDRAWN: "may no longer be told on",
    StoryConsent.TAKEN_DOWN: "is taken down",
}
_TAKEN_DOWN_DUTCH: Final = "    het verhaal is weggehaald"  # the one that a reporter reads


def content_lines(
    payload: Payload, answers: MessageAnswers | None = None, language: str = ""
) -> Iterator[str]:
    """Show a content besides its text, with the labels of the form that it answers."""
    content = read_content(payload.content)
    known = content.known
    if known.kind is not None:
        yield report_words().kind.format(kind=kind_text(answers, known.kind, language))
    if answers is not None:
        yield from answers_lines(answers, language)
    if known.check_in is not None:
        yield f"    how the reporter is: {CHECK_INS[known.check_in]}"
    if known.story is not None:
        told = f"    the story {STORIES[known.story]}"
        is_reporters = known.story is not StoryConsent.TAKEN_DOWN
        yield told if is_reporters else by_language(_TAKEN_DOWN_DUTCH, told)
    said = payload.content.get("text", "").split("\n")
    for label in known.labels or ():
        if label_text(label.field, label.value) in said:
            continue  # a note says so in words, which stand above this
        yield f"    {label.field}: {safe_line(label.value) or '(taken away)'}"
    for name, value in content.raw.items():
        yield report_words().unknown_content.format(name=name, value=_raw(value))


def _raw(value: object) -> str:
    return safe_line(json.dumps(value, ensure_ascii=False))
