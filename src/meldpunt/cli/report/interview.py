"""Ask a line's form in the terminal: kind, questions, consent, readers, and an overview.

Every question can be skipped, except a required one, which is asked again at once; one can go back
and change the language at any time. What is typed stays in this process until it is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import click

from meldpunt.cli.render.contacts import numbers_lines
from meldpunt.cli.report.interview_page import (
    kind_lines,
    opening_lines,
    overview_lines,
    question_lines,
    reader_lines,
)
from meldpunt.cli.speech.phrases import Phrases, phrases_in
from meldpunt.cli.speech.spoken import speak
from meldpunt.cli.terminal.plain_text import wrapped
from meldpunt.cli.terminal.prompts import Terminal, says_yes
from meldpunt.cli.terminal.texts import cleaned
from meldpunt.client import AnsweredForm, answer_form, offered_handlers
from meldpunt.client.texts.answered_form import asks_to_leave_out
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.answers import Evaluation, Given, evaluate
from meldpunt.protocol.texts.content import StoryConsent
from meldpunt.protocol.texts.form import (
    CHOSEN,
    Form,
    Kind,
    Option,
    Purpose,
    Question,
    QuestionType,
)
from meldpunt.protocol.texts.guide import Guide
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import parse_day
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.line_document import ListedHandler

_BACK: Final = frozenset({"/back", "/terug"})
_STOP: Final = frozenset({"/stop"})
_NOTHING: Final = "-"
_END: Final = "."


class _GoBack(Exception):  # noqa: N818 (a step back is no error)
    """The person wants to go one step back."""


class _AskAgain(Exception):  # noqa: N818 (no error either)
    """The same is asked again, for example in another language."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an interview is about: the verified line and its texts."""

    line: VerifiedLine
    form: Form
    guide: Guide | None
    procedure: Procedure | None
    today: date


@dataclass(frozen=True, slots=True)
class Interviewed:
    """What a person wants to send, and who may read it."""

    answered: AnsweredForm
    language: str
    readers: tuple[ids.HandlerId, ...] | None
    """None lets the lot draw."""
    left_out: tuple[ids.HandlerId, ...]


