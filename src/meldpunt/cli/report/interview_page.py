"""What an interview shows: the readers and privacy first, a question, the readers, an overview."""

from collections.abc import Iterator, Sequence

from meldpunt.cli.speech.phrases import Phrases
from meldpunt.cli.terminal.plain_text import framed, safe_line, wrapped
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.answers import Evaluation, Given, compose
from meldpunt.protocol.texts.form import CHOSEN, Form, Kind, Question, QuestionType
from meldpunt.protocol.texts.procedure import Procedure
from meldpunt.protocol.texts.shapes import in_language
from meldpunt.protocol.verify.line_document import ListedHandler


def opening_lines(
    line: VerifiedLine, procedure: Procedure | None, phrases: Phrases
) -> Iterator[str]:
    """Show who reads and what happens to the words, before anything is asked."""
    yield safe_line(in_language(line.document.names, phrases.language))
    if procedure is not None:
        for title, text in (
            (phrases.readers, procedure.readers),
            (phrases.privacy, procedure.privacy),
        ):
            yield ""
            yield title
            yield from wrapped(in_language(text, phrases.language), indent="  ")
    yield ""
    yield from wrapped(phrases.commands)
    others = [each for each in line.document.languages if each != phrases.language]
    if others:
        yield f"{phrases.languages} {' '.join(f'/{each}' for each in others)}"


def kind_lines(kinds: Sequence[Kind], phrases: Phrases) -> Iterator[str]:
    """Show what somebody can come for."""
    yield ""
    yield phrases.kind
    for number, kind in enumerate(kinds, 1):
        yield f"  {number}. {safe_line(in_language(kind.label, phrases.language))}"
        if kind.help is not None:
            yield from wrapped(in_language(kind.help, phrases.language), indent="     ")


def question_lines(
    form: Form, question: Question, given: Given | None, phrases: Phrases
) -> Iterator[str]:
    """Show a question, its help and options, and the answer so far."""
    language = phrases.language
    yield ""
    page = next((page for page in form.pages or () if page.id == question.page), None)
    if page is not None:
        yield f"[{safe_line(in_language(page.title, language))}]"
    yield from wrapped(in_language(question.label, language))
    if question.help is not None:
        yield from wrapped(in_language(question.help, language), indent="  ")
    for number, option in enumerate(question.options or (), 1):
        yield f"  {number}. {safe_line(in_language(option.label, language))}"
        if option.help is not None:
            yield from wrapped(in_language(option.help, language), indent="     ")
    if question.type is QuestionType.FILES:
        yield from wrapped(phrases.files)
    if given is not None:
        yield phrases.answer
        yield from framed(_said(question, given, language))


def _said(question: Question, given: Given, language: str) -> str:
    if question.type not in CHOSEN:
        return str(given)
    names = (given,) if isinstance(given, str) else given
    options = (option for option in question.options or () if option.id in names)
    return "\n".join(in_language(option.label, language) for option in options)


def reader_lines(handlers: Sequence[ListedHandler], phrases: Phrases) -> Iterator[str]:
    """Show people by what they do: whoever reports chooses by that."""
    for number, handler in enumerate(handlers, 1):
        about = [] if handler.function is None else [phrases.function(handler.function)]
        about += [phrases.external] if handler.external else []
        about += [] if handler.languages is None else [", ".join(handler.languages)]
        yield f"  {number}. {safe_line(handler.name)} ({safe_line(handler.role)})"
        if about:
            yield f"     {'; '.join(about)}"


def overview_lines(evaluation: Evaluation, kind: Kind, phrases: Phrases) -> Iterator[str]:
    """Show everything that is to be sent, as the readers will see it."""
    yield ""
    yield f"{phrases.overview} {safe_line(in_language(kind.label, phrases.language))}"
    yield from framed(str(compose(evaluation, phrases.language)["text"]))
