"""What the content of a message says besides its text (openapi/texts.md section 8).

Nothing here is refused: a reader shows raw what it does not know, and what has another form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field

from meldpunt.protocol.texts.answers import FormAnswer
from meldpunt.protocol.texts.form import MAX_QUESTIONS
from meldpunt.protocol.texts.shapes import Id
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import HashField, Model

ELSEWHERE: Final = frozenset(("text", "referral"))
"""Members that other parts of the protocol read (sections 7.5 and 9.9)."""


class CheckInAnswer(StrEnum):
    """How a reporter is, on a day to check in or on any other."""

    GOOD = "good"
    NOT_GOOD = "notGood"
    RETALIATION = "retaliation"
    """They are worse off because they reported."""


class StoryConsent(StrEnum):
    """Whether the line may tell a story on. The newest message of the reporter counts."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "takenDown"
    """A handler's word: what was told of the story is gone. It says nothing from a reporter."""


class LabelEntry(Model):
    """What handlers write down about a report, for themselves."""

    field: Annotated[str, Field(pattern=r"^[a-z][a-zA-Z]{0,39}$")]
    """`category`, `outcome`, `assignee`, `nextStep`, or another name."""
    value: Annotated[str, Field(max_length=200)]
    """For a category or outcome of the procedure its id. Empty takes the label away."""


class KnownContent(Model):
    """The members of a content that this version knows, besides the text."""

    kind: Id | None = None
    """The kind that was chosen in the form."""
    form: HashField | None = None
    """The form that was answered."""
    answers: Annotated[tuple[FormAnswer, ...], Field(max_length=MAX_QUESTIONS)] | None = None
    check_in: CheckInAnswer | None = None
    story: StoryConsent | None = None
    labels: Annotated[tuple[LabelEntry, ...], Field(min_length=1, max_length=20)] | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A content, taken apart."""

    known: KnownContent
    raw: Mapping[str, Any]
    """What a client shows as it is."""


def read_content(content: Mapping[str, Any]) -> Content:
    """Take the content of a payload apart. A known member of another form is shown raw too."""
    known: dict[str, Any] = {}
    for name, value in content.items():
        try:
            KnownContent.from_value({name: value})
        except RefusedError:
            continue
        known[name] = value
    passed_over = ELSEWHERE.union(known)
    raw = {name: value for name, value in content.items() if name not in passed_over}
    return Content(KnownContent.from_value(known), raw)