@dataclass
class Interview:
    """Asks a form on a terminal.

    Args:
        screen: Where the person sits.
        asked: The line and its texts.
        language: The language to begin in.
        chooses_readers: Whether to ask who reads; False if the command's options say so.
    """

    screen: Terminal
    asked: Asked
    language: str
    chooses_readers: bool = True
    given: dict[str, Given] = field(default_factory=dict)
    kind: Kind | None = None
    story: StoryConsent | None = None
    readers: tuple[ids.HandlerId, ...] | None = None
    left_out: tuple[ids.HandlerId, ...] = ()

    def run(self) -> Interviewed:
        """Ask everything, until the person says that it may be sent.

        Raises:
            click.Abort: The person stopped; nothing was sent.
        """
        self.screen.say(*opening_lines(self.asked.line, self.asked.procedure, self.phrases))
        at = 0
        while at < len(steps := self._steps()):
            step = steps[at]
            try:
                self._ask_step(step)
            except _GoBack:
                at = max(at - 1, 0)
            except _AskAgain:
                continue
            else:
                at += 1
        return self._result()

    @property
    def phrases(self) -> Phrases:
        """The program's sentences in the language of the moment."""
        return phrases_in(self.language)

    def _steps(self) -> list[Question | str]:
        """Return everything that is asked, as the answers so far have it."""
        if self.kind is None:
            return ["kind"]
        evaluation = self._evaluation(self.kind)
        steps: list[Question | str] = [] if len(self.asked.form.kinds) == 1 else ["kind"]
        for question in evaluation.shown:
            steps.append(question)
            if question.purpose is Purpose.LEAVE_OUT and question.id in evaluation.answers:
                steps.append("leave-out")
        steps += ["story"] if self.kind.story else []
        return [*steps, *(["readers"] if self.chooses_readers else []), "overview"]

    def _evaluation(self, kind: Kind) -> Evaluation:
        return evaluate(self.asked.form, kind.id, self.given)

    def _ask_step(self, step: Question | str) -> None:
        if isinstance(step, Question):
            self._ask_question(step)
        elif step == "kind":
            self._ask_kind()
        elif step == "leave-out":
            self._ask_left_out()
        elif step == "story":
            self._ask_story()
        elif step == "readers":
            self._ask_readers()
        else:
            self._ask_to_send()

    def _ask_kind(self) -> None:
        kinds = self.asked.form.kinds
        if len(kinds) == 1:
            self.kind = kinds[0]
            return
        self.screen.say(*kind_lines(kinds, self.phrases))
        while True:
            chosen = self._numbers(self._answer(self.phrases.one), len(kinds), most=1)
            if chosen:
                self.kind = kinds[chosen[0]]
                return
            self.screen.say(self.phrases.wrong)

    def _ask_question(self, question: Question) -> None:
        given = self.given.get(question.id)
        self.screen.say(*question_lines(self.asked.form, question, given, self.phrases))
        if question.type is QuestionType.FILES:
            self._answer(self.phrases.skip)
            return
        while True:
            typed = self._typed(question)
            if typed == _NOTHING:
                self.given.pop(question.id, None)
            if typed in ("", _NOTHING):
                if not question.required or question.id in self.given:
                    return
                self.screen.say(*wrapped(self.phrases.needed))
                continue
            answer = self._read(question, typed)
            if answer is not None:
                self.given[question.id] = answer
                self._advise(question, answer)
                return

    def _typed(self, question: Question) -> str:
        """Return what was typed: one line, or for a long answer all lines up to the full stop."""
        phrases = self.phrases
        told = {
            QuestionType.CHOICE: phrases.one,
            QuestionType.CHOICES: phrases.several,
            QuestionType.DATE: phrases.day,
            QuestionType.TEXT: phrases.lines,
        }.get(question.type, phrases.written)
        ending = phrases.required if question.required else phrases.skip
        if question.id in self.given:
            ending = phrases.keep
        typed = self._answer(f"{told} ({ending})")
        if question.type is not QuestionType.TEXT or typed in ("", _NOTHING):
            return typed
        if typed == _END:
            return ""
        lines = [typed]
        while (line := self.screen.ask("")) != _END:
            lines.append(line)
        return cleaned("\n".join(lines)).strip()

    def _read(self, question: Question, typed: str) -> Given | None:
        """Return an answer as the form has it, or None after saying what is wrong."""
        if question.type is QuestionType.DATE:
            try:
                return parse_day(typed).isoformat()
            except RefusedError:
                self.screen.say(self.phrases.wrong_day)
                return None
        if question.type not in CHOSEN:
            return cleaned(typed)
        options = question.options or ()
        is_one = question.type is QuestionType.CHOICE
        chosen = self._numbers(typed, len(options), most=1 if is_one else len(options))
        if not chosen:
            self.screen.say(self.phrases.wrong)
            return None
        names = tuple(options[number].id for number in chosen)
        return names[0] if is_one else names

    def _advise(self, question: Question, answer: Given) -> None:
        """Show at once what belongs to a chosen option, and the numbers if it is urgent."""
        chosen = _chosen(question, answer)
        for option in chosen:
            if option.advice is not None:
                self.screen.say("", *wrapped(in_language(option.advice, self.language)))
        numbers = None if self.asked.guide is None else self.asked.guide.numbers
        if any(option.urgent for option in chosen) and numbers:
            self.screen.say("", self.phrases.numbers, *numbers_lines(numbers, self.phrases))

    def _ask_left_out(self) -> None:
        handlers = self.asked.line.document.active_handlers(self.asked.today)
        self.screen.say("", *wrapped(self.phrases.leave_out))
        self.screen.say(*reader_lines(handlers, self.phrases))
        chosen = self._several(handlers, f"{self.phrases.several} ({self.phrases.skip})")
        self.left_out = tuple(handler.id for handler in chosen)

    def _ask_story(self) -> None:
        self.screen.say("", *wrapped(self.phrases.story))
        agreed = says_yes(self._answer(self.phrases.yes_no))
        self.story = StoryConsent.GIVEN if agreed else None

    def _ask_readers(self) -> None:
        offered = offered_handlers(self.asked.line, self.kind, self.asked.today)
        left = tuple(handler for handler in offered if handler.id not in self.left_out)
        if not left:
            self.screen.say("", self.phrases.nobody)
            raise _GoBack
        count = min(self.asked.line.document.reader_count, len(left))
        self.screen.say("", self.phrases.who, *reader_lines(left, self.phrases))
        chosen = self._several(left, self.phrases.lot.format(count=count))
        self.readers = tuple(handler.id for handler in chosen) or None

    def _ask_to_send(self) -> None:
        if self.kind is None:
            raise _GoBack
        evaluation = self._evaluation(self.kind)
        self.screen.say(*overview_lines(evaluation, self.kind, self.phrases))
        if evaluation.missing or not evaluation.answers:
            self.screen.say(*wrapped(self.phrases.needed))
            missing = (q for q in evaluation.shown if q.id in evaluation.missing)
            self._ask_question(next(missing, evaluation.shown[0]))
            raise _AskAgain
        if not says_yes(self._answer(self.phrases.send)):
            raise _AskAgain

    def _several(
        self, offered: Sequence[ListedHandler], question: str
    ) -> tuple[ListedHandler, ...]:
        while typed := self._answer(question):
            if chosen := self._numbers(typed, len(offered), most=len(offered)):
                return tuple(offered[number] for number in chosen)
            self.screen.say(self.phrases.wrong)
        return ()

    def _answer(self, question: str) -> str:
        """Return a typed line that is no command.

        Raises:
            click.Abort: The person stopped.
        """
        typed = cleaned(self.screen.ask(f"{question} > ")).strip()
        if typed.lower() in _BACK:
            raise _GoBack
        if typed.lower() in _STOP:
            raise click.Abort
        if typed.startswith("/") and typed[1:] in self.asked.line.document.languages:
            self.language = typed[1:]
            speak(self.language)
            raise _AskAgain
        return typed

    def _numbers(self, typed: str, count: int, *, most: int) -> tuple[int, ...]:
        """Return positions, in order; none if anything else was typed."""
        parts = typed.replace(",", " ").split()
        if not all(part.isascii() and part.isdecimal() for part in parts):
            return ()
        found = sorted({int(part) for part in parts if len(part) <= 2})  # noqa: PLR2004 (up to 99)
        if len(found) not in range(1, most + 1) or not all(1 <= each <= count for each in found):
            return ()
        return tuple(each - 1 for each in found)

    def _result(self) -> Interviewed:
        form, document = self.asked.form, self.asked.line.document
        kind = form.kinds[0] if self.kind is None else self.kind
        story = self.story if kind.story else None
        answered = answer_form(form, document.form, kind.id, self.given, story=story)
        asked = asks_to_leave_out(answered.evaluation)
        left_out = self.left_out if asked else ()
        return Interviewed(answered, self.language, self.readers, left_out)


def _chosen(question: Question, answer: Given) -> list[Option]:
    names = (answer,) if isinstance(answer, str) else answer
    return [option for option in question.options or () if option.id in names]
