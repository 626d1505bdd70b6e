"""A form with the answers of a person, checked on their device before anything is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.answers import Evaluation, Given, compose, evaluate
from meldpunt.protocol.texts.content import StoryConsent
from meldpunt.protocol.texts.form import Form, Kind, Purpose
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import ListedHandler


@dataclass(frozen=True, slots=True)
class AnsweredForm:
    """Answers to a form that count. `text` and `content` go into a message together."""

    form_hash: ids.Hash
    kind: Kind
    evaluation: Evaluation
    story: StoryConsent | None = None
    """What the person said, asked apart, of telling their story on."""

    def text(self, language: str) -> str:
        """Return a readable rendering of everything, so that the plainest client shows all."""
        return str(compose(self.evaluation, language)["text"])

    def content(self, language: str) -> dict[str, Any]:
        """Return the members of the content besides the text, for the text in that language."""
        found = {
            "kind": self.kind.id,
            "form": encode_base64url(self.form_hash),
            "answers": compose(self.evaluation, language)["answers"],
        }
        return found if self.story is None else {**found, "story": self.story.value}


def answer_form(
    form: Form,
    form_hash: ids.Hash,
    kind: str,
    given: Mapping[str, Given],
    *,
    story: StoryConsent | None = None,
) -> AnsweredForm:
    """Check the answers of a person. Answers of a branch that was left are dropped.

    Args:
        form: The form.
        form_hash: The hash under which the document names it.
        kind: The id of the chosen kind.
        given: Answers by question.
        story: Whether the line may tell the story on. Ask it apart, for a kind with `story` only.

    Raises:
        RefusedError: As `evaluate`; ANSWER while a required question has no answer, or for a
            consent that the kind does not ask for.
    """
    evaluation = evaluate(form, kind, given)
    chosen = form.kind(kind)
    if chosen is None or evaluation.missing or (story is not None and not chosen.story):
        raise RefusedError(Reason.ANSWER)
    return AnsweredForm(form_hash, chosen, evaluation, story)


def offered_handlers(
    line: VerifiedLine, kind: Kind | None, today: date
) -> tuple[ListedHandler, ...]:
    """Return the handlers who may be chosen, or drawn by lot, for a kind of report.

    A kind with functions is only for handlers with one of them: a request for support, for example,
    reaches nobody but aftercare.
    """
    functions = None if kind is None else kind.functions
    active = line.document.active_handlers(today)
    return tuple(h for h in active if functions is None or h.function in functions)


def asks_to_leave_out(evaluation: Evaluation) -> bool:
    """Say whether somebody was asked, and said, who must not read this: offer to leave them out."""
    return any(
        q.purpose is Purpose.LEAVE_OUT and q.id in evaluation.answers for q in evaluation.shown
    )
