"""Vectors of answers to a form (openapi/texts.md)."""

from typing import Any, Final

from meldpunt.protocol.verify.errors import Reason
from openapi.generator import text_scene as texts
from openapi.generator.text_scene import Json, written
from openapi.generator.vector import Vector, VectorFile, file

_FORM: Final = written(texts.FORM)
_STORY: Final = "Hij stond te dicht bij mij. 😶"


def _evaluation(
    name: str, comment: str, answers: Json, refused: Reason | None = None, kind: str = "report"
) -> Vector:
    given = {"form": _FORM, "kind": kind, "answers": answers}
    return Vector("evaluate-form", name, comment, given, refused)


def _evaluations() -> list[Vector]:
    supervised = {"from": ["colleague", "supervisor"], "dependent": "yes", "wait": "2027-02-01"}
    return [
        _evaluation("no-answers", "The required one is missing.", {}),
        _evaluation("one-text", "Enough to report.", {"story": _STORY}),
        _evaluation("empty-answers", "Nothing is no answer.", {"story": "", "from": []}),
        _evaluation("branch", "One condition after another.", {"story": "x", **supervised}),
        _evaluation("branch-left", "What was answered there is dropped, and what follows from it.",
                    {"story": "x", **supervised, "from": ["colleague"]}),
        _evaluation("one-condition-fails", "All of an alternative must hold.",
                    {"story": "x", **supervised, "safe": "no"}),
        _evaluation("other-alternative", "One alternative is enough.",
                    {"story": "x", "from": ["online"], "wait": "2027-02-01"}),
        _evaluation("other-kind", "The date is asked for reports only.",
                    {"story": "x", **supervised}, kind="story"),
        _evaluation("urgent", "An urgent option.", {"story": "x", "safe": "no"}),
        _evaluation("unknown-kind", "The form has no such kind.", {}, Reason.ANSWER, kind="other"),
        _evaluation("unknown-question", "Nor such a question.", {"mood": "low"}, Reason.ANSWER),
        _evaluation("unknown-option", "Nor such an option.", {"safe": "maybe"}, Reason.ANSWER),
        _evaluation("options-out-of-order", "In the order of the form.",
                    {"from": ["supervisor", "colleague"]}, Reason.ANSWER),
        _evaluation("option-twice", "Each once.", {"from": ["online", "online"]}, Reason.ANSWER),
        _evaluation("two-of-one", "One option only.", {"safe": ["yes"]}, Reason.ANSWER),
        _evaluation("no-day", "A day is YYYY-MM-DD.", {"wait": "1 February"}, Reason.ANSWER),
        _evaluation("files-answered", "Files are no answer.", {"files": "two"}, Reason.ANSWER),
    ]  # fmt: skip


def _composed() -> list[Vector]:
    def composed(name: str, comment: str, language: str, **answers: Any) -> Vector:  # noqa: ANN401 (any answer)
        given = {"form": _FORM, "kind": "report", "answers": answers, "language": language}
        return Vector("compose-answers", name, comment, given)

    return [
        composed("composed", "Label and answer; characters are counted, not UTF-16 units.", "nl",
                 safe="no", story=_STORY, **{"from": ["colleague", "online"]}, wait="2027-02-01"),
        composed("composed-in-english", "Labels follow the language, answers stay.", "en",
                 safe="yes", story=_STORY),
        composed("composed-in-an-unknown-language", "The first language of the form.", "de",
                 safe="yes"),
        composed("composed-of-nothing", "No text: a client asks for one.", "nl"),
    ]  # fmt: skip


def _read() -> list[Vector]:
    content: Json = {
        "text": f"Vertel wat er is gebeurd.\n{_STORY}",
        "kind": "report",
        "answers": [{"question": "story", "value": {"start": 26, "length": len(_STORY)}}],
    }
    story: Json
    [story] = content["answers"]
    safe = {"question": "safe", "value": "no"}

    def read(name: str, comment: str, refused: Reason | None = None, **changes: Any) -> Vector:  # noqa: ANN401 (any member)
        given = {"form": _FORM, "kind": "report", "content": content | changes}
        return Vector("read-answers", name, comment, given, refused)

    def passage(**changes: int) -> list[Json]:
        return [story | {"value": story["value"] | changes}]

    return [
        read("read-answers", "The passage is the text."),
        read("read-no-answers", "A message without a form.", answers=[]),
        read("read-answers-out-of-order", "In the order of the form.", Reason.ANSWER,
             answers=[story, safe]),
        read("read-answer-twice", "Each question once.", Reason.ANSWER, answers=[story, story]),
        read("read-answer-of-a-branch-left", "Nobody was asked that.", Reason.ANSWER,
             answers=[story, {"question": "dependent", "value": "yes"}]),
        read("read-passage-too-long", "It ends outside the text.", Reason.ANSWER,
             answers=passage(length=len(_STORY) + 1)),
        read("read-passage-of-nothing", "At least one character.", Reason.FIELDS,
             answers=passage(length=0)),
        read("read-free-text-as-value", "It stands once, in the text.", Reason.ANSWER,
             answers=[story | {"value": "Hij"}]),
        read("read-option-as-passage", "An option is named.", Reason.ANSWER,
             answers=[safe | {"value": {"start": 0, "length": 1}}]),
        read("read-answers-that-are-no-list", "A list.", Reason.FIELDS, answers={}),
        read("read-answer-with-more", "The field set is closed.", Reason.FIELDS,
             answers=[story | {"more": 1}]),
    ]  # fmt: skip


def _contents() -> list[Vector]:
    def content(name: str, comment: str, **members: Any) -> Vector:  # noqa: ANN401 (any member)
        return Vector("read-content", name, comment, {"content": {"text": "x", **members}})

    hours = [{"question": "story", "value": {"start": 0, "length": 1}}]
    label = {"field": "category", "value": "bullying"}
    return [
        content("content", "A text alone."),
        content("content-of-a-form", "What was chosen and answered.", kind="report",
                form="A" * 43, answers=hours),
        content("content-check-in", "An answer of the reporter.", checkIn="retaliation"),
        content("content-labels", "Of handlers.", labels=[label, {"field": "own", "value": ""}]),
        content("content-story", "Consent taken back.", story="withdrawn"),
        content("content-story-taken-down", "A handler's word.", story="takenDown"),
        content("content-unknown", "Shown raw.", mood=["low"], checkIn="good"),
        content("content-of-another-form", "Shown raw too.", checkIn="fine", labels=[],
                kind="Report", form="A", story=True),
        content("content-answer-of-another-form", "All answers are shown raw then.",
                answers=[*hours, {"question": "story", "value": 1}]),
        content("content-referral", "Another section reads it.", referral={"line": "x"}),
    ]  # fmt: skip


def answers() -> VectorFile:
    """Make `answers.json`."""
    return file(
        "answers",
        "Answers to a form: what is asked and counts, how a message renders it, how it is read.",
        [*_evaluations(), *_composed(), *_read(), *_contents()],
    )
