"""Forms: what a line asks whoever reports (openapi/texts.md).

A condition of a question is a list of alternatives. It holds if all conditions of one of them hold.
So a form has no recursion, and stays within the depth of strict JSON. A condition looks back only:
circles cannot be written.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from meldpunt.protocol.texts.shapes import (
    Id,
    LineText,
    Translations,
    check_ids,
    check_known,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Flag, Model, Version
from meldpunt.protocol.verify.line_document import Function

MAX_QUESTIONS: Final = 100
Ids = Annotated[tuple[Id, ...], Field(fail_fast=True, min_length=1, max_length=40)]
Chosen = Mapping[str, frozenset[str]]
"""The ids of the options that were chosen, by question."""


class QuestionType(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    WHEN = "when"
    """About when, in words."""
    WHERE = "where"
    CONTACT = "contact"
    """How to reach the reporter, if they want that."""
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    FILES = "files"
    """The files of the message are the answer."""


WRITTEN = frozenset(
    (QuestionType.TEXT, QuestionType.WHEN, QuestionType.WHERE, QuestionType.CONTACT)
)
"""Types whose answer is free text."""
CHOSEN = frozenset((QuestionType.CHOICE, QuestionType.CHOICES))
"""Types whose answer is one or more options."""


class Purpose(StrEnum):
    """What clients do with an answer besides showing it."""

    NOT_BEFORE = "notBefore"
    """A date: handlers do nothing that the reporter can be known by before it."""
    LEAVE_OUT = "leaveOut"
    """Who must not read this. The client offers to leave handlers out."""


class Option(Model):
    """One answer to choose."""

    id: Id
    label: Translations
    help: Translations | None = None
    advice: Translations | None = None
    """Shown at once to whoever chooses this."""
    urgent: Flag | None = None
    """A report with this answer comes first at the handlers'."""


class QuestionCondition(Model):
    """Whether an earlier question was answered with one of these options, or with none of them."""

    question: Id
    in_: Annotated[Ids | None, Field(alias="in")] = None
    not_in: Ids | None = None

    @model_validator(mode="after")
    def _check_form(self) -> Self:
        if (self.in_ is None) == (self.not_in is None):
            raise RefusedError(Reason.FIELDS)
        return self

    @property
    def options(self) -> tuple[str, ...]:
        """The options that this condition names."""
        return self.in_ or self.not_in or ()

    def holds(self, chosen: Chosen) -> bool:
        """Say whether this holds for the options that were chosen."""
        return chosen.get(self.question, frozenset()).isdisjoint(self.options) == (self.in_ is None)


Alternative = Annotated[
    tuple[QuestionCondition, ...], Field(fail_fast=True, min_length=1, max_length=8)
]


class Question(Model):
    """One question."""

    id: Id
    type: QuestionType
    label: Translations
    help: Translations | None = None
    page: Id | None = None
    """The page on which it stands, if the form has pages."""
    kinds: Ids | None = None
    """The kinds that it is asked for; all of them if left out."""
    required: Flag | None = None
    options: (
        Annotated[tuple[Option, ...], Field(fail_fast=True, min_length=1, max_length=40)] | None
    ) = None
    show_if: (
        Annotated[tuple[Alternative, ...], Field(fail_fast=True, min_length=1, max_length=8)] | None
    ) = None
    """Asked if all conditions of one of these alternatives hold; always if left out."""
    purpose: Purpose | None = None

    @model_validator(mode="after")
    def _check_form(self) -> Self:
        has_options = self.options is not None
        is_date = self.type is QuestionType.DATE
        if (
            has_options != (self.type in CHOSEN)
            or (self.purpose is Purpose.NOT_BEFORE and not is_date)
            or (self.required and self.type is QuestionType.FILES)
        ):
            raise RefusedError(Reason.FIELDS)
        return self

    def is_shown(self, kind: str, chosen: Chosen) -> bool:
        """Say whether the question is asked for a kind, after the answers to earlier questions."""
        if self.kinds is not None and kind not in self.kinds:
            return False
        return self.show_if is None or any(
            all(condition.holds(chosen) for condition in alternative)
            for alternative in self.show_if
        )


class Kind(Model):
    """What somebody comes for: to report, to ask, to talk, to tell a story."""

    id: Id
    label: Translations
    help: Translations | None = None
    functions: (
        Annotated[tuple[Function, ...], Field(fail_fast=True, min_length=1, max_length=5)] | None
    ) = None
    """Only handlers with one of these functions are drawn or offered."""
    story: Flag | None = None
    """The reporter is asked whether the line may tell it on, and may take that back."""


class Page(Model):
    """A group of questions with a heading."""

    id: Id
    title: Translations


class Form(LineText):
    """What a line asks."""

    version: Version
    kinds: Annotated[tuple[Kind, ...], Field(fail_fast=True, min_length=1, max_length=12)]
    pages: (
        Annotated[tuple[Page, ...], Field(fail_fast=True, min_length=1, max_length=40)] | None
    ) = None
    questions: Annotated[
        tuple[Question, ...], Field(fail_fast=True, min_length=1, max_length=MAX_QUESTIONS)
    ]

    def kind(self, kind: str) -> Kind | None:
        """Return the kind with this id, or None."""
        return next((each for each in self.kinds if each.id == kind), None)


def read_form(data: bytes) -> Form:
    """Read a form.

    Raises:
        RefusedError: A JSON reason, FIELDS, TEXT_LANGUAGE; TEXT_ID for an id that is there twice or
            names nothing; TEXT_CONDITION for a condition that does not look back, or names no
            option of its question; ORDER for pages that do not follow one another.
    """
    form = Form.from_signed(data)
    kinds = check_ids(kind.id for kind in form.kinds)
    pages = [page.id for page in form.pages or ()]
    check_ids(pages)
    check_ids(question.id for question in form.questions)
    places = [_place(question, pages) for question in form.questions]
    if places != sorted(places):
        raise RefusedError(Reason.ORDER, "questions")
    earlier: dict[str, frozenset[str]] = {}
    for question in form.questions:
        check_known(question.kinds or (), kinds)
        _check_conditions(question, earlier)
        earlier[question.id] = check_ids(option.id for option in question.options or ())
    return form


def _place(question: Question, pages: list[str]) -> int:
    """Return on which page a question stands: one of the form's, or none if it has none."""
    if not pages and question.page is None:
        return 0
    if question.page not in pages:
        raise RefusedError(Reason.TEXT_ID)
    return pages.index(question.page)


def _check_conditions(question: Question, earlier: Mapping[str, frozenset[str]]) -> None:
    for condition in _conditions(question):
        if not earlier.get(condition.question, frozenset()).issuperset(condition.options):
            raise RefusedError(Reason.TEXT_CONDITION)


def _conditions(question: Question) -> Iterator[QuestionCondition]:
    for alternative in question.show_if or ():
        yield from alternative
